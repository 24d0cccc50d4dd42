from typing import Any

import pytest

from tests.tools.builders import days, line
from tests.tools.commerce.changes.change_builders import (
    ScriptedGateway,
    box,
    cancel,
    change,
    entries,
    order_seen,
    payments,
    sums,
    to_sku,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with
from tools.change_cards import Need
from tools.commerce.changes.decisions import Decision
from tools.commerce.changes.requests import ItemChangeRequest, SwapWish
from tools.commerce.database import Database
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderProof,
    OrderStatus,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    ShipmentLine,
    ShipmentStatus,
    Stock,
)

# Of each of the mugs, the blue and the red at $15.00, 6 are free; of the large one at $21.00 there are 2.


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def fresh(shop: PaidShop, *items: OrderLine, **values: Any) -> int:
    """The order A-1, placed just now: two blue mugs and a lamp, unless said otherwise."""
    return shop.paid(items=items or None, placed_at=shop.now, **values)


def lines(shop: PaidShop) -> list[tuple[str | None, int, int]]:
    return [(one.sku, one.quantity, one.total_minor) for one in shop.all(OrderLine)]


def total(shop: PaidShop, order_id: int) -> int:
    order = shop.one(Order, order_id)
    assert order.total_minor == sum(total for _, _, total in lines(shop)) + order.shipping_minor
    return int(order.total_minor)


@pytest.mark.parametrize(
    ("wanted", "becomes", "more"),
    [
        (to_sku(1, "MUG-R"), ("MUG-R", 2, 3000), 0),
        (to_sku(1, "mug-l"), ("MUG-L", 2, 4200), 1200),
        (SwapWish(line=1, options={"Color": "Red"}), ("MUG-R", 2, 3000), 0),
        (SwapWish(line=1, quantity=3), ("MUG-B", 3, 4500), 1500),
        (SwapWish(line=1, quantity=1), ("MUG-B", 1, 1500), -1500),
    ],
)
def test_one_item_becomes_another_or_another_number_of_it(
    shop: PaidShop, wanted: SwapWish, becomes: tuple[str, int, int], more: int
) -> None:
    order_id = fresh(shop)
    card = shop.proposed(change(wanted))
    assert (card.money.amount if card.money else 0) == -more
    shop.done(change(wanted))
    assert lines(shop) == [becomes, (None, 1, 4000)]
    assert total(shop, order_id) == 7500 + more
    assert payments(shop) == {
        0: [(7500, 0, "captured")],
        -1500: [(7500, 1500, "captured")],
    }.get(more, [(7500, 0, "captured"), (more, 0, "captured")])
    reserved = {"MUG-B": shop.reserved(shop.blue), "MUG-R": shop.reserved(shop.red)}
    assert reserved["MUG-B"] == 2 + (becomes[1] if becomes[0] == "MUG-B" else 0)
    assert reserved["MUG-R"] == 4 + (becomes[1] if becomes[0] == "MUG-R" else 0)
    assert order_seen(shop).total.amount == 7500 + more


def test_two_items_each_get_their_own_price_and_options(shop: PaidShop) -> None:
    order_id = fresh(shop, shop.mug(1), shop.mug(2))
    wanted = change(to_sku(1, "MUG-L"), to_sku(2, "MUG-R"))
    assert sums(shop.proposed(wanted)) == {"More than before": -600}
    shop.done(wanted)
    assert lines(shop) == [("MUG-L", 1, 2100), ("MUG-R", 2, 3000)]
    assert [one.options for one in shop.all(OrderLine)] == ["Color: Green", "Color: Red"]
    assert [shop.reserved(known) for known in (shop.blue, shop.red, shop.large)] == [1, 6, 1]
    assert total(shop, order_id) == 5600


def test_two_items_change_places(shop: PaidShop) -> None:
    fresh(shop, shop.mug(1), shop.mug(3))
    shop.done(change(to_sku(2, "MUG-R")))
    shop.policy = policy_with({"changes.items_times": 2})
    shop.done(change(to_sku(1, "MUG-R"), to_sku(2, "MUG-B")))
    assert [(sku, quantity) for sku, quantity, _ in lines(shop)] == [("MUG-R", 1), ("MUG-B", 3)]
    assert (shop.reserved(shop.blue), shop.reserved(shop.red)) == (3, 5)


def test_discount_and_tax_change_with_the_price(shop: PaidShop) -> None:
    order_id = fresh(shop, shop.mug(2, discount_minor=300, tax_minor=216), line("Lamp", price=4000), off=700)
    # 2916 of 6916 that the lines cost carry 7 of the 70 tenths of the discount on the order.
    card = shop.proposed(change(to_sku(1, "MUG-L")))
    assert sums(card) == {"More than before": -1048}
    shop.done(change(to_sku(1, "MUG-L")))
    (mugs, _) = shop.all(OrderLine)
    assert (mugs.unit_price_minor, mugs.discount_minor, mugs.tax_minor) == (2100, 420, 302)
    order = shop.one(Order, order_id)
    assert order.total_minor == 6716 + 1048
    assert sum(amount for amount, _, _ in payments(shop)) == order.total_minor


