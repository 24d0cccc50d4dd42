"""What one process takes on."""

import asyncio

import pytest

from api.limits import Pace, Slots, is_this_machine, turns_at_once
from api.problems import Problem


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_allowance_can_be_used_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    pace = Pace(per_minute=60, clock=clock)
    for _ in range(60):
        pace.take("a")

    with pytest.raises(Problem) as caught:
        pace.take("a")

    assert caught.value.status_code == 429
    assert caught.value.headers == {"Retry-After": "1"}
    clock.now += 1
    pace.take("a")
    with pytest.raises(Problem):
        pace.take("a")


def test_one_key_does_not_use_up_anothers_allowance() -> None:
    pace = Pace(per_minute=1, clock=Clock())
    pace.take("a")

    pace.take("b")


def test_an_idle_key_gains_no_more_than_a_minutes_allowance() -> None:
    clock = Clock()
    pace = Pace(per_minute=2, clock=clock)
    pace.take("a")
    clock.now += 3600
    pace.take("a")
    pace.take("a")

    with pytest.raises(Problem):
        pace.take("a")


@pytest.mark.anyio
async def test_whoever_finds_no_room_is_sent_away_and_room_comes_back() -> None:
    slots = Slots(running=1, queue_seconds=5)
    done = asyncio.Event()

    async def hold() -> None:
        async with slots.taken():
            await done.wait()

    tasks = [asyncio.create_task(hold()) for _ in range(2)]  # one runs, one waits
    await asyncio.sleep(0)
    with pytest.raises(Problem) as caught:
        async with slots.taken():
            pass
    assert (caught.value.status_code, caught.value.headers) == (503, {"Retry-After": "2"})

    done.set()
    await asyncio.gather(*tasks)
    async with slots.taken():
        pass


@pytest.mark.anyio
async def test_waiting_for_room_has_an_end() -> None:
    slots = Slots(running=1, queue_seconds=0.01)
    async with slots.taken():
        with pytest.raises(Problem) as caught:
            async with slots.taken():
                pass

    assert caught.value.kind == "overloaded"


@pytest.mark.parametrize(
    ("model", "chosen", "expected"),
    [("embedded", None, 8), ("openai:gpt-5-mini", None, 32), ("embedded", 3, 3)],
)
def test_turns_that_share_the_processor_are_fewer_at_once(
    model: str, chosen: int | None, expected: int
) -> None:
    assert turns_at_once(model, chosen) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("::1", True), (None, True), ("203.0.113.5", False), ("testclient", False)],
)
def test_knows_the_machine_itself(address: str | None, expected: bool) -> None:
    assert is_this_machine(address) is expected
