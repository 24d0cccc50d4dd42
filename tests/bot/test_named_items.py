"""Which of somebody's orders holds what they name."""

import pytest

from bot.embedded.named_items import with_items
from tools.cards import OrderSummary
from tools.commerce.schema import OrderStatus
from tools.facts import Money


def order(number: str, *items: str) -> OrderSummary:
    return OrderSummary(number=number, status=OrderStatus.DELIVERED, total=Money.of(4000, "USD"), items=items)


ORDERS = (
    order("A", "1 x Desk Lamp (Color: Black)", "1 x Wool Rug (Color: Sand)"),
    order("B", "1 x Desk Lamp (Color: Red)", "1 x Wall Clock (Color: Black)"),
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the lamp", ["A", "B"]),
        ("the red lamp", ["B"]),
        ("the lamp and the rug", ["A"]),
        ("the lamp in red and the rug", ["A"]),
        ("the red lamp and the black clock", ["B"]),
        ("something else", []),
    ],
)
def test_names_tell_first_and_then_versions(text: str, numbers: list[str]) -> None:
    assert [found.number for found in with_items(text, ORDERS)] == numbers


def test_a_mere_option_names_no_thing() -> None:
    white = order("C", "1 x Wall Clock (Color: White)")

    assert with_items("the black clock", (ORDERS[0], white)) == [white]
