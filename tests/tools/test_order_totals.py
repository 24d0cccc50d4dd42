"""What somebody's own orders add up to, on both databases."""

from datetime import date

import pytest

from tests.tools.builders import NOW, Shop, ask, days, line
from tools.cards import Refusal
from tools.commerce.schema import OrderStatus, PaymentMethodKind, Refund, RefundStatus, Role
from tools.orders import summarize_my_orders
from tools.total_cards import OrderTotalsCard

pytestmark = pytest.mark.anyio


@pytest.fixture
def ada(shop: Shop) -> int:
    """Four orders that count, in two currencies, one that was canceled, and somebody else's."""
    ada, bob = shop.customer("ada@example.com"), shop.customer("bob@example.com")
    tea = shop.product("Green Tea", category="Drinks")
    first = shop.order(
        "A-1",
        customer_id=ada,
        status=OrderStatus.DELIVERED,
        placed_at=NOW - days(400),
        items=[line("Green Tea", quantity=3, price=1000, product_id=tea), line("Blue Lamp", price=3000)],
        subtotal_minor=6000,
        discount_minor=600,
        shipping_minor=500,
        total_minor=5900,
    )
    shop.order(
        "A-2",
        customer_id=ada,
        status=OrderStatus.SHIPPED,
        placed_at=NOW - days(20),
        items=[line("Green Tea", quantity=2, price=1000, product_id=tea, cancelled_quantity=1)],
    )
    shop.order("A-3", customer_id=ada, status=OrderStatus.PENDING, placed_at=NOW - days(1), currency="EUR")
    shop.order("A-4", customer_id=ada, placed_at=None, items=[line("Mug", price=250)])
    shop.order("A-5", customer_id=ada, status=OrderStatus.CANCELLED, items=[line("Blue Lamp", price=9000)])
    shop.order("B-1", customer_id=bob, items=[line("Green Tea", quantity=50)])
    for amount, status in ((700, RefundStatus.ISSUED), (100, RefundStatus.FAILED)):
        shop.add(
            Refund(
                ref=f"r{amount}",
                order_id=first,
                amount_minor=amount,
                currency="USD",
                status=status,
                kind=PaymentMethodKind.CARD,
            )
        )
    return ada


async def totals(shop: Shop, customer: int, **wanted: object) -> OrderTotalsCard:
    found = await ask(summarize_my_orders, shop.context(shop.conversation(customer_id=customer)), **wanted)
    assert isinstance(found, OrderTotalsCard)
    return found


async def test_each_currency_is_summed_by_itself_and_what_was_canceled_is_left_out(
    shop: Shop, ada: int
) -> None:
    found = await totals(shop, ada)
    dollars, euros = found.money

    assert (found.orders, found.canceled) == (4, 1)
    assert (dollars.orders, dollars.total.text, dollars.shipping.text) == (3, "$81.50", "$5.00")
    assert dollars.refunded is not None
    assert dollars.refunded.text == "$7.00"
    assert (dollars.average.text, dollars.largest.number, dollars.smallest.number) == ("$27.17", "A-1", "A-4")
    assert dollars.dearest is not None
    assert (dollars.dearest.name, dollars.dearest.price.text) == ("Blue Lamp", "$30.00")
    assert euros.unpaid is not None
    assert euros.total.text == euros.unpaid.text == "€15.00"
    assert found.by_status[OrderStatus.SHIPPED] == 1


async def test_items_are_counted_by_name_option_or_category_without_what_never_came(
    shop: Shop, ada: int
) -> None:
    found = await totals(shop, ada, words="drinks")
    (tea,) = found.items

    assert (tea.name, tea.quantity, tea.orders, tea.last_order) == ("Green Tea", 4, 2, "A-2")
    # Half of A-1's $54.00 without shipping, and one of the two in A-2.
    assert [paid.text for paid in tea.total] == ["$37.00"]
    assert found.money[0].items.text == "$37.00"


async def test_words_that_nothing_has_are_named(shop: Shop, ada: int) -> None:
    assert (await totals(shop, ada, words="unicorn lamp")).unmatched_words == ("unicorn",)
    nothing = await totals(shop, ada, words="unicorn")
    assert (nothing.orders, nothing.pieces, nothing.money) == (0, 0, ())
    both = await totals(shop, ada, words="green lamp")
    assert both.orders == 0


async def test_a_period_leaves_out_what_has_no_date_and_says_how_many(shop: Shop, ada: int) -> None:
    found = await totals(shop, ada, placed_from="2026-01-01", placed_to="2026-03-10")

    assert (found.orders, found.undated, found.last_on) == (2, 1, date(2026, 3, 9))


async def test_the_newest_few(shop: Shop, ada: int) -> None:
    found = await totals(shop, ada, newest=2)

    assert {one.largest.number for one in found.money} == {"A-3", "A-2"}


async def test_one_proved_order_does_not_tell_of_all(shop: Shop, ada: int) -> None:
    asked = shop.conversation(role=Role.SHOPPER)

    refused = await ask(summarize_my_orders, shop.context(asked))

    assert isinstance(refused, Refusal)
    assert refused.code == "sign_in_needed"
