"""PostgreSQL databases that are lent to one test after the other: emptying one takes a hundredth of making it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql

TEMPLATE = "template_parley"

TABLES = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid
"""
SCHEMA = """
    SELECT sum(hashtext(oid || ' ' || xmin)) FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT sum(hashtext(attrelid || ' ' || attnum || ' ' || xmin)) FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT sum(hashtext(oid || ' ' || xmin)) FROM pg_trigger
"""
"""Sums that are others once a test has changed a table, whatever it did to it."""
MOST_GROWN = 20_000_000
"""Bytes. Rows that were deleted take room, and are gone through, until the server has time to sweep."""
SIZE = "SELECT pg_database_size(current_database())"
END_OTHERS = """
    SELECT pg_terminate_backend(pid, CASE WHEN state = 'idle' THEN 0 ELSE 5000 END) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Waited for, a tenth of a second at least, are those alone that are in the middle of something."""


class PostgresDatabases:
    """Of one server, which has the database `template_parley`."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._server = psycopg.connect(server_url, autocommit=True)
        self._free: list[_Lent] = []
        self._made: list[_Lent] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of one that is as if it had just been migrated, and is nobody else's until it is given back."""
        one = self._free.pop() if self._free else self._make()
        yield one.url
        if one.is_as_new_again():
            self._free.append(one)
        else:
            self._drop(one)

    def close(self) -> None:
        for one in self._made:
            one.close()
        self._server.close()

    def _make(self) -> "_Lent":
        name = f"test_{uuid4().hex}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
        one = _Lent(named(self._server_url, name))
        self._made.append(one)
        return one

    def _drop(self, one: "_Lent") -> None:
        one.close()
        self._made.remove(one)
        self._server.execute(f"DROP DATABASE {one.name} WITH (FORCE)".encode())


class _Lent:
    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self.name = self._connection.info.dbname
        self._schema = self._numbers(SCHEMA)
        self._most_bytes = self._numbers(SIZE)[0] + MOST_GROWN
        self._renewal = _renewal(self._connection)

    def is_as_new_again(self) -> bool:
        """Whether it could be made so: not if a test changed its tables, filled it or ended its connections."""
        with suppress(psycopg.OperationalError):
            self._connection.execute(END_OTHERS)
            if self._numbers(SCHEMA) == self._schema and self._numbers(SIZE)[0] < self._most_bytes:
                self._connection.execute(self._renewal)
                return True
        return False

    def _numbers(self, query: LiteralString) -> list[int]:
        return [row[0] for row in self._connection.execute(query).fetchall()]

    def close(self) -> None:
        self._connection.close()


def named(server_url: str, name: str) -> str:
    """The URL of another database of a server."""
    base, _, query = server_url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{query}"


def _renewal(new: psycopg.Connection) -> sql.Composed:
    """What empties all tables, and puts back the rows that they had when they were new. No trigger hears of it."""
    steps: list[sql.Composable] = [sql.SQL("BEGIN; SET LOCAL session_replication_role = replica")]
    for (table,) in new.execute(TABLES).fetchall():
        name = sql.Identifier(table)
        steps.append(sql.SQL("DELETE FROM {}").format(name))
        rows = new.execute(sql.SQL("SELECT json_agg(one)::text FROM {} AS one").format(name)).fetchone()
        if rows and rows[0]:
            put_back = "INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::{}, {})"
            steps.append(sql.SQL(put_back).format(name, name, sql.Literal(rows[0])))
    steps.append(sql.SQL("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence; COMMIT"))
    return sql.SQL("; ").join(steps)
