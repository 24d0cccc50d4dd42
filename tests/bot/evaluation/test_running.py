"""Scenarios played against a model that does the right thing, the wrong thing, or nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call
from sqlalchemy import select

from bot.evaluation.report import CaseResult
from bot.evaluation.running import UnknownShopper
from bot.evaluation.scoring import FailureKind
from bot.evaluation.stage import ShopNotCopied, Stages
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.bot.conftest import NOW
from tests.bot.evaluation.conftest import Evaluate
from tests.bot.scripted_model import Script
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.schema import Order, OrderStatus

pytestmark = pytest.mark.anyio

CANCEL = """
  - name: cancel
    who: shopper:ada@shop.example
    shopper:
      wish: Please cancel A-100.
      knows: {reason: I changed my mind}
      confirms: CONFIRMS
    expect:
      changes: [{kind: cancellation, order: A-100, lines: {1: 2}, amount: "24.00", to: "4242"}]
      orders: {A-100: {status: cancelled}}
"""


def cancels(**arguments: object) -> Script:
    """Proposes a cancellation of A-100, whatever is said."""
    return calls("propose_cancellation", order_number="A-100", reason="changed_mind", **arguments)


def calls(tool: str, **arguments: object) -> Script:
    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if isinstance(messages[-1], HumanMessage):
            call_id = f"call-{len(messages)}"
            return AIMessage("", tool_calls=[tool_call(name=tool, args=dict(arguments), id=call_id)])
        return AIMessage("See for yourself.")

    return script


def says(text: str) -> Script:
    return lambda _: AIMessage(text)


def kinds(result: CaseResult) -> list[FailureKind]:
    return [failure.kind for trial in result.trials for failure in trial.failures]


@pytest.fixture
def cancel() -> Callable[[str], str]:
    return lambda confirms: CANCEL.replace("CONFIRMS", confirms)


async def test_the_right_change_passes_in_every_trial(
    evaluate: Evaluate, cancel: Callable[[str], str]
) -> None:
    (result,) = await evaluate(cancels(), cancel("expected"), trials=2)

    assert kinds(result) == []
    pressed, typed = result.trials
    assert [turn.pressed for turn in pressed.played.turns] == [False, True]
    assert [turn.said for turn in typed.played.turns][-1] == "Yes, please."
    assert pressed.played.turns[0].tools == ("propose_cancellation",)
    assert pressed.played.turns[0].seconds > 0


async def test_an_attentive_shopper_turns_the_wrong_change_down(
    evaluate: Evaluate, cancel: Callable[[str], str]
) -> None:
    one_of_two = cancels(items=[{"line": 1, "quantity": 1}])

    (result,) = await evaluate(one_of_two, cancel("expected"))

    assert FailureKind.MISSING_CHANGE in kinds(result)
    assert FailureKind.WRONG_CHANGE not in kinds(result)


async def test_a_careless_shopper_shows_that_the_change_was_wrong(
    evaluate: Evaluate, cancel: Callable[[str], str]
) -> None:
    one_of_two = cancels(items=[{"line": 1, "quantity": 1}])

    (result,) = await evaluate(one_of_two, cancel("anything"))

    assert kinds(result)[:2] == [FailureKind.WRONG_CHANGE, FailureKind.MISSING_CHANGE]
    assert FailureKind.WRONG_ROW in kinds(result)


async def test_a_model_that_does_nothing_leaves_it_unresolved(
    evaluate: Evaluate, cancel: Callable[[str], str]
) -> None:
    (result,) = await evaluate(says("That is done!"), cancel("expected"))

    assert kinds(result) == [FailureKind.MISSING_CHANGE, FailureKind.WRONG_ROW]


async def test_every_trial_begins_with_the_shop_as_it_was(
    evaluate: Evaluate, cancel: Callable[[str], str]
) -> None:
    again = cancel("expected").replace("name: cancel", "name: again")

    first, second = await evaluate(cancels(), cancel("expected") + again)

    assert (kinds(first), kinds(second)) == ([], [])


async def test_time_passes_between_turns_as_the_scenario_says(evaluate: Evaluate) -> None:
    late = """
  - name: late
    who: shopper:ada@shop.example
    turns:
      - {say: Cancel A-100., expect: {proposes: cancellation}}
      - {say: "yes", after_minutes: 45, expect: {says: expired}}
"""
    (result,) = await evaluate(cancels(), late)

    assert kinds(result) == []


async def test_a_button_with_no_proposal_breaks_off(evaluate: Evaluate) -> None:
    (result,) = await evaluate(says("Hello."), "  - {name: some, turns: [{say: Hi}, {press: confirm}]}\n")

    assert kinds(result) == [FailureKind.BROKE_OFF]


async def test_a_one_time_code_is_read_from_the_mail(evaluate: Evaluate) -> None:
    codes = """
  - name: codes
    turns:
      - {say: "I am ada@shop.example"}
      - {say: "{code}"}
"""
    (result,) = await evaluate(calls("send_sign_in_code", email="ada@shop.example"), codes)

    said = [turn.said for turn in result.trials[0].played.turns]
    assert len(said[1]) == 6
    assert said[1].isdigit()


async def test_somebody_whom_the_shop_does_not_know_is_named(evaluate: Evaluate) -> None:
    with pytest.raises(UnknownShopper, match=r"some: .* bob@shop\.example"):
        await evaluate(says("Hi"), '  - {name: some, who: "shopper:bob@shop.example", turns: [{say: Hi}]}\n')


async def test_the_merchants_own_shop_is_copied_and_stays_as_it_is(
    evaluate: Evaluate, sqlite_url: str
) -> None:
    live = Database(sqlite_url)
    create_demo_shop(live, orders=30, now=NOW)
    scenario = """
  - name: own
    who: shopper:nina.kowalski@fernway.example
    shopper: {wish: Cancel FW-172984., knows: {}}
    expect: {changes: [{kind: cancellation, order: FW-172984}], orders: {FW-172984: {status: cancelled}}}
"""
    script = calls("propose_cancellation", order_number="FW-172984", reason="changed_mind")

    (result,) = await evaluate(script, scenario, in_own_shop=True)

    assert kinds(result) == []
    with live.reading() as session:
        order = session.scalar(select(Order).where(Order.number == "FW-172984"))
        assert order is not None
        assert order.status is OrderStatus.PROCESSING
    live.close()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:///{folder}/none.db"])
def test_a_shop_that_is_no_file_is_not_copied(url: str, tmp_path: Path) -> None:
    def no_pages(_: Path) -> KnowledgeBase:
        raise AssertionError("there is nothing to open pages for")

    own = Database(url.format(folder=tmp_path))
    stages = Stages(tmp_path, {}, no_pages, own, DEMO_SHOP, NOW)

    with pytest.raises(ShopNotCopied, match="Name a shop in the scenario file"):
        stages.of(None)
    assert not (tmp_path / "none.db").exists()
