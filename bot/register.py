"""Opening, unlocking and reading conversations: what a channel can do before any model is loaded.

Nothing imported here may import LangChain: a server opens conversations while that is still on its way.
"""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from bot.errors import LinkOver, UnknownConversation
from bot.events import ProposalState, PublicMessage
from bot.public import messages_now, proposal_of
from tools import crossing
from tools.commerce import chat_links, reach, transcript
from tools.commerce.chat_links import hashed
from tools.commerce.customers import customer_of
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.schema import ConversationChannel, ConversationStatus, Customer, Role


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


class Opened(Frozen):
    """`subject` is whose it is, as the shop's identity tokens call them; absent where no account was shown."""

    id: str
    status: ConversationStatus
    subject: str | None = None


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
                token_hash=hashed(token),
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
        """Raises UnknownConversation unless `token` is the conversation's own, or a link to it was opened with it."""

        def work(session: ReadSession) -> bool:
            found = transcript.conversation(session, conversation_id)
            stored = found.token_hash if found else ""
            own = secrets.compare_digest(stored, hashed(token))
            return own or chat_links.is_key(session, conversation_id, token)

        if not await crossing.read(self._database, work):
            raise UnknownConversation

    async def open_link(self, secret: str, key: str) -> Opened:
        """Open the conversation that an e-mail's link leads to, for the browser whose `key` it is. Raises LinkOver."""

        def work(session: WriteSession) -> Opened | None:
            conversation_id = chat_links.open_with(session, secret, key, self._now())
            found = transcript.conversation(session, conversation_id) if conversation_id else None
            if found is None:
                return None
            ref = session.scalar(select(Customer.ref).where(Customer.id == found.customer_id))
            return Opened(id=found.id, status=found.status, subject=ref)

        opened = await crossing.write(self._database, work)
        if opened is None:
            raise LinkOver
        return opened

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
