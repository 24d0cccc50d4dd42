"""What the embedded model makes of a message about figures, as a reading to compare with those that are right."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from bot.embedded.kpis import acts
from bot.embedded.kpis.answering import PERSONAL, StaffFigures
from bot.embedded.kpis.question import Figures, Question
from bot.embedded.kpis.telling import Told
from bot.embedded.situation import Call, Memory, NeedsTool, Situation
from bot.embedded.wording import kpis as wording
from bot.instructions import instructions
from tests.bot.figure_calls import called
from tests.bot.figure_questions import Question as Asked
from tests.bot.figure_questions import Shop
from tests.bot.figure_readings import (
    Asks,
    Beyond,
    Catalog,
    Definition,
    Digest,
    Kept,
    Kpis,
    Listing,
    Missing,
    Personal,
    Reading,
    Stopping,
    Unknown,
    Watch,
    Why,
)
from tools.cards import MembersFound, ToolResult
from tools.commerce.database import Database
from tools.commerce.metrics.definitions import BY_NAME, METRICS
from tools.commerce.metrics.members import find_mentions
from tools.commerce.metrics.targets import value_of
from tools.commerce.schema import Role
from tools.kpi_cards import KpiCard
from tools.members import found_members
from tools.principal import Principal
from tools.watch_cards import WatchList
from tools.watches import DigestArguments, WatchArguments

TOOLS = frozenset(
    {
        "query_kpis",
        "explain_change",
        "find_members",
        "watch_metric",
        "propose_digest",
        "list_watches",
        "stop_watch",
        "check_stock",
        "search_knowledge",
    }
)
ANSWERED = KpiCard(metrics=(), currency="USD", total=(), as_of=datetime(2026, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Answered:
    kind: str
    question: Asked
    found: Reading

    @property
    def is_right(self) -> bool:
        if isinstance(self.found, Beyond):  # what else it is about, others understand
            return any(isinstance(one, Beyond) for one in self.question.readings)
        return self.question.is_answered_by(self.found)

    @property
    def is_silently_wrong(self) -> bool:
        """Whether a figure is given where it should have been asked, or said that there is none."""
        must_speak = isinstance(self.question.right, Asks | Unknown | Missing | Personal)
        return must_speak and isinstance(self.found, Kpis | Why) and not self.is_right


class Analyst:
    """Somebody who asks one question after the other in a conversation; figures are understood, not computed."""

    def __init__(self, figures: StaffFigures, shop: Shop, database: Database) -> None:
        self._figures = figures
        self._shop = shop
        self._database = database
        self._prompt = instructions(Principal(role=Role.ANALYST), shop.profile, shop.today)
        self._remembered: Figures | None = None
        self.told = ""
        """What was said last."""

    def asks(self, text: str) -> Reading:
        results: dict[str, ToolResult] = {}
        asked: Call | None = None
        listed = False
        while True:
            try:
                told = self._figures.answer(self._situation(text, results))
                break
            except NeedsTool as needed:
                (call,) = needed.calls
                if call.tool == "find_members":
                    results[call.key] = self._members(call.args["names"])
                elif call.tool == "list_watches":
                    results[call.key], listed = WatchList(watches=()), True
                else:
                    asked, results[call.key] = call, ANSWERED
        if told is None:
            return Beyond(beyond="policy")
        self._remembered, self.told = told.figures, told.text
        if asked and (reading := called(asked.tool, asked.args) or self._told_later(asked)):
            return reading
        if listed:
            return _kept(text)
        return _said(told)

    def _told_later(self, call: Call) -> Watch | Digest | None:
        """The reading that a proposal to tell something later shows."""
        if call.tool == "watch_metric":
            alert = WatchArguments.model_validate(call.args)
            limit = value_of(alert.threshold, BY_NAME[alert.metric].unit, self._shop.currency)
            only = {one.dimension: one.members for one in alert.filters}
            return Watch.model_validate({"watch": alert.metric, alert.direction.value: limit, "only": only})
        if call.tool == "propose_digest":
            digest = DigestArguments.model_validate(call.args)
            every = {"daily": "day", "weekly": "week", "monthly": "month"}[digest.cadence.value]
            at = str(call.args["at"]) if "at" in call.args else None
            only = {one.dimension: one.members for one in digest.filters}
            told = {
                "digest": digest.metrics,
                "every": every,
                "weekday": digest.weekday,
                "at": at,
                "only": only,
                "by": digest.dimensions,
            }
            return Digest.model_validate(told)
        return None

    def _members(self, names: JsonValue) -> MembersFound:
        assert isinstance(names, list)
        with self._database.reading() as session:
            return found_members(find_mentions(session, [str(name) for name in names], self._shop.asked_at))

    def _situation(self, text: str, results: dict[str, ToolResult]) -> Situation:
        return Situation(
            text=text,
            today=self._shop.today,
            shop=self._shop.name,
            signed_in=False,
            memory=Memory(figures=self._remembered),
            earlier=(),
            results=results,
            orders_shown=(),
            products_shown=(),
            option_values=frozenset(),
            tools=TOOLS,
            likeness=lambda texts, others: [[0.0] * len(others) for _ in texts],
            prompt=self._prompt,
        )


def _kept(text: str) -> Reading:
    """Of what is watched or sent: looked at, or to be stopped."""
    kept = (
        Kept.DIGESTS if re.search(r"digest|report|send|summary|mail", text, re.IGNORECASE) else Kept.WATCHES
    )
    return Stopping(stopping=kept) if acts.STOPS.search(text.lower()) else Listing(listing=kept)


def _said(told: Told) -> Reading:
    """What an answer that rests on no figure says."""
    if told.text == PERSONAL:
        return Personal(personal=True)
    if told.text == wording.catalog(METRICS):
        return Catalog(catalog="metrics")
    defined = [one.name for one in METRICS if told.text.startswith(wording.defined(one))]
    if defined:
        return Definition(define=defined[0])
    offered = [one.question for one in told.figures.offered if one.question]
    if len(offered) > 1:
        return Asks(asks=_differing(offered))
    if offered:
        return Unknown(unknown="", nearest=offered[0].metrics)
    return Missing(missing=told.text)


def _differing(offered: Sequence[Question]) -> tuple[str, ...]:
    """In what the questions that are offered differ: their metrics, or the dimensions of their filters."""
    metrics = tuple(dict.fromkeys(one.metrics[0] for one in offered))
    if len(metrics) > 1:
        return metrics
    sets = [frozenset(f.dimension.value for f in one.filters) for one in offered]
    common = frozenset.intersection(*sets)
    differing = tuple(dict.fromkeys(name for one in sets for name in sorted(one - common)))
    return differing if len(differing) > 1 else tuple(sorted(frozenset.union(*sets)))


def answers(figures: StaffFigures, shop: Shop, database: Database) -> Iterator[Answered]:
    """To all that the shop is asked, each chain in one conversation."""
    alone = [(kind, (one,)) for kind, asked in shop.questions.items() for one in asked]
    for kind, chain in (*alone, *(("chains", chain) for chain in shop.chains)):
        analyst = Analyst(figures, shop, database)
        for one in chain:
            yield Answered(kind, one, analyst.asks(one.say))
