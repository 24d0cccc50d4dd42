"""A table of figures, and what is done with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import KpiQuery

Members = tuple[str | None, ...]


@dataclass(frozen=True)
class Figure:
    """All in the metric's unit, but `share`, which is a part of the whole from 0 to 1. None where it cannot be
    computed, which is not zero, or was not asked for."""

    value: Decimal | None
    before: Decimal | None = None
    target: Decimal | None = None
    share: Decimal | None = None
    running: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        """Relative to what it was before; None where that is not known, or was nothing."""
        return _relative(self.value, self.before)

    @property
    def beyond_target(self) -> Decimal | None:
        """How far it is above the target, relative to that; below zero where it is below."""
        return _relative(self.value, self.target)


@dataclass(frozen=True)
class Row:
    """`is_partial`: the unit of time was cut off by the period, or is not over."""

    unit: Period | None
    members: Members
    figures: tuple[Figure, ...]
    is_partial: bool = False


@dataclass(frozen=True)
class KpiTable:
    """`figures` are those of the whole; `rows_read` of the period itself, not of what it is compared to."""

    metrics: tuple[Metric, ...]
    query: KpiQuery
    compared_to: Period | None
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    left_out: int
    """How many rows `bound` and `top` left out."""
    others: tuple[Figure, ...]
    """Those of all that was left out, together; none where nothing was, or over time."""
    covered: tuple[Period | None, ...]
    """Of each metric the days that there is data of; None where it has no history."""
    newest: datetime | None
    """When the latest of what is counted happened."""
    today: date
    as_of: datetime
    rows_read: int
    statements: tuple[str, ...]


def with_shares(rows: Sequence[Row], *, by_unit: bool) -> list[Row]:
    """Each figure as a part of the sum of its unit's, or of all."""
    sums: dict[tuple[Period | None, int], Decimal] = {}
    for row in rows:
        for place, figure in enumerate(row.figures):
            group = (row.unit if by_unit else None, place)
            sums[group] = sums.get(group, Decimal(0)) + (figure.value or 0)

    def shared(row: Row, place: int, figure: Figure) -> Figure:
        whole = sums[row.unit if by_unit else None, place]
        return replace(figure, share=part(figure.value, whole))

    return [
        replace(row, figures=tuple(shared(row, place, one) for place, one in enumerate(row.figures)))
        for row in rows
    ]


def by_name(members: Members) -> tuple[tuple[bool, str], ...]:
    """Those without a name come last."""
    return tuple((member is None, member or "") for member in members)


def ranked(rows: Sequence[Row], *, ascending: bool) -> list[Row]:
    """By the first figure; what is not known comes last."""

    def place(row: Row) -> tuple[bool, Decimal]:
        value = row.figures[0].value
        return value is None, (value or Decimal(0)) * (1 if ascending else -1)

    return sorted(rows, key=place)


def picked(rows: Sequence[Row], query: KpiQuery) -> list[Row]:
    """Those whose first figure is within the query's bound, ranked, as many as its `top`."""
    bound = query.bound
    within = [row for row in rows if bound is None or bound.holds(row.figures[0].value)]
    return ranked(within, ascending=query.ascending)[: query.top]


def part(value: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return value / whole if value is not None and whole else None


def _relative(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    return None if value is None or not base else (value - base) / abs(base)
