"""Answers a query: runs its statements, and puts their rows together to figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tools.commerce.metrics import plan
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.facts import Fact
from tools.commerce.metrics.metric import Measure, Metric, Quantile, Ratio, Total
from tools.commerce.metrics.plan import Frame
from tools.commerce.metrics.query import Comparison, KpiQuery, checked

Key = tuple[int, tuple[str | None, ...]]
"""The place of the unit of the period, and the member of each dimension; None for what has none."""


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
    reader = _Reader(session, query, metrics, calendar, currency)
    compared_to = _compared_to(query, calendar)
    whole = reader.read(query.period, None, is_split=False)
    before = reader.read(compared_to, None, is_split=False) if compared_to else None
    units = calendar.split(query.period, query.grain) if query.period and query.grain else ()
    rows: list[Row] = []
    if query.grain or query.dimensions:
        now = reader.read(query.period, query.grain, is_split=True)
        then = reader.read(compared_to, query.grain, is_split=True) if compared_to else None
        rows = _rows(metrics, now, then, units, has_members=bool(query.dimensions))
    kept = _top(rows, query)
    return KpiTable(
        metrics=metrics,
        query=query,
        compared_to=compared_to,
        figures=tuple(_figure(metric, whole, before, _WHOLE) for metric in metrics),
        rows=tuple(kept),
        left_out=len(rows) - len(kept),
        rows_read=whole.rows,
        statements=tuple(dict.fromkeys(reader.statements)),
    )


_WHOLE: Key = (0, ())


@dataclass(frozen=True)
class _Sums:
    """What was read of one period."""

    of_measures: Mapping[Measure, Mapping[Key, int]]
    of_quantiles: Mapping[Quantile, Mapping[Key, int]]
    known: frozenset[Fact]
    """The facts that the shop has any rows of, whenever they happened."""
    rows: int

    def keys(self) -> set[Key]:
        tables = (*self.of_measures.values(), *self.of_quantiles.values())
        return {key for table in tables for key in table}

    def value(self, metric: Metric, key: Key) -> Decimal | None:
        if not self.known.issuperset(metric.facts):
            return None
        match metric.formula:
            case Quantile():
                found = self.of_quantiles[metric.formula].get(key)
                return None if found is None else Decimal(found) / metric.scale
            case Total(of=measure):
                return Decimal(self.of_measures[measure].get(key, 0)) / metric.scale
            case Ratio(above=above, below=below):
                whole = self.of_measures[below].get(key, 0)
                if not whole:
                    return None
                return Decimal(self.of_measures[above].get(key, 0)) / whole / metric.scale


class _Reader:
    def __init__(
        self,
        session: Session,
        query: KpiQuery,
        metrics: Sequence[Metric],
        calendar: Calendar,
        currency: str,
    ) -> None:
        self._session = session
        self._query = query
        self._calendar = calendar
        self._currency = currency
        formulas = [metric.formula for metric in metrics]
        self._quantiles = [one for one in formulas if isinstance(one, Quantile)]
        self._measures = list(
            dict.fromkeys(m for one in formulas if not isinstance(one, Quantile) for m in one.measures)
        )
        self._facts = tuple(dict.fromkeys(fact for metric in metrics for fact in metric.facts))
        self._known = frozenset(fact for fact in self._facts if self._has_rows(fact))
        self.statements: list[str] = []

    def read(self, period: Period | None, grain: Grain | None, *, is_split: bool) -> _Sums:
        """`is_split` tells the units of `grain` and the members of the dimensions apart."""
        units: tuple[Period, ...] = () if period is None else (period,)
        if period and grain:
            units = self._calendar.split(period, grain)
        frame = Frame(
            units=units,
            dimensions=self._query.dimensions if is_split else (),
            filters=self._query.filters,
            calendar=self._calendar,
            currency=self._currency,
        )
        of_measures: dict[Measure, dict[Key, int]] = {}
        rows = 0
        for fact in self._facts:
            measures = [one for one in self._measures if one.fact is fact]
            if not measures:
                continue
            found = self._run(plan.sums(fact, measures, frame))
            keyed = [(_key(row, frame, fact), row) for row in found]
            rows += sum(row[-len(measures) - 1] for _, row in keyed)
            for place, measure in enumerate(measures):
                of_measures[measure] = {key: int(row[place - len(measures)]) for key, row in keyed}
        of_quantiles: dict[Quantile, dict[Key, int]] = {}
        for asked in self._quantiles:
            found = self._run(plan.quantile(asked, frame))
            of_quantiles[asked] = {_key(row, frame, asked.fact): int(row[-1]) for row in found}
            rows += sum(row[-2] for row in found)
        return _Sums(of_measures, of_quantiles, self._known, rows)

    def _run(self, statement: Select[Any]) -> Sequence[Any]:
        self.statements.append(str(statement.compile(self._session.get_bind())))
        return self._session.execute(statement).all()

    def _has_rows(self, fact: Fact) -> bool:
        return self._session.execute(select(1).select_from(fact.source).limit(1)).first() is not None


def _key(row: Any, frame: Frame, fact: Fact) -> Key:
    has_bucket = frame.is_split and fact.moment is not None
    members = tuple(row[has_bucket : has_bucket + len(frame.dimensions)])
    return (int(row[0]) if has_bucket else 0, members)


def _compared_to(query: KpiQuery, calendar: Calendar) -> Period | None:
    if query.period is None or query.comparison is None:
        return None
    if query.comparison is Comparison.PREVIOUS:
        return calendar.before(query.period)
    return calendar.year_before(query.period)


def _figure(metric: Metric, now: _Sums, then: _Sums | None, key: Key) -> Figure:
    return Figure(now.value(metric, key), then.value(metric, key) if then else None)


def _rows(
    metrics: Sequence[Metric],
    now: _Sums,
    then: _Sums | None,
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
