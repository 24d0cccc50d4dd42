from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, insert, literal, select, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from tools.commerce.compiled import share_compiled
from tools.commerce.database import Database
from tools.commerce.schema import Base, Customer


def test_migrations_build_exactly_the_schema_that_the_models_declare(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    with database.reading() as session:
        assert session.scalars(select(Customer)).all() == []


def test_leaving_a_write_by_an_error_rolls_back(database: Database) -> None:
    with pytest.raises(RuntimeError, match="stop"), database.writing() as session:
        session.add(Customer(ref="c1", email="ada@example.com"))
        session.flush()
        raise RuntimeError("stop")
    with database.reading() as session:
        assert session.scalars(select(Customer)).all() == []


def test_what_is_for_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), database.reading() as session:
        session.connection().execute(text("DELETE FROM customers"))


def test_what_one_engine_has_compiled_serves_the_next(database_url: str) -> None:
    hits = []
    for _ in range(2):
        with closing(Database(database_url)) as database, database.reading() as session:
            found = session.connection().execute(select(Customer.name).where(Customer.name == "nobody else"))
            assert isinstance(found.context, DefaultExecutionContext)
            hits.append(found.context.cache_hit)

    assert hits == [CacheStats.CACHE_MISS, CacheStats.CACHE_HIT]


def test_what_is_compiled_for_one_file_serves_another(tmp_path: Path) -> None:
    hits = []
    for name in ("one", "another"):
        engine = create_engine(f"sqlite:///{tmp_path}/{name}.db")
        share_compiled(engine)
        with engine.connect() as connection:
            found = connection.execute(select(literal("the same of any file")))
            assert isinstance(found.context, DefaultExecutionContext)
            hits.append(found.context.cache_hit)
        engine.dispose()

    assert hits == [CacheStats.CACHE_MISS, CacheStats.CACHE_HIT]


def test_a_connection_that_is_at_work_when_all_are_closed_is_closed_after_it(database_url: str) -> None:
    database, opened, ended = Database(database_url), list[object](), list[object]()
    event.listen(database.engine.pool, "connect", lambda connection, _: opened.append(connection))
    event.listen(database.engine.pool, "close", lambda connection, _: ended.append(connection))
    with database.reading() as at_work:
        at_work.execute(select(Customer))
        database.close()
        assert at_work.scalars(select(Customer)).all() == []
        assert (len(opened), ended) == (1, [])
    with database.writing() as and_goes_on:
        and_goes_on.execute(select(Customer))
    assert len(opened) == 2
    assert ended == opened


def test_the_database_refuses_to_write_where_it_is_only_read(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as session:
        session.execute(insert(Customer).values(ref="c1"))
    with database.writing() as session:
        session.add(Customer(ref="c1"))
    with database.reading() as session:
        assert session.scalars(select(Customer.ref)).all() == ["c1"]


def test_times_come_back_in_utc_whatever_zone_they_went_in_with(database: Database) -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.add(Customer(ref="c1", created_at=moment))
    with database.reading() as session:
        stored = session.scalars(select(Customer.created_at)).one()
    assert stored == datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - the very thing to be refused
    with pytest.raises(StatementError, match="without a zone"), database.writing() as session:
        session.add(Customer(ref="c1", created_at=naive))


def test_the_database_refuses_an_upper_case_email(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Customer(ref="c1", email="Ada@example.com"))
