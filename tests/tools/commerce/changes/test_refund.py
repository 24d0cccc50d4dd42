from datetime import timedelta
from typing import Any

import pytest

from tests.tools.builders import days, event, line, parcel
from tests.tools.commerce.changes.change_builders import (
    box,
    claim,
    entries,
    payments,
    refunds_seen,
    sums,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tests.tools.commerce.changes.test_receiving import STAFF, received
from tools.change_cards import Need
from tools.commerce.changes.decisions import Decision, approve
from tools.commerce.database import Database
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderStatus,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    Proposal,
    RefundCause,
    ReturnReason,
    Shipment,
    ShipmentStatus,
)

LATE, LOST, TWICE = RefundCause.LATE_DELIVERY, RefundCause.LOST_PARCEL, RefundCause.DOUBLE_CHARGE


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def approved(shop: PaidShop, proposal_id: str) -> Proposal:
    with shop.database.writing() as session:
        decided = approve(session, proposal_id, STAFF, Decision.CONFIRM, shop.book)
    assert isinstance(decided, Proposal)
    return decided


def express(shop: PaidShop, *, late: float = 1, ago: float = 5, **values: Any) -> int:
    """Delivered `ago` days ago, `late` days after the promise."""
    promised = shop.now - days(ago + late)
    return shop.delivered(ago=ago, promised_at=promised, **{"shipping_method": "Express", **values})


def sent(shop: PaidShop, *items: OrderLine, silent: float = 8, **values: Any) -> int:
    """On its way in one parcel of which nobody has heard for so many days."""
    left = shop.now - days(silent + 1)
    seen = event(shop.now - days(silent), "In transit")
    way = parcel(ShipmentStatus.IN_TRANSIT, shipped_at=left, events=[seen])
    promised = {"promised_at": shop.now - days(2)}
    return shop.paid(items=items or None, status=OrderStatus.SHIPPED, parcels=[way], **{**promised, **values})


def test_what_it_is_for_is_asked(shop: PaidShop) -> None:
    express(shop)
    asked = shop.needed(claim(None))
    assert (asked.what, len(asked.choices)) == (Need.CAUSE, len(RefundCause))


def test_the_fee_of_a_late_fast_delivery_goes_back_once(shop: PaidShop) -> None:
    express(shop)
    assert sums(shop.proposed(claim(LATE))) == {"Shipping": 500}
    shop.done(claim(LATE))
    assert (payments(shop), refunds_seen(shop)) == ([(7500, 500, "captured")], [(500, CARD, "issued")])
    assert shop.refused(claim(LATE)).code == "fee_given_back"


@pytest.mark.parametrize(
    ("values", "code", "rule"),
    [
        ({"late": 0}, "not_late", "late_parcels.fee_refund_methods"),
        ({"late": -1}, "not_late", "late_parcels.fee_refund_methods"),
        ({"shipping_method": "Standard"}, "method_not_covered", "late_parcels.fee_refund_methods"),
        ({"shipping_method": None}, "method_not_covered", "late_parcels.fee_refund_methods"),
        ({"promised_at": None}, "no_promise", "late_parcels.fee_refund_methods"),
        ({"ago": 46, "late": 1}, "reported_too_late", "late_parcels.report_within_days"),
        ({"shipping": 0}, "fee_given_back", "late_parcels.fee_refund_methods"),
    ],
)
def test_a_late_delivery_out_of_the_rules_is_refused(
    shop: PaidShop, values: dict[str, Any], code: str, rule: str
) -> None:
    if "promised_at" in values:
        shop.delivered(shipping_method="Express", promised_at=None)
    else:
        express(shop, **values)
    refused = shop.refused(claim(LATE))
    assert (refused.code, refused.rule) == (code, rule)
    assert refused.instead


def test_the_last_day_to_report_counts(shop: PaidShop) -> None:
    express(shop, ago=44, late=1)
    assert shop.proposed(claim(LATE))


