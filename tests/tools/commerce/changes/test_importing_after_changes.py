"""A shop brings its orders in again after something was changed here."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import wish
from tests.tools.commerce.import_shop import Json, bring_in
from tools.commerce.changes import audit
from tools.commerce.changes.requests import CancellationRequest, ItemChangeRequest, LineWish, SwapWish
from tools.commerce.database import Database
from tools.commerce.demo.creation import create_demo_shop
from tools.commerce.demo.generator import fewest_orders
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    CancellationReason,
    Customer,
    LedgerEntry,
    OrderLine,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    Proposal,
)


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def order_of_two_mugs(payments: list[Json]) -> Json:
    return {
        "number": "A-1",
        "status": "processing",
        "shipping": "5.00",
        "lines": [{"name": "Mug", "sku": "MUG-B", "quantity": 2, "unit_price": "15.00"}],
        "payments": payments,
    }


CARD: Json = {"method": "card", "label": "Visa ending in 4242", "amount": "35.00"}


def swapped_for_a_dearer_one(shop: PaidShop) -> Proposal:
    shop.paid("A-1", [shop.mug(2)], placed_at=shop.now - timedelta(minutes=5))
    return shop.done(ItemChangeRequest(order_number="A-1", items=(SwapWish(line=1, sku="MUG-L"),)))


def test_what_was_charged_here_stays_a_payment(shop: PaidShop, tmp_path: Path) -> None:
    swapped_for_a_dearer_one(shop)
    bring_in(shop.database, tmp_path / "shop", {"orders": [order_of_two_mugs([CARD])]})
    assert [payment.amount_minor for payment in shop.all(Payment)] == [3500, 1200]
    assert [entry.amount_minor for entry in shop.all(LedgerEntry)] == [1200]


def test_what_was_given_back_of_such_a_payment_counts_on(shop: PaidShop, tmp_path: Path) -> None:
    swapped_for_a_dearer_one(shop)
    shop.done(CancellationRequest(order_number="A-1", reason=CancellationReason.CHANGED_MIND))
    bring_in(shop.database, tmp_path / "shop", {"orders": [order_of_two_mugs([CARD])]})
    assert [payment.refunded_minor for payment in shop.all(Payment)] == [3500, 1200]


def test_what_was_canceled_here_cannot_be_given_back_again(shop: PaidShop, tmp_path: Path) -> None:
    shop.paid("A-1", [shop.mug(2)])
    one = CancellationRequest(
        order_number="A-1", items=(LineWish(line=1, quantity=1),), reason=CancellationReason.CHANGED_MIND
    )
    shop.done(one)
    bring_in(shop.database, tmp_path / "shop", {"orders": [order_of_two_mugs([CARD])]})
    assert [line.cancelled_quantity for line in shop.all(OrderLine)] == [1]
    assert [payment.refunded_minor for payment in shop.all(Payment)] == [1500]


def test_store_credit_opened_here_is_kept(shop: PaidShop, tmp_path: Path) -> None:
    with shop.database.writing() as session:
        session.delete(session.get_one(PaymentMethod, shop.credit))
        ada = session.get_one(Customer, shop.ada).ref
    shop.delivered("A-1", [shop.mug(2)])
    shop.done(wish((1, 1), to=RefundMethod.STORE_CREDIT))
    visa: Json = {"id": "pm1", "kind": "card", "brand": "Visa", "last4": "4242"}
    bring_in(shop.database, tmp_path / "shop", {"customers": [{"id": ada, "payment_methods": [visa]}]})
    held = {method.kind: method.balance_minor for method in shop.all(PaymentMethod)}
    assert held == {PaymentMethodKind.CARD: None, PaymentMethodKind.STORE_CREDIT: 1575}


def test_nothing_that_the_ledger_rests_on_can_be_deleted(shop: PaidShop) -> None:
    swapped_for_a_dearer_one(shop)
    for table in ("proposals", "payments", "orders", "conversations"):
        with pytest.raises(DatabaseError, match=r"(?i)foreign key"), shop.database.writing() as session:
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own


def test_a_reset_of_the_demo_shop_keeps_the_trail(shop: PaidShop) -> None:
    swapped_for_a_dearer_one(shop)
    create_demo_shop(shop.database, orders=fewest_orders(), now=shop.now, reset=True)
    with shop.database.reading() as session:
        found = audit.verify(session)
    assert (found.rows > 0, found.broken) == (True, None)
    assert not shop.all(Proposal)
