"""Opening, unlocking and reading conversations: what a channel can do before any model is loaded.

Nothing imported here may import LangChain: a server opens conversations while that is still on its way.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict

from bot.errors import UnknownConversation
from bot.events import ProposalState, PublicMessage
from bot.public import messages_now, proposal_of
from tools import crossing
from tools.commerce import reach, transcript
from tools.commerce.customers import customer_of
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.schema import ConversationChannel, ConversationStatus, Role


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Frozen):
    """Who somebody verifiably is: what a checked token says, or whom the command line speaks for."""

    role: Role = Role.SHOPPER
    customer_ref: str | None = None
    email: str | None = None


class Started(Frozen):
    id: str
    token: str
    status: ConversationStatus


class View(Frozen):
    """A conversation as it stands; `proposal` is its newest one."""

    status: ConversationStatus
    messages: tuple[PublicMessage, ...]
    proposal: ProposalState | None = None


class Register:
    """`now` tells the time."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._news: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    async def start(
        self,
        identity: Identity | None,
        channel: ConversationChannel,
        beside: Callable[[WriteSession, str], None] | None = None,
    ) -> Started:
        """Open a conversation. A shopper whom the database does not know is anonymous.

        `beside` runs in the same transaction, with the conversation's id, and by raising undoes it.
        """
        who = identity or Identity()
        token = secrets.token_urlsafe(32)
        conversation_id = str(uuid4())

        def work(session: WriteSession) -> None:
            shopper = who.role is Role.SHOPPER
            opening = transcript.Opening(
                id=conversation_id,
                token_hash=_hashed(token),
                channel=channel,
                role=who.role,
                customer_id=customer_of(session, who.customer_ref, who.email) if shopper else None,
                staff_email=None if shopper else who.email,
            )
            transcript.open_conversation(session, opening, self._now())
            if beside:
                beside(session, conversation_id)

        await crossing.write(self._database, work)
        return Started(id=conversation_id, token=token, status=ConversationStatus.BOT)

    async def authorize(self, conversation_id: str, token: str) -> None:
        """Raises UnknownConversation unless `token` is the conversation's own."""

        def work(session: ReadSession) -> str:
            found = transcript.conversation(session, conversation_id)
            return found.token_hash if found else ""

        stored = await crossing.read(self._database, work)
        if not secrets.compare_digest(stored, _hashed(token)):
            raise UnknownConversation

    async def view(self, conversation_id: str) -> View:
        def work(session: ReadSession) -> View:
            found = transcript.conversation(session, conversation_id)
            if found is None:
                raise UnknownConversation
            rows = transcript.after(session, conversation_id, 0)
            now = self._now()
            return View(
                status=found.status,
                messages=messages_now(session, rows, now),
                proposal=proposal_of(session, conversation_id, now),
            )

        return await crossing.read(self._database, work)

    async def news(
        self, conversation_id: str, after: int
    ) -> tuple[ConversationStatus, tuple[PublicMessage, ...]]:
        """Where the conversation stands, and its messages with an id above `after`."""

        def work(session: ReadSession) -> tuple[ConversationStatus, tuple[PublicMessage, ...]]:
            found = transcript.conversation(session, conversation_id)
            rows = transcript.after(session, conversation_id, after)
            status = found.status if found else ConversationStatus.CLOSED
            return status, messages_now(session, rows, self._now())

        return await crossing.read(self._database, work)

    async def note_read(self, conversation_id: str, seq: int) -> None:
        """The shopper's chat was given everything up to message `seq`."""
        if await crossing.read(self._database, lambda session: reach.is_unread(session, conversation_id)):
            await crossing.write(
                self._database, lambda session: reach.note_read(session, conversation_id, seq)
            )

    async def wait_for_news(self, conversation_id: str, within_seconds: float) -> None:
        """Returns when somebody has stored something in the conversation, or when the time is over.

        Of another process it is heard where `tell_news` is called for that.
        """
        news = self._news.setdefault(conversation_id, asyncio.Event())
        try:
            async with asyncio.timeout(within_seconds):
                await news.wait()
        except TimeoutError:
            return

    def tell_news(self, conversation_id: str) -> None:
        if news := self._news.pop(conversation_id, None):
            news.set()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
