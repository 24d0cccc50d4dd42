"""Inserting rows that are known to be new at the speed of the driver: SQLite's executemany, PostgreSQL's COPY.

SQLAlchemy would look at every value of every row, which costs more than storing them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Dialect, Enum, Table, func, insert, select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from tools.commerce.schema import UtcDateTime

Row = dict[str, object]


class Insertion:
    """Inserts into `columns` of `table`, the others being left to the database. Made once for many rows."""

    def __init__(self, connection: Connection, table: Table, columns: Sequence[str]) -> None:
        self._connection = connection
        self._columns = {name: _conversion(table.c[name].type, connection.dialect) for name in columns}
        self._table = table

    def run(self, rows: Sequence[Row]) -> None:
        """Raises IntegrityError, or the driver's own, where a row breaks a constraint."""
        if self._connection.dialect.name == "postgresql":
            self._copy(rows)
            return
        compiled = self._compiled
        self._connection.exec_driver_sql(compiled.string, self._values(rows, compiled.positiontup or ()))

    @cached_property
    def _compiled(self) -> SQLCompiler:
        statement = insert(self._table).inline()
        return statement.compile(dialect=self._connection.dialect, column_keys=list(self._columns))

    def _copy(self, rows: Sequence[Row]) -> None:
        driver = self._connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError(f"rows cannot be copied through a {type(driver).__name__}")
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self._table.name),
            sql.SQL(", ").join(map(sql.Identifier, self._columns)),
        )
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            for values in self._values(rows, tuple(self._columns)):
                copy.write_row(values)

    def _values(self, rows: Sequence[Row], names: Sequence[str]) -> list[tuple[object, ...]]:
        """A column at a time, so that a column that needs no conversion costs next to nothing."""
        columns = []
        for name in names:
            convert = self._columns[name]
            column = [row[name] for row in rows]
            columns.append(
                [None if value is None else convert(value) for value in column] if convert else column
            )
        return list(zip(*columns, strict=True))


def reserve_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """`count` row ids that no other row of `table` has or gets, ascending.

    In SQLite they are only reserved until the next row is inserted: the transaction is the only one that writes.
    """
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = func.generate_series(1, count).table_valued("n")
        return connection.scalars(select(func.nextval(sequence)).select_from(numbers)).all()
    highest = connection.scalar(select(func.max(table.c.id))) or 0
    return range(highest + 1, highest + 1 + count)


def _conversion(kind: TypeEngine[object], dialect: Dialect) -> Callable[[Any], object] | None:
    """How a value other than None is given to the driver; None where it is given as it is."""
    if isinstance(kind, Enum):
        # A StrEnum's member is a str, but drivers look longer at it than at a str itself.
        return str.__str__
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return _sqlite_time
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _sqlite_time(moment: datetime) -> str:
    """As SQLAlchemy writes it: UTC, always with microseconds, without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]
