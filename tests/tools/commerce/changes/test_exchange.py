from typing import Any

import pytest

from tests.tools.builders import days, line, variant
from tests.tools.commerce.changes.change_builders import (
    ScriptedGateway,
    entries,
    exchange,
    payments,
    refunds_seen,
    returns_seen,
    sums,
    to_sku,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tests.tools.commerce.changes.test_receiving import received
from tools.change_cards import Need
from tools.commerce.changes.requests import ExchangeRequest, SwapWish
from tools.commerce.database import Database
from tools.commerce.policy import PriceDifference
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnReason,
    Stock,
    Variant,
)

# Of each of the mugs, the blue and the red at $15.00, 6 are free; of the large one at $21.00 there are 2.


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def large(shop: PaidShop, quantity: int = 1, **values: Any) -> OrderLine:
    mug = shop.mug(quantity, **values)
    mug.variant_id, mug.sku, mug.unit_price_minor = shop.large.id, shop.large.sku, 2100
    return mug


def change_variant(shop: PaidShop, known: Variant, **values: Any) -> None:
    with shop.database.writing() as session:
        found = session.get_one(Variant, known.id)
        for name, value in values.items():
            setattr(found, name, value)


def on_hand(shop: PaidShop, known: Variant) -> int:
    return sum(one.on_hand for one in shop.all(Stock) if one.variant_id == known.id)


def test_another_color_is_set_aside_and_the_old_one_comes_back(shop: PaidShop) -> None:
    shop.delivered()
    card = shop.proposed(exchange(to_sku(1, "MUG-R", 1)))
    assert (card.money, sums(card)) == (None, {})
    shop.done(exchange(to_sku(1, "MUG-R", 1)))
    assert shop.reserved(shop.red) == 5
    assert entries(shop) == []
    (opened,) = returns_seen(shop).returns
    assert (opened.return_kind, opened.status, opened.items) == (
        "exchange",
        "approved",
        ("1 x Mug (Color: Blue)",),
    )
    received(shop)
    assert (on_hand(shop, shop.blue), shop.reserved(shop.red)) == (11, 5)
    assert returns_seen(shop).returns[0].status == "completed"


def test_a_dearer_one_costs_the_difference_with_its_tax(shop: PaidShop) -> None:
    shop.delivered(items=[shop.mug(2, tax_minor=300), line("Lamp", price=4000)])
    card = shop.proposed(exchange(to_sku(1, "MUG-L")))
    assert sums(card) == {"Price difference": -1320}
    assert [(one.to, one.direction, one.when) for one in card.payouts] == [(CARD, "pay", "now")]
    shop.done(exchange(to_sku(1, "MUG-L")))
    assert payments(shop) == [(7800, 0, "captured"), (1320, 0, "captured")]


@pytest.mark.parametrize(
    ("off", "tax", "price_now", "back"),
    [
        (0, 0, 2100, 600),
        (0, 210, 2100, 660),
        (1050, 0, 2100, 300),
        # The old one costs more today than what was paid for it: as much of the payment as of the price goes back.
        (0, 0, 3000, 1050),
        (2100, 0, 2100, 0),
    ],
)
def test_of_a_cheaper_one_the_same_part_of_what_was_paid_goes_back_after_the_check(
    shop: PaidShop, off: int, tax: int, price_now: int, back: int
) -> None:
    shop.delivered(items=[large(shop, discount_minor=off, tax_minor=tax), line("Lamp", price=4000)])
    change_variant(shop, shop.large, price_minor=price_now)
    shop.done(exchange(to_sku(1, "MUG-B")))
    assert entries(shop) == []
    received(shop)
    assert refunds_seen(shop) == ([(back, CARD, "pending")] if back else [])
    assert payments(shop)[0][1] == back


def test_several_items_settle_one_difference(shop: PaidShop) -> None:
    shop.delivered(items=[shop.mug(1), large(shop), shop.mug(2)])
    wanted = exchange(to_sku(1, "MUG-L"), to_sku(2, "MUG-R"), to_sku(3, "MUG-R", 1))
    card = shop.proposed(wanted)
    assert [one.becomes for one in card.lines] == ["Color: Green", "Color: Red", "Color: Red"]
    assert sums(card) == {}
    shop.done(wanted)
    assert (shop.reserved(shop.large), shop.reserved(shop.red)) == (1, 6)
    assert entries(shop) == []


