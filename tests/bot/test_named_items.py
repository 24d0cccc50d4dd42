"""Which of somebody's orders holds what they name."""

from dataclasses import replace

import pytest
from langchain_core.messages import HumanMessage

from bot.embedded.reading.introducing import without_introduction
from bot.embedded.reading.named_items import only_tells_order, told_order, with_items, without_told_order
from bot.embedded.situation import read_situation
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


@pytest.mark.parametrize(
    ("text", "left", "told"),
    [
        ("cancel the order with the tent", "cancel the order", "tent"),
        ("in the order with the rug, make the lamp red", "in the order, make the lamp red", "rug"),
        ("swap the coat in the order with the tent for an L", "swap the coat in the order for an L", "tent"),
        ("all of the order that had the vase except the lamp", "all of the order except the lamp", "vase"),
        ("can the order with the rug go to 9 Oak Street", "can the order go to 9 Oak Street", "rug"),
        ("keep the delivery for Monday", "keep the delivery for Monday", ""),
    ],
)
def test_a_thing_that_tells_the_order_is_not_what_the_wish_is_about(text: str, left: str, told: str) -> None:
    assert without_told_order(text) == left
    assert told_order(text).split(" ")[-1] == told


def test_an_answer_to_which_order_may_only_tell_what_is_in_it() -> None:
    assert only_tells_order("It's the one with the digital pump.")
    assert not only_tells_order("The one with the pump please, I changed my mind")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello, my name is Ada Park and my zip code is 97301.", "Hello"),
        ("Hi, I'm Ada Park, 97301. Cancel A-1 please.", "Cancel A-1 please."),
        ("I live at zip code 97301. My name is Ada de Park. Where is my lamp?", "Where is my lamp?"),
        ("My name is now Ada Park.", "My name is now Ada Park."),
        ("This is A-1.", "This is A-1."),
        ("My zip code is wrong, it should be 97302.", "My zip code is wrong, it should be 97302."),
    ],
)
def test_who_somebody_says_they_are_is_no_wish(text: str, left: str) -> None:
    situation = read_situation(
        [HumanMessage(text)], ["list_my_orders"], lambda _, others: [[0.0 for _ in others]]
    )

    assert without_introduction(replace(situation, signed_in=True)).text == left
    assert without_introduction(situation).text == text, "it shows who they are"
