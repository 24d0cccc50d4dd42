"""A shop whose database is locked: an honest 503 with a time to come back, pages go on, and nothing technical."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import SQLAlchemyError

from api.parley import Parley
from tests.api.conftest import MakeSettings, Served, serving
from tests.api.test_conversations import say
from tools.commerce.database import Database


@pytest.fixture(scope="module")
def own(make_settings: MakeSettings, small_shop: Path) -> Iterator[Served]:
    """Waits a second for a lock, which is as good as five."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.opening.Database", partial(Database, lock_timeout_seconds=1.0))
        with serving(make_settings(shop_dir=small_shop)) as served:
            yield served


@contextmanager
def locked(served: Served) -> Iterator[None]:
    path = served.parley.database.url.database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        yield
        somebody.execute("ROLLBACK")


def test_a_locked_database_is_told_in_words_and_the_same_message_is_answered_later(own: Served) -> None:
    conversation = own.start()
    with conversation.client() as client:
        with locked(own):
            refused = say(client, conversation.path, "What does delivery cost?", "m-1")
            view = client.get(conversation.path)
            cannot_start = client.post("/api/conversations", json={})
        answered = say(client, conversation.path, "What does delivery cost?", "m-1")

    for answer in (refused, cannot_start):
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["type"] == "urn:parley:problem:unavailable"
        assert not any(word in answer.text.lower() for word in ("sql", "lock", "database", "error"))
    assert (view.status_code, view.json()["messages"]) == (200, [])
    assert "five dollars" in answered.json()["messages"][0]["text"]


@pytest.mark.anyio
async def test_why_it_cannot_become_ready_names_no_table(parley: Parley, web: TestClient) -> None:
    with parley.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orders RENAME TO elsewhere")

    with pytest.raises(SQLAlchemyError):
        await parley.load()

    assert "OperationalError" in web.get("/readyz").text
    assert "orders" not in web.get("/readyz").text
