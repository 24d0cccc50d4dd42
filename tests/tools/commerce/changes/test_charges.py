"""A charge comes first: what waits for it, and what becomes of a change whose charge is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.stripe_server import Fault, StripeServer, serving_stripe
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.stripe_shop import (
    cancel,
    confirmed,
    given_back,
    ledger,
    order,
    pay_by_mastercard,
    settling,
    shop_at,
    trail,
)
from tools.commerce.changes.requests import ItemChangeRequest, SwapWish
from tools.commerce.database import Database
from tools.commerce.payments import stripe_gateway
from tools.commerce.schema import OrderLine, Payment, PaymentMethod, Proposal, Refund

ENLARGE = ItemChangeRequest(order_number="A-1", items=(SwapWish(line=1, sku="MUG-L"),))
"""Costs $12.00 more."""


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    with serving_stripe() as server:
        yield server


@pytest.fixture
def shop(database: Database, stripe: StripeServer) -> PaidShop:
    return shop_at(stripe, database)


def test_a_change_whose_charge_is_refused_is_undone_and_still_to_be_told(
    shop: PaidShop, stripe: StripeServer
) -> None:
    reserved = shop.reserved(shop.blue), shop.reserved(shop.large)
    proposal = confirmed(shop, ENLARGE)
    assert [line.sku for line in shop.all(OrderLine)] == ["MUG-L", None]
    stripe.faults.append(Fault.DECLINED)

    settling(shop, stripe).settle(proposal)

    undone = shop.one(Proposal, proposal)
    assert (undone.status, undone.closed_because, undone.untold) == ("failed", "charge_refused", True)
    assert [line.sku for line in shop.all(OrderLine)] == ["MUG-B", None]
    assert (shop.reserved(shop.blue), shop.reserved(shop.large)) == reserved
    assert ledger(shop) == [("charge", 1200, "failed")]
    assert [payment.amount_minor for payment in shop.all(Payment)] == [7500]
    assert trail(shop) == ["proposed", "executed", "undone"]


def test_what_a_refused_charge_was_to_pay_for_is_not_given_back(shop: PaidShop, stripe: StripeServer) -> None:
    proposal = confirmed(shop, pay_by_mastercard())
    assert given_back(shop) == [7500]
    stripe.faults.append(Fault.DECLINED)

    settling(shop, stripe).settle(proposal)

    assert ledger(shop) == [("charge", 7500, "failed"), ("refund", 7500, "cancelled")]
    assert given_back(shop) == [0]
    assert [refund.status for refund in shop.all(Refund)] == ["failed"]
    assert stripe.refunded() == []


def test_nothing_is_given_back_before_what_is_owed_was_paid(shop: PaidShop, stripe: StripeServer) -> None:
    proposal = confirmed(shop, pay_by_mastercard())
    stripe.faults.append(Fault.BUSY)

    settling(shop, stripe).settle(proposal)
    assert stripe.refunded() == []
    shop.now += timedelta(minutes=1)
    settling(shop, stripe).settle_due()

    assert [call.path for call in stripe.moves()][-2:] == ["/v1/payment_intents", "/v1/refunds"]
    assert (stripe.charged(), stripe.refunded()) == ([7500], [7500])
    assert stripe.moves()[-2].params["payment_method"] == "pm_mastercard"
    assert [(one.amount_minor, one.refunded_minor) for one in shop.all(Payment)] == [(7500, 7500), (7500, 0)]


def test_while_a_charge_is_under_way_no_other_process_gives_back(
    shop: PaidShop, stripe: StripeServer
) -> None:
    proposal = confirmed(shop, pay_by_mastercard())
    stripe.faults.append(Fault.HELD)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(settling(shop, stripe).settle, proposal)
        assert stripe.held.wait(30)
        settling(shop, stripe).settle(proposal)
        assert stripe.refunded() == []
        stripe.go_on.set()
        first.result()

    assert (stripe.charged(), stripe.refunded()) == ([7500], [7500])


def test_the_shops_own_money_waits_for_the_charge_too(shop: PaidShop, stripe: StripeServer) -> None:
    with shop.database.writing() as session:
        session.get_one(PaymentMethod, shop.credit).balance_minor = 100
    order(shop, stripe, "A-2", paid_by=shop.credit)
    stripe.faults.append(Fault.BUSY)
    proposal = confirmed(shop, pay_by_mastercard("A-2"))

    settling(shop, stripe).settle(proposal)
    assert shop.one(PaymentMethod, shop.credit).balance_minor == 100
    shop.now += timedelta(minutes=1)
    settling(shop, stripe).settle_due()

    assert shop.one(PaymentMethod, shop.credit).balance_minor == 7600
    assert (stripe.charged(), stripe.refunded()) == ([7500], [])


def test_what_waits_behind_a_charge_does_not_take_the_turn_of_others(
    shop: PaidShop, stripe: StripeServer
) -> None:
    order(shop, stripe, "A-2")
    stripe.faults.append(Fault.BUSY)
    settling(shop, stripe).settle(confirmed(shop, pay_by_mastercard()))
    shop.now += timedelta(seconds=1)
    confirmed(shop, cancel("A-2"))

    settling(shop, stripe).settle_due(limit=1)

    assert stripe.refunded() == [7500]
