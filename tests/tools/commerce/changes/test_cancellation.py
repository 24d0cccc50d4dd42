import pytest

from tests.tools.builders import days, line
from tests.tools.commerce.changes.change_builders import (
    box,
    cancel,
    claim,
    entries,
    order_seen,
    payments,
    refunds_seen,
    sums,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with
from tools.change_cards import Need
from tools.commerce.changes.requests import CancellationRequest
from tools.commerce.database import Database
from tools.commerce.schema import (
    CancellationReason,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    RefundCause,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
)

# The order A-1 is two blue mugs at $15.00, a lamp at $40.00, and $5.00 of shipping.


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def cancelled(shop: PaidShop) -> list[int]:
    return [one.cancelled_quantity for one in shop.all(OrderLine)]


def test_a_whole_order_is_paid_back_and_its_stock_is_free_again(shop: PaidShop) -> None:
    order_id = shop.paid()
    card = shop.proposed(cancel())
    assert sums(card) == {"Items": 7000, "Shipping": 500}
    shop.done(cancel())
    order = shop.one(Order, order_id)
    assert (order.status, order.cancelled_at, order.cancel_reason) == ("cancelled", shop.now, "Changed mind")
    assert cancelled(shop) == [2, 1]
    assert payments(shop) == [(7500, 7500, "captured")]
    assert entries(shop) == [("refund", 7500, "settled")]
    assert shop.reserved(shop.blue) == 2
    seen = order_seen(shop)
    assert (seen.status, seen.cancel_reason) == ("cancelled", "Changed mind")
    assert seen.cancelled_on is not None
    assert seen.refunded is not None
    assert seen.refunded.amount == 7500
    assert refunds_seen(shop) == [(7500, CARD, "issued")]
    assert shop.refused(cancel()).code == "order_cancelled"


@pytest.mark.parametrize(
    ("wanted", "back", "left"),
    [
        (cancel((2, None)), 4000, [0, 1]),
        (cancel((1, 1)), 1500, [1, 0]),
        (cancel((1, None)), 3000, [2, 0]),
        (cancel((1, 1), (2, 1)), 5500, [1, 1]),
        (cancel((1, 1), (1, 1)), 3000, [2, 0]),
    ],
)
def test_some_of_it_is_paid_back_without_the_shipping(
    shop: PaidShop, wanted: CancellationRequest, back: int, left: list[int]
) -> None:
    order_id = shop.paid()
    assert sums(shop.proposed(wanted)) == {"Items": back}
    shop.done(wanted)
    assert cancelled(shop) == left
    assert [one.not_coming or 0 for one in order_seen(shop).lines] == left
    assert payments(shop) == [(7500, back, "captured")]
    assert shop.reserved(shop.blue) == 4 - left[0]
    assert shop.one(Order, order_id).status is OrderStatus.PROCESSING


def test_discount_and_tax_are_spread_to_the_cent_whatever_the_steps(shop: PaidShop) -> None:
    shop.paid(items=[shop.mug(3, discount_minor=100, tax_minor=290), line("Lamp", price=4000)])
    for back in (1563, 1563, 1564):
        assert sums(shop.proposed(cancel((1, 1)))) == {"Items": back}
        shop.done(cancel((1, 1)))
    assert payments(shop) == [(9190, 4690, "captured")]
    assert sums(shop.proposed(cancel())) == {"Items": 4000, "Shipping": 500}


def test_a_discount_on_the_whole_order_is_spread_over_its_lines(shop: PaidShop) -> None:
    shop.paid(off=700)
    assert sums(shop.proposed(cancel((2, 1)))) == {"Items": 3600}
    assert sums(shop.proposed(cancel((1, 1)))) == {"Items": 1350}


def test_a_discount_of_more_than_the_items_leaves_nothing_of_them_to_give_back(shop: PaidShop) -> None:
    shop.paid(off=7300)
    assert "nothing to give back" in shop.proposed(cancel((2, 1))).summary
    shop.done(cancel())
    assert payments(shop) == [(200, 200, "captured")]


def test_cards_are_paid_back_first_and_what_the_shop_holds_last(shop: PaidShop) -> None:
    gift = shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=100, currency="USD")
    shop.paid(paid_by=[(shop.credit, 1000), (gift, 2500), (shop.card, 4000)])
    shop.done(cancel((2, 1), (1, 1)))
    assert payments(shop) == [(1000, 0, "captured"), (2500, 1500, "captured"), (4000, 4000, "captured")]
    shop.done(cancel())
    assert [refunded for _, refunded, _ in payments(shop)] == [1000, 2500, 4000]
    assert shop.one(PaymentMethod, gift).balance_minor == 2600
    assert shop.one(PaymentMethod, shop.credit).balance_minor == 1000
    assert sorted(amount for amount, _, _ in refunds_seen(shop)) == [1000, 1000, 1500, 4000]


