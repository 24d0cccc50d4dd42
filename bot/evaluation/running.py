"""Playing scenarios through the one entrance, each trial in a fresh copy of its shop."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from langchain_core.language_models import BaseChatModel
from sqlalchemy import select

from bot.errors import ConversationError
from bot.evaluation.ending import end_state
from bot.evaluation.files import Case
from bot.evaluation.llm_shopper import LlmShopper
from bot.evaluation.meter import metered
from bot.evaluation.moves import Move, Player, Press, Reader, Say
from bot.evaluation.played import TrialPlayed, TurnPlayed
from bot.evaluation.report import CaseResult
from bot.evaluation.scenario import Scenario
from bot.evaluation.scoring import failures_of
from bot.evaluation.shopper import Inbox, SimulatedShopper
from bot.evaluation.stage import BETWEEN_TURNS, Played, Stage, Stages
from bot.events import DoneEvent, Reply, TurnEvent, WorkingEvent
from bot.garbage import spare_what_stays
from bot.register import Identity
from bot.verdicts import BUTTONS
from tools.commerce.customers import customer_with_email
from tools.commerce.database import Database
from tools.commerce.schema import ConversationChannel, OutboxEmail, Role

CODE = re.compile(r"\b\d{6}\b")
MOST_TURNS = 40

Progress = Callable[[int], None]
"""Told how many cases are over."""


class UnknownShopper(Exception):
    """A scenario speaks for somebody whom its shop does not know."""

    code = "unknown_shopper"

    def __init__(self, scenario: str, email: str) -> None:
        super().__init__(f"Scenario {scenario}: the shop has no customer with the e-mail {email}.")


class NothingToPress(Exception):
    """A turn presses a button, and no proposal is open."""


@dataclass(frozen=True)
class Evaluation:
    """`is_embedded` says which model is on trial; `shopper_model` plays shoppers in place of the rules."""

    stages: Stages
    is_embedded: bool
    trials: int = 1
    at_once: int = 1
    shopper_model: BaseChatModel | None = None

    async def run(self, cases: Sequence[Case], on_progress: Progress = lambda _: None) -> list[CaseResult]:
        """Plays every case. Raises UnknownShopper, and what a shop's files raise."""
        over = 0
        slots = asyncio.Semaphore(self.at_once)
        staged = [(case, self.stages.of(case.shop)) for case in cases]
        spare_what_stays()

        async def one(case: Case, stage: Stage) -> CaseResult:
            nonlocal over
            async with slots:
                result = await self._play_all(case, stage)
            over += 1
            on_progress(over)
            return result

        return list(await asyncio.gather(*(one(case, stage) for case, stage in staged)))

    async def _play_all(self, case: Case, stage: Stage) -> CaseResult:
        played = [await self._play(case.scenario, stage, trial) for trial in range(1, self.trials + 1)]
        failures = [failures_of(case.scenario, trial) for trial in played]
        return CaseResult.of(case.theme, case.scenario, played, failures)

    async def _play(self, scenario: Scenario, stage: Stage, trial: int) -> TrialPlayed:
        with stage.played() as played:
            identity = _identity(scenario, played.database)
            opened = await played.conversations.start(identity, ConversationChannel.COMMAND_LINE)
            talk = _Talk(played, opened.id, self.is_embedded)
            player = self._player(scenario, trial, talk.newest_code)
            error = await talk.hold(player)
            await played.conversations.finish_running(within_seconds=10)
            return TrialPlayed(
                turns=tuple(talk.turns),
                end=end_state(played, opened.id, scenario.expect),
                gave_up=player.gave_up,
                error=error,
            )

    def _player(self, scenario: Scenario, trial: int, inbox: Inbox) -> Player:
        if scenario.shopper is None:
            return Reader(scenario.turns, trial)
        if self.shopper_model:
            return LlmShopper(self.shopper_model, scenario, inbox)
        return SimulatedShopper(scenario.shopper, scenario.expect.changes, trial, inbox)


class _Talk:
    """One conversation as it is held."""

    def __init__(self, played: Played, conversation_id: str, is_embedded: bool) -> None:
        self.turns: list[TurnPlayed] = []
        self._played = played
        self._id = conversation_id
        self._is_embedded = is_embedded

    async def hold(self, player: Player) -> str | None:
        """Until the player has no more to say. Returns what broke it off, if anything did."""
        reply: Reply | None = None
        while len(self.turns) < MOST_TURNS and (move := await player.move(reply)):
            self._played.clock.wait(BETWEEN_TURNS + move.after)
            try:
                reply = await self._turn(move, reply)
            except (ConversationError, NothingToPress) as error:
                return f"{type(error).__name__}: {error}"
        return None

    def newest_code(self) -> str | None:
        with self._played.database.reading() as session:
            email = session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc())).first()
        found = CODE.search(email.body) if email else None
        return found[0] if found else None

    async def _turn(self, move: Move, last: Reply | None) -> Reply:
        events, said = self._sent(move, last)
        tools: list[str] = []
        with metered() as meter:
            start = perf_counter()
            async for event in events:
                if isinstance(event, WorkingEvent):
                    tools.append(event.tool)
                elif isinstance(event, DoneEvent):
                    reply = event.reply
            seconds = perf_counter() - start
        self.turns.append(
            TurnPlayed(
                said=said,
                pressed=isinstance(move, Press),
                reply=reply,
                tools=tuple(tools),
                seconds=seconds,
                input_tokens=meter.usage.input_tokens,
                output_tokens=meter.usage.output_tokens,
                fell_back=not self._is_embedded and "embedded" in meter.asked,
            )
        )
        return reply

    def _sent(self, move: Move, last: Reply | None) -> tuple[AsyncIterator[TurnEvent], str]:
        conversations = self._played.conversations
        if isinstance(move, Say):
            said = move.text.replace("{code}", self.newest_code() or "")
            return conversations.send(self._id, said, live=False), said
        if last is None or last.proposal is None:
            raise NothingToPress("no proposal is open")
        return conversations.decide(self._id, last.proposal.id, move.decision), BUTTONS[move.decision]


def _identity(scenario: Scenario, database: Database) -> Identity | None:
    kind, _, email = scenario.who.partition(":")
    if kind == "anonymous":
        return None
    if kind != Role.SHOPPER:
        return Identity(role=Role(kind), email=email or None)
    with database.reading() as session:
        customer = customer_with_email(session, email)
    if customer is None:
        raise UnknownShopper(scenario.name, email)
    return Identity(customer_ref=customer.ref)
