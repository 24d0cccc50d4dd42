"""Runs the statements of a query, and keeps what was added up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tools.commerce.metrics import plan
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.metric import Measure, Metric, Quantile, Ratio, Total
from tools.commerce.metrics.origins import Origin, daily_sums, rows_of
from tools.commerce.metrics.plan import Frame
from tools.commerce.metrics.query import Filter
from tools.commerce.rollups.groupings import covering
from tools.commerce.rollups.state import State

Key = tuple[int, tuple[str | None, ...]]
"""The place of the unit of the period, and the member of each dimension; None for what has none."""
WHOLE: Key = (0, ())


@dataclass(frozen=True)
class Sums:
    """What was read of one period."""

    of_measures: Mapping[Measure, Mapping[Key, int]]
    of_quantiles: Mapping[Quantile, Mapping[Key, int]]
    known: frozenset[Fact]
    """The facts that the shop has any rows of, whenever they happened."""
    rows: int
    wholes: Mapping[Quantile, int] = field(default_factory=dict)
    """Of all members and units together."""

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


class Reader:
    """Reads the same metrics of one period after another, under the same filters."""

    def __init__(
        self,
        session: Session,
        metrics: Sequence[Metric],
        filters: tuple[Filter, ...],
        calendar: Calendar,
        currency: str,
        known: frozenset[Fact],
    ) -> None:
        self._session = session
        self._filters = filters
        self._calendar = calendar
        self._currency = currency
        formulas = [metric.formula for metric in metrics]
        self._quantiles = [one for one in formulas if isinstance(one, Quantile)]
        self._measures = list(
            dict.fromkeys(m for one in formulas if not isinstance(one, Quantile) for m in one.measures)
        )
        self._facts = tuple(dict.fromkeys(fact for metric in metrics for fact in metric.facts))
        self._known = known
        self._rollups = State.read(session)
        self._read: dict[tuple[Period | None, tuple[Dimension, ...]], Sums] = {}
        self.statements: list[str] = []

    def read(
        self, period: Period | None, grain: Grain | None = None, dimensions: tuple[Dimension, ...] = ()
    ) -> Sums:
        """With the units of `grain` and the members of the dimensions told apart.

        What has been read more finely of the same period is added up instead of being read again.
        """
        units: tuple[Period, ...] = () if period is None else (period,)
        if period and grain:
            units = self._calendar.split(period, grain)
        frame = Frame(units, dimensions, self._filters, self._calendar, self._currency)
        finer = None if grain else self._read.get((period, dimensions))
        of_measures: dict[Measure, Mapping[Key, int]] = {}
        if finer:
            added_up = (one for one in self._measures if not one.is_distinct)
            of_measures = {one: _coarser(finer.of_measures[one], dimensions) for one in added_up}
        rows = finer.rows if finer else 0
        for origin, measures in self._origins(
            frame, [one for one in self._measures if one not in of_measures]
        ):
            found = self._run(plan.sums(origin, measures, frame))
            keyed = [(_key(row, frame, origin), row) for row in found]
            rows += 0 if finer else sum(row[-len(measures) - 1] for row in found)
            for place, measure in enumerate(measures):
                of_measures[measure] = {key: int(row[place - len(measures)]) for key, row in keyed}
        of_quantiles: dict[Quantile, Mapping[Key, int]] = {}
        wholes = dict(finer.wholes) if finer else {}
        for asked in self._quantiles:
            if finer and not dimensions:
                of_quantiles[asked] = {WHOLE: finer.wholes[asked]} if asked in finer.wholes else {}
                continue
            found = self._run(plan.quantile(asked, frame))
            origin = rows_of(asked.fact, self._calendar)
            own = [row for row in found if row[-2] is not None]
            of_quantiles[asked] = {_key(row, frame, origin): int(row[-2]) for row in own}
            wholes.update((asked, int(row[-1])) for row in found if row[-1] is not None)
            rows += 0 if finer else sum(row[-3] for row in own)
        sums = Sums(of_measures, of_quantiles, self._known, rows, wholes)
        # Whatever was told apart, all together is the whole.
        self._read[period, dimensions] = self._read[period, ()] = sums
        return sums

    def _origins(self, frame: Frame, wanted: Sequence[Measure]) -> Iterator[tuple[Origin, list[Measure]]]:
        """The measures by where they are added up from: the daily sums where those have all that is asked."""
        for fact in self._facts:
            rest = [one for one in wanted if one.fact is fact]
            is_served = bool(frame.units) and self._rollups.serves(self._calendar.zone, frame.period)
            grouping = covering(fact, frame.told_apart) if is_served else None
            if grouping is not None:
                summed = [one for one in rest if one in grouping.summed.places]
                rest = [one for one in rest if one not in grouping.summed.places]
                if summed:
                    yield daily_sums(grouping), summed
            if rest:
                yield rows_of(fact, self._calendar), rest

    def _run(self, statement: Select[Any]) -> Sequence[Any]:
        result = self._session.connection().execute(statement)
        self.statements.append(result.context.statement)
        return result.all()


def _coarser(table: Mapping[Key, int], dimensions: tuple[Dimension, ...]) -> dict[Key, int]:
    """Of the whole period, and of all members together where no dimension is asked for."""
    found: dict[Key, int] = {}
    for (_, members), value in table.items():
        key = (0, members if dimensions else ())
        found[key] = found.get(key, 0) + value
    return found


def _key(row: Any, frame: Frame, origin: Origin) -> Key:
    has_unit = frame.is_split and origin.when is not None
    members = tuple(row[has_unit : has_unit + len(frame.dimensions)])
    return (frame.place(row[0]) if has_unit else 0, members)