def test_the_fee_goes_to_store_credit_with_the_bonus_where_that_is_wished(shop: PaidShop) -> None:
    express(shop)
    to_credit = claim(LATE, RefundMethod.STORE_CREDIT)
    assert sums(shop.proposed(to_credit)) == {"Shipping": 500, "Store credit bonus": 25}
    shop.done(to_credit)
    assert shop.one(PaymentMethod, shop.credit).balance_minor == 525
    assert payments(shop) == [(7500, 500, "captured")]


def test_above_the_limits_an_agent_approves_and_then_it_is_done(shop: PaidShop) -> None:
    express(shop)
    shop.policy = policy_with({"limits.refund_max": 499})
    card = shop.proposed(claim(LATE))
    assert "$4.99" in (card.approval or "")
    assert shop.decide(card.id).status == "needs_approval"
    assert entries(shop) == []
    assert approved(shop, card.id).status == "accepted"
    assert entries(shop) == [("refund", 500, "pending")]


def test_two_claims_that_wait_for_approval_pay_once(shop: PaidShop) -> None:
    express(shop)
    shop.policy = policy_with({"limits.refund_max": 499})
    cards = [shop.proposed(claim(LATE), shop.talk()) for _ in range(2)]
    assert [shop.decide(card.id).status for card in cards] == ["needs_approval"] * 2
    assert [approved(shop, card.id).status for card in cards] == ["accepted", "failed"]
    assert entries(shop) == [("refund", 500, "pending")]


def test_a_fee_that_went_back_with_a_return_does_not_go_back_again(shop: PaidShop) -> None:
    express(shop)
    shop.policy = policy_with({"returns.instant_refund_max": 0})
    shop.done(wish((1, 2)))
    received(shop)
    shop.done(wish((2, 1), reason=ReturnReason.DEFECTIVE))
    assert shop.refused(claim(LATE)).code == "fee_given_back"
    received(shop, "RMA-A-1-2")
    assert payments(shop) == [(7500, 7500 - 695, "captured")]


def test_a_lost_parcel_is_paid_back_with_the_fee_when_nothing_else_is_left(shop: PaidShop) -> None:
    order_id = sent(shop)
    assert sums(shop.proposed(claim(LOST))) == {"Items": 7000, "Shipping": 500}
    shop.done(claim(LOST))
    assert payments(shop) == [(7500, 7500, "captured")]
    assert [one.cancelled_quantity for one in shop.all(OrderLine)] == [2, 1]
    assert shop.all(Shipment)[0].status is ShipmentStatus.LOST
    # What is lost does not lie in the warehouse again.
    assert shop.reserved(shop.blue) == 4
    assert shop.refused(claim(LOST)).code == "nothing_left"
    assert shop.one(Order, order_id).status is OrderStatus.SHIPPED


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"silent": 6.9}, "not_lost"),
        ({"silent": 14.9, "country": "CA"}, "not_lost"),
        ({"promised_at": None}, None),
        ({"silent": 7.1}, None),
        ({"silent": 15.1, "country": "CA"}, None),
        ({"promise_ago": 46}, "reported_too_late"),
    ],
)
def test_a_parcel_counts_as_lost_once_nobody_has_seen_it_for_so_long(
    shop: PaidShop, values: dict[str, Any], code: str | None
) -> None:
    if (ago := values.pop("promise_ago", None)) is not None:
        values["promised_at"] = shop.now - days(ago)
    sent(shop, **values)
    if code is None:
        assert shop.proposed(claim(LOST))
    else:
        assert shop.refused(claim(LOST)).code == code


def test_what_was_delivered_or_has_not_left_is_not_lost(shop: PaidShop) -> None:
    shop.paid()
    assert shop.refused(claim(LOST)).code == "not_shipped"
    shop.delivered("A-2")
    refused = shop.refused(claim(LOST).model_copy(update={"order_number": "A-2"}))
    assert (refused.code, refused.rule) == ("marked_delivered", "late_parcels.not_found_wait_hours")