def test_what_is_faulty_becomes_a_new_one_for_nothing(shop: PaidShop) -> None:
    shop.delivered()
    same = SwapWish(line=1, quantity=1)
    assert shop.needed(exchange(same)).what is Need.VARIANT
    card = shop.proposed(exchange(same, reason=ReturnReason.DEFECTIVE))
    assert (card.lines[0].becomes, card.money) == ("a new one", None)
    shop.done(exchange(same, reason=ReturnReason.DEFECTIVE))
    assert shop.reserved(shop.blue) == 5


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (exchange(to_sku(1, "MUG-B")), "nothing_changes"),
        (exchange(to_sku(1, "LAMP-X")), "option_unknown"),
        (exchange(to_sku(1, "MUG-R", 3)), "quantity_invalid"),
        (exchange(to_sku(1, "MUG-R", 0)), "quantity_invalid"),
        (exchange(to_sku(7, "MUG-R")), "line_unknown"),
        (exchange(to_sku(1, "MUG-R", 1), to_sku(1, "MUG-L", 1)), "line_twice"),
        (exchange(to_sku(3, "MUG-L", 3)), "out_of_stock"),
        (exchange(to_sku(1, "MUG-L"), to_sku(3, "MUG-L")), "out_of_stock"),
        (exchange(SwapWish(line=2)), "out_of_stock"),
    ],
)
def test_what_cannot_be_is_refused(shop: PaidShop, wanted: ExchangeRequest, code: str) -> None:
    shop.delivered(items=[shop.mug(2), line("Lamp", price=4000), shop.mug(3)])
    assert shop.refused(wanted).code == code


def test_what_is_no_longer_sold_cannot_be_had(shop: PaidShop) -> None:
    shop.delivered()
    change_variant(shop, shop.red, active=False)
    assert shop.refused(exchange(to_sku(1, "MUG-R"))).code == "option_unknown"


def test_only_the_same_product_unless_the_policy_allows_others(shop: PaidShop) -> None:
    shop.delivered()
    shop.product("Cup", variant("CUP-1", price=1800))
    refused = shop.refused(exchange(to_sku(1, "CUP-1", 1)))
    assert (refused.code, refused.rule) == ("other_product", "exchanges.same_product_only")
    shop.policy = policy_with({"exchanges.same_product_only": False})
    assert sums(shop.proposed(exchange(to_sku(1, "CUP-1", 1)))) == {"Price difference": -300}


def test_the_policy_may_keep_exchanges_to_one_price(shop: PaidShop) -> None:
    shop.delivered()
    shop.policy = policy_with({"exchanges.price_difference": PriceDifference.NONE})
    refused = shop.refused(exchange(to_sku(1, "MUG-L")))
    assert (refused.code, refused.rule) == ("price_differs", "exchanges.price_difference")
    assert shop.proposed(exchange(to_sku(1, "MUG-R")))


def test_the_way_back_costs_what_the_policy_says_and_is_paid_with_the_difference(shop: PaidShop) -> None:
    shop.delivered()
    shop.policy = policy_with({"returns.free_label_outcomes": ()})
    assert sums(shop.proposed(exchange(to_sku(1, "MUG-R", 1), reason=ReturnReason.WRONG_ITEM))) == {}
    card = shop.proposed(exchange(to_sku(1, "MUG-L", 1)))
    assert sums(card) == {"Price difference": -600, "Return label": -695}
    shop.done(exchange(to_sku(1, "MUG-L", 1)))
    assert payments(shop) == [(7500, 0, "captured"), (1295, 0, "captured")]


def test_from_abroad_one_pays_ones_own_postage(shop: PaidShop) -> None:
    shop.delivered(country="CA")
    card = shop.proposed(exchange(to_sku(1, "MUG-R", 1)))
    assert (sums(card), "pay the postage yourself" in card.next_steps[0]) == ({}, True)
    ours = shop.proposed(exchange(to_sku(1, "MUG-R", 1), reason=ReturnReason.WRONG_ITEM))
    assert "that is free" in ours.next_steps[0]


