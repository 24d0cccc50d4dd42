"""The engine, its sessions and its migrations; the one place that knows SQLite from PostgreSQL.

A read session and a write session are different types: what is handed a `ReadSession` is not meant to commit.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NewType

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, String, bindparam, create_engine, event, func, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from tools.commerce.compiled import share_compiled
from tools.commerce.rollups.keeping import keep_current
from tools.commerce.rollups.state import adopt_if_new
from tools.commerce.rollups.touching import FollowedSession

ReadSession = NewType("ReadSession", Session)
WriteSession = NewType("WriteSession", Session)

_AT_END = "at_end"
MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_SECONDS = 5
LOCK_TIMEOUT_SECONDS = 5.0
QUEUE_TIMEOUT = 4
"""Times as long as for a lock of another process, writers of one process wait for each other."""
STATEMENT_TIMEOUT_SECONDS = 30

# Every turn runs it: it is built once.
_NOTIFY = select(func.pg_notify(bindparam("channel", type_=String), bindparam("payload", type_=String)))
_READ_ONLY = {"postgresql_readonly": True, "sqlite_query_only": True}

UNAVAILABLE = (OperationalError, InterfaceError, WaitedTooLong)
"""Lost, locked or too busy: the transaction was kept whole or not at all, and may be tried again."""


class Database:
    """A commerce database. Share one per process; it is safe in threads."""

    def __init__(self, url: str, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> None:
        self.url = _with_driver(make_url(url))
        self.engine = _engine(self.url, lock_timeout_seconds)
        self._reading = self.engine.execution_options(**_READ_ONLY)
        # Apart from the others: who holds one of those and waits for another would wait for itself.
        self._committed = _engine(self.url, lock_timeout_seconds, pool_size=5).execution_options(**_READ_ONLY)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # SQLite waits for its write lock by sleeping; within a process, threads queue here instead.
        self._one_writer = threading.Lock()
        self._patience = QUEUE_TIMEOUT * lock_timeout_seconds

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session in which the database itself refuses to change anything."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield ReadSession(session)

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        if not self.is_sqlite:
            with FollowedSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield WriteSession(session)
                self._finish(WriteSession(session))
            return
        engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        with self._my_turn(), FollowedSession(engine, expire_on_commit=False) as session, session.begin():
            yield WriteSession(session)
            self._finish(WriteSession(session))

    def migrate(self) -> None:
        """Bring the schema to the newest revision; creates it where there is none."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            with Session(connection) as session:
                adopt_if_new(session)
                session.flush()

    def close(self) -> None:
        """Ends all connections; one that a thread still works on, as soon as it gives it back."""
        for engine in (self.engine, self._committed):
            event.listen(engine.pool, "checkin", _end)
            engine.dispose()

    def _finish(self, session: WriteSession) -> None:
        session.flush()
        keep_current(session, self._committed)
        for work in session.info.pop(_AT_END, ()):
            work(session)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._one_writer.acquire(timeout=self._patience):
            raise WaitedTooLong("the writers before this one take too long")
        try:
            yield
        finally:
            self._one_writer.release()


def hold(session: WriteSession, *names: str) -> None:
    """Let no other transaction past the same call for any of `names` until this one ends.

    SQLite's writers come one after another anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    # In one order for everybody, or two transactions could wait for each other.
    for key in sorted(int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names):
        session.execute(select(func.pg_advisory_xact_lock(key)))


def notify(session: WriteSession, channel: str, payload: str) -> None:
    """Tell every process that listens on PostgreSQL's `channel`, at the commit; with SQLite nobody."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_NOTIFY, {"channel": channel, "payload": payload})


def at_end(session: WriteSession, work: Callable[[WriteSession], None]) -> None:
    """Run `work` when all else of the transaction is done: for a lock that everybody wants, so that nobody who
    has it waits for another."""
    session.info.setdefault(_AT_END, []).append(work)


def _with_driver(url: URL) -> URL:
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL, lock_timeout_seconds: float, pool_size: int = 20) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = (
            f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS * 1000} "
            f"-c lock_timeout={int(lock_timeout_seconds * 1000)} -c timezone=UTC"
        )
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"options": options, "connect_timeout": CONNECT_TIMEOUT_SECONDS},
        )
        share_compiled(engine)
        return engine
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": lock_timeout_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    share_compiled(engine)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Hand transaction control to `_begin_sqlite`: the driver's own would start them late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _end(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # Past SQLAlchemy, for it costs a turn a dozen statements; BEGIN can fail, and must do so in its words.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA query_only = {int(options.get('sqlite_query_only', False))}")
    cursor.close()
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")
