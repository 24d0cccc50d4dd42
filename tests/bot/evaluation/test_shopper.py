"""How a simulated shopper answers, agrees, refuses and gives up."""

from typing import Any

import pytest

from bot.evaluation.moves import Move, Press, Say
from bot.evaluation.scenario import Change, Shopper
from bot.evaluation.shopper import SimulatedShopper
from bot.events import Reply
from tests.bot.evaluation.stories import proposal, reply
from tools.commerce.changes.decisions import Decision

pytestmark = pytest.mark.anyio

FACTS = {
    "order_number": "A-100",
    "email": "ada@shop.example",
    "postcode": "97301",
    "item": "the mug",
    "reason": "I changed my mind",
    "refund_to": "Visa ending in 4242",
    "address": "2 Oak Street, Salem, OR 97301, US",
    "code": "{code}",
}
RETURN = Change.model_validate({"kind": "return", "order": "A-100"})


def shopper(
    *changes: Change, trial: int = 1, wish: Any = ("I want to return it.", "The mug goes back."), **role: Any
) -> SimulatedShopper:
    made = Shopper.model_validate({"wish": wish, "knows": FACTS, **role})
    return SimulatedShopper(made, changes or (RETURN,), trial, lambda: "123456")


async def talk(player: SimulatedShopper, *replies: Reply) -> list[Move | None]:
    """What they say first, and after each reply."""
    return [await player.move(None), *[await player.move(one) for one in replies]]


async def said(player: SimulatedShopper, *replies: Reply) -> str | None:
    move = (await talk(player, *replies))[-1]
    return move.text if isinstance(move, Say) else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is your order number, and the e-mail or postcode on it?", "A-100, ada@shop.example"),
        ("I need the postcode on it. Which is it?", "97301"),
        ("Which item is it?", "the mug"),
        ("Why would you like to return it?", "I changed my mind"),
        ("Please enter the code that I have sent.", "123456"),
        ("What is the whole new address for order 26.05.0537?", "2 Oak Street, Salem, OR 97301, US"),
        ("Where should the refund go?", "Visa ending in 4242"),
    ],
)
async def test_answers_what_is_asked_from_the_facts(question: str, answer: str) -> None:
    assert await said(shopper(), reply(question)) == answer


async def test_picks_among_choices_by_what_it_knows() -> None:
    ways = ("Store credit: $25.20", "Visa ending in 4242: $17.05")

    assert await said(shopper(), reply("Where should the money go?", choices=ways)) == ways[1]


async def test_picks_nothing_that_it_refuses() -> None:
    only = ("Store credit: $25.20",)
    strict = shopper(refuses="store credit", knows={"refund_to": "store credit or card"})

    assert await said(strict, reply("Where should the money go?", choices=only)) not in only


async def test_says_yes_to_what_it_came_for_by_button_or_in_words() -> None:
    shown = reply("Shall I?", proposed=proposal())

    assert (await talk(shopper(), shown))[-1] == Press(Decision.CONFIRM)
    assert await said(shopper(trial=2), shown) == "Yes, please."


@pytest.mark.parametrize(
    "shown",
    [proposal(order="A-200"), proposal(to="store credit"), proposal(amount=-500)],
    ids=["another order", "refused destination", "too dear"],
)
async def test_objects_to_anything_else(shown: Any) -> None:
    strict = shopper(refuses="store credit", pays_at_most="2.00", objects="No, not that.")

    assert await said(strict, reply("Shall I?", proposed=shown)) == "No, not that."


async def test_declines_after_two_objections() -> None:
    other = reply("Shall I?", proposed=proposal(order="A-200"))

    moves = await talk(shopper(objects="Not that."), other, other, other)

    assert [move.text for move in moves[1:] if isinstance(move, Say)] == ["Not that.", "Not that.", "no"]


async def test_does_not_agree_twice_to_the_same() -> None:
    shown = reply("Shall I?", proposed=proposal())

    first, second = (await talk(shopper(), shown, shown))[1:]

    assert first == Press(Decision.CONFIRM)
    assert isinstance(second, Say)


async def test_a_careless_shopper_agrees_to_anything_and_a_curious_one_to_nothing() -> None:
    shown = reply("Shall I?", proposed=proposal(order="A-200"))

    assert (await talk(shopper(confirms="anything"), shown))[-1] == Press(Decision.CONFIRM)
    assert await said(shopper(confirms="nothing"), shown) == "no"


async def test_goes_on_to_the_next_wish_and_leaves_content() -> None:
    player = shopper(then=["Thanks!"])

    moves = await talk(player, reply("Shall I?", proposed=proposal()), reply("Done."), reply("Bye."))

    assert [move.text for move in moves if isinstance(move, Say)] == ["I want to return it.", "Thanks!"]
    assert moves[-1] is None
    assert not player.gave_up


async def test_leaves_when_nothing_more_is_asked_and_the_end_state_tells_what_it_is_worth() -> None:
    player = shopper()

    assert (await talk(player, reply("I can't do that.")))[-1] is None
    assert not player.gave_up


async def test_says_it_in_other_words_once_then_gives_up_on_a_bot_that_goes_in_circles() -> None:
    player = shopper(knows={})
    puzzled = reply("Could you say what you mean?")

    moves = await talk(player, puzzled, puzzled, puzzled)

    assert moves[1] == Say("The mug goes back.")
    assert moves[-1] is None
    assert player.gave_up


async def test_gives_up_when_patience_is_over() -> None:
    player = shopper(patience=2)

    moves = await talk(player, reply("Which item?"), reply("Which order number?"))

    assert moves[-1] is None
    assert player.gave_up


async def test_polite_offers_are_no_questions() -> None:
    player = shopper(confirms="nothing")

    assert (await talk(player, reply("It is on its way. Can I help with anything else?")))[-1] is None


async def test_trials_differ_in_wording_and_the_same_trial_never_does() -> None:
    wish = "I want to return the mug."
    first = [await said(shopper(trial=trial, wish=wish)) for trial in range(1, 6)]
    again = [await said(shopper(trial=trial, wish=wish)) for trial in range(1, 6)]

    assert first == again
    assert first[0] == wish
    assert len(set(first)) > 2
    assert all("want to return the mug" in str(text) for text in first)
