"""Answers a query with a table of figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison, KpiQuery, checked
from tools.commerce.metrics.reading import WHOLE, Key, Reader, Sums


@dataclass(frozen=True)
class Figure:
    """`value` in the metric's unit; None where it cannot be computed, which is not zero. `before` likewise."""

    value: Decimal | None
    before: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        """Relative to what it was before; None where that is not known, or was nothing."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / abs(self.before)


@dataclass(frozen=True)
class Row:
    unit: Period | None
    members: tuple[str | None, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class KpiTable:
    """`figures` are those of the whole; `rows_read` of the period itself, not of what it is compared to."""

    metrics: tuple[Metric, ...]
    query: KpiQuery
    compared_to: Period | None
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    left_out: int
    """How many rows `top` left out."""
    rows_read: int
    statements: tuple[str, ...]


def answer(session: Session, query: KpiQuery, calendar: Calendar, currency: str) -> KpiTable:
    """Raises QueryError."""
    metrics = checked(query)
    reader = Reader(session, metrics, query.filters, calendar, currency)
    compared_to = earlier(query.period, query.comparison, calendar)
    whole = reader.read(query.period)
    before = reader.read(compared_to) if compared_to else None
    units = calendar.split(query.period, query.grain) if query.period and query.grain else ()
    rows: list[Row] = []
    if query.grain or query.dimensions:
        now = reader.read(query.period, query.grain, query.dimensions)
        then = reader.read(compared_to, query.grain, query.dimensions) if compared_to else None
        rows = _rows(metrics, now, then, units, has_members=bool(query.dimensions))
    kept = _top(rows, query)
    return KpiTable(
        metrics=metrics,
        query=query,
        compared_to=compared_to,
        figures=tuple(_figure(metric, whole, before, WHOLE) for metric in metrics),
        rows=tuple(kept),
        left_out=len(rows) - len(kept),
        rows_read=whole.rows,
        statements=tuple(dict.fromkeys(reader.statements)),
    )


def earlier(period: Period | None, comparison: Comparison | None, calendar: Calendar) -> Period | None:
    """What the period is compared to, if to anything."""
    if period is None or comparison is None:
        return None
    return calendar.before(period) if comparison is Comparison.PREVIOUS else calendar.year_before(period)


def _figure(metric: Metric, now: Sums, then: Sums | None, key: Key) -> Figure:
    return Figure(now.value(metric, key), then.value(metric, key) if then else None)


def _rows(
    metrics: Sequence[Metric],
    now: Sums,
    then: Sums | None,
    units: Sequence[Period],
    *,
    has_members: bool,
) -> list[Row]:
    """Every unit of the period, also one in which nothing happened; of members, those that there were."""
    keys = now.keys() | (then.keys() if then else set())
    members = sorted({key[1] for key in keys}, key=_by_name) if has_members else [()]
    wanted = [(place, member) for place in range(len(units) or 1) for member in members]
    return [
        Row(
            units[place] if units else None,
            member,
            tuple(_figure(metric, now, then, (place, member)) for metric in metrics),
        )
        for place, member in wanted
    ]


def _by_name(members: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    """Those without a name come last."""
    return tuple((member is None, member or "") for member in members)


def _top(rows: Sequence[Row], query: KpiQuery) -> Sequence[Row]:
    """The members with the largest figures first; a course of time stays in its order."""
    if not query.dimensions or query.grain:
        return rows
    ranked = sorted(rows, key=lambda row: (row.figures[0].value is None, -(row.figures[0].value or 0)))
    return ranked[: query.top] if query.top else ranked
