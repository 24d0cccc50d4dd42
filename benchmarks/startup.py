"""How soon after its start the server answers its first request, and how soon it can hold a conversation.

Starts `parley serve` as a process of its own, on a demo shop whose index and classifier are already built.

python -m benchmarks.startup [--starts N] [--json PATH]
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import httpx

from benchmarks.figures import parser, publish

STARTS = 3
GIVE_UP_SECONDS = 120
PARLEY = Path(sys.executable).parent / "parley"


def measure(starts: int, folder: Path) -> dict[str, float]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/parley.db",
        "DATA_DIR": str(folder),
        "DEMO": "true",
    }
    for command in (["demo", "--orders", "500"], ["index"]):
        subprocess.run([PARLEY, *command], env=environment, cwd=folder, check=True, capture_output=True)
    with server(environment, folder) as (started, base):
        until(f"{base}/readyz", started)  # what it had to learn is then kept
    taken: dict[str, list[float]] = {"first_request": [], "opened": [], "ready": [], "first_answer": []}
    for _ in range(starts):
        with server(environment, folder) as (started, base):
            taken["first_request"].append(until(f"{base}/healthz", started))
            opened = httpx.post(f"{base}/api/conversations", json={"identity": None}, timeout=60)
            taken["opened"].append(perf_counter() - started)
            assert opened.status_code == 201
            taken["ready"].append(until(f"{base}/readyz", started))
            taken["first_answer"].append(first_answer(base, started))
    return {f"{name}_seconds_median": round(median(times), 2) for name, times in taken.items()}


@contextmanager
def server(environment: dict[str, str], folder: Path) -> Iterator[tuple[float, str]]:
    """The moment it was started, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(PARLEY), "serve", "--host", "127.0.0.1", "--port", str(port)]
    started = perf_counter()
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield started, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def until(url: str, started: float) -> float:
    """Seconds from `started` to the first success."""
    while perf_counter() - started < GIVE_UP_SECONDS:
        try:
            if httpx.get(url, timeout=5).is_success:
                return perf_counter() - started
        except httpx.TransportError:
            pass
        sleep(0.02)
    raise TimeoutError(url)


def first_answer(base: str, started: float) -> float:
    opened = httpx.post(f"{base}/api/conversations", json={"identity": None}, timeout=60).json()
    reply = httpx.post(
        f"{base}/api/conversations/{opened['id']}/messages",
        json={"text": "How long do I have to return something?", "client_message_id": "1"},
        headers={"Authorization": f"Bearer {opened['token']}"},
        timeout=GIVE_UP_SECONDS,
    )
    assert reply.json()["messages"][0]["citations"]
    return perf_counter() - started


def main() -> None:
    options = parser(__doc__, "startup")
    options.add_argument("--starts", type=int, default=STARTS)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments.starts, Path(folder))
    publish("Start of the server", figures, arguments.json)


if __name__ == "__main__":
    main()
