import asyncio
import logging
from contextlib import suppress

import pytest

from api.repeating import repeat

pytestmark = pytest.mark.anyio


async def test_a_round_that_fails_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    rounds = 0
    third = asyncio.Event()

    async def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ValueError("of somebody: ada@example.com")
        if rounds == 3:
            third.set()

    with caplog.at_level(logging.ERROR):
        task = asyncio.create_task(repeat(work, 0.001))
        await asyncio.wait_for(third.wait(), 30)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    (failure,) = caplog.records
    assert "ValueError" in failure.message
    assert "ada@example.com" not in failure.message
