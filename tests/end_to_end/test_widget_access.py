"""The widget by keyboard, by screen reader, on a phone and in the dark."""

import gzip
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.widget_script import MODULES, Script, widget_script
from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server

MOST_BYTES = 15_000


def luminance_of(page: Page, selector: str, style: str) -> float:
    """Of an element in the chat, 0 (black) to 1 (white)."""
    color = page.locator(selector).first.evaluate(f"node => getComputedStyle(node).{style}")
    channels = [int(value) / 255 for value in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_of(page: Page, selector: str) -> float:
    """WCAG contrast of an element's text against its own background."""
    first, second = (luminance_of(page, selector, style) for style in ("color", "backgroundColor"))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@pytest.mark.browser
def test_a_conversation_by_keyboard_alone(page: Page, shop: Server) -> None:
    chat = Chat(page, shop.url)
    expect(chat.launcher).to_be_visible()
    chat.launcher.focus()
    page.keyboard.press("Enter")
    expect(chat.composer).to_be_focused()

    page.keyboard.type("How do returns work?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("I bought a lamp.")
    page.keyboard.press("Enter")
    chat.expect_answers(2)
    assert chat.stored_questions() == ["How do returns work?\nI bought a lamp."]

    page.keyboard.press("Escape")
    expect(chat.window).to_be_hidden()
    expect(chat.launcher).to_be_focused()


@pytest.mark.browser
def test_escape_closes_the_menu_first(chat: Chat) -> None:
    chat.page.get_by_label("Menu").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("button", name="New conversation")).to_be_visible()

    chat.page.keyboard.press("Escape")

    expect(chat.page.get_by_role("button", name="New conversation")).to_be_hidden()
    expect(chat.window).to_be_visible()
    assert chat.focused() == "Menu"


@pytest.mark.browser
def test_every_control_has_a_name_and_the_log_is_announced(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Sign in as Maya Torres").click()
    chat.ask("Show me my orders")

    unnamed = chat.page.evaluate(
        """() => [...document.querySelector("parley-chat").shadowRoot.querySelectorAll("button, a, textarea, summary")]
            .filter((node) => !(node.ariaLabel ?? node.textContent).trim())
            .map((node) => node.outerHTML)"""
    )
    assert unnamed == []
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.answers.last).to_contain_text("Assistant:")
    assert chat.page.locator("html").get_attribute("lang") == "en"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_it_covers_the_page_and_keeps_the_focus(
    open_context: OpenContext, shop: Server, paid: PaidOrders, width: int
) -> None:
    page = open_context(viewport={"width": width, "height": 720}, has_touch=True).new_page()
    page.goto(shop.url)
    page.get_by_role("button", name="Sign in as Priya Raman").click()
    chat = Chat(page, shop.url)
    chat.ask("Where is my order?")
    order = paid.place(["A-name-without-a-single-blank-" * 4, "Lamp"])
    paid.sign_in(page, order)
    chat.ask(f"Please cancel order {order}, I changed my mind")
    expect(chat.confirm).to_be_visible()

    assert chat.window.bounding_box() == {"x": 0, "y": 0, "width": width, "height": 720}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overflow = "node => node.scrollWidth - node.clientWidth"
    assert chat.log.evaluate(overflow) == 0
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in {"PARLEY-CHAT", "BODY"}


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_dark(
    open_context: OpenContext, shop: Server, paid: PaidOrders, scheme: str
) -> None:
    page = open_context(color_scheme=scheme).new_page()
    page.goto(shop.url)
    chat = Chat(page, shop.url)
    chat.open()
    is_light = luminance_of(page, "parley-chat .panel", "backgroundColor") > 0.5
    assert is_light == (scheme == "light")
    order = paid.place()
    paid.sign_in(page, order)
    chat.ask(f"Please cancel order {order}, I changed my mind")

    parts = (".panel", ".message.user > .text", ".message.assistant > .text", ".sources .chip", ".primary")
    for part in parts:
        assert contrast_of(page, f"parley-chat {part}") >= 4.5, part


@pytest.mark.browser
def test_a_merchants_colors_go_before_the_shops(chat: Chat) -> None:
    chat.page.evaluate(
        "document.querySelector('parley-chat').style.setProperty('--parley-accent', 'rgb(90, 30, 120)')"
    )
    chat.ask("How do returns work?")

    expect(chat.questions.last.locator(".text")).to_have_css("background-color", "rgb(90, 30, 120)")


@pytest.mark.browser
def test_nothing_moves_for_those_who_asked_for_that(open_context: OpenContext, shop: Server) -> None:
    page = open_context(reduced_motion="reduce").new_page()
    page.goto(shop.url)
    chat = Chat(page, shop.url)
    chat.open()

    expect(chat.window).to_have_css("animation-name", "none")


def test_the_script_is_small() -> None:
    assert len(gzip.compress(widget_script().encode(), compresslevel=9)) < MOST_BYTES


@pytest.mark.parametrize("script", Script)
def test_the_modules_share_one_scope_without_clashes(script: Script) -> None:
    declared = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
    names = [
        name for module in script.value for name in declared.findall((MODULES / f"{module}.js").read_text())
    ]

    assert sorted(names) == sorted(set(names))


def test_every_module_is_in_a_script() -> None:
    used = {module for script in Script for module in script.value}
    assert {path.stem for path in MODULES.glob("*.js")} == used


@pytest.mark.browser
def test_the_script_comes_compressed_and_is_kept(shop: Server) -> None:
    response = httpx.get(f"{shop.url}/widget.js", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "max-age" in response.headers["Cache-Control"]


@pytest.mark.browser
def test_a_card_without_pictures_leaves_no_gap_for_them(page: Page, chat: Chat) -> None:
    """A picture that is elsewhere, or that cannot be loaded, is no picture."""
    page.get_by_role("button", name="Sign in as Maya Torres").click()
    chat.ask("Order FW-104233")
    view = chat.stored_view()
    [order] = [card for message in view["messages"] for card in message["cards"]]
    elsewhere = [line | {"image_url": "https://cdn.elsewhere.example/a.jpg"} for line in order["lines"]]
    broken = [line | {"image_url": "/products/nowhere.svg"} for line in order["lines"]]
    view["messages"][-1]["cards"] = [order, order | {"lines": elsewhere}, order | {"lines": broken}]
    page.route(f"**/api/conversations/{chat.saved()['id']}", lambda route: route.fulfill(json=view))
    page.reload()

    cards = chat.card("Order FW-104233")
    expect(cards).to_have_count(3)
    cards.last.scroll_into_view_if_needed()
    expect(cards.nth(0).locator(".picture img").first).to_be_visible()
    for card in (cards.nth(1), cards.nth(2)):
        expect(card.locator(".picture").first).to_be_hidden()
        expect(card.locator("img")).to_have_count(0)
