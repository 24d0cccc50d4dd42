"""A question to the metrics layer, checked against the definitions before anything is read."""

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


class KpiQuery(_Asked):
    """`period` is None for what has no history. `top` keeps that many members, by the first metric."""

    metrics: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_METRICS)]
    period: Period | None = None
    grain: Grain | None = None
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=MOST_DIMENSIONS)] = ()
    filters: tuple[Filter, ...] = ()
    comparison: Comparison | None = None
    top: Annotated[int | None, Field(ge=1, le=MOST_ROWS)] = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name, values in (("metrics", self.metrics), ("dimensions", self.dimensions)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: each at most once")
        return self


def checked(query: KpiQuery) -> tuple[Metric, ...]:
    """The metrics that the query names. Raises QueryError for one that is unknown, or that cannot be asked so."""
    metrics = tuple(_metric(name) for name in query.metrics)
    for metric in metrics:
        if metric.has_history and query.period is None:
            raise QueryError("period_needed", f"{metric.title} is counted over time: it needs a period.")
        if not metric.has_history and (query.grain or query.comparison):
            raise QueryError(
                "no_history", f"{metric.title} is known as it is now only, so it has no past to show."
            )
        for dimension in (*query.dimensions, *(one.dimension for one in query.filters)):
            if dimension not in metric.dimensions:
                known = ", ".join(sorted(metric.dimensions))
                raise QueryError(
                    "unknown_dimension",
                    f"{metric.title} cannot be split by {dimension.replace('_', ' ')}; it can by: {known}.",
                )
    return metrics


def _metric(name: str) -> Metric:
    try:
        return BY_NAME[name]
    except KeyError:
        raise QueryError("unknown_metric", f"There is no metric called {name!r}.") from None