def test_of_several_parcels_each_lost_one_is_paid_back_once(shop: PaidShop) -> None:
    order_id = shop.paid(items=[shop.mug(4), line("Lamp", price=4000)], status=OrderStatus.SHIPPED)
    gone = {"shipped_at": shop.now - days(9)}
    box(shop, order_id, ShipmentStatus.IN_TRANSIT, (1, 1), **gone)
    box(shop, order_id, ShipmentStatus.LOST, (1, 2), **gone)
    came = shop.now - timedelta(days=1)
    box(shop, order_id, ShipmentStatus.DELIVERED, (1, 1), (2, 1), delivered_at=came, **gone)
    shop.done(claim(LOST))
    assert payments(shop)[0][1] == 1500
    assert shop.one(Order, order_id).status is OrderStatus.SHIPPED
    shop.done(claim(LOST))
    assert payments(shop)[0][1] == 4500
    assert shop.refused(claim(LOST)).code == "nothing_left"
    found = shop.one(Order, order_id)
    assert (found.status, found.delivered_at) == (OrderStatus.DELIVERED, came)
    assert shop.refused(wish((1, 2))).code == "quantity_invalid"
    assert shop.proposed(wish((1, 1)))


def test_a_second_payment_that_is_alike_goes_back(shop: PaidShop) -> None:
    order_id = shop.delivered()
    shop.pay(order_id, shop.card, 7500, sequence=2)
    assert sums(shop.proposed(claim(TWICE))) == {"Payment taken twice": 7500}
    shop.done(claim(TWICE))
    assert payments(shop) == [(7500, 0, "captured"), (7500, 7500, "captured")]
    assert shop.refused(claim(TWICE)).code == "no_double_charge"


@pytest.mark.parametrize(
    ("amount", "by_other_card", "status"),
    [
        (7500, False, PaymentStatus.AUTHORIZED),
        (7500, True, PaymentStatus.CAPTURED),
        (7499, False, PaymentStatus.CAPTURED),
    ],
)
def test_what_only_looks_like_a_second_payment_stays(
    shop: PaidShop, amount: int, by_other_card: bool, status: PaymentStatus
) -> None:
    order_id = shop.delivered()
    method = shop.other_card if by_other_card else shop.card
    shop.pay(order_id, method, amount, sequence=2, status=status)
    assert shop.refused(claim(TWICE)).code == "no_double_charge"


def test_two_equal_parts_of_one_price_are_no_double_payment(shop: PaidShop) -> None:
    shop.delivered(paid_by=[(shop.card, 3750), (shop.card, 3750)])
    refused = shop.refused(claim(TWICE))
    assert refused.code == "no_double_charge"
    assert "$75.00" in refused.message


def test_what_a_return_will_give_back_of_the_second_payment_is_not_given_twice(shop: PaidShop) -> None:
    gift = shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=0, currency="USD")
    shop.policy = policy_with({"returns.instant_refund_max": 0})
    shop.delivered(paid_by=[(gift, 2500), (shop.card, 5000), (shop.card, 5000)])
    shop.done(wish(reason=ReturnReason.DEFECTIVE))
    assert shop.refused(claim(TWICE)).code == "no_double_charge"
    received(shop)
    assert [refunded for _, refunded, _ in payments(shop)] == [0, 5000, 2500]


def test_an_equal_second_refund_is_pointed_out(shop: PaidShop) -> None:
    order_id = shop.paid(
        items=[shop.mug(2), line("Lamp", price=4000)],
        status=OrderStatus.SHIPPED,
    )
    for _ in range(2):
        box(shop, order_id, ShipmentStatus.LOST, (1, 1))
    assert shop.proposed(claim(LOST)).notice is None
    shop.done(claim(LOST))
    assert "$15.00" in (shop.proposed(claim(LOST)).notice or "")
