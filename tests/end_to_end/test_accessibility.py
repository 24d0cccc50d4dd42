"""No page of the desk and no state of the chat breaks a rule of axe's, of which none is switched off."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Page, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server
from tests.end_to_end.test_widget_photos import NO_PICTURE, WIDE, pick, ready

pytestmark = pytest.mark.browser

ARABIC = "وصل الطلب A-1 مكسورا."
DESK_PAGES = {
    "": "Queue",
    "?show=disputes": "By deadline",
    "?show=closed": "Queue",
    "?q=nothing-like-it": "Queue",
    "/figures": "Figures",
    "/cases/00000000-0000-4000-8000-000000000000": "No such case",
    "/nowhere": "Not found",
    "?page=0": "The request is not valid",
}
"""By their address, with a heading that each has."""


def assert_accessible(page: Page) -> None:
    found = axe.run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


axe = Axe()


@contextmanager
def on_a_phone_in_the_dark(page: Page) -> Iterator[None]:
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    yield
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")


def assert_accessible_everywhere(page: Page) -> None:
    assert_accessible(page)
    with on_a_phone_in_the_dark(page):
        assert_accessible(page)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) == 0, "nothing is wider than a phone"


def test_the_chat_and_the_desk_through_a_dispute(
    chat: Chat, open_context: OpenContext, shop: Server, paid: PaidOrders
) -> None:
    paid.sign_in(chat.page, paid.place(is_delivered=True))
    chat.ask("I want to talk to a person, about contrast")
    assert_accessible_everywhere(chat.page)
    chat.write(ARABIC)
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.last.locator(".text")).to_have_css("unicode-bidi", "plaintext")
    pick(chat, WIDE, NO_PICTURE)
    ready(chat, 1)
    expect(chat.window.get_by_text("This photo can't be read.")).to_be_visible()
    assert_accessible(chat.page)

    desk = open_context(viewport={"width": 1280, "height": 900}).new_page()
    desk.goto(f"{shop.url}/desk")
    assert_accessible_everywhere(desk)
    desk.get_by_role("button", name="Continue as Noor").click()
    desk.get_by_role("link", name=ARABIC).click()
    desk.get_by_role("button", name="Take", exact=True).click()
    desk.locator("#opening summary").click()
    desk.get_by_label("What is claimed").fill("It is broken.")
    desk.get_by_role("button", name="Open a dispute").click()
    for summary in ("Refuse", "Hand to a manager", "Evidence", "Decide otherwise"):
        desk.locator(".dispute summary", has_text=summary).click()
    assert_accessible_everywhere(desk)
    desk.locator("details[open]", has_text="Decide otherwise").get_by_role(
        "button", name="See what it does"
    ).click()
    expect(desk.get_by_role("button", name="Confirm: refund")).to_be_focused()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(desk)

    for address, heading in DESK_PAGES.items():
        desk.goto(f"{shop.url}/desk{address}")
        expect(desk.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert_accessible(desk)
