"""Work that goes on beside the requests, for as long as the process lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.faults import fault

log = logging.getLogger(__name__)


async def repeat(work: Callable[[], Awaitable[object]], pause_seconds: float) -> None:
    """Run `work` again and again. What it raises is logged and ends that round only: the next may go well."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - a bug must not end what money and answers wait for
            log.error("background work failed: %s", fault(error))
        await asyncio.sleep(pause_seconds)
