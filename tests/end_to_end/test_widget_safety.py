"""What others wrote stays text: nothing of it runs, loads or leads away."""

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server
from tools.commerce.database import Database
from tools.commerce.schema import Order, OrderLine, Product

pytestmark = pytest.mark.browser

SCRIPTS = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1>",
    "<svg/onload=window.harmed=1>",
    "[a](javascript:window.harmed=1)",
    '"><iframe srcdoc="<script>parent.harmed=1</script>">',
    "javascript:/*--></title></style><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+window.harmed=1//'>",
    "![a](https://elsewhere.example/x.png)",
    "{{constructor.constructor('window.harmed=1')()}}",
)
NAME = "<img src=x onerror=window.harmed=1>[mug](javascript:window.harmed=1)"


@pytest.fixture
def harmful_names(shop: Server) -> None:
    """Nina's order, and the product that is shown first, bear a name that is a script."""
    database = Database(shop.database_url)
    with database.writing() as session:
        order = session.scalars(select(Order.id).where(Order.number == "FW-172984")).one()
        session.execute(update(OrderLine).where(OrderLine.order_id == order).values(name=NAME))
        product = session.scalars(select(Product.id).order_by(Product.name)).first()
        session.execute(update(Product).where(Product.id == product).values(name=f"AAA {NAME}"))
    database.close()


def assert_unharmed(page: Page) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate("window.harmed") is None
    foreign = page.evaluate(
        """() => [document, document.querySelector("parley-chat").shadowRoot]
            .flatMap((root) => [...root.querySelectorAll("script, img, iframe, a")])
            .map((node) => node.src || node.href)
            .filter((address) => address && !address.startsWith(location.origin))"""
    )
    assert foreign == []


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_message_stays_the_text_it_is(chat: Chat, text: str) -> None:
    chat.ask(text)

    expect(chat.questions.last.locator(".text")).to_have_text(text)
    assert_unharmed(chat.page)


@pytest.mark.usefixtures("harmful_names")
def test_names_from_the_database_stay_text(shop: Server, page: Page) -> None:
    chat = Chat(page, shop.url)
    page.get_by_role("button", name="Sign in as Nina Kowalski").click()
    chat.ask("Order FW-172984")

    expect(chat.card("Order FW-172984")).to_contain_text(NAME)
    expect(page.locator(".product").filter(has_text=NAME)).to_be_visible()
    assert_unharmed(page)


def test_names_in_a_proposal_and_in_its_receipt_stay_text(chat: Chat, paid: PaidOrders) -> None:
    number = paid.place([NAME, "Lamp"])
    paid.sign_in(chat.page, number)
    chat.ask(f"Please cancel order {number}, I changed my mind")
    expect(chat.card("Cancel order").get_by_text(NAME, exact=True)).to_be_visible()

    chat.confirm.click()

    expect(chat.card("Receipt")).to_be_visible()
    assert_unharmed(chat.page)


def test_no_text_of_a_proposal_is_more_than_text(chat: Chat, paid: PaidOrders) -> None:
    """Should a script come to stand in any of them, it stays where it is; a rule links to the web alone."""
    number = paid.place()
    paid.sign_in(chat.page, number)
    chat.ask(f"Please cancel order {number}, I changed my mind")
    view = chat.stored_view()
    [card] = [card for message in view["messages"] for card in message["cards"]]
    card |= {"summary": NAME, "notice": NAME, "approval": NAME, "next_steps": [NAME]}
    card["rules"] = [{"path": "a.b", "title": NAME, "url": "javascript:window.harmed=1"}]
    card["lines"][0] |= {"options": NAME, "becomes": NAME}
    card["parts"][0]["label"] = card["payouts"][0]["to"] = NAME
    view["messages"][-1]["choices"] = [NAME]
    chat.page.route(f"**/api/conversations/{chat.saved()['id']}", lambda route: route.fulfill(json=view))
    chat.page.reload()

    expect(chat.confirm).to_have_attribute("aria-label", f"Confirm: {NAME}")
    expect(chat.card(NAME).locator("a")).to_have_count(0)
    assert_unharmed(chat.page)


def test_an_answer_links_to_nobody_elses_pages(chat: Chat) -> None:
    """Should a model be talked into writing such links, the widget does not make them ones."""
    text = "[a](https://elsewhere.example) [b](javascript:window.harmed=1) [c](/help) ![d](//elsewhere.example/x.png)"
    chat.ask("How do returns work?")
    view = chat.stored_view()
    view["messages"][-1]["text"] = text
    chat.page.route(f"**/api/conversations/{chat.saved()['id']}", lambda route: route.fulfill(json=view))
    chat.page.reload()

    links = chat.answers.last.locator(".text a")
    expect(links).to_have_text(["c"])
    assert_unharmed(chat.page)


def test_the_page_allows_no_script_or_style_but_its_own(shop: Server) -> None:
    policy = httpx.get(shop.url).headers["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert rules["img-src"] == "'self' data:"


def test_another_origin_may_not_talk_to_the_server(shop: Server) -> None:
    answer = httpx.post(
        f"{shop.url}/api/conversations", json={}, headers={"Origin": "https://elsewhere.example"}
    )

    assert "Access-Control-Allow-Origin" not in answer.headers
