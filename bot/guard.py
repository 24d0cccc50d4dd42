"""What stands around a model: bounded retries, the embedded model behind a failing provider, a cap on tool calls."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, ToolMessage

from bot.models import Models
from bot.tool_calls import keep_fit_calls

MAX_TOOL_CALLS = 8
"""In one turn; what a model asks for beyond is not run."""

TRIES = 3
WITHIN_SECONDS = 20.0
FIRST_PAUSE_SECONDS = 0.5
FAILURES_TO_OPEN = 3
OPEN_SECONDS = 30.0

Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]

log = logging.getLogger(__name__)


class EmptyAnswer(Exception):
    """A provider answered with neither words nor calls."""


class CircuitBreaker:
    """Stops asking a provider for a while after it failed several turns in a row."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until = 0.0

    def is_open(self, now: float) -> bool:
        return now < self._open_until

    def failed(self, now: float) -> None:
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._open_until = now + OPEN_SECONDS

    def succeeded(self) -> None:
        self._failures = 0


class ModelGuard(AgentMiddleware[Any, Any, Any]):
    """Wraps every call of the model. Tools run after it, so a retry never runs a tool twice."""

    def __init__(self, models: Models, breaker: CircuitBreaker) -> None:
        super().__init__()
        self._models = models
        self._breaker = breaker

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        answer = await self._ask(request, handler)
        return _within_budget(answer, _calls_made(request))

    async def _ask(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        if self._models.is_embedded:
            return await handler(request)
        if not self._breaker.is_open(time.monotonic()):
            try:
                answer = await _with_retries(request, handler)
            except Exception as error:  # noqa: BLE001 - whatever a provider's client raises, shoppers get an answer
                self._breaker.failed(time.monotonic())
                log.warning(
                    "the model provider failed (%s): the embedded model answers", type(error).__name__
                )
            else:
                self._breaker.succeeded()
                return answer
        return await handler(request.override(model=self._models.embedded))


async def _with_retries(request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
    """Up to three tries within 20 seconds in all; obeys Retry-After where that leaves time."""
    async with asyncio.timeout(WITHIN_SECONDS):
        for attempt in range(1, TRIES + 1):
            try:
                answer = await handler(request)
                if _says_nothing(answer):
                    raise EmptyAnswer
                return answer
            except Exception as error:
                if attempt == TRIES or not _worth_retrying(error):
                    raise
                await asyncio.sleep(_pause(error, attempt))
    raise AssertionError("the last try either returns or raises")


def _worth_retrying(error: Exception) -> bool:
    status = getattr(error, "status_code", None)
    return not isinstance(status, int) or status in {408, 409, 429} or status >= 500


def _pause(error: Exception, attempt: int) -> float:
    response = getattr(error, "response", None)
    retry_after = str(getattr(response, "headers", {}).get("retry-after", ""))
    if retry_after.isdigit():
        return float(retry_after)
    pause: float = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter


def _calls_made(request: ModelRequest[Any]) -> int:
    """Tool calls answered since the person's last message."""
    count = 0
    for message in reversed(request.messages):
        if message.type == "human":
            break
        count += isinstance(message, ToolMessage)
    return count


def _within_budget(answer: ModelResponse[Any], made: int) -> ModelResponse[Any]:
    for message in answer.result:
        if isinstance(message, AIMessage):
            keep_fit_calls(message, max(MAX_TOOL_CALLS - made, 0))
    return answer


def _says_nothing(answer: ModelResponse[Any]) -> bool:
    return not any(
        isinstance(message, AIMessage)
        and (message.text.strip() or message.tool_calls or message.invalid_tool_calls)
        for message in answer.result
    )