def test_a_fee_in_another_currency_is_left_to_a_person(shop: PaidShop) -> None:
    order_id = shop.delivered()
    with shop.database.writing() as session:
        session.get_one(Order, order_id).currency = "CAD"
    change_variant(shop, shop.red, currency="CAD")
    shop.policy = policy_with({"returns.free_label_outcomes": ()})
    refused = shop.refused(exchange(to_sku(1, "MUG-R", 1)))
    assert (refused.code, refused.rule) == ("other_currency", "returns.label_fee")


def test_a_valuable_one_leaves_once_the_old_one_was_checked(shop: PaidShop) -> None:
    shop.delivered()
    assert "carrier has scanned" in shop.proposed(exchange(to_sku(1, "MUG-R"))).next_steps[1]
    shop.policy = policy_with({"exchanges.advance_limit": 2999})
    assert "checked the old one" in shop.proposed(exchange(to_sku(1, "MUG-R"))).next_steps[1]


def test_a_damaged_one_of_little_worth_is_kept_and_a_new_one_set_aside(shop: PaidShop) -> None:
    shop.delivered()
    damaged = exchange(SwapWish(line=1, quantity=1), reason=ReturnReason.DAMAGED)
    assert "2 photos" in (shop.proposed(damaged).approval or "")
    shop.policy = policy_with({"damage.photos": 0})
    shop.done(damaged)
    assert (shop.all(Return)[0].status, shop.reserved(shop.blue)) == ("completed", 5)
    assert on_hand(shop, shop.blue) == 10
    shop.policy = policy_with({"damage.photos": 0, "damage.keep_item_under": 1500, "exchanges.per_line": 2})
    shop.done(damaged)
    assert shop.all(Return)[1].status == "approved"


def test_a_line_is_exchanged_as_often_as_the_policy_says(shop: PaidShop) -> None:
    shop.delivered(items=[shop.mug(3)])
    shop.done(exchange(to_sku(1, "MUG-R", 1)))
    refused = shop.refused(exchange(to_sku(1, "MUG-R", 1)))
    assert (refused.code, refused.rule) == ("exchanged_before", "exchanges.per_line")
    assert shop.proposed(wish((1, 2)))
    assert shop.refused(wish((1, 3))).code == "quantity_invalid"
    shop.policy = policy_with({"exchanges.per_line": 2})
    assert shop.proposed(exchange(to_sku(1, "MUG-R", 1)))


def test_the_window_is_that_of_exchanges(shop: PaidShop) -> None:
    shop.delivered(ago=40)
    assert shop.refused(wish()).code == "window_over"
    assert shop.proposed(exchange(to_sku(1, "MUG-R")))
    shop.now += days(6)
    refused = shop.refused(exchange(to_sku(1, "MUG-R")))
    assert (refused.code, refused.rule) == ("window_over", "exchanges.window_days")


def test_what_has_not_arrived_is_changed_instead(shop: PaidShop) -> None:
    shop.paid(status=OrderStatus.PROCESSING)
    assert shop.refused(exchange(to_sku(1, "MUG-R"))).code == "not_delivered"


def test_a_refused_charge_leaves_everything_as_it_was(shop: PaidShop) -> None:
    shop.delivered()
    shop.gateway = ScriptedGateway(refuses=True)
    card = shop.proposed(exchange(to_sku(1, "MUG-L")))
    shop.decide(card.id)
    assert shop.reserved(shop.large) == 2
    shop.settle(card.id)
    assert (shop.reserved(shop.large), shop.all(Return)[0].status) == (0, "cancelled")
    assert payments(shop) == [(7500, 0, "captured")]
    shop.gateway = ScriptedGateway()
    shop.done(exchange(to_sku(1, "MUG-L")))


def test_a_variant_that_sold_out_before_the_yes_is_not_promised(shop: PaidShop) -> None:
    shop.delivered()
    card = shop.proposed(exchange(to_sku(1, "MUG-L")))
    with shop.database.writing() as session:
        for stock in session.query(Stock).where(Stock.variant_id == shop.large.id):
            stock.reserved = 1
    assert shop.decide(card.id).status == "failed"
    assert (shop.all(Return), entries(shop)) == ([], [])