def test_the_difference_is_paid_by_the_card_that_paid_or_the_one_that_is_named(shop: PaidShop) -> None:
    order_id = fresh(shop)
    dearer = to_sku(1, "MUG-L")
    assert [(one.to, one.direction) for one in shop.proposed(change(dearer)).payouts] == [(CARD, "pay")]
    other = shop.proposed(change(dearer, by="Mastercard ending in 1881"))
    assert other.payouts[0].to == "Mastercard ending in 1881"
    assert shop.refused(change(dearer, by="store credit")).code == "balance_too_low"
    assert shop.refused(change(dearer, by="Amex")).code == "payment_method_unknown"
    guest = shop.talk(signed_in=False)
    shop.add(OrderProof(conversation_id=guest, order_id=order_id, proved_at=shop.now))
    assert shop.proposed(change(dearer), guest).payouts[0].to == CARD
    assert shop.refused(change(dearer, by="1881"), guest).code == "sign_in_needed"


def test_a_difference_is_settled_with_what_is_still_to_be_paid(shop: PaidShop) -> None:
    order_id = fresh(shop, payment_status=PaymentStatus.PENDING, status=OrderStatus.PENDING)
    shop.policy = policy_with({"changes.items_times": 2})
    card = shop.proposed(change(to_sku(1, "MUG-L")))
    assert sums(card) == {"More than before": -1200, "Not paid yet": 1200}
    assert "$12.00 more has to be paid." in card.summary
    shop.done(change(to_sku(1, "MUG-L")))
    assert (payments(shop), entries(shop)) == ([(8700, 0, "pending")], [])
    shop.done(change(SwapWish(line=1, quantity=1)))
    assert payments(shop) == [(6600, 0, "pending")]
    assert total(shop, order_id) == 6600


def test_an_authorization_is_lowered(shop: PaidShop) -> None:
    fresh(shop, payment_status=PaymentStatus.AUTHORIZED)
    shop.done(change(SwapWish(line=1, quantity=1)))
    assert entries(shop) == [("release", 1500, "settled")]
    assert payments(shop) == [(7500, 1500, "authorized")]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (change(SwapWish(line=1, quantity=0)), "quantity_invalid"),
        (change(SwapWish(line=1, quantity=-2)), "quantity_invalid"),
        (change(SwapWish(line=1, quantity=21)), "quantity_invalid"),
        (change(SwapWish(line=1, quantity=9)), "out_of_stock"),
        (change(SwapWish(line=1, quantity=2)), "nothing_changes"),
        (change(to_sku(1, "MUG-B")), "nothing_changes"),
        (change(to_sku(1, "LAMP-X")), "option_unknown"),
        (change(SwapWish(line=1, options={"Color": "Plaid"})), "option_unknown"),
        (change(to_sku(1, "MUG-R", 1)), "whole_line_only"),
        (change(SwapWish(line=2)), "no_other_version"),
        (change(SwapWish(line=3, quantity=1)), "line_unknown"),
        (change(to_sku(1, "MUG-R"), SwapWish(line=1, quantity=1)), "line_twice"),
    ],
)
def test_what_cannot_be_is_refused(shop: PaidShop, wanted: ItemChangeRequest, code: str) -> None:
    fresh(shop)
    assert shop.refused(wanted).code == code


def test_two_items_cannot_become_more_than_there_are(shop: PaidShop) -> None:
    fresh(shop, shop.mug(1), shop.mug(2))
    assert shop.proposed(change(to_sku(2, "MUG-L")))
    assert shop.refused(change(to_sku(1, "MUG-L"), to_sku(2, "MUG-L"))).code == "out_of_stock"


def test_what_only_the_shopper_knows_is_asked_for(shop: PaidShop) -> None:
    fresh(shop)
    assert shop.needed(change()).what is Need.LINES
    which = shop.needed(change(SwapWish(line=1)))
    assert (which.what, [one.value for one in which.choices]) == (Need.VARIANT, ["MUG-R", "MUG-L"])


def test_the_policy_says_when_and_how_often(shop: PaidShop) -> None:
    fresh(shop)
    wanted = change(SwapWish(line=1, quantity=1))
    card = shop.proposed(wanted)
    shop.now += days(61 / 1440)
    late = shop.refused(wanted)
    assert (late.code, late.rule) == ("window_over", "changes.window_minutes")
    assert shop.decide(card.id).status == "expired"
    shop.now -= days(1 / 1440)
    shop.done(wanted)
    again = shop.refused(change(SwapWish(line=1, quantity=2)))
    assert (again.code, again.rule) == ("changed_before", "changes.items_times")
    shop.policy = policy_with({"changes.items_statuses": (OrderStatus.PENDING,)})
    assert shop.refused(wanted).code == "order_processing"


