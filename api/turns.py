"""Runs turns for the HTTP routes: within the process's limits, measured, and whatever happens to the client.

A turn holds its slot until it has ended, not until its client is gone; else a client that hangs up at once
could start any number of them.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.limits import Slots
from api.metrics import Metrics
from api.problems import Problem, problem_of
from bot.events import AcceptedEvent, DoneEvent, ErrorEvent, MessageEvent, Reply, TurnEvent

HEARTBEAT_SECONDS = 15.0
BUSY_SECONDS = 30.0
"""A message waits so long for those before it in its conversation."""

Step = TurnEvent | Problem | None
"""An event, the problem that ended the turn, or None at its regular end."""


class RunningTurn:
    """What a turn has to say, in order. A problem is raised in the place where it happened."""

    def __init__(self, steps: asyncio.Queue[Step]) -> None:
        self._steps = steps
        self._first: TurnEvent | None = None

    async def wait_for_acceptance(self) -> None:
        """Raises Problem when the message was refused."""
        step = await self._steps.get()
        if isinstance(step, Problem):
            raise step
        self._first = step

    async def reply(self) -> Reply:
        """What it came to. Raises Problem."""
        while (step := await self._steps.get()) is not None:
            if isinstance(step, Problem):
                raise step
            if isinstance(step, DoneEvent):
                return step.reply
        raise Problem("unavailable", "The turn ended without a reply.")

    async def sse(self) -> AsyncIterator[bytes]:
        """Server-sent events, with a comment as sign of life in every pause; an error is the last of them."""
        if self._first is not None:
            yield as_sse(self._first)
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    step = await self._steps.get()
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            if step is None:
                return
            yield as_sse(step)


class Turns:
    def __init__(self, slots: Slots, metrics: Metrics) -> None:
        self._slots = slots
        self._metrics = metrics
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, conversation_id: str, events: AsyncIterator[TurnEvent]) -> RunningTurn:
        steps: asyncio.Queue[Step] = asyncio.Queue()
        task = asyncio.create_task(self._run(conversation_id, events, steps))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return RunningTurn(steps)

    async def _run(
        self, conversation_id: str, events: AsyncIterator[TurnEvent], steps: asyncio.Queue[Step]
    ) -> None:
        started = time.perf_counter()
        outcome = "refused"
        try:
            async with self._place(conversation_id):
                with self._metrics.running_turns.track_inprogress():
                    async for event in events:
                        outcome = "answered" if isinstance(event, DoneEvent) else "failed"
                        steps.put_nowait(_failure(event) or event)
        except Exception as error:  # noqa: BLE001 - becomes the turn's last step, and a log entry
            steps.put_nowait(problem_of(error))
        finally:
            steps.put_nowait(None)
            self._metrics.turns.labels(outcome).inc()
            self._metrics.turn_seconds.labels(outcome).observe(time.perf_counter() - started)

    @asynccontextmanager
    async def _place(self, conversation_id: str) -> AsyncIterator[None]:
        # First the conversation's own queue, then a slot: many messages at once hold one slot only.
        queue = self._queues.setdefault(conversation_id, asyncio.Lock())
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await queue.acquire()
        except TimeoutError:
            raise Problem("conversation-busy") from None
        try:
            async with self._slots.taken():
                yield
        finally:
            queue.release()


def _failure(event: TurnEvent) -> Problem | None:
    return Problem("unavailable", event.detail) if isinstance(event, ErrorEvent) else None


def as_sse(step: TurnEvent | Problem) -> bytes:
    if isinstance(step, Problem):
        problem = step.details.model_dump(mode="json", exclude_none=True)
        return format_sse_event(
            event="error", data_str=json.dumps({"event": "error", "code": step.kind, **problem})
        )
    message_id = str(step.message.id) if isinstance(step, AcceptedEvent | MessageEvent) else None
    return format_sse_event(event=step.event, data_str=step.model_dump_json(), id=message_id)
