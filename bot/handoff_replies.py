"""What a shopper writes to people, or answers to a handoff's own questions. Code reads it: a model is not asked."""

from bot.desk import Desk
from bot.pleasantries import takes_leave
from bot.public import photos_of, public_messages
from tools.commerce import reach, transcript
from tools.commerce.database import WriteSession
from tools.commerce.handoffs import lifecycle, queue, routing
from tools.commerce.handoffs.routing import Needs
from tools.commerce.schema import ConversationStatus, Message, MessageRole
from tools.commerce.transcript import NewMessage
from tools.handoff_card import BACK_TO_ASSISTANT
from tools.handoffs import answer_by, handoff_card, reply_by

RATINGS = {"Very well": 5, "Well": 4, "So-so": 3, "Badly": 2, "Very badly": 1}

BACK = "All right, I'm here again. What can I do for you?"
THANKS = "Thank you for telling us!"
WELCOME_BACK = "Good to hear from you."
ADDRESS_KEPT = "Thank you: an e-mail to {address} tells you when there is an answer."
WELCOME = "You're welcome! If there is anything else, just write here: it goes back to our team."
SORRY = "Thank you for telling us, and I'm sorry that we didn't do better."


def reply_to_handoff(
    session: WriteSession, desk: Desk, conversation_id: str, status: ConversationStatus, text: str
) -> NewMessage | None:
    """The answer to one of the labels that were there to be picked, or to thanks after the end; None for any other."""
    now = desk.now()
    goes_back = status is ConversationStatus.WAITING and _same(text, BACK_TO_ASSISTANT)
    if goes_back and lifecycle.withdraw(session, conversation_id, now):
        return NewMessage(MessageRole.ASSISTANT, BACK)
    if status is ConversationStatus.CLOSED and takes_leave(text):
        return NewMessage(MessageRole.ASSISTANT, WELCOME)
    if status is not ConversationStatus.BOT:
        return None
    rating = next((rating for label, rating in RATINGS.items() if _same(text, label)), None)
    if rating is None or not _was_asked_to_rate(session, conversation_id):
        return None
    if not lifecycle.rate(session, conversation_id, rating, now):
        return None
    return NewMessage(MessageRole.ASSISTANT, THANKS if rating >= RATINGS["So-so"] else SORRY)


def reopened(session: WriteSession, desk: Desk, conversation_id: str) -> NewMessage | None:
    """What is said to who writes in a closed conversation: it goes back to whoever had it.

    None where nobody had it: then the bot answers.
    """
    shop, when = desk.shop, desk.local_time
    wanted = Needs(language=routing.spoken_in(session, conversation_id))
    by = answer_by(shop, when)
    handoff = lifecycle.reopen(session, conversation_id, when.now, by, wanted)
    if handoff is None:
        return None
    has_address = reach.address_of(session, conversation_id) is not None
    card = handoff_card(
        shop, when, handoff, queue.outlook(session, handoff, shop.language), has_address=has_address
    )
    return NewMessage(MessageRole.ASSISTANT, f"{WELCOME_BACK} {card.message}")


def heard_by_people(
    session: WriteSession, desk: Desk, stored: Message, status: ConversationStatus
) -> NewMessage | None:
    """A message to people is noted in their case. The answer to an address that was asked for; else None."""
    conversation_id, text = stored.conversation_id, stored.text
    wants_answer = not (takes_leave(text) and _was_not_asked(session, stored))
    by = reply_by(desk.shop, desk.local_time) if wants_answer else None
    lifecycle.hear(session, conversation_id, by)
    address = reach.address_in(text) if status is ConversationStatus.WAITING else None
    if address is None or reach.address_of(session, conversation_id):
        return None
    reach.leave_address(session, conversation_id, address)
    return NewMessage(MessageRole.ASSISTANT, ADDRESS_KEPT.format(address=address))


def _same(text: str, label: str) -> bool:
    return text.strip(" .!").casefold() == label.casefold()


def _was_not_asked(session: WriteSession, stored: Message) -> bool:
    """Whether what was said to them last asked nothing, and no photo came with it: "ok great" may be a yes."""
    last = transcript.newest(session, stored.conversation_id, 2)[:-1]
    return not photos_of(stored.payload) and bool(last) and "?" not in last[0].text


def _was_asked_to_rate(session: WriteSession, conversation_id: str) -> bool:
    last = public_messages(transcript.last_turn(session, conversation_id))[-1:]
    return bool(last) and last[0].choices == tuple(RATINGS)
