"""What single events add to the daily sums: read row by row, for the few that a transaction touched."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, case, func, literal, select
from sqlalchemy.sql import ColumnElement

from tools.commerce.metrics.facts import Split
from tools.commerce.metrics.metric import Measure
from tools.commerce.rollups.extent import parts
from tools.commerce.rollups.groupings import GROUPINGS, ROOTS, Summed
from tools.commerce.schema.rollups import MOST_MEMBERS, MOST_SUMS

NOBODY = "\ue000"
"""Stands for no member where a key must have one: a sign that means nothing to anybody else."""
NO_CURRENCY = ""

Key = tuple[int, date, str, str, str, str]
"""The grouping's number, the day, the currency, and the members."""
Sums = defaultdict[Key, list[int]]
"""By key: how many events, then each sum."""


def no_sums() -> Sums:
    return defaultdict(lambda: [0] * (1 + MOST_SUMS))


def add_up(
    connection: Connection,
    summed: Summed,
    keys: Collection[int] | None,
    zone: ZoneInfo,
    sums: Sums,
    sign: int,
) -> None:
    """Add (or with a `sign` of -1 take away) what the events of these roots come to; with None, of all."""
    places = len(summed.dimensions)
    of_groupings = [
        (one.number, [summed.dimensions.index(dimension) for dimension in one.dimensions])
        for one in GROUPINGS
        if one.summed is summed
    ]
    padding = [""] * MOST_MEMBERS
    for moment, currency, *values in _events(connection, summed, keys):
        day = moment.astimezone(zone).date()
        amounts = [sign * value for value in values[places:]]
        for number, indices in of_groupings:
            members = ([values[index] for index in indices] + padding)[:MOST_MEMBERS]
            row = sums[number, day, currency, members[0], members[1], members[2]]
            row[0] += sign
            for place, amount in enumerate(amounts, start=1):
                row[place] += amount


def member(split: Split) -> ColumnElement[str]:
    return func.coalesce(split, NOBODY)


def amount(measure: Measure) -> ColumnElement[int]:
    """What one event adds to it."""
    value = case((measure.where, measure.value)) if measure.where is not None else measure.value
    return func.coalesce(value, 0)


def currency(summed: Summed) -> ColumnElement[str]:
    found = summed.fact.currency
    return literal(NO_CURRENCY) if found is None else found


def _events(connection: Connection, summed: Summed, keys: Collection[int] | None) -> Iterator[Sequence[Any]]:
    if keys is None:
        yield from connection.execute(_statement(summed, is_of_some=False))
        return
    for some in parts(keys):
        yield from connection.execute(_statement(summed, is_of_some=True), {"keys": some})


@cache
def _statement(summed: Summed, *, is_of_some: bool) -> Select[Any]:
    fact, moment = summed.fact, summed.moment
    columns: list[ColumnElement[Any]] = [
        moment.label("moment"),
        currency(summed).label("currency"),
        *(member(fact.splits[one]).label(one.value) for one in summed.dimensions),
        *(amount(one).label(f"sum_{place}") for place, one in enumerate(summed.measures, start=1)),
    ]
    statement = select(*columns).select_from(fact.source).where(moment.is_not(None))
    if is_of_some:
        return statement.where(ROOTS[fact].in_(bindparam("keys", expanding=True)))
    return statement