def test_what_was_only_authorized_is_let_go(shop: PaidShop) -> None:
    shop.paid(payment_status=PaymentStatus.AUTHORIZED)
    shop.done(cancel((2, 1)))
    assert payments(shop) == [(7500, 4000, "authorized")]
    shop.done(cancel())
    assert payments(shop) == [(7500, 7500, "voided")]
    assert entries(shop) == [("release", 4000, "settled"), ("release", 3500, "settled")]
    assert refunds_seen(shop) == []


def test_what_was_not_paid_is_no_longer_asked_for(shop: PaidShop) -> None:
    order_id = shop.paid(status=OrderStatus.PENDING, payment_status=PaymentStatus.PENDING)
    card = shop.proposed(cancel((2, 1)))
    assert sums(card) == {"Items": 4000, "Not paid yet": -4000}
    assert "no longer has to be paid" in card.summary
    shop.done(cancel((2, 1)))
    assert payments(shop) == [(3500, 0, "pending")]
    shop.done(cancel())
    assert payments(shop) == [(3500, 0, "voided")]
    assert entries(shop) == []
    assert shop.one(Order, order_id).status is OrderStatus.CANCELLED


def test_of_an_order_that_is_paid_in_part_the_open_rest_goes_first(shop: PaidShop) -> None:
    order_id = shop.paid(paid_by=[(shop.card, 5000)])
    shop.pay(order_id, shop.other_card, 2500, sequence=2, status=PaymentStatus.PENDING)
    assert sums(shop.proposed(cancel((2, 1)))) == {"Items": 4000, "Not paid yet": -2500}
    shop.done(cancel((2, 1)))
    assert payments(shop) == [(5000, 1500, "captured"), (0, 0, "voided")]


def test_earlier_refunds_and_double_payments_are_told_apart(shop: PaidShop) -> None:
    order_id = shop.paid()
    with shop.database.writing() as session:
        session.get_one(Payment, shop.all(Payment)[0].id).refunded_minor = 1000
    assert sums(shop.proposed(cancel())) == {"Items": 7000, "Shipping": 500, "Refunded before": -1000}
    shop.pay(order_id, shop.card, 7500, sequence=2)
    assert sums(shop.proposed(cancel())) == {"Items": 7000, "Shipping": 500, "Paid in addition": 6500}


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled", "unavailable"])
def test_later_it_is_refused_with_what_is_possible(shop: PaidShop, status: str) -> None:
    shop.paid(status=OrderStatus(status))
    refused = shop.refused(cancel())
    assert (refused.code, refused.rule) == (f"order_{status}", "cancellation.statuses")
    assert bool(refused.instead) is (status != "cancelled")


