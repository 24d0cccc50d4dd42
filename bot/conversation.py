"""The one entrance: every channel starts conversations, sends messages and hears events here."""

import asyncio
import hashlib
import logging
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import uuid4
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict

from bot.desk import Desk
from bot.errors import ConversationError, EmptyMessage, MessageTooLong, UnknownConversation
from bot.events import DoneEvent, PublicMessage, Reply, TurnEvent
from bot.public import public_messages
from bot.turn import Turn, UserMessage
from tools import crossing
from tools.commerce import transcript
from tools.commerce.customers import customer_of
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import ConversationChannel, ConversationStatus, Role

MAX_MESSAGE_CHARS = 4000
RESUME_WITHIN = timedelta(hours=1)
"""An unanswered message older than this is left alone: whoever sent it has gone."""

log = logging.getLogger(__name__)

Emit = Callable[[TurnEvent | Exception], None]


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
    """A conversation as it stands."""

    status: ConversationStatus
    messages: tuple[PublicMessage, ...]
    proposal: None = None


class Conversations:
    """Built once in a process, and keeps nothing that matters: the transcript is the state."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._news: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, identity: Identity | None, channel: ConversationChannel) -> Started:
        """Open a conversation. A shopper whom the database does not know is anonymous."""
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
            transcript.open_conversation(session, opening, self._desk.now())

        await crossing.write(self._desk.database, work)
        return Started(id=conversation_id, token=token, status=ConversationStatus.BOT)

    async def authorize(self, conversation_id: str, token: str) -> None:
        """Raises UnknownConversation unless `token` is the conversation's own."""

        def work(session: ReadSession) -> str:
            found = transcript.conversation(session, conversation_id)
            return found.token_hash if found else ""

        stored = await crossing.read(self._desk.database, work)
        if not secrets.compare_digest(stored, _hashed(token)):
            raise UnknownConversation

    async def send(
        self,
        conversation_id: str,
        text: str,
        *,
        client_message_id: str | None = None,
        client_address: str | None = None,
    ) -> AsyncIterator[TurnEvent]:
        """One turn: the events that a message causes, `done` last. Raises ConversationError.

        The turn goes on to its end when the caller stops listening. A message with the `client_message_id` of
        an earlier one is not a second message: it gets the earlier one's answer.
        """
        message = UserMessage(_readable(text), client_message_id, client_address)
        events: asyncio.Queue[TurnEvent | Exception] = asyncio.Queue()
        self._run(conversation_id, message, events.put_nowait)
        while True:
            event = await events.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, DoneEvent):
                return

    async def reply(
        self,
        conversation_id: str,
        text: str,
        *,
        client_message_id: str | None = None,
        client_address: str | None = None,
    ) -> Reply:
        """`send`, waited for."""
        events = self.send(
            conversation_id, text, client_message_id=client_message_id, client_address=client_address
        )
        async for event in events:
            if isinstance(event, DoneEvent):
                return event.reply
        raise AssertionError("a turn ends with `done` or with an error")

    async def view(self, conversation_id: str) -> View:
        def work(session: ReadSession) -> View:
            found = transcript.conversation(session, conversation_id)
            if found is None:
                raise UnknownConversation
            rows = transcript.after(session, conversation_id, 0)
            return View(status=found.status, messages=public_messages(rows))

        return await crossing.read(self._desk.database, work)

    async def messages_after(self, conversation_id: str, after: int) -> tuple[PublicMessage, ...]:
        """The messages with an id above `after`."""
        return await crossing.read(
            self._desk.database,
            lambda session: public_messages(transcript.after(session, conversation_id, after)),
        )

    async def wait_for_news(self, conversation_id: str, within_seconds: float) -> None:
        """Returns when this process has stored something in the conversation, or when the time is over."""
        news = self._news.setdefault(conversation_id, asyncio.Event())
        try:
            async with asyncio.timeout(within_seconds):
                await news.wait()
        except TimeoutError:
            return

    async def resume_abandoned(self) -> int:
        """Answer what a killed process left unanswered; returns how many conversations had that."""
        now = self._desk.now()
        found = await crossing.read(
            self._desk.database,
            lambda session: transcript.abandoned(session, now - RESUME_WITHIN, now),
        )
        for conversation_id in found:
            self._run(conversation_id, None, lambda _: None)
        return len(found)

    async def finish_running(self, within_seconds: float) -> None:
        """Wait for the turns that run, as a server does before it stops."""
        if self._running:
            await asyncio.wait(self._running, timeout=within_seconds)

    def _run(self, conversation_id: str, message: UserMessage | None, emit: Emit) -> None:
        # A task of its own: whoever asked may go away, the turn goes on to its end.
        task = asyncio.create_task(self._turn(conversation_id, message, emit))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _turn(self, conversation_id: str, message: UserMessage | None, emit: Emit) -> None:
        queue = self._queues.setdefault(conversation_id, asyncio.Lock())
        try:
            async with queue:
                await Turn(self._desk, conversation_id, message, emit).run()
        except ConversationError as error:
            emit(error)
        except Exception as error:  # whoever waits for this turn must hear that it ended
            log.exception("a turn failed")
            emit(error)
        finally:
            if news := self._news.pop(conversation_id, None):
                news.set()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _readable(text: str) -> str:
    """`text` without control characters and outer blanks. Raises EmptyMessage or MessageTooLong."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise MessageTooLong(MAX_MESSAGE_CHARS)
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    if all(unicodedata.category(c)[0] in "ZC" for c in kept):
        raise EmptyMessage
    return kept.strip()
