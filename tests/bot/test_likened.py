"""A version that is told by another thing of theirs."""

from dataclasses import replace

import pytest
from langchain_core.messages import HumanMessage

from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.meant.likened import likened
from bot.embedded.situation import Call, read_situation
from tools.cards import LineFacts, OrderCard, OrderListCard, OrderSummary
from tools.commerce.schema import OrderStatus
from tools.facts import Money

PRICE = Money.of(4000, "USD")
NOTHING = Money.of(0, "USD")
HELD = {
    "A-1": [("Helmet", "Size: M, Color: White, Visor: No"), ("City Bike", None)],
    "A-2": [("Helmet", "Size: S, Color: Red, Visor: Yes"), ("Lock", None)],
}
ORDERS = tuple(
    OrderSummary(
        number=number,
        status=OrderStatus.PENDING if number == "A-2" else OrderStatus.DELIVERED,
        total=PRICE,
        items=tuple(f"1 x {name} ({options})" if options else f"1 x {name}" for name, options in held),
    )
    for number, held in HELD.items()
)


def card(number: str) -> OrderCard:
    lines = tuple(
        LineFacts(line=place, name=name, options=options, quantity=1, unit_price=PRICE, total=PRICE)
        for place, (name, options) in enumerate(HELD[number], start=1)
    )
    money = {"subtotal": PRICE, "discount": NOTHING, "shipping": NOTHING, "tax": NOTHING, "total": PRICE}
    return OrderCard(number=number, status=OrderStatus.DELIVERED, lines=lines, **money)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        (
            "the helmet should be like the one in the order with the bike",
            "the helmet should be M, White, without Visor",
        ),
        ("make the helmet like the one in order A-2 please", "make the helmet S, Red, with Visor"),
        ("the helmet should be like the one in my pending order", "the helmet should be S, Red, with Visor"),
        ("the gloves should be like the ones in the order with the bike", None),
        ("the helmet should be like the one in the order with the tent", None),
    ],
)
def test_the_options_of_that_thing_take_its_place(text: str, becomes: str | None) -> None:
    listed = Call("list_my_orders", {"limit": ORDERS_LOOKED_AT})
    known = {Call("get_order_details", {"order_number": number}).key: card(number) for number in HELD}
    asked = read_situation(
        [HumanMessage(text)], ["list_my_orders", "get_order_details"], lambda _, others: [[0.0] * len(others)]
    )
    orders = OrderListCard(orders=ORDERS, total_orders=len(ORDERS))
    situation = replace(asked, signed_in=True, results={listed.key: orders, **known})

    assert likened(situation).text.startswith(becomes or text)
