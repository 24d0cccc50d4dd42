"""The few expressions that SQLite and PostgreSQL write differently, and the bucket that a moment falls into."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from tools.commerce.schema import UtcDateTime

Moment = ColumnElement[datetime] | ColumnElement[datetime | None]


class seconds_between(FunctionElement[int]):  # noqa: N801 - written like a function of SQL
    """Whole seconds from the first moment to the second; NULL where either is missing."""

    type = Integer()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _by_unix_time(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(unixepoch({second}) - unixepoch({first}))"


@compiles(seconds_between, "postgresql")
def _by_interval(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM ({second} - {first}))) AS BIGINT)"


class milliseconds_between(FunctionElement[int]):  # noqa: N801 - written like a function of SQL
    """Whole milliseconds from the first moment to the second; NULL where either is missing."""

    type = Integer()
    inherit_cache = True


@compiles(milliseconds_between, "sqlite")
def _by_day_number(element: milliseconds_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(ROUND((julianday({second}) - julianday({first})) * 86400000) AS INTEGER)"


@compiles(milliseconds_between, "postgresql")
def _by_interval_in_full(element: milliseconds_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(ROUND(EXTRACT(EPOCH FROM ({second} - {first})) * 1000) AS BIGINT)"


class greatest(FunctionElement[int]):  # noqa: N801 - written like a function of SQL
    """The greater of two numbers, each worked out once; neither may be missing."""

    type = BigInteger()
    inherit_cache = True


@compiles(greatest, "sqlite")
def _by_max(element: greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(greatest, "postgresql")
def _by_greatest(element: greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


class days_before(FunctionElement[datetime]):  # noqa: N801 - written like a function of SQL
    """The moment so many times 24 hours before the one given, to the second."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(days_before, "sqlite")
def _by_modifier(element: days_before, compiler: SQLCompiler, **options: Any) -> str:
    moment, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"strftime('%Y-%m-%d %H:%M:%S', {moment}, '-' || {days} || ' days')"


@compiles(days_before, "postgresql")
def _by_hours(element: days_before, compiler: SQLCompiler, **options: Any) -> str:
    moment, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({moment} - make_interval(hours => 24 * CAST({days} AS INTEGER)))"


def bucket(when: ColumnElement[Any], starts: Sequence[datetime | date]) -> ColumnElement[int]:
    """The place, from 0, of the last of the ascending `starts` that is not after `when`; 0 before the first too.

    A tree of comparisons: a year of days costs a row nine of them, whatever the clocks did in between.
    """
    return _between(when, starts, 0, len(starts))


def _between(
    when: ColumnElement[Any], starts: Sequence[datetime | date], low: int, high: int
) -> ColumnElement[int]:
    if high - low <= 1:
        return literal(low, Integer)
    middle = (low + high) // 2
    return case(
        (when < literal(starts[middle], when.type), _between(when, starts, low, middle)),
        else_=_between(when, starts, middle, high),
    )
