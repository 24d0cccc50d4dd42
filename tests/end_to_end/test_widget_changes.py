"""A change of an order in the widget: asked for, shown, decided, and done at most once."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.paid_orders import PaidOrders
from tools.commerce.schema import OrderStatus

pytestmark = pytest.mark.browser


@pytest.fixture
def order(paid: PaidOrders) -> str:
    return paid.place()


@pytest.fixture
def proposed(chat: Chat, paid: PaidOrders, order: str) -> Chat:
    """The chat, with the cancellation of `order` proposed to whoever placed it."""
    paid.sign_in(chat.page, order)
    ask_to_cancel(chat, order)
    return chat


def ask_to_cancel(chat: Chat, order: str) -> Locator:
    answer = chat.ask(f"Please cancel order {order}, I changed my mind")
    expect(chat.confirm.last).to_be_visible()
    return answer


def expect_done_once(chat: Chat, paid: PaidOrders, order: str) -> None:
    expect(chat.decision.first).to_contain_text("Done")
    chat.expect_answers(3)
    assert chat.stored_questions()[1:] == ["Yes, please go ahead."]
    assert (paid.status(order), paid.refunds(order)) == (OrderStatus.CANCELLED, [4500])


def test_nothing_is_done_before_it_is_confirmed_and_then_what_was_shown(
    proposed: Chat, paid: PaidOrders, order: str
) -> None:
    card = proposed.card(f"Cancel order {order}")
    for fact in ("Reading lamp", "Set of coasters", "$20.00", "$5.00", "Visa ending in 4242", "$45.00"):
        expect(card).to_contain_text(fact)
    expect(card).to_contain_text(re.compile(r"Good until \d+:\d\d [AP]M.* min left"))
    card.get_by_text("The rules for this").click()
    rule = card.get_by_role("list", name="The rules for this").get_by_role("link").first
    expect(rule).to_have_attribute("href", re.compile(f"^{proposed.api_url}/help/"))
    assert (paid.status(order), paid.refunds(order)) == (OrderStatus.PROCESSING, [])

    proposed.confirm.click()

    expect_done_once(proposed, paid, order)
    expect(proposed.confirm).to_be_hidden()
    expect(proposed.card("Receipt")).to_contain_text("$45.00")


def test_what_is_declined_is_left_as_it_is(proposed: Chat, paid: PaidOrders, order: str) -> None:
    proposed.decline.click()

    expect(proposed.decision).to_contain_text("Declined")
    proposed.expect_answers(3)
    expect(proposed.confirm).to_be_hidden()
    assert (paid.status(order), paid.refunds(order)) == (OrderStatus.PROCESSING, [])


def test_a_typed_yes_decides_the_card_as_well(proposed: Chat, paid: PaidOrders, order: str) -> None:
    proposed.ask("yes")

    expect(proposed.decision).to_contain_text("Done")
    expect(proposed.confirm).to_be_hidden()
    assert paid.status(order) is OrderStatus.CANCELLED


def test_a_card_is_open_after_a_reload_and_decided_after_another(
    proposed: Chat, paid: PaidOrders, order: str
) -> None:
    proposed.page.reload()
    proposed.confirm.click()
    expect_done_once(proposed, paid, order)

    proposed.page.reload()

    expect(proposed.decision).to_contain_text("Done")
    expect(proposed.confirm).to_be_hidden()


def test_a_newer_offer_takes_the_place_of_an_open_one(proposed: Chat, order: str) -> None:
    ask_to_cancel(proposed, order)
    for _ in ("as it happens", "after a reload"):
        expect(proposed.decision.first).to_contain_text("A newer offer")
        expect(proposed.confirm).to_have_count(1)
        expect(proposed.decision.last).to_contain_text("Good until")
        proposed.page.reload()


def test_time_runs_out_while_somebody_looks(page: Page, paid: PaidOrders, order: str) -> None:
    page.clock.install()
    page.reload()
    chat = Chat(page, page.url.rstrip("/"))
    chat.open()
    paid.sign_in(page, order)
    ask_to_cancel(chat, order)
    paid.let_proposals_expire()

    page.clock.fast_forward("31:00")

    expect(chat.decision).to_contain_text("Expired")
    expect(chat.confirm).to_be_hidden()
    assert chat.ask("yes").inner_text()
    assert paid.status(order) is OrderStatus.PROCESSING


def test_what_needs_approval_waits_and_is_told_when_it_is_given(chat: Chat, paid: PaidOrders) -> None:
    order = paid.place(is_delivered=True)
    paid.sign_in(chat.page, order)
    chat.ask(f"I'd like to return the reading lamp of {order}, it arrived damaged, refund to my Visa")
    chat.confirm.click()
    expect(chat.decision).to_contain_text("Our team has to approve this")
    chat.expect_answers(3)

    paid.approve_what_waits()

    expect(chat.decision).to_contain_text("Done")
    expect(chat.card("Receipt")).to_contain_text("Reading lamp is refunded")
    assert paid.refunds(order) == [2000]


def test_a_second_tab_can_decide_and_the_first_sees_it(proposed: Chat, paid: PaidOrders, order: str) -> None:
    page = proposed.page.context.new_page()
    page.goto(proposed.api_url)
    second = Chat(page, proposed.api_url)
    second.confirm.click()
    expect_done_once(second, paid, order)

    proposed.page.bring_to_front()

    expect_done_once(proposed, paid, order)
    expect(proposed.confirm).to_be_hidden()


def test_pressing_in_two_tabs_at_once_does_it_once(proposed: Chat, paid: PaidOrders, order: str) -> None:
    page = proposed.page.context.new_page()
    page.goto(proposed.api_url)
    second = Chat(page, proposed.api_url)
    expect(second.confirm).to_be_visible()

    press = "node => node.click()"
    proposed.confirm.evaluate(press)
    second.confirm.evaluate(press)

    expect_done_once(second, paid, order)


def test_a_double_click_decides_once(proposed: Chat, paid: PaidOrders, order: str) -> None:
    proposed.confirm.dblclick()

    expect_done_once(proposed, paid, order)


def test_what_is_pressed_offline_is_said_to_be_open_and_is_done_once(
    proposed: Chat, paid: PaidOrders, order: str
) -> None:
    proposed.page.context.set_offline(True)
    proposed.confirm.click()
    expect(proposed.decision).to_contain_text("no answer to that yet")
    proposed.confirm.click()
    assert paid.status(order) is OrderStatus.PROCESSING

    proposed.page.context.set_offline(False)

    expect_done_once(proposed, paid, order)


def test_who_thinks_again_while_offline_declines(proposed: Chat, paid: PaidOrders, order: str) -> None:
    proposed.page.context.set_offline(True)
    proposed.confirm.click()
    expect(proposed.decision).to_contain_text("no answer to that yet")
    proposed.decline.click()

    proposed.page.context.set_offline(False)

    expect(proposed.decision).to_contain_text("Declined")
    assert paid.status(order) is OrderStatus.PROCESSING


def test_a_failure_on_our_side_is_told_and_can_be_tried_again(
    proposed: Chat, paid: PaidOrders, order: str
) -> None:
    problem = {"type": "urn:parley:problem:internal-error", "status": 500}
    proposed.page.route("**/proposals/*", lambda route: route.fulfill(status=500, json=problem), times=1)
    proposed.confirm.click()
    expect(proposed.decision).to_contain_text("You can press again: it is never done twice.")

    proposed.confirm.click()

    expect_done_once(proposed, paid, order)


def test_the_answers_to_a_question_can_be_picked(chat: Chat, paid: PaidOrders, order: str) -> None:
    paid.sign_in(chat.page, order)
    question = chat.ask(f"Please cancel order {order}")
    expect(question.locator(".text")).to_have_text("Why would you like to cancel it?")
    answers = chat.page.get_by_role("group", name="Answers").get_by_role("button")
    expect(answers.first).to_have_text("I changed my mind")

    answers.first.click()

    expect(chat.confirm).to_be_visible()
    assert chat.stored_questions()[1:] == ["I changed my mind"]
    expect(answers.first).to_be_disabled()


def test_a_change_by_keyboard_alone(proposed: Chat, paid: PaidOrders, order: str) -> None:
    keyboard = proposed.page.keyboard
    proposed.composer.focus()
    for _ in range(3):
        keyboard.press("Shift+Tab")
        if proposed.focused().startswith("Confirm"):
            break
    assert proposed.focused().startswith(f"Confirm: Cancel order {order}")

    keyboard.press("Enter")

    expect_done_once(proposed, paid, order)
    # Not lost with the button that was pressed: the next Tab goes on from the card.
    assert proposed.focused().startswith("Done")
