"""A server on this machine that speaks OpenAI's chat completions, as a script tells it to: a provider for tests.

It checks what a real one checks: each tool call in a history must be followed by its answer.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


@dataclass(frozen=True)
class Say:
    """Streams `text` word by word, `pause` seconds before each; breaks off after `cut_after` words."""

    text: str
    pause: float = 0
    cut_after: int | None = None


@dataclass(frozen=True)
class CallTool:
    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    """As text, whatever stands there is sent, JSON or not."""


@dataclass(frozen=True)
class Fail:
    status: int
    retry_after: int | None = None


Answer = Say | CallTool | Fail
Script = Callable[[list[dict[str, Any]]], Answer]
"""Given the messages of a request, what to answer."""


@dataclass
class LlmServer:
    script: Script
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        if complaint := _unanswered_call(body["messages"]):
            return JSONResponse({"error": {"message": complaint, "type": "invalid_request_error"}}, 400)
        answer = self.script(body["messages"])
        if isinstance(answer, Fail):
            headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after is not None else {}
            return JSONResponse({"error": {"message": "scripted"}}, answer.status, headers)
        if body.get("stream"):
            return StreamingResponse(_chunks(answer), media_type="text/event-stream")
        if isinstance(answer, Say):
            await asyncio.sleep(answer.pause * len(answer.text.split()))
        return JSONResponse(_completion(answer))


@contextmanager
def serving_llm(script: Script) -> Iterator[LlmServer]:
    """A server in a thread; `url` is what MODEL_BASE_URL should be."""
    llm = LlmServer(script)
    app = FastAPI()
    app.add_api_route("/v1/chat/completions", llm.answer, methods=["POST"], response_model=None)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the provider of the tests did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    llm.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield llm
    finally:
        server.should_exit = True
        thread.join(5)


def _unanswered_call(messages: list[dict[str, Any]]) -> str | None:
    for position, message in enumerate(messages):
        called = {call["id"] for call in message.get("tool_calls") or ()}
        following = messages[position + 1 : position + 1 + len(called)]
        if called != {answer.get("tool_call_id") for answer in following}:
            return "an assistant message with tool_calls must be followed by tool messages"
    return None


def _call(answer: CallTool) -> dict[str, Any]:
    given = answer.arguments
    arguments = given if isinstance(given, str) else json.dumps(given)
    return {
        "id": f"call_{uuid4().hex[:12]}",
        "type": "function",
        "function": {"name": answer.name, "arguments": arguments},
    }


def _completion(answer: Say | CallTool) -> dict[str, Any]:
    if isinstance(answer, Say):
        message: dict[str, Any] = {"role": "assistant", "content": answer.text}
        reason = "stop"
    else:
        message = {"role": "assistant", "content": None, "tool_calls": [_call(answer)]}
        reason = "tool_calls"
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    choices = [{"index": 0, "message": message, "finish_reason": reason}]
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": choices,
        "usage": usage,
    }


async def _chunks(answer: Say | CallTool) -> AsyncIterator[bytes]:
    if isinstance(answer, CallTool):
        yield _chunk({"role": "assistant", "content": None, "tool_calls": [{"index": 0, **_call(answer)}]})
        yield _chunk({}, "tool_calls")
    else:
        words = [f"{word} " for word in answer.text.split()]
        for number, word in enumerate(words):
            await asyncio.sleep(answer.pause)
            if number == answer.cut_after:
                raise ConnectionAbortedError("scripted")
            yield _chunk({"role": "assistant", "content": word})
        yield _chunk({}, "stop")
    yield b"data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], reason: str | None = None) -> bytes:
    choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
    body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices}
    return f"data: {json.dumps(body)}\n\n".encode()
