"""Answering one message: the transcript goes to the agent, and what comes back is stored as it happens."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, SystemMessage, ToolMessage
from langgraph.types import StreamMode

from bot.deciding import Deciding, note_told
from bot.desk import Desk
from bot.events import MessageEvent, Reply, TextEvent, TurnEvent, WorkingEvent
from bot.failing import is_broken, passed_on
from bot.faults import fault
from bot.guard import MAX_TOOL_CALLS
from bot.instructions import instructions
from bot.outcomes import not_done_yet, says_not_done, summary_of
from bot.public import cards_of, citations_of, reply_of, with_citations, without_links
from bot.transcript import HISTORY_LIMIT, as_decided, as_history, as_new_message, is_more_asked_for
from bot.verdicts import Act, Verdict
from tools import crossing
from tools.cards import Citation
from tools.change_cards import ProposalCard
from tools.commerce import transcript
from tools.commerce.changes import proposals, showing
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import side_chats
from tools.commerce.identity import principal_of
from tools.commerce.schema import Message, MessageRole
from tools.commerce.transcript import NewMessage, storable_text
from tools.context import ToolContext
from tools.principal import IdentityLevel, Principal

TURN_SECONDS = 60.0
STEPS = 2 * MAX_TOOL_CALLS + 3
"""Of the agent's graph: the model and a tool for each call, and a last answer."""

LONGEST_ANSWER = 8_000
"""Characters; a model that can't stop is cut off."""

APOLOGY = (
    "I'm sorry, something went wrong on my side and I couldn't finish that. "
    "Please try again in a moment, or write to {email}."
)

