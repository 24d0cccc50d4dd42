"""Reads random questions back, and tells in which part of the query what was understood differs from what was meant."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.embedded.kpis.answering import StaffFigures
from tests.bot.figure_answers import Analyst, Answered
from tests.bot.figure_questions import Shop
from tests.bot.figure_readings import Kpis, Reading, Why
from tests.bot.figure_round_trip import Speaker
from tools.commerce.database import Database

FOLLOW_UPS = 2


@dataclass(frozen=True)
class ReadBack(Answered):
    told: str
    """What was said beside the figure."""

    @property
    def is_silently_wrong(self) -> bool:
        """Whether another figure than was asked for is given without a word about it."""
        return not self.is_right and isinstance(self.found, Kpis | Why) and not self.told

    @property
    def differing(self) -> tuple[str, ...]:
        """The parts of the query that were misread; `asked` where no figure was given."""
        meant, found = self.question.right, self.found
        if self.is_right:
            return ()
        if not isinstance(found, Kpis | Why):
            return ("asked",)
        return tuple(part for part in _PARTS if _part(meant, part) != _part(found, part)) or ("other",)


_PARTS = (
    "kind",
    "of_metrics",
    "days",
    "by",
    "only",
    "without",
    "comparison",
    "grain",
    "size",
    "top",
    "shares",
    "running",
)


def read_back(
    figures: StaffFigures, shop: Shop, database: Database, *, count: int, seed: int
) -> Iterator[ReadBack]:
    """`count` conversations, each up to what is not understood: what goes on with that means something else."""
    speaker = Speaker(shop, seed)
    for _ in range(count):
        analyst = Analyst(figures, shop, database)
        for place, question in enumerate(speaker.conversation(FOLLOW_UPS)):
            found = ReadBack(
                "follow-up" if place else "first", question, analyst.asks(question.say), analyst.told
            )
            yield found
            if not found.is_right:
                break


def _part(reading: Reading, name: str) -> object:
    if name == "kind":
        return type(reading)
    value = getattr(reading, name, None)
    return frozenset(value) if name in ("by", "of_metrics") and value else value
