"""From a query to the statements that answer it: one for each origin of sums, and one for each quantile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select

from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.joins import needed
from tools.commerce.metrics.metric import Measure, Quantile
from tools.commerce.metrics.origins import Origin, rows_of
from tools.commerce.metrics.query import Filter
from tools.commerce.metrics.sql import bucket

BUCKET = "bucket"


@dataclass(frozen=True)
class Frame:
    """What every statement of a query has in common. `units` are the parts of the period that are told apart."""

    units: tuple[Period, ...]
    dimensions: tuple[Dimension, ...]
    filters: tuple[Filter, ...]
    calendar: Calendar
    currency: str

    @property
    def is_split(self) -> bool:
        return len(self.units) > 1

    def keys(self, origin: Origin) -> list[ColumnElement[Any]]:
        """What the rows are told apart by: the place of the unit (or the day that is one), then the members."""
        members = [
            cast(origin.splits[dimension], String).label(dimension.value) for dimension in self.dimensions
        ]
        if not self.is_split or origin.when is None:
            return list(members)
        if origin.is_daily and all(unit.days == 1 for unit in self.units):
            return [origin.when.label(BUCKET), *members]
        starts = [origin.ends(unit)[0] for unit in self.units]
        return [bucket(origin.when, starts).label(BUCKET), *members]

    def conditions(self, origin: Origin) -> list[ColumnElement[bool]]:
        found = [*origin.only, *(_fits(origin, one) for one in self.filters)]
        if origin.when is not None:
            start, end = origin.ends(self.period)
            found += [origin.when >= start, origin.when < end]
        if origin.currency is not None:
            found.append(origin.currency == self.currency)
        return found

    def place(self, unit: int | date) -> int:
        """Of what `keys` tell units apart by."""
        return unit if isinstance(unit, int) else (unit - self.units[0].first).days

    @property
    def period(self) -> Period:
        return Period(self.units[0].first, self.units[-1].last)

    @property
    def told_apart(self) -> frozenset[Dimension]:
        """What an origin must know."""
        return frozenset((*self.dimensions, *(one.dimension for one in self.filters)))


def sums(origin: Origin, measures: Sequence[Measure], frame: Frame) -> Select[Any]:
    """The keys, how many rows were added up, and each measure's sum."""
    keys, conditions = frame.keys(origin), frame.conditions(origin)
    added = [origin.sum_of(one) for one in measures]
    return (
        select(*keys, func.count().label("rows"), *added)
        .select_from(needed(origin.source, (*keys, *added, *conditions)))
        .where(*conditions)
        .group_by(*keys)
    )


def quantile(asked: Quantile, frame: Frame) -> Select[Any]:
    """The keys, how many values there were, and the value at the nearest rank."""
    origin = rows_of(asked.fact, frame.calendar)
    keys, conditions = frame.keys(origin), [*frame.conditions(origin), asked.where]
    names = [key.name for key in keys if isinstance(key.name, str)]
    value = asked.value.label("value")
    ranked = (
        select(
            *keys,
            value,
            func.row_number().over(partition_by=keys or None, order_by=asked.value).label("rank"),
            func.count().over(partition_by=keys or None).label("rows"),
        )
        .select_from(needed(origin.source, (*keys, asked.value, *conditions)))
        .where(*conditions)
        .subquery()
    )
    nearest = (ranked.c.rows * asked.percent + 99) // 100
    return select(*(ranked.c[name] for name in names), ranked.c.rows, ranked.c.value).where(
        ranked.c.rank == nearest
    )


def _fits(origin: Origin, asked: Filter) -> ColumnElement[bool]:
    column = origin.splits[asked.dimension]
    among = func.lower(cast(column, String)).in_([member.lower() for member in asked.members])
    return or_(column.is_(None), ~among) if asked.is_exclusion else and_(column.is_not(None), among)