def test_the_policy_says_in_which_states_why_and_whether_in_part(shop: PaidShop) -> None:
    shop.paid()
    why = shop.needed(cancel(reason=None))
    assert (why.what, len(why.choices)) == (Need.REASON, len(CancellationReason))
    only = {"cancellation.reasons": (CancellationReason.OTHER,)}
    shop.policy = policy_with(only)
    assert [choice.value for choice in shop.needed(cancel()).choices] == ["other"]
    shop.policy = policy_with({"cancellation.lines_separately": False})
    refused = shop.refused(cancel((2, 1)))
    assert (refused.code, refused.rule) == ("whole_order_only", "cancellation.lines_separately")
    assert shop.proposed(cancel((1, 2), (2, 1)))
    shop.policy = policy_with({"cancellation.statuses": (OrderStatus.PENDING,)})
    assert shop.refused(cancel()).code == "order_processing"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (cancel((1, 3)), "quantity_invalid"),
        (cancel((1, 0)), "quantity_invalid"),
        (cancel((1, 1), (1, 2)), "quantity_invalid"),
        (cancel((9, 1)), "line_unknown"),
    ],
)
def test_more_than_there_is_cannot_be_cancelled(
    shop: PaidShop, wanted: CancellationRequest, code: str
) -> None:
    shop.paid()
    assert shop.refused(wanted).code == code


@pytest.mark.parametrize(
    ("parcel", "then"),
    [(ShipmentStatus.IN_TRANSIT, OrderStatus.SHIPPED), (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED)],
)
def test_of_a_partly_shipped_order_only_the_rest_is_cancelled(
    shop: PaidShop, parcel: ShipmentStatus, then: OrderStatus
) -> None:
    order_id = shop.paid()
    came = shop.now if parcel is ShipmentStatus.DELIVERED else None
    box(shop, order_id, parcel, (1, 1), delivered_at=came)
    assert shop.refused(cancel((1, 2))).code == "quantity_invalid"
    card = shop.proposed(cancel())
    assert "still comes to you" in (card.notice or "")
    shop.done(cancel())
    assert payments(shop) == [(7500, 5500, "captured")]
    order = shop.one(Order, order_id)
    assert (order.status, order.delivered_at) == (then, came)


def test_what_has_left_is_refused(shop: PaidShop) -> None:
    box(shop, shop.paid(), ShipmentStatus.IN_TRANSIT, (2, 1))
    refused = shop.refused(cancel((2, 1)))
    assert (refused.code, refused.rule) == ("line_shipped", "cancellation.statuses")
    assert shop.proposed(cancel((1, 2)))


def test_a_parcel_that_is_being_packed_is_unpacked(shop: PaidShop) -> None:
    order_id = shop.paid()
    box(shop, order_id, ShipmentStatus.PREPARING, (1, 2))
    box(shop, order_id, ShipmentStatus.PREPARING, (2, 1))
    shop.done(cancel((1, 1)))
    assert [part.quantity for part in shop.all(ShipmentLine)] == [1, 1]
    shop.done(cancel((1, 1)))
    assert [part.quantity for part in shop.all(ShipmentLine)] == [1]
    # Without its lines the first one would count as a parcel of unknown content, which holds everything.
    assert len(shop.all(Shipment)) == 1
    shop.done(cancel())
    assert shop.all(Shipment) == []


def test_a_lost_parcel_that_was_made_good_does_not_count_as_on_its_way(shop: PaidShop) -> None:
    order_id = shop.paid(items=[shop.mug(3), line("Lamp", price=4000)])
    box(shop, order_id, ShipmentStatus.LOST, (1, 2), shipped_at=shop.now - days(9))
    shop.done(claim(RefundCause.LOST_PARCEL))
    shop.done(cancel((2, 1)))
    assert shop.one(Order, order_id).status is OrderStatus.PROCESSING
    shop.done(cancel((1, 1)))
    assert payments(shop) == [(9000, 9000, "captured")]
    assert shop.one(Order, order_id).status is OrderStatus.CANCELLED


def test_an_order_that_leaves_before_the_yes_is_not_cancelled(shop: PaidShop) -> None:
    order_id = shop.paid()
    card = shop.proposed(cancel())
    with shop.database.writing() as session:
        session.get_one(Order, order_id).status = OrderStatus.SHIPPED
    assert shop.decide(card.id).status == "failed"
    assert (cancelled(shop), entries(shop)) == ([0, 0], [])
