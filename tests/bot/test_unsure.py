"""A message with two close readings: asked about, unless both come to the same."""

from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from bot.embedded.intents import Intent
from bot.embedded.situation import Memory, Situation, Slot, read_situation
from bot.embedded.understanding.wish import Wish
from bot.embedded.wishes.fresh import plainly
from bot.embedded.wishes.tasks import tasks
from bot.embedded.wishes.unsure import ask_which, chosen, numbered_change, of_unsure
from bot.transcript import MEMORY


def said(text: str) -> Situation:
    return read_situation([HumanMessage(text)], ["list_my_orders"], lambda _, others: [[0.0 for _ in others]])


def read(text: str, first: Intent, second: Intent, sure: float = 0.4, second_sure: float = 0.36) -> Wish:
    return Wish(first, sure, text, second, second_sure)


def test_a_bare_code_answers_what_was_asked_whatever_its_digits_resemble() -> None:
    asked = {"asked": Slot.CODE.value, "intent": Intent.ORDER_TOTALS.value, "text": "how much have I spent?"}
    answer = AIMessage("Please enter the code.", additional_kwargs={MEMORY: asked})
    messages: list[AnyMessage] = [HumanMessage("How much?"), answer, HumanMessage("881504")]
    situation = read_situation(messages, [], lambda _, others: [[0.0] * len(others)])
    wish = read("881504", Intent.ORDER_DETAILS, Intent.SIGN_IN, sure=0.98)

    assert [task.intent for task in tasks(situation, [wish], lambda _: [wish]).now] == [Intent.ORDER_TOTALS]


def test_who_is_left_handed_asks_for_no_parcel() -> None:
    text = "it is for my nephew who plays left-handed"

    assert plainly(text, said(text)) is None
    assert plainly("has my parcel left?", said("has my parcel left?")) is Intent.TRACK_ORDER


def test_of_two_close_readings_it_is_asked_which() -> None:
    text = "the kettle, the other thing, you know"
    wish = read(text, Intent.RETURN_ITEM, Intent.TRACK_ORDER)

    task = of_unsure(wish, said(text))

    assert task is not None
    asks = ask_which(task)
    assert asks.slot is Slot.WISH
    assert "1. Return something" in asks.text
    assert "2. Find out where a parcel is" in asks.text


@pytest.mark.parametrize(
    ("answer", "intent", "text"),
    [
        ("Return something", Intent.RETURN_ITEM, "the kettle"),
        ("2", Intent.TRACK_ORDER, "the kettle"),
        ("I mean where my kettle is", Intent.TRACK_ORDER, "I mean where my kettle is"),
    ],
)
def test_the_answer_says_which(answer: str, intent: Intent, text: str) -> None:
    readings = (Intent.RETURN_ITEM, Intent.TRACK_ORDER)
    memory = Memory(text="the kettle", asked=Slot.WISH, readings=readings)

    task = chosen(replace(said(answer), memory=memory), read(answer, Intent.TRACK_ORDER, Intent.GREETING))

    assert task is not None
    assert (task.intent, task.text) == (intent, text)


@pytest.mark.parametrize(
    ("wish", "intent"),
    [
        (read("get rid of it", Intent.CANCEL_ORDER, Intent.RETURN_ITEM), Intent.CANCEL_ORDER),
        (read("lost, money back", Intent.REPORT_PROBLEM, Intent.REQUEST_REFUND), Intent.REQUEST_REFUND),
        (read("drop the mug", Intent.CHANGE_ORDER, Intent.CANCEL_ORDER), Intent.CHANGE_ORDER),
    ],
)
def test_what_comes_to_the_same_is_not_asked(wish: Wish, intent: Intent) -> None:
    task = of_unsure(wish, said(wish.text))

    assert task is not None
    assert task.intent is intent


@pytest.mark.parametrize(
    "wish",
    [
        read("send it back", Intent.RETURN_ITEM, Intent.TRACK_ORDER, 0.7, 0.2),
        read("blorp", Intent.RETURN_ITEM, Intent.TRACK_ORDER, 0.12, 0.11),
        read("what about it", Intent.POLICY_QUESTION, Intent.TRACK_ORDER),
    ],
)
def test_what_stands_out_or_may_be_anything_is_not_asked(wish: Wish) -> None:
    assert of_unsure(wish, said(wish.text)) is None


def test_an_orders_number_makes_an_unsure_wish_one_to_change_it() -> None:
    text = "order 104477, could the towels be the green ones"

    assert (
        numbered_change(read(text, Intent.CHANGE_ORDER, Intent.CHECK_STOCK), said(text))
        is Intent.CHANGE_ORDER
    )
    assert numbered_change(read(text, Intent.CHECK_STOCK, Intent.CHANGE_ORDER), said(text)) is None
