"""A question to the metrics layer, checked against the definitions before anything is read."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric

MOST_METRICS = 6
MOST_DIMENSIONS = 2
MOST_ROWS = 1000


class Comparison(StrEnum):
    PREVIOUS = "previous"
    """The period before, as the calendar counts it."""
    YEAR_BEFORE = "year_before"
    TARGET = "target"
    """What the shop means to reach."""


class QueryError(Exception):
    """The question makes no sense for these metrics; `code` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filter(_Asked):
    """Only, or all but, the members named; compared without regard to case."""

    dimension: Dimension
    members: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    is_exclusion: bool = False

    @property
    def said(self) -> str:
        """`channel: web`, `not country: US`."""
        named = f"{self.dimension.replace('_', ' ')}: {', '.join(self.members)}"
        return f"not {named}" if self.is_exclusion else named


class Side(StrEnum):
    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"


class Bound(_Asked):
    """Which figures are large or small enough; `value` is in the metric's unit, money in minor units."""

    side: Side
    value: Decimal

    def holds(self, figure: Decimal | None) -> bool:
        """What is not known is neither above nor below."""
        if figure is None:
            return False
        match self.side:
            case Side.ABOVE:
                return figure > self.value
            case Side.AT_LEAST:
                return figure >= self.value
            case Side.BELOW:
                return figure < self.value
            case Side.AT_MOST:
                return figure <= self.value


class KpiQuery(_Asked):
    """`period` is None for what has no history; a `comparison` may be any other period too.

    `bound` keeps the members whose first metric, over the whole period, lies so; `top` that many of them: the
    largest, or with `ascending` the smallest. What is left out counts in the total all the same. `shares` adds
    each row's part of the whole (of its unit of time, where members are told apart too), `running` what there has
    been since the period began.
    """

    metrics: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_METRICS)]
    period: Period | None = None
    grain: Grain | None = None
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=MOST_DIMENSIONS)] = ()
    filters: tuple[Filter, ...] = ()
    comparison: Comparison | Period | None = None
    bound: Bound | None = None
    top: Annotated[int | None, Field(ge=1, le=MOST_ROWS)] = None
    ascending: bool = False
    shares: bool = False
    running: bool = False

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name, values in (("metrics", self.metrics), ("dimensions", self.dimensions)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: each at most once")
        return self


def checked(query: KpiQuery) -> tuple[Metric, ...]:
    """The metrics that the query names. Raises QueryError for one that is unknown, or that cannot be asked so."""
    metrics = tuple(_metric(name) for name in query.metrics)
    if query.bound and not query.dimensions:
        raise QueryError(
            "bound_without_members", "To pick members by their figure, say which: by country, say."
        )
    for metric in metrics:
        if metric.has_history and query.period is None:
            raise QueryError("period_needed", f"{metric.title} is counted over time: it needs a period.")
        has_past = query.grain or query.comparison not in {None, Comparison.TARGET}
        if not metric.has_history and has_past:
            raise QueryError(
                "no_history", f"{metric.title} is known as it is now only, so it has no past to show."
            )
        _check_adding_up(query, metric)
        for dimension in (*query.dimensions, *(one.dimension for one in query.filters)):
            check_split(metric, dimension)
    return metrics


def check_split(metric: Metric, dimension: Dimension) -> None:
    """Raises QueryError where the metric does not know the dimension."""
    if dimension in metric.causes:
        raise QueryError(
            "only_explained",
            f"{metric.title} cannot be split by {dimension.replace('_', ' ')}, but why it changed can be told by it.",
        )
    if dimension not in metric.dimensions:
        known = ", ".join(sorted(metric.dimensions))
        raise QueryError(
            "unknown_dimension",
            f"{metric.title} cannot be split by {dimension.replace('_', ' ')}; it can by: {known}.",
        )


def _check_adding_up(query: KpiQuery, metric: Metric) -> None:
    if query.shares and not metric.adds_up:
        raise QueryError(
            "no_shares", f"{metric.title} has no parts that add up, so there are no shares of it."
        )
    if not query.running:
        return
    if query.grain is None:
        raise QueryError(
            "grain_needed", "A running total goes day by day, or by another unit of time: which?"
        )
    if not metric.can_run:
        raise QueryError("no_running_total", f"{metric.title} cannot be added up over time.")


def _metric(name: str) -> Metric:
    try:
        return BY_NAME[name]
    except KeyError:
        raise QueryError("unknown_metric", f"There is no metric called {name!r}.") from None
