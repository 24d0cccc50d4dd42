"""Nothing that a shopper wrote is lost or said twice, whatever happens to page, connection and server."""

from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.end_to_end.chat_page import PATIENCE_MS, Chat
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server
from tools.commerce.schema import OrderStatus

pytestmark = pytest.mark.browser


def test_a_reload_shows_the_transcript_once(chat: Chat) -> None:
    chat.ask("How do returns work?")
    before = chat.transcript()

    chat.page.reload()

    expect(chat.window).to_be_visible()
    chat.expect_answers(2)
    assert chat.transcript() == before


def test_messages_sent_in_a_row_are_answered_in_order(chat: Chat) -> None:
    chat.write("How do returns work?")
    chat.write("What does delivery cost?")
    chat.write("How do I reach you?")

    chat.expect_answers(4)
    assert chat.stored_questions() == [
        "How do returns work?",
        "What does delivery cost?",
        "How do I reach you?",
    ]
    assert [message["role"] for message in chat.stored_messages()] == ["user", "assistant"] * 3


def test_an_answer_that_is_lost_on_the_way_is_fetched_again(chat: Chat) -> None:
    def deliver_and_hang_up(route: Route) -> None:
        route.fetch()
        route.abort()

    chat.page.route("**/messages", deliver_and_hang_up, times=1)
    chat.write("How do returns work?")

    chat.expect_answers(2)
    assert chat.stored_questions() == ["How do returns work?"]
    assert len(chat.stored_messages()) == 2
    assert chat.saved()["outbox"] == []


def test_an_answer_that_breaks_off_is_fetched_again(chat: Chat) -> None:
    def cut_in_half(route: Route) -> None:
        response = route.fetch()
        body = response.body()
        route.fulfill(response=response, body=body[: len(body) // 2])

    chat.page.route("**/messages", cut_in_half, times=1)
    chat.write("How do returns work?")

    chat.expect_answers(2)
    assert len(chat.stored_messages()) == 2


def test_what_is_written_offline_is_sent_when_the_connection_is_back(chat: Chat) -> None:
    chat.ask("How do returns work?")
    chat.page.context.set_offline(True)
    chat.write("What does delivery cost?")
    expect(chat.banner).to_contain_text("Reconnecting")

    chat.page.context.set_offline(False)

    chat.expect_answers(3)
    expect(chat.banner).to_be_empty()
    assert chat.stored_questions() == ["How do returns work?", "What does delivery cost?"]


def test_what_is_written_offline_survives_a_closed_tab(chat: Chat) -> None:
    context = chat.page.context
    chat.ask("How do returns work?")
    context.set_offline(True)
    chat.write("What does delivery cost?")
    expect(chat.banner).to_contain_text("Reconnecting")
    chat.page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(chat.api_url)

    again = Chat(page, chat.api_url)
    again.expect_answers(3)
    assert again.stored_questions() == ["How do returns work?", "What does delivery cost?"]


def test_a_second_tab_sees_the_same_conversation(chat: Chat) -> None:
    chat.ask("How do returns work?")
    page = chat.page.context.new_page()
    page.goto(chat.api_url)
    second = Chat(page, chat.api_url)
    second.expect_answers(2)

    second.ask("What does delivery cost?")

    chat.page.bring_to_front()
    chat.expect_answers(3)
    assert chat.transcript() == second.transcript()


def test_a_conversation_that_the_server_has_forgotten_starts_anew(chat: Chat) -> None:
    chat.ask("How do returns work?")
    chat.page.evaluate(
        """url => {
            const key = `parley:${url}/`;
            localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), id: "forgotten" });
        }""",
        chat.api_url,
    )

    chat.page.reload()
    chat.expect_answers(1)
    chat.ask("What does delivery cost?")

    assert chat.stored_questions() == ["What does delivery cost?"]


@pytest.mark.parametrize(("status", "words"), [(500, "went wrong on our side"), (413, "too long")])
def test_a_refused_message_says_why_and_can_be_edited(chat: Chat, status: int, words: str) -> None:
    kind = "body-too-large" if status == 413 else "internal-error"
    problem = {"type": f"urn:parley:problem:{kind}", "status": status}
    chat.page.route("**/messages", lambda route: route.fulfill(status=status, json=problem), times=1)
    chat.write("How do retruns work?")
    expect(chat.questions.last).to_contain_text(words)

    chat.page.get_by_role("button", name="Edit").click()

    expect(chat.composer).to_have_value("How do retruns work?")
    chat.ask("How do returns work?")
    assert chat.stored_questions() == ["How do returns work?"]


def test_a_failed_message_can_be_tried_again(chat: Chat) -> None:
    problem = {"type": "urn:parley:problem:internal-error", "status": 500}
    chat.page.route("**/messages", lambda route: route.fulfill(status=500, json=problem), times=1)
    chat.write("How do returns work?")

    chat.page.get_by_role("button", name="Try again").click()

    chat.expect_answers(2)
    assert chat.stored_questions() == ["How do returns work?"]


def test_a_busy_server_is_asked_again_after_the_time_it_names(chat: Chat) -> None:
    problem = {"type": "urn:parley:problem:overloaded", "status": 503}
    chat.page.route(
        "**/messages",
        lambda route: route.fulfill(status=503, json=problem, headers={"Retry-After": "2"}),
        times=1,
    )
    chat.write("How do returns work?")
    expect(chat.banner).to_contain_text("Trying again in a moment")

    chat.expect_answers(2)
    expect(chat.banner).to_be_empty()


def test_a_server_that_is_killed_between_a_press_and_its_answer_does_it_once(
    chat: Chat, shop: Server, paid: PaidOrders
) -> None:
    order = paid.place()
    paid.sign_in(chat.page, order)
    chat.ask(f"Please cancel order {order}, I changed my mind")

    def accept_and_die(route: Route) -> None:
        headers = {**route.request.headers, "Accept": "text/event-stream"}
        post = httpx.stream("POST", route.request.url, content=route.request.post_data, headers=headers)
        with suppress(httpx.TransportError), post as answer:
            next(line for line in answer.iter_lines() if line == "event: accepted")
            shop.kill()
        route.abort()

    chat.page.route("**/proposals/*", accept_and_die, times=1)
    try:
        chat.confirm.click()
        expect(chat.decision).to_contain_text("no answer to that yet")
    finally:
        shop.start()

    expect(chat.decision).to_contain_text("Done", timeout=2 * PATIENCE_MS)
    expect(chat.answers).to_have_count(3, timeout=2 * PATIENCE_MS)
    assert chat.stored_questions()[1:] == ["Yes, please go ahead."]
    assert (paid.status(order), paid.refunds(order)) == (OrderStatus.CANCELLED, [4500])


def test_a_server_that_is_killed_and_comes_back_answers_once(chat: Chat, shop: Server) -> None:
    chat.ask("How do returns work?")
    shop.kill()
    try:
        chat.write("What does delivery cost?")
        expect(chat.banner).to_contain_text("Reconnecting")
    finally:
        shop.start()

    expect(chat.answers).to_have_count(3, timeout=2 * PATIENCE_MS)
    assert chat.stored_questions() == ["How do returns work?", "What does delivery cost?"]
    assert len(chat.stored_messages()) == 4
