"""The gateway that needs no provider: its book has one row for each key, whoever writes at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from tools.commerce.database import Database
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.payments.gateway import GatewayRefused, Instruction
from tools.commerce.schema import EmbeddedGatewayCall, LedgerKind

REFUND = Instruction(
    key="p:1", kind=LedgerKind.REFUND, amount_minor=2500, currency="USD", payment_ref="pi_1", method_ref=None
)


def book(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        return [(one.key, one.amount_minor) for one in session.scalars(select(EmbeddedGatewayCall))]


def test_the_same_key_gets_the_same_answer_and_one_row(database: Database) -> None:
    gateway = EmbeddedGateway(database)

    assert gateway.send(REFUND) == gateway.send(replace(REFUND, is_repeat=True))
    assert book(database) == [("p:1", 2500)]


def test_eight_processes_that_send_the_same_at_once_get_one_answer(
    database: Database, database_url: str
) -> None:
    databases = [Database(database_url) for _ in range(8)]
    start = threading.Barrier(8)

    def send(one: Database) -> str:
        start.wait()
        return EmbeddedGateway(one).send(REFUND)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, databases))
    for one in databases:
        one.close()

    assert len(answers) == 1
    assert book(database) == [("p:1", 2500)]


@pytest.mark.parametrize(
    "other",
    [
        replace(REFUND, amount_minor=2600),
        replace(REFUND, currency="EUR"),
        replace(REFUND, payment_ref="pi_2"),
        replace(REFUND, kind=LedgerKind.RELEASE),
    ],
)
def test_a_known_key_with_other_terms_is_refused(database: Database, other: Instruction) -> None:
    gateway = EmbeddedGateway(database)
    gateway.send(REFUND)

    with pytest.raises(GatewayRefused, match="key_reused"):
        gateway.send(other)
    assert book(database) == [("p:1", 2500)]
