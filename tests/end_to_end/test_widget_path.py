"""A shopper's path through the demo shop, in a real browser."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.server import Server

pytestmark = pytest.mark.browser


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Sign in as {name}").click()
    expect(page.get_by_role("button", name=f"Sign out as {name}")).to_be_visible()


def test_a_policy_question_is_answered_with_its_source(chat: Chat) -> None:
    answer = chat.ask("How many days do I have to return something?")

    source = answer.get_by_role("list", name="Sources").get_by_role("link").first
    address = source.get_attribute("href") or ""
    assert address.startswith(f"{chat.api_url}/help/")
    assert source.get_attribute("rel") == "noopener noreferrer"
    assert httpx.get(address).status_code == 200


def test_a_customer_who_signed_in_sees_where_the_parcel_is(page: Page, chat: Chat) -> None:
    sign_in(page, "Daniel Okafor")
    chat.ask("Where is my order?")

    card = chat.card("Tracking of order FW-187605")
    expect(card).to_be_visible()
    expect(card.get_by_role("img")).to_have_attribute("aria-label", "Step 2 of 4: Shipped")
    expect(card).to_contain_text("late")
    expect(card.get_by_role("list", name="Latest from the carrier")).to_be_visible()


def test_a_visitor_is_not_shown_anybodys_parcel(chat: Chat) -> None:
    chat.ask("Where is order FW-187605?")

    expect(chat.card("Tracking of order FW-187605")).to_have_count(0)


def test_an_order_in_the_list_can_be_chosen(page: Page, chat: Chat) -> None:
    sign_in(page, "Maya Torres")
    chat.ask("Show me my orders")
    chat.card("Your orders").get_by_role("button", name="FW-104233").click()

    chat.expect_answers(3)
    expect(chat.questions.last).to_contain_text("Order FW-104233")
    assert chat.page.locator("parley-chat .card").count() == 2


def test_a_suggested_question_is_asked_by_a_click(chat: Chat) -> None:
    suggestions = chat.page.get_by_role("group", name="Suggested questions")
    suggestions.get_by_role("button", name="How do returns work?").click()

    chat.expect_answers(2)
    expect(suggestions).to_be_hidden()


def test_signing_in_and_out_starts_conversations_of_their_own(page: Page, chat: Chat) -> None:
    sign_in(page, "Maya Torres")
    chat.ask("Where is my order?")
    theirs = chat.saved()["id"]

    page.get_by_role("button", name="Sign out as Maya Torres").click()

    chat.expect_answers(1)
    chat.ask("Where is my order?")
    assert chat.saved()["id"] != theirs
    expect(page.locator("parley-chat .card")).to_have_count(0)


def test_a_new_conversation_leaves_the_old_one_behind(page: Page, chat: Chat) -> None:
    chat.ask("How do returns work?")
    page.get_by_label("Menu").click()
    page.get_by_role("button", name="New conversation").click()

    expect(chat.questions).to_have_count(0)
    chat.ask("What does delivery cost?")
    assert chat.stored_questions() == ["What does delivery cost?"]


def test_the_front_page_shows_the_shops_products(page: Page) -> None:
    products = page.locator(".product")
    expect(products.first).to_be_visible()
    everything = products.count()
    page.get_by_role("group", name="Category").get_by_role("button").nth(1).click()

    assert 0 < products.count() < everything


def test_a_merchants_page_needs_one_tag(open_context: OpenContext, merchant_url: str, shop: Server) -> None:
    page = open_context().new_page()
    page.goto(merchant_url)
    chat = Chat(page, shop.url)
    chat.open()

    chat.ask("How do returns work?")

    expect(chat.answers.last.get_by_role("list", name="Sources")).to_be_visible()
