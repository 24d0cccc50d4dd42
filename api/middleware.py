"""What surrounds every route, as plain ASGI: the log line, the security headers, the error boundary."""

import logging
import re
import time
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import Problem, problem_of

log = logging.getLogger(__name__)

METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_security_policy(frame_ancestors: tuple[str, ...]) -> str:
    ancestors = " ".join(("'self'", *frame_ancestors))
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


class AccessLog:
    """One line a request: method, route template, status, milliseconds. No path, query, address or header."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            milliseconds = (time.perf_counter() - started) * 1000
            method = scope["method"] if scope["method"] in METHODS else "-"
            log.info("method=%s route=%s status=%d ms=%.1f", method, route, status, milliseconds)
            self.metrics.requests.labels(route, str(status)).inc()


class SecurityHeaders:
    """On every answer, errors too. A route that sets one of them itself keeps its own."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = {**HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)


class ErrorBoundary:
    """Turns whatever a route let through into a problem; refuses a body that is, or says it is, too large."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, larger: Mapping[re.Pattern[str], int]) -> None:
        """`larger` has the limit of the paths that have one of their own."""
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        received = 0
        path = scope["path"]
        limit = next((most for own, most in self.larger.items() if own.fullmatch(path)), self.max_body_bytes)

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            _refuse_above(limit, received)
            return message

        try:
            announced = Headers(scope=scope).get("content-length", "0")
            _refuse_above(limit, int(announced[:20]) if announced.isdecimal() else 0)
            await self.app(scope, count, watch)
        except Exception as error:  # noqa: BLE001 - the last line: everything becomes an answer and a log entry
            problem = problem_of(error)
            if not started:
                await problem.response(scope, receive, send)


def _refuse_above(limit: int, length: int) -> None:
    if length > limit:
        raise Problem("body-too-large", f"At most {limit} bytes.")
