"""Many replicas at once: threads with a database of their own each, let go together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TypeVar

from psycopg.errors import DeadlockDetected

from tools.commerce.database import UNAVAILABLE, Database

THREADS = 32
TRIES = 5

Done = TypeVar("Done")
Work = Callable[[Database], Done]


def at_once(url: str, works: Sequence[Work[Done]]) -> list[Done]:
    """What each has come to, in their order. Whoever waits too long for a lock tries again; a deadlock is a bug."""
    threads = min(THREADS, len(works))
    start = Barrier(threads)

    def replica(number: int) -> list[Done]:
        with closing(Database(url)) as database:
            start.wait()
            return [_tried(database, work) for work in works[number::threads]]

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(replica, range(threads)))
    return [shares[number % threads][number // threads] for number in range(len(works))]


def _tried(database: Database, work: Work[Done]) -> Done:
    for _ in range(TRIES):
        try:
            return work(database)
        except UNAVAILABLE as error:
            if isinstance(getattr(error, "orig", None), DeadlockDetected):
                raise
    raise AssertionError("the lock was never to be had")
