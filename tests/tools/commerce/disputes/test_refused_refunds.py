"""A refund that the gateway refused: sent once more, or given another way, and never both."""

from collections import Counter

import pytest

from tests.tools.commerce.changes.change_builders import ScriptedGateway
from tests.tools.commerce.changes.replicas import Work, at_once
from tests.tools.commerce.changes.returns_builders import policy_with
from tests.tools.commerce.disputes.disputed_shop import MAYA, DisputedShop
from tools.cards import Refusal
from tools.commerce.changes.refused_refunds import RefusedRefund, refused_refunds
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.changes.resending import send_again
from tools.commerce.database import Database
from tools.commerce.disputes import outcomes
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    DisputeKind,
    EntryStatus,
    LedgerEntry,
    OutcomeKind,
    Payment,
    PaymentMethod,
    Refund,
    RefundStatus,
    Role,
)
from tools.principal import Principal


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway(refuses=True)


@pytest.fixture
def shop(database: Database, gateway: ScriptedGateway) -> DisputedShop:
    """Of Ada's order, $40.00 was decided to go back, and the gateway refused to send it."""
    shop = DisputedShop(database, gateway=gateway, policy=policy_with({"disputes.claims_per_customer": 9}))
    shop.delivered()
    decided = shop.decided(shop.opened(DisputeKind.DAMAGED, (2, 1)), OutcomeKind.REFUND)
    shop.settle(decided.id)
    return shop


def refused(shop: DisputedShop) -> list[RefusedRefund]:
    with shop.database.reading() as session:
        return refused_refunds(session)


def resent(shop: DisputedShop, by: Principal = MAYA) -> LedgerEntry | Refusal:
    with shop.database.writing() as session:
        return send_again(session, shop.all(LedgerEntry)[0].id, by, shop.book)


def test_it_is_listed_until_it_is_sent_once_more_with_the_same_key(
    shop: DisputedShop, gateway: ScriptedGateway
) -> None:
    (one,) = refused(shop)
    assert (one.amount.amount, one.failure, one.order_number) == (4000, "card_declined", "A-1")
    for role in (Role.ANALYST, Role.SHOPPER):
        not_for = resent(shop, Principal(role=role, staff_email="ann@shop.example"))
        assert isinstance(not_for, Refusal)
        assert not_for.code == "not_for_role"

    entry = resent(shop)
    assert isinstance(entry, LedgerEntry)
    shop.settle(entry.proposal_id)
    assert len(refused(shop)) == 1, "it was refused again"
    gateway.refuses = False
    resent(shop)
    shop.settle(entry.proposal_id)

    (sent,) = gateway.moved.values()
    assert (sent.key, sent.is_repeat, sent.resent) == (entry.key, True, 2)
    assert [(one.status, one.resent) for one in shop.all(LedgerEntry)] == [(EntryStatus.SETTLED, 2)]
    assert [one.status for one in shop.all(Refund)] == [RefundStatus.ISSUED]
    assert refused(shop) == []
    again = resent(shop)
    assert isinstance(again, Refusal)
    assert again.code == "not_refused"
    told = [row.actor for row in shop.all(AuditRow) if row.event is AuditEvent.MONEY_RETRIED]
    assert told == ["agent:maya@shop.example"] * 2


def test_given_as_store_credit_it_is_not_sent_any_more(shop: DisputedShop, gateway: ScriptedGateway) -> None:
    dispute = shop.opened(DisputeKind.REFUND_NOT_RECEIVED)
    wrong = shop.not_settled(dispute, OutcomeKind.STORE_CREDIT, instead_of=4711)

    shop.decided(dispute, OutcomeKind.STORE_CREDIT, instead_of=refused(shop)[0].entry_id)

    percent = shop.policy.refunds.store_credit_bonus_percent
    assert wrong == "not_refused"
    assert shop.one(PaymentMethod, shop.credit).balance_minor == 4000 + 40 * percent
    assert shop.all(Payment)[0].refunded_minor == 4000
    gateway.refuses = False
    not_again = resent(shop)
    assert isinstance(not_again, Refusal)
    assert (not_again.code, gateway.moved) == ("not_refused", {})


def test_of_many_who_see_to_it_at_once_one_does(shop: DisputedShop) -> None:
    dispute = shop.opened(DisputeKind.REFUND_NOT_RECEIVED)
    entry_id, book = refused(shop)[0].entry_id, shop.book

    def again(database: Database) -> str:
        with database.writing() as session:
            done = send_again(session, entry_id, MAYA, book)
            return done.code if isinstance(done, Refusal) else "done"

    def otherwise(database: Database) -> str:
        request = DisputeOutcomeRequest(
            dispute_id=dispute, outcome=OutcomeKind.STORE_CREDIT, instead_of=entry_id
        )
        try:
            with database.writing() as session:
                outcomes.settle(session, request, MAYA, book)
        except DisputeError as error:
            return error.code
        return "done"

    works: list[Work[str]] = [again, otherwise] * 3
    done = Counter(at_once(str(shop.database.url), works))

    assert done["done"] == 1
    assert set(done) <= {"done", "not_refused", "decided_before"}
