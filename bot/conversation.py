"""The one entrance: every channel starts conversations, sends messages and hears events here."""

import asyncio
import logging
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

from bot.deciding import Deciding
from bot.desk import Desk
from bot.disputes import Disputes
from bot.errors import ConversationError, EmptyMessage, MessageTooLong, TooManyPhotos, UnknownProposal
from bot.events import DoneEvent, Reply, TurnEvent
from bot.faults import fault
from bot.handoff_timers import Timers
from bot.people import People
from bot.register import Identity, Register, Started, View
from bot.turn import Turn, UserMessage
from bot.verdicts import BUTTONS, Act, Verdict
from bot.watching import Watching
from tools import crossing
from tools.commerce import transcript
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import ReadSession
from tools.commerce.photos.keeping import MOST_IN_A_MESSAGE
from tools.commerce.schema import Proposal, ProposalStatus
from tools.context import rulebook

__all__ = ["MAX_MESSAGE_CHARS", "Conversations", "Identity", "Started", "View"]

MAX_MESSAGE_CHARS = 4000
RESUME_WITHIN = timedelta(hours=1)
"""An unanswered message older than this is left alone: whoever sent it has gone."""

log = logging.getLogger(__name__)

Emit = Callable[[TurnEvent | Exception], None]


class Conversations(Register):
    """Built once in a process, and keeps nothing that matters: the transcript is the state."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.database, desk.now)
        self._desk = desk
        self.people = People(desk, self.tell_news)
        self._timers = Timers(desk, self.tell_news)
        self.disputes = Disputes(desk, self.tell_news)
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[None]] = set()

    async def send(
        self,
        conversation_id: str,
        text: str,
        *,
        client_message_id: str | None = None,
        client_address: str | None = None,
        live: bool = True,
        photos: Sequence[str] = (),
    ) -> AsyncIterator[TurnEvent]:
        """One turn: the events that a message causes, `done` last. Raises ConversationError.

        The turn goes on to its end when the caller stops listening. A message with the `client_message_id` of
        an earlier one is not a second message: it gets the earlier one's answer. `photos` are ids of what was
        added to the conversation before; a message of photos alone needs no text.
        """
        ids = tuple(dict.fromkeys(photos))
        if len(ids) > MOST_IN_A_MESSAGE:
            raise TooManyPhotos(MOST_IN_A_MESSAGE)
        words = _readable(text, may_be_empty=bool(ids))
        message = UserMessage(words, client_message_id, client_address, self._desk.now(), live, photos=ids)
        async for event in self._events(conversation_id, message):
            yield event

    async def decide(
        self, conversation_id: str, proposal_id: str, decision: Decision
    ) -> AsyncIterator[TurnEvent]:
        """The turn that pressing a proposal's button is. Raises ConversationError; pressed again, it answers alike."""
        attempt = await crossing.read(
            self._desk.database, lambda session: _attempt(session, conversation_id, proposal_id, decision)
        )
        verdict = Verdict(proposal_id, Act(decision.value))
        now = self._desk.now()
        message = UserMessage(BUTTONS[decision], attempt, None, now, live=False, verdict=verdict)
        async for event in self._events(conversation_id, message):
            yield event

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
            conversation_id,
            text,
            client_message_id=client_message_id,
            client_address=client_address,
            live=False,
        )
        async for event in events:
            if isinstance(event, DoneEvent):
                return event.reply
        raise AssertionError("a turn ends with `done` or with an error")

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

    async def tend_proposals(self) -> None:
        """Close what has expired, and tell whoever has yet to be told."""
        book = rulebook(self._desk.policy, self._desk.shop, self._desk.knowledge, self._desk.now())
        await crossing.write(self._desk.database, lambda session: proposals.expire_due(session, book))
        for proposal_id, conversation_id in await crossing.read(self._desk.database, proposals.untold):
            if await Deciding(self._desk, conversation_id).announce(proposal_id):
                self.tell_news(conversation_id)

    async def tend_handoffs(self) -> None:
        """Do what is due in conversations with people."""
        await self._timers.tend()

    async def tend_watches(self) -> None:
        """Tell staff what they asked to be told, as far as it is due."""
        for conversation_id in await Watching(self._desk).tend():
            self.tell_news(conversation_id)

    async def finish_running(self, within_seconds: float) -> None:
        """Wait for the turns that run, as a server does before it stops."""
        if self._running:
            await asyncio.wait(self._running, timeout=within_seconds)

    async def _events(self, conversation_id: str, message: UserMessage) -> AsyncIterator[TurnEvent]:
        events: asyncio.Queue[TurnEvent | Exception] = asyncio.Queue()
        self._run(conversation_id, message, events.put_nowait)
        while True:
            event = await events.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, DoneEvent):
                return

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
        except Exception as error:  # noqa: BLE001 - whoever waits must hear that it ended
            log.error("a turn failed: %s", fault(error))
            emit(error)
        finally:
            self.tell_news(conversation_id)


def _attempt(session: ReadSession, conversation_id: str, proposal_id: str, decision: Decision) -> str:
    """The message id of pressing a button: the same for each press, until one was answered without an effect."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.conversation_id != conversation_id:
        raise UnknownProposal
    number = 0
    latest = None
    while found := transcript.message_with_client_id(
        session, conversation_id, f"{decision}:{proposal_id}:{number + 1}"
    ):
        latest, number = found, number + 1
    is_new = latest is None or (latest.answered_at and proposal.status is ProposalStatus.OPEN)
    return f"{decision}:{proposal_id}:{number + 1 if is_new else number}"


def _readable(text: str, *, may_be_empty: bool = False) -> str:
    """`text` without control characters and outer blanks. Raises EmptyMessage or MessageTooLong."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise MessageTooLong(MAX_MESSAGE_CHARS)
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    if all(unicodedata.category(c)[0] in "ZC" for c in kept):
        if may_be_empty:
            return ""
        raise EmptyMessage
    return kept.strip()
