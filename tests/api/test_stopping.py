"""SIGTERM while shoppers write: whoever sends again what was not answered has every message once, with one answer each.

`STOP_ROUNDS=20 pytest tests/api/test_stopping.py` stops a server twenty times, on each database.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from api.cli.serve import GRACEFUL_SECONDS
from tests.api.slack.office import shop_folder
from tests.api.stopped_server import serve
from tests.end_to_end.server import free_port
from tests.processes import processes

ROUNDS = int(os.environ.get("STOP_ROUNDS", "1"))
SHOPPERS = 6
EACH = 4
"""How many messages each has had answered before the server is stopped, and after the last start."""
PATIENCE_SECONDS = 120.0
SSE = {"Accept": "text/event-stream"}


@dataclass
class Shopper:
    """Writes one message after the other, and each until it is answered; every other one follows the turn's events."""

    url: str
    number: int
    path: str
    token: str
    answered: list[str] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        while not self.is_done.is_set():
            text = f"message {len(self.answered)} of {self.number}"
            if self._is_answered(text):
                self.answered.append(text)
            else:
                time.sleep(0.05)

    def _is_answered(self, text: str) -> bool:
        headers = {"Authorization": f"Bearer {self.token}"} | (SSE if self.number % 2 else {})
        body = {"text": text, "client_message_id": text.replace(" ", "-")}
        try:
            answer = httpx.post(f"{self.url}{self.path}/messages", json=body, headers=headers, timeout=60)
        except httpx.TransportError:
            return False
        assert answer.status_code in {200, 503}, answer.text
        return answer.is_success and ("event: done" in answer.text or not self.number % 2)


@contextmanager
def served(database_url: str, folder: Path, port: int) -> Iterator[str]:
    """Stopped at the end, by SIGTERM, within the time that it is given."""
    process = processes().Process(target=serve, args=(database_url, shop_folder(folder), folder, port))
    process.start()
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_SECONDS
    try:
        while not is_ready(url):
            assert process.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.join(GRACEFUL_SECONDS + 10)
        is_gone = not process.is_alive()
        process.kill()
    assert is_gone, "it ends by itself"


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def wait_for(shoppers: list[Shopper], count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while min(len(one.answered) for one in shoppers) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_message_is_lost_and_none_is_answered_twice_when_servers_are_stopped_under_load(
    database_url: str, tmp_path: Path
) -> None:
    port = free_port()
    shoppers: list[Shopper] = []
    threads: list[threading.Thread] = []
    for round_ in range(ROUNDS + 1):
        with served(database_url, tmp_path, port) as url:
            if not shoppers:
                shoppers = [start(url, number) for number in range(SHOPPERS)]
                threads = [threading.Thread(target=one.write, daemon=True) for one in shoppers]
                for thread in threads:
                    thread.start()
            wait_for(shoppers, EACH * (round_ + 1))
            if round_ == ROUNDS:
                for one in shoppers:
                    one.is_done.set()
                for thread in threads:
                    thread.join(PATIENCE_SECONDS)
                for one in shoppers:
                    assert said(url, one) == told(one)


def start(url: str, number: int) -> Shopper:
    started = httpx.post(f"{url}/api/conversations", json={}, timeout=60).json()
    return Shopper(url, number, f"/api/conversations/{started['id']}", started["token"])


def said(url: str, shopper: Shopper) -> list[tuple[str, str]]:
    headers = {"Authorization": f"Bearer {shopper.token}"}
    found = httpx.get(f"{url}{shopper.path}", headers=headers, timeout=60).json()["messages"]
    return [(message["role"], message["text"]) for message in found]


def told(shopper: Shopper) -> list[tuple[str, str]]:
    both = [(("user", text), ("assistant", f"You said: {text}")) for text in shopper.answered]
    return [one for pair in both for one in pair]