def test_an_order_stays_above_the_smallest_that_is_taken(shop: PaidShop) -> None:
    fresh(shop, line("Spoon", quantity=4, price=400), shipping=0)
    refused = shop.refused(change(SwapWish(line=1, quantity=2)))
    assert (refused.code, refused.rule) == ("below_minimum", "orders.minimum_total")
    assert shop.proposed(change(SwapWish(line=1, quantity=3)))


def test_what_has_left_or_was_cancelled_in_part_stays_as_it_is(shop: PaidShop) -> None:
    order_id = fresh(shop)
    shop.done(cancel((1, 1)))
    assert shop.refused(change(to_sku(1, "MUG-R"))).code == "line_unknown"
    box(shop, order_id, ShipmentStatus.IN_TRANSIT, (2, 1))
    assert shop.refused(change()).code == "nothing_left"


@pytest.mark.parametrize(("quantity", "held"), [(1, 1), (3, 3)])
def test_a_parcel_that_is_being_packed_holds_what_was_changed(
    shop: PaidShop, quantity: int, held: int
) -> None:
    box(shop, fresh(shop), ShipmentStatus.PREPARING, (1, 2), (2, 1))
    shop.done(change(SwapWish(line=1, quantity=quantity)))
    assert [part.quantity for part in shop.all(ShipmentLine)] == [held, 1]


def test_a_refused_charge_leaves_everything_as_it_was(shop: PaidShop) -> None:
    order_id = fresh(shop)
    box(shop, order_id, ShipmentStatus.PREPARING, (1, 2))
    shop.gateway = ScriptedGateway(refuses=True)
    before = (lines(shop), total(shop, order_id), payments(shop), shop.reserved(shop.blue))
    card = shop.proposed(change(to_sku(1, "MUG-L")))
    shop.decide(card.id)
    shop.settle(card.id)
    assert (lines(shop), total(shop, order_id), payments(shop), shop.reserved(shop.blue)) == before
    assert shop.reserved(shop.large) == 0
    assert [part.quantity for part in shop.all(ShipmentLine)] == [2]
    assert entries(shop) == [("charge", 1200, "failed")]
    shop.gateway = ScriptedGateway()
    shop.done(change(to_sku(1, "MUG-R")))


def test_a_refused_charge_is_undone_though_the_old_item_has_sold_out(shop: PaidShop) -> None:
    fresh(shop)
    shop.gateway = ScriptedGateway(refuses=True)
    card = shop.proposed(change(to_sku(1, "MUG-L")))
    shop.decide(card.id)
    with shop.database.writing() as session:
        for stock in session.query(Stock).where(Stock.variant_id == shop.blue.id):
            stock.reserved = stock.on_hand - 1
    shop.settle(card.id)
    assert lines(shop)[0] == ("MUG-B", 2, 3000)
    assert shop.reserved(shop.blue) == 10


def test_nothing_else_changes_while_the_charge_is_on_its_way(shop: PaidShop) -> None:
    order_id = fresh(shop)
    shop.gateway = ScriptedGateway(is_down=True)
    waiting = shop.proposed(cancel(), shop.talk())
    card = shop.proposed(change(to_sku(1, "MUG-L")))
    assert shop.decide(card.id).status == "accepted"
    shop.settle(card.id)
    assert shop.refused(cancel()).code == "payment_under_way"
    assert shop.decide(waiting.id).status == "failed"
    shop.gateway.is_down = False
    shop.now += days(1 / 24)
    shop.settle(card.id)
    shop.done(cancel())
    assert payments(shop) == [(7500, 7500, "captured"), (1200, 1200, "captured")]
    assert total(shop, order_id) == 8700


def test_a_no_changes_nothing(shop: PaidShop) -> None:
    fresh(shop)
    card = shop.proposed(change(to_sku(1, "MUG-R")))
    assert shop.decide(card.id, Decision.DECLINE).status == "declined"
    assert lines(shop)[0][0] == "MUG-B"
    assert shop.reserved(shop.blue) == 4


def test_a_gift_card_pays_where_it_holds_enough(shop: PaidShop) -> None:
    fresh(shop)
    gift = shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=1200, currency="USD")
    shop.done(change(to_sku(1, "MUG-L"), by="gift card"))
    assert shop.one(PaymentMethod, gift).balance_minor == 0
    assert payments(shop)[1] == (1200, 0, "captured")
