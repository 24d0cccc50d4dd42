"""Two `parley serve` on one PostgreSQL, behind what could be any load balancer: the same request a hundred times."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.auth import Tokens
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import IDENTITY_SECRET, Server, free_port
from tests.invariants import assert_invariants
from tools.commerce.database import Database
from tools.commerce.schema import OrderStatus, Role

TIMES = 100

pytestmark = pytest.mark.timeout(400)
"""Three starts of a server, each of which loads the weights."""


@dataclass(frozen=True)
class Replicas:
    servers: tuple[Server, Server]
    orders: PaidOrders
    pool: ThreadPoolExecutor

    def a_hundred_times(self, path: str, body: Mapping[str, object], token: str) -> list[httpx.Response]:
        """The same request, at once, to both in turns."""
        with ExitStack() as opened:
            limits = httpx.Limits(max_connections=TIMES)
            clients = [
                opened.enter_context(httpx.Client(base_url=server.url, timeout=90, limits=limits))
                for server in self.servers
            ]
            headers = {"Authorization": f"Bearer {token}"}
            asked = [
                self.pool.submit(clients[number % 2].post, path, json=body, headers=headers)
                for number in range(TIMES)
            ]
            return [one.result() for one in asked]


@pytest.fixture
def replicas(tmp_path: Path, small_shop_settings: dict[str, str], postgres_url: str) -> Iterator[Replicas]:
    both = (
        Server(tmp_path, free_port(), settings={**small_shop_settings, "DATABASE_URL": postgres_url}),
        Server(tmp_path, free_port(), settings={**small_shop_settings, "DATABASE_URL": postgres_url}),
    )
    orders = PaidOrders(both[0])
    with ThreadPoolExecutor(TIMES) as pool:
        try:
            list(pool.map(Server.start, both))
            yield Replicas(both, orders, pool)
        finally:
            for server in both:
                server.kill()
            orders.close()
    database = Database(postgres_url)
    assert_invariants(database)
    database.close()


def start(server: Server, number: str) -> tuple[str, str]:
    """The path and the token of a conversation of whoever placed the order."""
    tokens = Tokens(IDENTITY_SECRET, "parley", None)
    email = f"{number.lower()}@fernway.example"
    identity = tokens.issue(number, email, Role.SHOPPER, datetime.now(UTC))
    started = httpx.post(f"{server.url}/api/conversations", json={"identity": identity}).json()
    return f"/api/conversations/{started['id']}", str(started["token"])


def the_answer(responses: list[httpx.Response]) -> dict[str, Any]:
    """The one that all of them are."""
    assert {response.status_code for response in responses} == {200}, responses[0].text
    assert len({response.text for response in responses}) == 1
    reply: dict[str, Any] = responses[0].json()
    return reply


def test_the_same_request_a_hundred_times_at_once_has_one_answer_and_one_effect(replicas: Replicas) -> None:
    number = replicas.orders.place()
    path, token = start(replicas.servers[0], number)
    wish = {"text": f"Cancel order {number}, I changed my mind", "client_message_id": "m-1"}

    asked = the_answer(replicas.a_hundred_times(f"{path}/messages", wish, token))
    pressing = f"{path}/proposals/{asked['proposal']['id']}"
    told = the_answer(replicas.a_hundred_times(pressing, {"decision": "confirm"}, token))
    other = replicas.a_hundred_times(f"{path}/messages", {**wish, "text": "Return it instead"}, token)
    replicas.servers[1].kill()
    replicas.servers[1].start()
    told_later = the_answer(replicas.a_hundred_times(pressing, {"decision": "confirm"}, token))
    view = httpx.get(f"{replicas.servers[1].url}{path}", headers={"Authorization": f"Bearer {token}"}).json()

    assert told["messages"][0]["text"].startswith("Done.")
    assert told_later == told
    assert {response.status_code for response in other} == {409}
    assert {response.json()["type"] for response in other} == {"urn:parley:problem:client-message-reused"}
    assert [message["role"] for message in view["messages"]] == ["user", "assistant"] * 2
    assert replicas.orders.status(number) is OrderStatus.CANCELLED
    assert replicas.orders.refunds(number) == [4500]
