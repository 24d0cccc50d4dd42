"""A server on this machine that moves money the way Stripe's API does, and fails as a test tells it to.

It keeps Stripe's book of idempotency keys: a known key gets the answer of the first time (a failure of the server's
own too), with other content it is refused, and while its first request runs it is in use.
"""

import json
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]


class Fault(StrEnum):
    """What befalls the next request that would move money."""

    ERROR = "error"
    """500, and nothing is done; the key remembers it."""
    BUSY = "busy"
    """429, and nothing is done."""
    UNAUTHORIZED = "unauthorized"
    """401, and nothing is done."""
    DECLINED = "declined"
    """402."""
    DROPPED = "dropped"
    """It is done, and the connection is cut before the answer."""
    HELD = "held"
    """It waits for `go_on` before anything is done; its key is in use meanwhile."""
    SILENT = "silent"
    """It is done, and never answered."""
    TWICE = "twice"
    """It is done, and answered twice on the wire."""


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    params: dict[str, str]
    key: str | None
    version: str | None


class Refused(Exception):
    def __init__(
        self, status: int, code: str | None, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(code)
        self.status = status
        self.body: Json = {"error": {"type": kind, "code": code, "message": "scripted", **more}}


@dataclass
class StripeServer:
    """`refunds` and `intents` are the provider's truth: what a test counts."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    refunds: list[Json] = field(default_factory=list)
    intents: dict[str, Json] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    refund_status: str = "succeeded"
    charge_status: str = "succeeded"
    is_up: bool = True
    done: threading.Event = field(default_factory=threading.Event)
    """Set when a movement was made, before it is answered."""
    held: threading.Event = field(default_factory=threading.Event)
    """Set when a request waits for `go_on`."""
    go_on: threading.Event = field(default_factory=threading.Event)
    silence: threading.Event = field(default_factory=threading.Event)
    """Ends what is never answered."""
    _book: dict[str, tuple[object, int, Json] | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def paid(self, ref: str, amount: int, *, status: str = "succeeded") -> None:
        """A payment that the shop took by itself; `requires_capture` is one that is only authorized."""
        self.intents[ref] = {
            "id": ref,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": amount if status == "requires_capture" else 0,
            "status": status,
            "customer": None,
            "metadata": {},
        }

    def forget_keys(self) -> None:
        """More than a day passes."""
        self._book.clear()

    def refunded(self) -> list[int]:
        """The amounts of all refunds, in the order in which they were made."""
        return [refund["amount"] for refund in self.refunds]

    def charged(self) -> list[int]:
        return [one["amount"] for one in self.intents.values() if one["customer"]]

    def moves(self) -> list[Call]:
        """The requests that were to move money."""
        return [call for call in self.calls if call.key is not None]

    def answer(self, call: Call) -> tuple[int, Json, Fault | None]:
        content = (call.path, tuple(sorted(call.params.items())))
        with self._lock:
            self.calls.append(call)
            if not self.is_up:
                return 503, Refused(503, None, "api_error").body, None
            if not _moves_money(call):
                return *self._result(call), None
            if call.key in self._book:
                return *_replay(self._book[call.key], content), None
            fault = self.faults.popleft() if self.faults else None
            if fault is Fault.BUSY:
                return 429, Refused(429, "rate_limit").body, None
            if fault is Fault.UNAUTHORIZED:
                return 401, Refused(401, None).body, None
            self._book[str(call.key)] = None
        if fault is Fault.HELD:
            self.held.set()
            self.go_on.wait()
        with self._lock:
            status, body = self._result(call, fault)
            self._book[str(call.key)] = content, status, body
        if status == 200:
            self.done.set()
        return status, body, fault

    def _result(self, call: Call, fault: Fault | None = None) -> tuple[int, Json]:
        try:
            if fault is Fault.ERROR:
                raise Refused(500, None, "api_error")
            if fault is Fault.DECLINED:
                raise Refused(402, "card_declined", "card_error", decline_code="insufficient_funds")
            return 200, self._route(call)
        except Refused as refused:
            return refused.status, refused.body

    def _route(self, call: Call) -> Json:
        match (call.method, call.path.strip("/").split("/")[1:]):
            case ("POST", ["refunds"]):
                return self._refund(call.params)
            case ("GET", ["refunds"]):
                of = call.params.get("payment_intent"), call.params.get("charge")
                return _listed(
                    call, [one for one in self.refunds if (one["payment_intent"], one["charge"]) == of]
                )
            case ("GET", ["payment_methods", method]) if method.startswith("pm_"):
                customer = None if method == "pm_loose" else "cus_1"
                return {"id": method, "object": "payment_method", "customer": customer}
            case ("GET", ["payment_intents"]):
                mine = [one for one in self.intents.values() if one["customer"] == call.params["customer"]]
                return _listed(call, mine)
            case ("POST", ["payment_intents"]):
                return self._charge(call.params)
            case ("GET", ["payment_intents", ref]) if ref in self.intents:
                return self.intents[ref]
            case ("POST", ["payment_intents", ref]) if ref in self.intents:
                self.intents[ref]["metadata"].update(_metadata(call.params))
                return self.intents[ref]
            case ("POST", ["payment_intents", ref, "cancel"]) if ref in self.intents:
                return self._cancel(self.intents[ref])
        raise Refused(404, "resource_missing")

    def _refund(self, params: dict[str, str]) -> Json:
        intent = self.intents.get(params.get("payment_intent") or params["charge"])
        if intent is None:
            raise Refused(404, "resource_missing")
        given = sum(
            one["amount"] for one in self.refunds if intent["id"] in {one["payment_intent"], one["charge"]}
        )
        if given + int(params["amount"]) > intent["amount"]:
            raise Refused(400, "charge_already_refunded" if given == intent["amount"] else None)
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": int(params["amount"]),
            "payment_intent": params.get("payment_intent"),
            "charge": params.get("charge"),
            "status": self.refund_status,
            "failure_reason": "expired_or_canceled_card" if self.refund_status == "failed" else None,
            "metadata": _metadata(params),
        }
        self.refunds.append(refund)
        return dict(refund)

    def _charge(self, params: dict[str, str]) -> Json:
        ref = f"pi_new_{len(self.intents) + 1}"
        self.paid(ref, int(params["amount"]), status=self.charge_status)
        self.intents[ref] |= {"customer": params["customer"], "metadata": _metadata(params)}
        return dict(self.intents[ref])

    def _cancel(self, intent: Json) -> Json:
        if intent["status"] != "requires_capture":
            raise Refused(400, "payment_intent_unexpected_state", payment_intent=intent)
        intent |= {"status": "canceled", "amount_capturable": 0}
        return intent


@contextmanager
def serving_stripe() -> Iterator[StripeServer]:
    """A server in threads; `url` is what STRIPE_API_BASE should be."""
    stripe = StripeServer()

    class Handler(_Handler):
        server_of_tests = stripe

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stripe.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stripe
    finally:
        stripe.go_on.set()
        stripe.silence.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may be gone; all else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server_of_tests: StripeServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def _answer(self, method: str, form: str) -> None:
        path, params = urlsplit(self.path).path, dict(parse_qsl(form))
        key = self.headers.get("Idempotency-Key") if method == "POST" else None
        call = Call(method, path, params, key, self.headers.get("Stripe-Version"))
        status, body, fault = self.server_of_tests.answer(call)
        if fault is Fault.SILENT:
            self.server_of_tests.silence.wait()
        if fault in {Fault.SILENT, Fault.DROPPED}:
            self.close_connection = True
            return
        for _ in range(2 if fault is Fault.TWICE else 1):
            self._write(status, json.dumps(body).encode())

    def _write(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Tests want no lines on the screen."""


def _moves_money(call: Call) -> bool:
    return call.method == "POST" and (
        call.path in {"/v1/refunds", "/v1/payment_intents"} or call.path.endswith("/cancel")
    )


def _replay(known: tuple[object, int, Json] | None, content: object) -> tuple[int, Json]:
    if known is None:
        return 409, Refused(409, "idempotency_key_in_use", "idempotency_error").body
    first, status, body = known
    if first != content:
        return 400, Refused(400, None, "idempotency_error").body
    return status, body


def _metadata(params: dict[str, str]) -> dict[str, str]:
    names = (name for name in params if name.startswith("metadata["))
    return {name.removeprefix("metadata[").removesuffix("]"): params[name] for name in names}


def _listed(call: Call, found: list[Json]) -> Json:
    """Newest first, at most `limit`, from after `starting_after`."""
    newest = found[::-1]
    if after := call.params.get("starting_after"):
        newest = newest[[one["id"] for one in newest].index(after) + 1 :]
    limit = int(call.params.get("limit", 10))
    return {"object": "list", "url": call.path, "data": newest[:limit], "has_more": len(newest) > limit}
