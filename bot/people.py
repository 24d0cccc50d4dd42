"""What the shop's people do in a conversation that was handed over: take it, write in it, give it back."""

import logging
from collections.abc import Callable

from pydantic import JsonValue

from bot.colleague import Colleague
from bot.desk import Desk
from bot.handoff_replies import RATINGS
from bot.leased import write_between_turns
from bot.public import AGENT, public_messages
from tools import crossing
from tools.commerce import transcript
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import escalation, lifecycle
from tools.commerce.handoffs.routing import MOST_RELEASES
from tools.commerce.schema import Conversation, ConversationChannel, Handoff, MessageRole
from tools.commerce.transcript import NewMessage, storable_text
from tools.handoffs import answer_by, reply_by

JOINED = "{name} from our team is here now, and has read what you wrote."
RELEASED = "{name} had to leave. This waits for somebody else from our team again."
CLOSED = (
    "{name} has closed this. I'm the assistant again, if there is anything else. How well did we help you?"
)

log = logging.getLogger(__name__)


class People:
    """Every step is one transaction: the handoff's state and what the shopper reads of it. Raises HandoffError."""

    def __init__(self, desk: Desk, tell_news: Callable[[str], None]) -> None:
        self._desk = desk
        self._tell_news = tell_news

    async def take(self, handoff_id: str, who: Colleague) -> None:
        def work(session: WriteSession) -> tuple[Handoff, NewMessage | None]:
            is_mine = (found := session.get(Handoff, handoff_id)) is not None and found.taken_by == who.email
            now, by = self._desk.now(), reply_by(self._desk.shop, self._desk.local_time)
            handoff = lifecycle.take(session, handoff_id, who.email, now, by)
            if session.get_one(Conversation, handoff.conversation_id).channel is ConversationChannel.DESK:
                handoff.reply_by = None  # nobody has the key to it: there is no shopper who waits
            return handoff, None if is_mine else _told(JOINED, who)

        await self._step(handoff_id, work)

    async def say(
        self, handoff_id: str, who: Colleague, text: str, client_message_id: str, seen: int | None = None
    ) -> None:
        """The same `client_message_id` again writes nothing more.

        `seen` is the number of the last message that they have seen: what others wrote after it is told instead.
        """

        def work(session: WriteSession) -> tuple[Handoff, NewMessage | None]:
            handoff = lifecycle.note_answer(session, handoff_id, who.email, self._desk.now())
            own_id = f"desk:{client_message_id}"
            if transcript.message_with_client_id(session, handoff.conversation_id, own_id):
                return handoff, None
            if seen is not None and (unseen := _unseen(session, handoff.conversation_id, seen, who)):
                more = "One more message" if unseen == 1 else f"{unseen} more messages"
                raise lifecycle.HandoffError("not_seen", f"{more} came in. Read on, then send your answer.")
            said = NewMessage(MessageRole.ASSISTANT, storable_text(text), {AGENT: who.name}, own_id)
            return handoff, said

        await self._step(handoff_id, work)

    async def release(self, handoff_id: str, who: Colleague) -> None:
        def work(session: WriteSession) -> tuple[Handoff, NewMessage | None]:
            now = self._desk.now()
            due = answer_by(self._desk.shop, self._desk.local_time)
            handoff = lifecycle.release(session, handoff_id, who.email, now, due)
            if handoff.releases > MOST_RELEASES:
                escalation.mail(session, handoff, self._desk.shop, now)
            return handoff, _told(RELEASED, who)

        await self._step(handoff_id, work)

    async def close(self, handoff_id: str, who: Colleague) -> None:
        def work(session: WriteSession) -> tuple[Handoff, NewMessage | None]:
            handoff = lifecycle.close(session, handoff_id, who.email, self._desk.now())
            return handoff, _told(CLOSED, who, choices=tuple(RATINGS))

        await self._step(handoff_id, work)

    async def _step(
        self, handoff_id: str, work: Callable[[WriteSession], tuple[Handoff, NewMessage | None]]
    ) -> None:
        """`work`, and its message in the transcript, under the conversation's lease. Raises ConversationBusy."""
        conversation_id = await crossing.read(self._desk.database, lambda s: _conversation_of(s, handoff_id))
        await write_between_turns(self._desk, conversation_id, lambda session: work(session)[1])
        self._tell_news(conversation_id)


def _conversation_of(session: ReadSession, handoff_id: str) -> str:
    found = session.get(Handoff, handoff_id)
    if found is None:
        raise lifecycle.HandoffError("unknown_handoff", "There is no such handoff.")
    return found.conversation_id


def _unseen(session: WriteSession, conversation_id: str, seen: int, who: Colleague) -> int:
    """How many messages the shopper or a colleague has written since."""
    since = public_messages(transcript.after(session, conversation_id, seen))
    return sum(one.role == "user" or (one.role == "agent" and one.author != who.name) for one in since)


def _told(text: str, who: Colleague, choices: tuple[str, ...] = ()) -> NewMessage:
    payload: dict[str, JsonValue] | None = {"choices": list(choices)} if choices else None
    return NewMessage(MessageRole.ASSISTANT, text.format(name=who.name), payload)
