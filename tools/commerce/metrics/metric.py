"""What a metric is: one definition, one unit, one formula over what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, literal

from tools.commerce.metrics.facts import Dimension, Fact


class Unit(StrEnum):
    MONEY = "money"
    """Minor units of the shop's currency."""
    COUNT = "count"
    SHARE = "share"
    """0 to 1."""
    PER = "per"
    """So many of one for each of another."""
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    SCORE = "score"


class Better(StrEnum):
    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, eq=False)
class Measure:
    """Something to add up: `value` of each row of the fact that `where` holds for."""

    fact: Fact
    value: ColumnElement[int] | ColumnElement[int | None]
    where: ColumnElement[bool] | None = None
    is_distinct: bool = False
    """Whether different values are counted instead of added up."""


@dataclass(frozen=True, eq=False)
class Total:
    of: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.of,)


@dataclass(frozen=True, eq=False)
class Ratio:
    """Of the sums, never of rows: so a total is no average of averages."""

    above: Measure
    below: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.above, self.below)


@dataclass(frozen=True, eq=False)
class Quantile:
    """The value that `percent` of the rows do not exceed, by the nearest rank."""

    fact: Fact
    value: ColumnElement[int]
    where: ColumnElement[bool]
    percent: int


Formula = Total | Ratio | Quantile


@dataclass(frozen=True, eq=False)
class Metric:
    """`scale` is what the formula's figure is divided by to be in `unit`: 3600 for seconds shown in hours.

    `causes` are dimensions that only what stands above a ratio's line has, and the measure of it there: what is sold
    has no reason, what comes back has. They explain a change of the ratio.
    """

    name: str
    title: str
    definition: str
    time_basis: str
    unit: Unit
    better: Better
    formula: Formula
    synonyms: tuple[str, ...] = ()
    scale: int = 1
    causes: Mapping[Dimension, Measure] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        if isinstance(self.formula, Quantile):
            return (self.formula.fact,)
        return tuple(dict.fromkeys(measure.fact for measure in self.formula.measures))

    @property
    def dimensions(self) -> frozenset[Dimension]:
        """What it can be split and filtered by: what all of its facts know."""
        return frozenset.intersection(*(frozenset(fact.splits) for fact in self.facts))

    @property
    def adds_up(self) -> bool:
        """Whether its parts make the whole: the figures of months that of the year, those of channels that of all."""
        return isinstance(self.formula, Total) and not self.formula.of.is_distinct

    @property
    def is_rate(self) -> bool:
        """Whether it is about the same for a day as for a year."""
        return not isinstance(self.formula, Total)

    @property
    def can_run(self) -> bool:
        """Whether the sums of the days since a period began give the figure of all these days."""
        return not isinstance(self.formula, Quantile) and not any(
            measure.is_distinct for measure in self.formula.measures
        )

    @property
    def is_amount(self) -> bool:
        """Whether it is so much a day, a month, a year."""
        return self.adds_up and self.has_history

    @property
    def has_history(self) -> bool:
        return all(fact.moment is not None for fact in self.facts)


def rows(fact: Fact, where: ColumnElement[bool] | None = None) -> Measure:
    """How many there are."""
    return Measure(fact, literal(1, Integer), where)
