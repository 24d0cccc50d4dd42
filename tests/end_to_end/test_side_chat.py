"""Asking Parley beside a case in a real browser: live with a script, whole without one, by keyboard, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.server import Server


@pytest.mark.browser
def test_an_agent_asks_beside_the_case_and_what_they_write_to_the_shopper_stays(
    chat: Chat, shop: Server, open_context: OpenContext
) -> None:
    chat.ask("I want to talk to a person, about vases")
    desk = open_context(viewport={"width": 360, "height": 740}).new_page()
    desk.goto(f"{shop.url}/desk")
    desk.get_by_role("button", name="Continue as Maya").click()
    desk.get_by_role("link", name="about vases").click()
    desk.get_by_role("button", name="Take", exact=True).click()
    answer = desk.get_by_role("textbox", name="Your answer")
    answer.fill("One moment")

    asks(desk, "has she claimed before?")
    expect(desk.locator("#asked .said")).to_have_count(2)
    expect(desk.locator("#asked .said").last).to_contain_text("proved")
    expect(desk.get_by_role("textbox", name="A question to Parley")).to_have_value("")
    expect(desk.get_by_role("textbox", name="A question to Parley")).to_be_focused()
    expect(answer).to_have_value("One moment")
    expect(chat.window.get_by_text("claimed before")).to_have_count(0)
    address = desk.url

    plain = open_context(java_script_enabled=False, storage_state=desk.context.storage_state()).new_page()
    plain.goto(address)
    plain.get_by_role("textbox", name="A question to Parley").fill("what is this about?")
    plain.get_by_role("button", name="Ask", exact=True).click()
    expect(plain.locator("#asked .said")).to_have_count(4)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.evaluate(width) == 0, "nothing is wider than a phone"


def asks(page: Page, question: str) -> None:
    field = page.get_by_role("textbox", name="A question to Parley")
    field.fill(question)
    field.press("Control+Enter")
