"""From a query to the statements that answer it: one for each fact, and one for each quantile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select

from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.metric import Measure, Quantile
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

    def keys(self, fact: Fact) -> list[ColumnElement[Any]]:
        """What the rows are told apart by: the place of the unit, then the members."""
        members = [
            cast(fact.splits[dimension], String).label(dimension.value) for dimension in self.dimensions
        ]
        if not self.is_split or fact.moment is None:
            return list(members)
        starts = [self.calendar.moments(unit)[0] for unit in self.units]
        return [bucket(fact.moment, starts).label(BUCKET), *members]

    def conditions(self, fact: Fact) -> list[ColumnElement[bool]]:
        found = [_fits(fact, one) for one in self.filters]
        if fact.moment is not None:
            start, end = self._ends()
            found += [fact.moment >= start, fact.moment < end]
        if fact.currency is not None:
            found.append(fact.currency == self.currency)
        return found

    def _ends(self) -> tuple[datetime, datetime]:
        return self.calendar.moments(Period(self.units[0].first, self.units[-1].last))


def sums(fact: Fact, measures: Sequence[Measure], frame: Frame) -> Select[Any]:
    """The keys, how many rows of the fact there were, and each measure's sum."""
    keys = frame.keys(fact)
    statement = select(*keys, func.count().label("rows"), *(_sum(one) for one in measures))
    return statement.select_from(fact.source).where(*frame.conditions(fact)).group_by(*keys)


def quantile(asked: Quantile, frame: Frame) -> Select[Any]:
    """The keys, how many values there were, and the value at the nearest rank."""
    keys = frame.keys(asked.fact)
    names = [key.name for key in keys if isinstance(key.name, str)]
    value = asked.value.label("value")
    ranked = (
        select(
            *keys,
            value,
            func.row_number().over(partition_by=keys or None, order_by=asked.value).label("rank"),
            func.count().over(partition_by=keys or None).label("rows"),
        )
        .select_from(asked.fact.source)
        .where(*frame.conditions(asked.fact), asked.where)
        .subquery()
    )
    nearest = (ranked.c.rows * asked.percent + 99) // 100
    return select(*(ranked.c[name] for name in names), ranked.c.rows, ranked.c.value).where(
        ranked.c.rank == nearest
    )


def _sum(measure: Measure) -> ColumnElement[int]:
    value = case((measure.where, measure.value)) if measure.where is not None else measure.value
    if measure.is_distinct:
        return func.count(value.distinct())
    return func.coalesce(func.sum(value), literal(0))


def _fits(fact: Fact, asked: Filter) -> ColumnElement[bool]:
    column = fact.splits[asked.dimension]
    among = func.lower(cast(column, String)).in_([member.lower() for member in asked.members])
    return or_(column.is_(None), ~among) if asked.is_exclusion else and_(column.is_not(None), among)
