"""The shop's day of a moment, in SQL: neither SQLite nor a portable statement knows time zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Integer, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from tools.commerce.metrics.calendar import DAY, Period
from tools.commerce.metrics.sql import Moment
from tools.commerce.schema import UtcDateTime

SECOND = timedelta(seconds=1)


class shifted_date(FunctionElement[date]):  # noqa: N801 - written like a function of SQL
    """The date of a moment on clocks that are so many seconds ahead of UTC."""

    type = Date()
    inherit_cache = True


@compiles(shifted_date, "sqlite")
def _by_modifier(element: shifted_date, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({moment}, {seconds} || ' seconds')"


@compiles(shifted_date, "postgresql")
def _by_interval(element: shifted_date, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(({moment} AT TIME ZONE 'UTC') + make_interval(secs => {seconds}) AS DATE)"


def local_day(moment: Moment, zone: ZoneInfo, days: Period) -> ColumnElement[date]:
    """The day in `zone`, of a moment that falls on one of the `days`."""
    (_, at_first), *changes = _offsets(zone, days)
    found = shifted_date(moment, literal(at_first, Integer))
    if not changes:
        return found
    # The latest change that is not after the moment decides.
    since = [
        (moment >= literal(change, UtcDateTime), shifted_date(moment, literal(seconds, Integer)))
        for change, seconds in reversed(changes)
    ]
    return case(*since, else_=found)


@cache
def _offsets(zone: ZoneInfo, days: Period) -> tuple[tuple[datetime, int], ...]:
    """How many seconds its clocks are ahead of UTC, and from when on: at first, then after each change."""
    start = datetime.combine(days.first, time.min, UTC) - DAY
    return ((start, _ahead(zone, start)), *_changes(zone, start, days.days + 2))


def _changes(zone: ZoneInfo, start: datetime, days: int) -> Iterator[tuple[datetime, int]]:
    for place in range(days):
        before, after = start + place * DAY, start + (place + 1) * DAY
        if _ahead(zone, before) == _ahead(zone, after):
            continue
        while after - before > SECOND:
            middle = before + (after - before) // (2 * SECOND) * SECOND
            if _ahead(zone, middle) == _ahead(zone, before):
                before = middle
            else:
                after = middle
        yield after, _ahead(zone, after)


def _ahead(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds())
