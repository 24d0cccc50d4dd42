"""Answers a query with a table of figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from tools.commerce.metrics.adding import merged, running
from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.coverage import Coverage, recorded
from tools.commerce.metrics.facts import Fact
from tools.commerce.metrics.figures import Figure, KpiTable, Members, Row, by_name, part, picked, with_shares
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import Comparison, KpiQuery, QueryError, checked
from tools.commerce.metrics.reading import WHOLE, Key, Reader, Sums
from tools.commerce.metrics.reporting import Reporting


def answer(session: Session, query: KpiQuery, reporting: Reporting) -> KpiTable:
    """Of a period that is not over, its days until today. Raises QueryError."""
    metrics = checked(query)
    if query.period:
        query = query.model_copy(update={"period": reporting.so_far(query.period)})
    if query.comparison is Comparison.TARGET and not reporting.targets.exists_for(metrics):
        titles = ", ".join(metric.title.lower() for metric in metrics)
        raise QueryError("no_target", f"The shop has no target for {titles}.")
    known = recorded(session, [fact for metric in metrics for fact in metric.facts], reporting)
    reader = Reader(session, metrics, query.filters, reporting.calendar, reporting.currency, known.facts)
    return _Answering(query, metrics, reporting, reader, known.coverage).table()


def compared(
    period: Period | None, comparison: Comparison | Period | None, calendar: Calendar
) -> Period | None:
    """What the period is compared to, if to another one."""
    if isinstance(comparison, Period):
        return comparison
    if period is None or comparison not in {Comparison.PREVIOUS, Comparison.YEAR_BEFORE}:
        return None
    return calendar.before(period) if comparison is Comparison.PREVIOUS else calendar.year_before(period)


def is_covered(metric: Metric, period: Period | None, found: Mapping[Fact, Coverage]) -> bool:
    """Whether there is data of the period, or of some of its days."""
    with_history = (fact for fact in metric.facts if fact.moment is not None)
    return period is None or all(fact in found and found[fact].reaches(period) for fact in with_history)


@dataclass(frozen=True)
class _Read:
    """What was read of one period, and the units that were told apart."""

    sums: Sums
    period: Period | None
    units: tuple[Period, ...] = ()

    def has(self, key: Key) -> bool:
        """A month that is compared to may have fewer days."""
        return not self.units or key[0] < len(self.units)

    def unit(self, key: Key) -> Period | None:
        return self.units[key[0]] if self.units else self.period


@dataclass(frozen=True)
class _Answering:
    query: KpiQuery
    metrics: tuple[Metric, ...]
    reporting: Reporting
    reader: Reader
    found: Mapping[Fact, Coverage]

    def table(self) -> KpiTable:
        query = self.query
        compared_to = compared(query.period, query.comparison, self.reporting.calendar)
        rows: list[Row] = []
        others: tuple[Figure, ...] = ()
        left_out = 0
        if query.grain or query.dimensions:
            now = self._split(query.period)
            then = self._split(compared_to) if compared_to else None
            everything = self._rows(now, then)
            rows = self._kept(everything)
            left_out = len(everything) - len(rows)
            if left_out and not query.grain:
                others = self._others(now, then, {row.members for row in rows})
        # After the parts, of which the reader makes the whole where they add up.
        whole = _Read(self.reader.read(query.period), query.period)
        before = _Read(self.reader.read(compared_to), compared_to) if compared_to else None
        return KpiTable(
            metrics=self.metrics,
            query=query,
            compared_to=compared_to,
            figures=self._figures(whole, before, WHOLE),
            rows=tuple(rows),
            left_out=left_out,
            others=others,
            covered=tuple(common_days(metric, self.found) for metric in self.metrics),
            newest=max((one.newest for one in self.found.values()), default=None),
            today=self.reporting.today,
            as_of=self.reporting.now.astimezone(self.reporting.calendar.zone),
            rows_read=whole.sums.rows,
            statements=tuple(dict.fromkeys(self.reader.statements)),
        )

    def _split(self, period: Period | None) -> _Read:
        grain = self.query.grain
        units = self.reporting.calendar.split(period, grain) if period and grain else ()
        return _Read(self.reader.read(period, grain, self.query.dimensions), period, units)

    def _rows(self, now: _Read, then: _Read | None) -> list[Row]:
        """Every unit of the period, also one in which nothing happened; of members, those that there were."""
        keys = now.sums.keys() | (then.sums.keys() if then else set())
        members = sorted({key[1] for key in keys}, key=by_name) if self.query.dimensions else [()]
        places = range(len(now.units) or 1)
        partial = {place for place, unit in enumerate(now.units) if self._is_partial(unit)}
        so_far = replace(now, sums=running(now.sums, places)) if self.query.running else None
        rows = [
            Row(
                now.units[place] if now.units else None,
                member,
                self._figures(now, then, (place, member), so_far),
                is_partial=place in partial,
            )
            for place in places
            for member in members
        ]
        return with_shares(rows, by_unit=bool(self.query.dimensions)) if self.query.shares else rows

    def _is_partial(self, unit: Period) -> bool:
        if self.query.grain is None or unit.last >= self.reporting.today:
            return True
        return unit != self.reporting.calendar.unit(unit.first, self.query.grain)

    def _figures(
        self, now: _Read, then: _Read | None, key: Key, so_far: _Read | None = None
    ) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                value=self._value(metric, now, key),
                before=self._value(metric, then, key),
                target=self._target(metric, now.unit(key), key),
                running=self._value(metric, so_far, key),
            )
            for metric in self.metrics
        )

    def _value(self, metric: Metric, read: _Read | None, key: Key) -> Decimal | None:
        if read is None or not read.has(key) or not is_covered(metric, read.unit(key), self.found):
            return None
        return read.sums.value(metric, key)

    def _target(self, metric: Metric, period: Period | None, key: Key) -> Decimal | None:
        """An amount is aimed at by the whole shop; a rate by each of its parts."""
        if self.query.comparison is not Comparison.TARGET:
            return None
        if metric.is_amount and (key[1] or self.query.filters):
            return None
        today = Period(self.reporting.today, self.reporting.today)
        return self.reporting.targets.of_period(metric, period or today, self.reporting.calendar)

    def _kept(self, rows: Sequence[Row]) -> list[Row]:
        """The largest members first, or the smallest; a course of time stays in its order."""
        query = self.query
        if not query.dimensions:
            return list(rows)
        if not query.grain:
            return picked(rows, query)
        if query.top is None and query.bound is None:
            return list(rows)
        members = self._rows(
            _Read(self.reader.read(query.period, None, query.dimensions), query.period), None
        )
        kept = {row.members for row in picked(members, query)}
        return [row for row in rows if row.members in kept]

    def _others(self, now: _Read, then: _Read | None, kept: set[Members]) -> tuple[Figure, ...]:
        figures = self._figures(
            replace(now, sums=merged(now.sums, kept)),
            replace(then, sums=merged(then.sums, kept)) if then else None,
            WHOLE,
        )
        # Nobody knows how many different customers there are in several members together.
        figures = tuple(
            figure if metric.can_run else Figure(None)
            for metric, figure in zip(self.metrics, figures, strict=True)
        )
        if not self.query.shares:
            return figures
        whole = self._figures(replace(now, sums=merged(now.sums, ())), None, WHOLE)
        return tuple(
            replace(figure, share=part(figure.value, of.value))
            for figure, of in zip(figures, whole, strict=True)
        )


def common_days(metric: Metric, found: Mapping[Fact, Coverage]) -> Period | None:
    days = [found[fact].days for fact in metric.facts if fact in found]
    first, last = (
        max((one.first for one in days), default=None),
        min((one.last for one in days), default=None),
    )
    return Period(first, last) if first and last and first <= last else None
