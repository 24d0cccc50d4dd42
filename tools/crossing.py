"""The one crossing from the event loop to the database: blocking work in a thread, with a session of its own."""

from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

from tools.commerce.database import Database, ReadSession, WriteSession

Found = TypeVar("Found")


async def read(database: Database, query: Callable[[ReadSession], Found]) -> Found:
    def work() -> Found:
        with database.reading() as session:
            return query(session)

    return await to_thread.run_sync(work)


async def write(database: Database, change: Callable[[WriteSession], Found]) -> Found:
    """Runs `change` as one transaction: committed when it returns, rolled back when it raises."""

    def work() -> Found:
        with database.writing() as session:
            return change(session)

    return await to_thread.run_sync(work)
