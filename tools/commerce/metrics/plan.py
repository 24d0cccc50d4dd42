"""From a query to the statements that answer it: one for each origin of sums, and one for each quantile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Label,
    Select,
    TypeCoerce,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

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
        members = [origin.splits[dimension].label(dimension.value) for dimension in self.dimensions]
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
    values = [origin.value_of(one).label(f"value_{place}") for place, one in enumerate(measures)]
    rows = select(*keys, *values).select_from(needed(origin.source, (*keys, *values, *conditions)))
    rows = rows.where(*conditions)
    read = (_apart(rows) if any(map(_is_computed, keys)) else rows).subquery("counted")
    members = list(read.c)[: len(keys)]
    added = [_added(one, read.c[value.name]) for one, value in zip(measures, values, strict=True)]
    return select(*members, func.count().label("rows"), *added).group_by(*members)


def _added(measure: Measure, value: ColumnElement[Any]) -> ColumnElement[int]:
    return func.count(value.distinct()) if measure.is_distinct else func.coalesce(func.sum(value), literal(0))


def _is_computed(key: ColumnElement[Any]) -> bool:
    """Whether it is more than a column under another name."""
    while isinstance(key, Label | TypeCoerce):
        key = key.element if isinstance(key, Label) else key.clause
    return not isinstance(key, Column)


def _apart(rows: Select[Any]) -> Select[Any]:
    """Rows that PostgreSQL is to work out before it groups them.

    Of an expression it takes every row for a group of its own, and sorts them all in one process; of a column that it
    does not look into it expects few, and adds up in several. The quotes matter: a number is cast, and what is cast
    is taken for an offset there may be.
    """
    return rows.suffix_with("OFFSET '0'", dialect="postgresql")


def quantile(asked: Quantile, frame: Frame) -> Select[Any]:
    """The keys, how many values there were, the value at the nearest rank among those of the same keys, and that at
    the nearest rank among all: it is no sum of the parts, and found on the way. A row has one of the two, or both."""
    origin = rows_of(asked.fact, frame.calendar)
    keys, conditions = frame.keys(origin), [*frame.conditions(origin), asked.where]
    own, all_rows = _ranks(asked, keys, "own"), _ranks(asked, (), "all")
    ranked = (
        select(*keys, asked.value.label("value"), *own, *all_rows)
        .select_from(needed(origin.source, (*keys, asked.value, *conditions)))
        .where(*conditions)
        .subquery("ranked")
    )
    read = ranked.c
    names = list(read)[: len(keys)]
    is_own, is_of_all = (
        read[f"rank_of_{name}"] == (read[f"rows_of_{name}"] * asked.percent + 99) // 100
        for name in ("own", "all")
    )
    return select(*names, read.rows_of_own, case((is_own, read.value)), case((is_of_all, read.value))).where(
        or_(is_own, is_of_all)
    )


def _ranks(
    asked: Quantile, keys: Sequence[ColumnElement[Any]], name: str
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The place of a value among those of the same keys, and how many these are."""
    among = keys or None
    return (
        func.row_number().over(partition_by=among, order_by=asked.value).label(f"rank_of_{name}"),
        func.count().over(partition_by=among).label(f"rows_of_{name}"),
    )


def _fits(origin: Origin, asked: Filter) -> ColumnElement[bool]:
    column = origin.splits[asked.dimension]
    among = func.lower(column).in_([member.lower() for member in asked.members])
    return or_(column.is_(None), ~among) if asked.is_exclusion else and_(column.is_not(None), among)
