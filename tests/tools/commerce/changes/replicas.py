"""Many replicas at once: threads with a database of their own each, let go together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TypeVar

from tools.commerce.database import Database

THREADS = 32
PATIENCE = 60.0
"""Seconds. Whoever waits in this crowd for so long waits for somebody who waits for them."""

Done = TypeVar("Done")
Work = Callable[[Database], Done]


def at_once(url: str, works: Sequence[Work[Done]]) -> list[Done]:
    """What each has come to, in their order."""
    threads = min(THREADS, len(works))
    start = Barrier(threads)

    def replica(number: int) -> list[Done]:
        with closing(Database(url, PATIENCE)) as database:
            start.wait()
            return [work(database) for work in works[number::threads]]

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(replica, range(threads)))
    return [shares[number % threads][number // threads] for number in range(len(works))]
