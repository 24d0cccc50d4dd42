"""What a shopper answers to a handoff's own questions. Code reads and answers it: a model is not asked."""

from datetime import datetime

from bot.public import public_messages
from tools.commerce import transcript
from tools.commerce.database import WriteSession
from tools.commerce.handoffs import lifecycle
from tools.commerce.schema import ConversationStatus, MessageRole
from tools.commerce.transcript import NewMessage
from tools.handoff_card import BACK_TO_ASSISTANT

RATINGS = {"Very well": 5, "Well": 4, "So-so": 3, "Badly": 2, "Very badly": 1}

BACK = "All right, I'm here again. What can I do for you?"
THANKS = "Thank you for telling us!"
SORRY = "Thank you for telling us, and I'm sorry that we didn't do better."


def reply_to_handoff(
    session: WriteSession, conversation_id: str, status: ConversationStatus, text: str, now: datetime
) -> NewMessage | None:
    """The answer to one of the labels that were there to be picked; None for any other message."""
    goes_back = status is ConversationStatus.WAITING and _same(text, BACK_TO_ASSISTANT)
    if goes_back and lifecycle.withdraw(session, conversation_id, now):
        return NewMessage(MessageRole.ASSISTANT, BACK)
    if status is not ConversationStatus.BOT:
        return None
    rating = next((rating for label, rating in RATINGS.items() if _same(text, label)), None)
    if rating is None or not _was_asked_to_rate(session, conversation_id):
        return None
    if not lifecycle.rate(session, conversation_id, rating, now):
        return None
    return NewMessage(MessageRole.ASSISTANT, THANKS if rating >= RATINGS["So-so"] else SORRY)


def _same(text: str, label: str) -> bool:
    return text.strip(" .!").casefold() == label.casefold()


def _was_asked_to_rate(session: WriteSession, conversation_id: str) -> bool:
    last = public_messages(transcript.last_turn(session, conversation_id))[-1:]
    return bool(last) and last[0].choices == tuple(RATINGS)
