import pytest

from tests.tools.builders import days
from tests.tools.commerce.changes.change_builders import ScriptedGateway, exchange, to_sku
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tools.cards import Refusal
from tools.commerce.changes.receiving import receive
from tools.commerce.database import Database
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    LedgerEntry,
    Payment,
    Refund,
    Return,
    ReturnStatus,
    Role,
    Stock,
)
from tools.principal import Principal

STAFF = Principal(role=Role.AGENT, staff_email="sam@example.com")


@pytest.fixture
def shop(database: Database) -> PaidShop:
    """One mug of the order A-1 is on its way back."""
    shop = PaidShop(database, policy=policy_with({"returns.instant_refund_max": 0}))
    shop.delivered()
    shop.done(wish((1, 1)))
    return shop


def received(
    shop: PaidShop, rma: str = "RMA-A-1-1", by: Principal = STAFF, *, is_accepted: bool = True
) -> str | Refusal:
    with shop.database.writing() as session:
        return receive(session, rma, by, shop.book, is_accepted=is_accepted)


def on_hand(shop: PaidShop) -> int:
    return sum(one.on_hand for one in shop.all(Stock) if one.variant_id == shop.blue.id)


def test_what_was_accepted_is_refunded_and_back_in_stock(shop: PaidShop) -> None:
    before = on_hand(shop)
    assert received(shop) == "RMA-A-1-1 is completed: $8.05 goes back now."
    (found,), (refund,) = shop.all(Return), shop.all(Refund)
    assert found.status is ReturnStatus.COMPLETED
    assert (refund.return_id, refund.amount_minor) == (found.id, 805)
    assert shop.all(Payment)[0].refunded_minor == 805
    assert on_hand(shop) == before + 1
    told = [row for row in shop.all(AuditRow) if row.event == AuditEvent.RETURN_RECEIVED]
    assert [row.actor for row in told] == ["agent:sam@example.com"]


def test_a_second_time_nothing_happens(shop: PaidShop) -> None:
    received(shop)
    before = on_hand(shop)
    again = received(shop)
    assert isinstance(again, Refusal)
    assert again.code == "return_closed"
    assert len(shop.all(LedgerEntry)) == 1
    assert on_hand(shop) == before


def test_what_was_not_accepted_gives_no_money(shop: PaidShop) -> None:
    before = on_hand(shop)
    received(shop, is_accepted=False)
    assert shop.all(Return)[0].status is ReturnStatus.REJECTED
    assert shop.all(LedgerEntry) == []
    assert on_hand(shop) == before
    assert isinstance(received(shop), Refusal)


def test_only_staff_records_what_came_back(shop: PaidShop) -> None:
    refused = received(shop, by=Principal(customer_id=shop.ada))
    assert isinstance(refused, Refusal)
    assert refused.code == "not_for_role"
    assert shop.all(LedgerEntry) == []


def test_an_unknown_number_is_said_to_be_one(shop: PaidShop) -> None:
    refused = received(shop, "RMA-9")
    assert isinstance(refused, Refusal)
    assert refused.code == "return_unknown"


def test_a_refund_at_once_is_not_made_again_when_the_parcel_comes(shop: PaidShop) -> None:
    shop.policy = policy_with({"returns.instant_refund_max": 2500})
    shop.done(wish((1, 1)))
    assert received(shop, "RMA-A-1-2") == "RMA-A-1-2 is completed."
    assert sum(one.amount_minor for one in shop.all(LedgerEntry)) == 805


def test_where_too_little_is_left_of_the_payment_the_return_stays_open(shop: PaidShop) -> None:
    with shop.database.writing() as session:
        session.get_one(Payment, shop.all(Payment)[0].id).refunded_minor = 7000
    before = on_hand(shop)
    refused = received(shop)
    assert isinstance(refused, Refusal)
    assert refused.code == "more_than_paid"
    assert (shop.all(Return)[0].status, on_hand(shop)) == (ReturnStatus.APPROVED, before)
    assert shop.all(LedgerEntry) == []


def test_an_exchange_waits_for_the_payment_of_its_difference(shop: PaidShop) -> None:
    shop.gateway = ScriptedGateway(is_down=True)
    shop.done(exchange(to_sku(1, "MUG-L", 1)))
    waits = received(shop, "RMA-A-1-2")
    assert isinstance(waits, Refusal)
    assert waits.code == "payment_under_way"
    shop.gateway.is_down, shop.gateway.refuses = False, True
    shop.now += days(1 / 24)
    shop.settle(shop.all(LedgerEntry)[0].proposal_id)
    closed = received(shop, "RMA-A-1-2")
    assert isinstance(closed, Refusal)
    assert closed.code == "return_closed"


def test_what_was_refunded_at_once_and_not_accepted_is_not_refunded_again(shop: PaidShop) -> None:
    shop.policy = policy_with({"returns.instant_refund_max": 2500})
    shop.done(wish((1, 1)))
    received(shop, "RMA-A-1-2", is_accepted=False)
    assert shop.all(Return)[1].status is ReturnStatus.REJECTED
    assert shop.refused(wish((1, 1))).code == "nothing_left"
