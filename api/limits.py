"""How much one process takes on: running turns, and the pace of one address or one conversation.

The counts live in this process. Behind a load balancer N replicas allow N times as much, which is what
protecting a replica needs; what guards secrets (guessing order numbers) is counted in the database instead.
"""

import asyncio
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from api.problems import Problem

QUEUE_SECONDS = 5.0
REMEMBERED = 20_000
TURNS_WAITING_FOR_A_PROVIDER = 32
"""At once: such a turn takes seconds, and almost none of the processor's."""
TURNS_COMPUTED_HERE = 8
"""At once: these share the processor, so that more of them would only each take longer."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class Pace:
    """A token bucket for each key: `per_minute` at once, refilled evenly over a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Raises Problem `too-many-requests` when `key` has used up its allowance."""
        now = self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(self._capacity, now)
        self._buckets[key] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._capacity, bucket.tokens + (now - bucket.filled_at) * self._per_second)
        bucket.filled_at = now
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / self._per_second)
            raise Problem("too-many-requests", f"Try again in {wait} s.", retry_after=wait)
        bucket.tokens -= 1


class Slots:
    """At most `running` at a time; as many again may wait a little, and whoever comes then is sent away."""

    def __init__(self, running: int, queue_seconds: float = QUEUE_SECONDS) -> None:
        self._free = asyncio.Semaphore(running)
        self._most_waiting = running
        self._waiting = 0
        self._queue_seconds = queue_seconds

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Raises Problem `overloaded` when there is no room, or none in time."""
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise Problem("overloaded")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._queue_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Problem("overloaded") from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


def turns_at_once(model: str, chosen: int | None) -> int:
    """How many turns of `model` to run, unless the merchant has `chosen`: few enough that what is accepted is answered
    soon, for whoever comes beyond is told at once to come again."""
    if chosen is not None:
        return chosen
    return TURNS_COMPUTED_HERE if model == "embedded" else TURNS_WAITING_FOR_A_PROVIDER


class OpenStreams:
    """Counts event streams, each of which asks the database for news once a second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    def check(self) -> None:
        """Raises Problem `overloaded` when there is no room for another."""
        if self._open >= self._most:
            raise Problem("overloaded", retry_after=15)

    @contextmanager
    def opened(self) -> Iterator[None]:
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1


def is_this_machine(address: str | None) -> bool:
    """Whether `address` is the loopback one: the merchant, or a proxy that stands for all shoppers."""
    try:
        return address is None or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
