"""Wishes that depend on something: what they depend on, and what is wanted in either case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.embedded.reading.conditions import About, condition_in, conditional

READ = [
    ("if it's over $50 then cancel, otherwise leave it", About.ORDER_AMOUNT, False, "cancel", ""),
    ("cancel it if the total was more than 100 bucks", About.ORDER_AMOUNT, False, "cancel it", ""),
    ("if it hasn't shipped cancel it, otherwise return it", About.STATUS, True, "cancel it", "return it"),
    ("Has it shipped? If not, cancel it.", About.STATUS, True, "cancel it.", ""),
    ("cancel my order unless it has already left", About.STATUS, True, "cancel my order", ""),
    ("if it's on its way never mind, otherwise cancel", About.STATUS, True, "cancel", ""),
    ("If it arrives after Friday cancel it", About.ARRIVAL, False, "cancel it", ""),
    ("if it won't be here by friday cancel it pls", About.ARRIVAL, True, "cancel it pls", ""),
    ("return it only if it's free", About.COST, False, "return it", ""),
    ("return it as long as I don't have to pay for the label", About.COST, False, "return it", ""),
    ("if it costs extra don't change it, otherwise make it a large", About.COST, False, "make it a large", ""),
    ("send it back, but only if I get at least $30 back", About.REFUND, False, "send it back", ""),
    ("return the fan if I get the money on my card, else keep it", About.MONEY_TO, False, "return the fan", ""),
    ("exchange it for an L if you have it, else refund me", About.POSSIBLE, False, "exchange it for an L", "refund me"),
    ("swap it for a 9 - if that's not possible, cancel", About.POSSIBLE, False, "swap it for a 9", "cancel"),
    ("if you can't change the address then cancel", About.POSSIBLE, False, "change the address", "cancel"),
    ("Exchange it. If you don't have an L, refund me.", About.POSSIBLE, False, "Exchange it.", "refund me."),
    ("Swap it. If you don't have that, I'd like my money back on my card.", About.POSSIBLE, False, "Swap it.",
     "I'd like my money back on my card."),
    ("If it costs no more than $5 extra, swap it. If it's more, return it.", About.COST, True, "swap it.",
     "return it."),
    ("If my wife agrees cancel it", About.UNKNOWN, False, "cancel it", ""),
]  # fmt: skip
NONE = [
    "can you check if my order has shipped?",
    "it would be great if you could cancel my order",
    "let me know if it's in stock",
    "what if I return it late?",
    "cancel it if possible",
    "return the lamp and the fan, please",
    "yes",
    "",
]


@pytest.mark.parametrize(("text", "about", "denied", "then", "otherwise"), READ)
def test_what_a_wish_depends_on(text: str, about: About, denied: bool, then: str, otherwise: str) -> None:
    found = conditional(text)
    assert found is not None
    assert (found.condition.about, found.condition.denied) == (about, denied)
    assert (found.then, found.otherwise) == (then, otherwise)


@pytest.mark.parametrize("text", NONE)
def test_an_if_that_nothing_depends_on(text: str) -> None:
    assert conditional(text) is None


@given(st.sampled_from([row[0] for row in READ]), st.sampled_from(["Hi there. ", "Order 123. ", "I'm Jo! "]))
def test_what_was_said_before_it_changes_nothing_of_the_condition(text: str, before: str) -> None:
    alone, after = conditional(text), conditional(before + text)
    assert alone is not None
    assert after is not None
    assert (after.condition, after.otherwise) == (alone.condition, alone.otherwise)


def test_a_condition_on_what_was_proposed() -> None:
    found = condition_in("yes, but only if it goes back to my card")
    assert found is not None
    assert found.about is About.MONEY_TO
    assert condition_in("yes please") is None
