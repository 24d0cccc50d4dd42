"""A shopper in the chat and a person of the shop at the desk, each in a browser of their own."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server

LISTEN = """() => {
    window.told = [];
    for (const place of document.querySelector("parley-chat").shadowRoot.querySelectorAll("[role=status]")) {
        const listen = () => place.textContent && window.told.push(place.textContent);
        new MutationObserver(listen).observe(place, { childList: true, characterData: true, subtree: true });
    }
}"""
"""What a screen reader is told beside the messages."""
PAYLOADS = (
    "<img src=x onerror=\"window.hacked='img'\">",
    "\"><svg onload=\"window.hacked='svg'\"></svg><script>window.hacked='script'</script>",
    "[press me](javascript:window.hacked='link') https://evil.example/x {{ 7 * 7 }}",
)


@pytest.mark.browser
def test_a_person_takes_over_both_write_and_the_shopper_rates(
    chat: Chat, open_context: OpenContext, shop: Server
) -> None:
    chat.ask("I want to talk to a person")
    state = chat.window.get_by_text("A person will join this conversation.")
    expect(state).to_be_visible()
    for payload in PAYLOADS:
        chat.write(payload)
    expect(chat.questions).to_have_count(1 + len(PAYLOADS))

    desk = open_context(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    case = at_case(desk, shop)
    for payload in PAYLOADS:
        expect(case.get_by_text(payload)).to_be_visible()
    assert desk.evaluate("window.hacked") is None
    assert case.locator("a, img, svg, script").count() == 0
    desk.get_by_role("button", name="Take").press("Enter")
    answer = desk.get_by_role("textbox", name="Your answer")
    expect(answer).to_be_focused()
    expect(chat.window.get_by_text("You are talking with a person.")).to_be_visible()

    answer.fill("Hello, I'm on it.\nOne moment, <b>please</b>.")
    answer.press("Control+Enter")
    said = chat.page.locator("parley-chat .message.agent")
    expect(said).to_have_text("MayaHello, I'm on it.\nOne moment, <b>please</b>.")
    expect(answer).to_have_value("")
    answer.fill("Still typing")
    chat.write("Take your time")
    expect(case.get_by_text("Take your time")).to_be_visible()
    expect(answer).to_have_value("Still typing")

    desk.get_by_role("button", name="Close").press("Enter")
    expect(desk.get_by_text("Closed: you can read along.")).to_be_visible()
    chat.page.get_by_role("button", name="Very well").click()
    expect(chat.answers.last).to_have_text("Assistant: Thank you for telling us!")
    expect(desk.get_by_text("Rated 5 of 5")).to_be_visible()
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.evaluate(width) == 0, "nothing is wider than a phone"


def at_case(desk: Page, shop: Server) -> Locator:
    """Signs in and opens the newest case; the conversation on its page."""
    desk.goto(f"{shop.url}/desk")
    desk.get_by_role("button", name="Continue as Maya").click()
    desk.get_by_role("link", name=PAYLOADS[-1]).click()
    return desk.get_by_role("log")


@pytest.mark.browser
def test_a_case_by_keys_alone(chat: Chat, open_context: OpenContext, shop: Server) -> None:
    chat.ask("I want to talk to a person, about keys")
    desk = open_context().new_page()
    desk.goto(f"{shop.url}/desk")
    desk.get_by_role("button", name="Continue as Maya").press("Enter")
    expect(desk.get_by_role("heading", name="Queue")).to_be_visible()
    desk.wait_for_load_state()
    keys = desk.keyboard

    keys.press("?")
    expect(desk.get_by_role("heading", name="Keys")).to_be_visible()
    keys.press("Escape")
    keys.press("/")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    keys.press("Escape")
    ours = desk.get_by_role("link", name="about keys")
    for _ in range(desk.locator(".cases li").count()):
        keys.press("j")
        if ours.evaluate("link => link === document.activeElement"):
            break
    keys.press("Enter")
    expect(desk.get_by_role("heading", name="Asked for a person")).to_be_visible()
    desk.wait_for_load_state()
    keys.press("t")
    answer = desk.get_by_role("textbox", name="Your answer")
    expect(answer).to_be_focused()
    keys.press("Escape")
    keys.press("c")
    expect(desk.get_by_role("combobox", name="Canned reply")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(answer).to_have_value(re.compile(r"^Hi \{name\}, I'm Maya"))
    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert answer.evaluate(selected) == "{name}"
    keys.press("Control+Enter")
    expect(desk.get_by_text("Fill in {name}, {order} first")).to_be_visible()
    keys.press("Control+A")
    keys.type("Hello!")
    keys.press("Control+Enter")
    expect(chat.page.locator("parley-chat .message.agent")).to_have_text("MayaHello!")

    keys.press("Escape")
    keys.press("n")
    keys.type("She is in a hurry.")
    keys.press("Control+Enter")
    expect(desk.locator("#noted")).to_contain_text("She is in a hurry.")
    assert "hurry" not in " ".join(chat.transcript())
    keys.press("Escape")
    keys.press("q")
    expect(desk.get_by_role("heading", name="Queue")).to_be_visible()


@pytest.mark.browser
def test_a_dispute_by_keys_alone(
    chat: Chat, open_context: OpenContext, shop: Server, paid: PaidOrders
) -> None:
    number = paid.place(is_delivered=True)
    paid.sign_in(chat.page, number)
    chat.ask("I want to talk to a person, about a dispute")
    desk = open_context().new_page()
    desk.goto(f"{shop.url}/desk")
    keys = desk.keyboard
    tab_to(desk, desk.get_by_role("button", name="Continue as Maya"))
    keys.press("Enter")
    ours = desk.get_by_role("link", name="about a dispute")
    expect(ours).to_be_visible()
    tab_to(desk, ours)
    keys.press("Enter")
    expect(desk.get_by_role("heading", name="Asked for a person")).to_be_visible()
    desk.wait_for_load_state()
    keys.press("t")
    expect(desk.get_by_role("textbox", name="Your answer")).to_be_focused()
    keys.press("Escape")
    assert_every_stop_is_seen(desk)

    tab_to(desk, desk.locator("#opening summary"))
    keys.press("Enter")
    keys.press("Tab")
    keys.type("Dam")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("One of them is broken.")
    keys.press("Control+Enter")
    expect(desk.locator(".dispute blockquote")).to_have_text("One of them is broken.")
    keys.press("Escape")
    keys.press("e")
    expect(desk.get_by_role("link", name="As a PDF")).to_be_visible()
    keys.press("o")
    expect(desk.get_by_role("button", name="Write that")).to_be_focused()
    keys.press("Enter")
    keys.press("Control+Enter")
    expect(chat.page.locator("parley-chat .message.agent")).to_contain_text("photos of the damage")
    keys.press("Escape")
    tab_to(desk, desk.locator(".dispute summary", has_text="Decide otherwise"))
    keys.press("Enter")
    tab_to(desk, desk.locator("details[open] [name=quantity]").last)
    keys.press("ArrowDown")
    keys.press("Tab")
    tab_to(desk, desk.get_by_role("button", name="See what it does"))
    keys.press("Enter")
    expect(desk.get_by_role("button", name="Confirm: refund")).to_be_focused()
    keys.press("Enter")
    expect(chat.answers.filter(has_text="Maya from our team has decided")).to_contain_text("$20.00")
    assert paid.refunds(number) == [2000]
    expect(desk.get_by_text("Settled: refund")).to_be_visible()
    expect(desk.get_by_role("textbox", name="Your answer")).to_be_focused()
    keys.press("Escape")
    keys.press("x")
    keys.press("Enter")
    expect(desk.get_by_text("Closed: you can read along.")).to_be_visible()
    keys.press("q")
    expect(desk.get_by_role("heading", name="Queue")).to_be_visible()
    desk.wait_for_load_state()
    tab_to(desk, desk.get_by_role("link", name="Closed"))
    keys.press("Enter")
    expect(desk.get_by_role("heading", name="Closed")).to_be_visible()
    desk.wait_for_load_state()
    keys.press("k")
    expect(desk.locator(".cases li:last-child :focus")).to_be_visible()


def tab_to(desk: Page, place: Locator) -> None:
    for _ in range(80):
        if place.evaluate("place => place === document.activeElement"):
            return
        desk.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {place}")


def assert_every_stop_is_seen(desk: Page) -> None:
    """Tab leads through the page from its start to its end, in the order of reading, and each stop is marked."""
    desk.evaluate("document.activeElement.blur(), window.stops = [], window.scrollTo(0, 0)")
    desk.locator(".skip").focus()
    stop = """() => {
        const at = document.activeElement;
        if (at === document.body || window.stops.includes(at)) return "end";
        const last = window.stops.at(-1);
        window.stops.push(at);
        const isNext = !last || last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        const { width, top, bottom } = at.getBoundingClientRect();
        const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        return isNext && isMarked && width && bottom > 0 && top < innerHeight ? "" : at.outerHTML;
    }"""
    found = []
    while (at := str(desk.evaluate(stop))) != "end":
        found.append(at)
        desk.keyboard.press("Tab")
    assert [problem for problem in found if problem] == []
    assert len(found) > 15


@pytest.mark.browser
def test_what_comes_in_while_one_writes_is_told(chat: Chat, open_context: OpenContext, shop: Server) -> None:
    chat.ask("I want to talk to a person, about dogs")
    desk = open_context().new_page()
    desk.goto(f"{shop.url}/desk")
    desk.get_by_role("button", name="Continue as Maya").click()
    desk.get_by_role("link", name="about dogs").click()
    expect(desk.get_by_text("The shopper is in the chat.")).to_be_visible()
    desk.get_by_role("button", name="Take").click()
    answer = desk.get_by_role("textbox", name="Your answer")
    chat.page.evaluate(LISTEN)
    answer.fill("Which order")
    expect(chat.window.get_by_text("Maya is typing…")).to_be_visible()
    desk.reload()
    expect(answer).to_have_value("Which order")
    answer.fill("Which order is it?")
    chat.composer.fill("It is about")
    expect(desk.get_by_text("The shopper is typing…")).to_be_visible()
    assert chat.page.evaluate("window.told") == ["Maya is writing an answer."]
    chat.write("It is about the last one")
    expect(desk.get_by_text("The shopper is in the chat.")).to_be_visible()
    expect(desk.get_by_text("One more message came in.")).to_be_visible()

    answer.press("Control+Enter")
    expect(desk.get_by_text("Read on, then send your answer.")).to_be_visible()
    expect(answer).to_have_value("Which order is it?")
    answer.fill("The last one, then.")
    desk.get_by_role("button", name="Put back").click()
    expect(
        desk.get_by_text("What you had typed is kept, and comes back when you take it again.")
    ).to_be_visible()
    desk.get_by_role("button", name="Take").click()
    expect(answer).to_have_value("The last one, then.")
    answer.press("Control+Enter")
    expect(chat.page.locator("parley-chat .message.agent")).to_have_text("MayaThe last one, then.")
    expect(chat.window.get_by_text("Maya is typing…")).to_be_hidden()
    expect(desk.get_by_text("Ctrl+Enter sends.")).to_be_visible()
    assert desk.evaluate("sessionStorage.length") == 0


@pytest.mark.browser
def test_another_page_can_do_nothing_in_the_name_of_who_is_signed_in(
    open_context: OpenContext, shop: Server, merchant_url: str
) -> None:
    desk = open_context().new_page()
    desk.goto(f"{shop.url}/desk")
    desk.get_by_role("button", name="Continue as Noor").click()
    expect(desk.get_by_role("heading", name="Queue")).to_be_visible()

    other = desk.context.new_page()
    for path, fields in (("sign-out", {}), ("sign-in/demo", {"email": "maya@fernway.example"})):
        other.goto(merchant_url)
        other.evaluate(
            """([action, fields]) => {
                const form = Object.assign(document.createElement("form"), { method: "post", action });
                for (const [name, value] of Object.entries(fields)) {
                    form.append(Object.assign(document.createElement("input"), { name, value }));
                }
                document.body.append(form);
                form.submit();
            }""",
            [f"{shop.url}/desk/{path}", fields],
        )
        expect(other.get_by_text("Nothing was done.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("Noor", exact=True)).to_be_visible()
