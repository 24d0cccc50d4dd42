"""The link of an e-mail opens its conversation in another browser, once; photos that were not sent outlive a reload."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.server import Server
from tests.end_to_end.test_widget_photos import WIDE, pick, ready
from tools.commerce import chat_links
from tools.commerce.database import Database

pytestmark = pytest.mark.browser

LinkTo = Callable[[str], str]


@pytest.fixture
def link_to(shop: Server) -> Iterator[LinkTo]:
    """Makes the link that an e-mail about that conversation has."""
    database = Database(shop.database_url)

    def make(conversation: str) -> str:
        with database.writing() as session:
            secret = chat_links.make(session, conversation, datetime.now(UTC))
        return f"{shop.url}/?from=mail#parley={secret}"

    yield make
    database.close()


def test_it_opens_the_conversation_in_another_browser_once_it_is_pressed(
    chat: Chat, open_context: OpenContext, shop: Server, link_to: LinkTo
) -> None:
    chat.ask("What does delivery cost?")
    link = link_to(chat.saved()["id"])
    scanner = open_context().new_page()
    scanner.goto(link)
    expect(scanner.get_by_role("button", name="Open my conversation")).to_be_visible()

    there = Chat(open_context(viewport={"width": 360, "height": 740}).new_page(), shop.url)
    there.page.goto(link)
    there.page.get_by_role("button", name="Open my conversation").press("Enter")

    expect(there.questions).to_have_text("You: What does delivery cost?")
    expect(there.composer).to_be_focused()
    expect(there.page).to_have_url(f"{shop.url}/?from=mail")
    assert there.saved()["id"] == chat.saved()["id"]
    assert there.saved()["token"] != chat.saved()["token"]
    there.page.reload()
    there.open()
    expect(there.questions).to_have_count(1)

    scanner.get_by_role("button", name="Open my conversation").click()
    expect(scanner.get_by_text("This link was used before, or its time is over.")).to_be_visible()
    chat.ask("Thank you")


def test_who_would_rather_not_keeps_what_is_here(chat: Chat, shop: Server, link_to: LinkTo) -> None:
    chat.ask("What does delivery cost?")
    mine = chat.saved()
    chat.page.goto("about:blank")
    chat.page.goto(link_to(mine["id"]))

    chat.page.get_by_role("button", name="Not now").click()

    expect(chat.page.get_by_role("button", name="Open my conversation")).to_be_hidden()
    expect(chat.page).to_have_url(f"{shop.url}/?from=mail")
    assert chat.saved()["token"] == mine["token"]


def test_photos_that_were_not_sent_are_there_after_a_reload(chat: Chat) -> None:
    pick(chat, WIDE)
    ready(chat, 1)
    chat.page.reload()
    expect(chat.window).to_be_visible()

    ready(chat, 1)
    chat.write("It came like this")
    chat.expect_answers(2)
    expect(chat.questions.last.locator(".photo")).to_have_count(1)
    chat.page.reload()
    expect(chat.questions.last.locator(".photo")).to_have_count(1)
    expect(chat.page.locator("parley-chat .tray")).to_be_hidden()