Emit = Callable[[TurnEvent], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _History:
    """The transcript as the agent is given it, and whose it is."""

    principal: Principal
    messages: tuple[AnyMessage, ...]


class Answering:
    """Answers messages of one conversation on behalf of the lease's holder."""

    def __init__(
        self, desk: Desk, conversation_id: str, holder: str, client_address: str | None, *, live: bool
    ) -> None:
        """`live` when somebody reads along: then text is told of while it is written."""
        self._desk = desk
        self._id = conversation_id
        self._holder = holder
        self._deciding = Deciding(desk, conversation_id)
        self._broke = False
        self._seen: tuple[Principal, Sequence[Message]] | None = None
        self._stream_modes: Sequence[StreamMode] = ["messages", "updates"] if live else ["updates"]
        self._context = ToolContext(
            conversation_id=conversation_id,
            client_address=client_address,
            database=desk.database,
            knowledge=desk.knowledge,
            shop=desk.shop,
            policy=desk.policy,
            now=desk.now,
        )

    async def answer(self, message: Message, emit: Emit, *, release: bool = False) -> Reply:
        """Store one answer to `message` and mark it as answered; with `release`, give the lease back with it.

        Raises TurnLost when the lease has gone.
        """
        self._broke = False
        verdict = Verdict.of(message)
        try:
            async with asyncio.timeout(TURN_SECONDS):
                if verdict:
                    told = await self._deciding.carry_out(verdict)
                    said = await self._with_the_rest(told, verdict, message.turn, emit)
                else:
                    history = await self._read_history()
                    said = _as_answer(*await self._ask_agent(history, message.turn, emit))
        except transcript.TurnLost:
            raise
        except Exception as error:
            log.error("no answer: %s", fault(error))
            if verdict:
                # Nobody knows what became of it: it is looked up when the database can be asked again.
                raise
            said = NewMessage(MessageRole.ASSISTANT, "")
        reply = await self._store(message.turn, said, release)
        emit(MessageEvent(message=reply.messages[-1]))
        return reply

    async def _with_the_rest(self, told: NewMessage, verdict: Verdict, turn: int, emit: Emit) -> NewMessage:
        """What was decided, and after it whatever else the person had asked for, if it waited for that."""
        if verdict.act is Act.SHOW_AGAIN:
            return told
        history = await self._read_history()
        decided = as_decided(told)
        if not is_more_asked_for(history.messages, decided):
            return told
        goes_on = replace(history, messages=(*history.messages, decided))
        try:
            rest = _as_answer(*await self._ask_agent(goes_on, turn, emit))
        except transcript.TurnLost:
            raise
        except Exception as error:  # noqa: BLE001 - what was decided is told whatever comes of the rest
            log.error("nothing came after a decision: %s", fault(error))
            return told
        payload = (rest.payload or {}) | (told.payload or {})
        return NewMessage(told.role, f"{told.text}\n\n{rest.text}".strip(), payload)

    async def _ask_agent(self, history: _History, turn: int, emit: Emit) -> tuple[AIMessage, list[Citation]]:
        """The agent's last message, not stored yet, and every article that its tools offered to cite."""
        unstored: list[AIMessage | ToolMessage] = []
        offered: list[Citation] = []
        stream = self._desk.agents[history.principal.role].astream(
            {"messages": [*history.messages]},
            {"recursion_limit": STEPS},
            context=self._context,
            stream_mode=self._stream_modes,
        )
        async for mode, part in stream:
            if mode == "messages":
                _emit_text(part[0], emit)
                continue
            for said in _said(cast("dict[str, Any]", part)):
                unstored.append(said)
                if isinstance(said, ToolMessage):
                    self._broke = self._broke or is_broken(said)
                    offered.extend(citations_of({"artifact": said.artifact}))
                    await self._append(turn, [as_new_message(m) for m in unstored])
                    unstored = []
                for call in said.tool_calls if isinstance(said, AIMessage) else ():
                    emit(WorkingEvent(tool=call["name"]))
        last = unstored[-1] if unstored else None
        return (last if isinstance(last, AIMessage) else AIMessage("")), offered

    def look(self, session: ReadSession | WriteSession) -> None:
        """Read the transcript now, in the transaction that stores the message, for the answer that follows."""
        rows = transcript.newest(session, self._id, HISTORY_LIMIT)
        self._seen = principal_of(session, self._id), rows

    async def _read_history(self) -> _History:
        if self._seen is None:
            await crossing.read(self._desk.database, self.look)
        if self._seen is None:
            raise AssertionError("a look leaves what it saw")
        principal, rows = self._seen
        self._seen = None
        today = self._desk.now().astimezone(ZoneInfo(self._desk.shop.time_zone)).date()
        about = await self._case_orders() if principal.level is IdentityLevel.STAFF else None
        prompt = instructions(principal, self._desk.shop, today, self._desk.order_numbers, about)
        return _History(principal, (SystemMessage(prompt), *as_history(rows)))

    async def _case_orders(self) -> tuple[str, ...] | None:
        """Of the case that staff ask about; None where it is about none."""
        when = self._desk.local_time
        return await crossing.read(
            self._desk.database, lambda session: side_chats.order_numbers(session, self._id, when)
        )

    async def _append(self, turn: int, messages: list[NewMessage]) -> None:
        await crossing.write(
            self._desk.database,
            lambda s: transcript.append(s, self._id, self._holder, turn, messages, self._desk.now()),
        )

    async def _store(self, turn: int, said: NewMessage, release: bool) -> Reply:
        """What the turn came to, once its last message is stored."""
        text = said.text or APOLOGY.format(email=self._desk.shop.contact.email)

        def work(session: WriteSession) -> Reply:
            now = self._desk.now()
            asked = _with_question(text, session, self._id, turn, now)
            answer = NewMessage(said.role, asked, said.payload)
            if self._broke:
                answer = passed_on(session, self._id, answer, self._desk.shop, self._desk.local_time)
            transcript.append(session, self._id, self._holder, turn, [answer], now)
            note_told(session, answer)
            transcript.finish_turn(session, self._id, turn, now)
            if release:
                transcript.release_turn(session, self._id, self._holder)
            return reply_of(session, self._id, turn, now)

        return await crossing.write(self._desk.database, work)


def _as_answer(final: AIMessage, offered: list[Citation]) -> NewMessage:
    """The agent's last message as a row: its links to what was offered have become citations."""
    text, citations = with_citations(storable_text(final.text)[:LONGEST_ANSWER], offered)
    message = as_new_message(final.model_copy(update={"tool_calls": []}))
    payload = dict(message.payload or {})
    if citations:
        payload["citations"] = [citation.model_dump() for citation in citations]
    return NewMessage(message.role, text, payload or None)


def _with_question(text: str, session: WriteSession, conversation_id: str, turn: int, now: datetime) -> str:
    """`text`, with the proposal that this turn made in the shop's own words, unless it has them.

    What a person says yes to is what code has said, whatever a model wrote around it.
    """
    proposal = proposals.open_proposal(session, conversation_id, now)
    if proposal is None:
        return text
    rows = transcript.of_turn(session, conversation_id, turn)
    made_now = any(
        isinstance(card, ProposalCard) and card.id == proposal.id
        for row in rows
        if row.role is MessageRole.TOOL
        for card in cards_of(row.payload or {})
    )
    if not made_now or says_not_done(without_links(summary_of(proposal)), text):
        return text
    return f"{text}\n\n{without_links(not_done_yet(showing.card(proposal, now)))}"


def _said(update: dict[str, Any]) -> Iterator[AIMessage | ToolMessage]:
    """The messages in one update of the agent's graph: `{node: {"messages": [...]} | None}`."""
    for change in update.values():
        for message in (change or {}).get("messages", ()):
            if isinstance(message, AIMessage | ToolMessage):
                yield message


def _emit_text(chunk: object, emit: Emit) -> None:
    # The stream carries tools' messages whole as well; only a model's words may leave.
    if isinstance(chunk, AIMessageChunk) and chunk.text and not chunk.tool_call_chunks:
        emit(TextEvent(draft=chunk.id or "", text=storable_text(chunk.text)))
