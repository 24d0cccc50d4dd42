"""Money on its way out: sent by any number of processes through a gateway that fails, and moved once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import OperationalError

from tests.stripe_server import Fault, StripeServer, serving_stripe
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.stripe_shop import (
    cancel,
    confirmed,
    given_back,
    ledger,
    order,
    settling,
    shop_at,
    trail,
)
from tools.commerce.changes.settlement import CLAIM
from tools.commerce.database import Database
from tools.commerce.payments import stripe_gateway
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    LedgerEntry,
    Payment,
    PaymentStatus,
    Proposal,
    Refund,
)


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    with serving_stripe() as server:
        yield server


@pytest.fixture
def shop(database: Database, stripe: StripeServer) -> PaidShop:
    return shop_at(stripe, database)


def test_a_refund_is_sent_and_what_the_gateway_said_is_written_down(
    shop: PaidShop, stripe: StripeServer
) -> None:
    proposal = confirmed(shop, cancel())
    assert stripe.calls == []

    settling(shop, stripe).settle(proposal)
    settling(shop, stripe).settle(proposal)

    (entry,), (refund,) = shop.all(LedgerEntry), shop.all(Refund)
    assert (entry.status, entry.gateway_ref, entry.attempts) == ("settled", "re_1", 1)
    assert (refund.status, refund.completed_at) == ("issued", shop.now)
    assert [call.key for call in stripe.calls] == [entry.key]
    assert trail(shop) == ["proposed", "executed", "money_settled"]


def test_of_many_processes_that_settle_at_once_one_sends(
    shop: PaidShop, stripe: StripeServer, database_url: str
) -> None:
    proposal = confirmed(shop, cancel())
    databases = [Database(database_url) for _ in range(4)]
    all_have_seen_it = threading.Barrier(8)

    def meet(_: Connection, __: object, statement: str, *___: object) -> None:
        # Where writers come one after the other they cannot meet, and need not.
        if statement.startswith("SELECT ledger_entries"):
            with suppress(threading.BrokenBarrierError):
                all_have_seen_it.wait(1)

    for one in databases:
        event.listen(one.engine, "after_cursor_execute", meet)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: settling(shop, stripe, databases[n % 4]).settle(proposal), range(8)))
    for one in databases:
        one.close()

    assert len(stripe.calls) == 1
    assert stripe.refunded() == [7500]
    assert trail(shop).count("money_settled") == 1


def test_a_gateway_that_is_down_is_asked_less_and_less_often_until_it_is_back(
    shop: PaidShop, stripe: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    confirmed(shop, cancel())
    process = settling(shop, stripe)
    stripe.is_up = False
    pauses = []

    for _ in range(10):
        assert process.settle_due() == 1
        assert process.settle_due() == 0
        (entry,) = shop.all(LedgerEntry)
        pauses.append((entry.next_attempt_at - shop.now).total_seconds())
        shop.now = entry.next_attempt_at
    stripe.is_up = True
    process.settle_due()

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert stripe.refunded() == [7500]
    assert ledger(shop) == [("refund", 7500, "settled")]
    assert shop.all(LedgerEntry)[0].failure is None
    assert "http_503" in caplog.text


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.TWICE])
def test_an_answer_that_is_lost_or_comes_twice_moves_nothing_twice(
    shop: PaidShop, stripe: StripeServer, fault: Fault
) -> None:
    proposal = confirmed(shop, cancel())
    stripe.faults.append(fault)

    settling(shop, stripe).settle(proposal)
    shop.now += timedelta(minutes=5)
    settling(shop, stripe).settle_due()

    assert stripe.refunded() == [7500]
    assert ledger(shop) == [("refund", 7500, "settled")]


@pytest.mark.parametrize("fault", [Fault.HELD, Fault.SILENT])
def test_a_call_that_outlives_its_claim_is_made_again_and_one_answer_counts(
    shop: PaidShop, stripe: StripeServer, fault: Fault
) -> None:
    """Held, the first call is done late and its answer counts; silent, it was done and the second is told so."""
    proposal = confirmed(shop, cancel())
    stripe.faults.append(fault)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(settling(shop, stripe).settle, proposal)
        assert (stripe.held.wait if fault is Fault.HELD else stripe.done.wait)(timeout=30)
        assert settling(shop, stripe).settle_due() == 0
        shop.now += CLAIM
        assert settling(shop, stripe).settle_due() == 1
        stripe.go_on.set()
        stripe.silence.set()
        first.result()

    (entry,) = shop.all(LedgerEntry)
    assert (entry.status, entry.attempts, entry.failure) == ("settled", 2, None)
    assert stripe.refunded() == [7500]
    assert trail(shop).count("money_settled") == 1


def test_what_a_dead_process_had_claimed_is_sent_again_when_the_claim_has_run_out(
    shop: PaidShop, stripe: StripeServer
) -> None:
    proposal = confirmed(shop, cancel())
    with lost_at_commit(shop.database, number=2), pytest.raises(OperationalError):
        settling(shop, stripe).settle(proposal)
    assert stripe.refunded() == [7500]
    assert ledger(shop) == [("refund", 7500, "pending")]

    assert settling(shop, stripe).settle_due() == 0
    shop.now += CLAIM
    settling(shop, stripe).settle_due()

    assert stripe.refunded() == [7500]
    assert ledger(shop) == [("refund", 7500, "settled")]


def test_a_refused_refund_is_for_people_to_look_at_and_is_not_tried_again(
    shop: PaidShop, stripe: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    proposal = confirmed(shop, cancel())
    stripe.refund_status = "failed"

    settling(shop, stripe).settle(proposal)

    (entry,), (refund,) = shop.all(LedgerEntry), shop.all(Refund)
    assert (entry.status, entry.failure) == ("failed", "expired_or_canceled_card")
    assert refund.status == "failed"
    assert given_back(shop) == [7500]
    (failed,) = [row for row in shop.all(AuditRow) if row.event is AuditEvent.MONEY_FAILED]
    assert failed.details == {
        "kind": "cancellation",
        "money": ["refund 7500 USD"],
        "because": "expired_or_canceled_card",
    }
    assert "refused a refund: expired_or_canceled_card" in caplog.text
    shop.now += timedelta(days=1)
    assert settling(shop, stripe).settle_due() == 0


def test_an_authorization_is_let_go(shop: PaidShop, stripe: StripeServer) -> None:
    order(shop, stripe, "A-2", PaymentStatus.AUTHORIZED)

    settling(shop, stripe).settle(confirmed(shop, cancel("A-2")))

    assert ledger(shop) == [("release", 7500, "settled")]
    assert shop.all(Payment)[1].status is PaymentStatus.VOIDED
    assert [one["status"] for one in stripe.intents.values()] == ["succeeded", "canceled"]


@pytest.mark.breaks_invariants
def test_one_proposals_trouble_does_not_keep_others_waiting(
    shop: PaidShop, stripe: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    order(shop, stripe, "A-2")
    broken = confirmed(shop, cancel())
    shop.now += timedelta(seconds=1)
    confirmed(shop, cancel("A-2"))
    with shop.database.writing() as session:
        session.execute(update(Proposal).where(Proposal.id == broken).values(plan={}))

    settling(shop, stripe).settle_due()

    assert [status for _, _, status in ledger(shop)] == ["pending", "settled"]
    assert "not settled: ValidationError" in caplog.text


@contextmanager
def lost_at_commit(database: Database, *, number: int) -> Iterator[None]:
    """The database goes away just when the transaction of that number is to be committed."""
    commits = 0

    def lose(_: Connection) -> None:
        nonlocal commits
        commits += 1
        if commits == number:
            raise OperationalError("COMMIT", None, Exception("connection lost"))

    event.listen(database.engine, "commit", lose)
    try:
        yield
    finally:
        event.remove(database.engine, "commit", lose)
