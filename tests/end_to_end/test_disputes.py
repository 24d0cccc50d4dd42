"""A whole dispute in two browsers, the shopper's and the agent's, on two replicas of which one dies in the middle.

`KILL_ROUNDS=20 pytest tests/end_to_end/test_disputes.py` lets one or the other die twenty times.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from tests.end_to_end.balancer import Balancer
from tests.end_to_end.chat_page import PATIENCE_MS, Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server, free_port
from tests.invariants import assert_invariants
from tests.pictures import picture
from tools.commerce import staff_accounts
from tools.commerce.database import Database
from tools.commerce.schema import Message, MessageRole, Photo, Role

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400 + 30 * ROUNDS)]

MAYA, PASSWORD = "maya@shop.example", "correct horse battery"
PHOTOS: list[FilePayload] = [
    {"name": f"{width}.jpg", "mimeType": "image/jpeg", "buffer": picture(width, 600)} for width in (900, 1200)
]
PAYLOADS = (
    "<img src=x onerror=\"window.hacked='img'\">",
    '"><svg onload="window.hacked=1"></svg><script>window.hacked=2</script>',
    "[press](javascript:window.hacked=3) {{ 7 * 7 }}</textarea><script>window.hacked=4</script>",
)


@dataclass(frozen=True)
class Replicas:
    servers: tuple[Server, Server]
    url: str
    """Of what stands before them."""
    orders: PaidOrders
    database: Database


@pytest.fixture
def replicas(tmp_path: Path, small_shop_settings: dict[str, str], postgres_url: str) -> Iterator[Replicas]:
    settings = {**small_shop_settings, "DATABASE_URL": postgres_url, "DEMO": "false"}
    servers = (
        Server(tmp_path, free_port(), settings=settings),
        Server(tmp_path, free_port(), settings=settings),
    )
    database = Database(postgres_url)
    with database.writing() as session:
        staff_accounts.put(session, MAYA, "Maya", Role.AGENT, PASSWORD, datetime.now(UTC))
    with ExitStack() as opened:
        opened.callback(database.close)
        for server in servers:
            opened.callback(server.kill)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.start, servers))
        balancer = Balancer([server.port for server in servers])
        opened.callback(balancer.close)
        orders = PaidOrders(servers[0])
        opened.callback(orders.close)
        yield Replicas(servers, balancer.url, orders, database)
        assert_invariants(database)


@pytest.fixture
def shopper(replicas: Replicas, open_context: OpenContext) -> Chat:
    """The chat on a page of the shop's, which both replicas serve."""
    page = open_context(viewport={"width": 1280, "height": 900}).new_page()
    tag = '<script src="/widget.js" data-parley async></script>'
    html = f'<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>{tag}</html>'
    page.route("**/merchant", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{replicas.url}/merchant")
    chat = Chat(page, replicas.url)
    chat.open()
    return chat


@pytest.fixture
def desk(replicas: Replicas, open_context: OpenContext) -> Page:
    page = open_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{replicas.url}/desk")
    page.get_by_label("E-mail").fill(MAYA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    return page


def send_photos(chat: Chat, text: str) -> None:
    chat.page.locator("parley-chat input[type=file]").set_input_files(PHOTOS)
    expect(chat.page.locator("parley-chat .tray").get_by_text("Ready to send")).to_have_count(len(PHOTOS))
    chat.write(text)


def open_dispute(desk: Page, claim: str) -> None:
    """Of the shopper's only order."""
    opening = desk.locator("#opening")
    opening.get_by_text("Open a dispute").first.click()
    opening.get_by_label("Kind").select_option("damaged")
    opening.get_by_label("What is claimed").fill(claim)
    opening.get_by_role("button", name="Open a dispute").click()


def evidence_file(desk: Page) -> bytes:
    desk.get_by_text("Evidence", exact=True).click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="As a PDF").click()
    return Path(download.value.path()).read_bytes()


def test_a_dispute_from_the_complaint_to_the_rating(replicas: Replicas, shopper: Chat, desk: Page) -> None:
    number = replicas.orders.place(is_delivered=True, price=1500)
    replicas.orders.sign_in(shopper.page, number)
    send_photos(shopper, f"The lamp of order {number} arrived broken. I want to talk to a person")
    expect(shopper.window.get_by_text("A person will join this conversation.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    for payload in PAYLOADS:
        shopper.write(payload)

    desk.get_by_role("link", name=PAYLOADS[-1]).click()
    log = desk.get_by_role("log")
    photo = log.get_by_role("img", name="Photo 1 of 2")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    for payload in PAYLOADS:
        expect(log.get_by_text(payload)).to_be_visible()
    desk.get_by_role("button", name="Take").click()
    expect(shopper.window.get_by_text("You are talking with a person.")).to_be_visible()

    for round_ in range(ROUNDS):
        killed = replicas.servers[round_ % 2]
        # Whoever is connected to it, the shopper or the agent or both, goes on with the other.
        shopper.write(f"Are you still there? ({round_})")
        killed.kill()
        expect(log.get_by_text(f"Are you still there? ({round_})")).to_be_visible(timeout=PATIENCE_MS)
        desk.get_by_role("textbox", name="Your answer").fill(f"I am. I'm sorry about the lamp. ({round_})")
        desk.get_by_role("button", name="Send").click()
        said = shopper.page.locator("parley-chat .message.agent")
        expect(said).to_have_count(round_ + 1, timeout=PATIENCE_MS)
        expect(said.last).to_have_text(f"MayaI am. I'm sorry about the lamp. ({round_})")
        if round_ + 1 < ROUNDS:
            killed.start()

    open_dispute(desk, PAYLOADS[0])
    dispute = desk.locator(".dispute")
    expect(dispute.get_by_text(PAYLOADS[0])).to_be_visible(timeout=PATIENCE_MS)
    expect(dispute.get_by_role("heading", name="Suggested: ")).to_contain_text("$30.00")
    assert evidence_file(desk).startswith(b"%PDF-")
    dispute.get_by_role("button", name="Accept").click()
    assert replicas.orders.refunds(number) == []
    desk.get_by_role("button", name="Confirm: ").click()
    told = shopper.answers.filter(has_text="Maya from our team has decided about your claim.")
    expect(told).to_contain_text("$30.00", timeout=PATIENCE_MS)
    expect(dispute.get_by_text("Settled: ")).to_be_visible(timeout=PATIENCE_MS)
    assert replicas.orders.refunds(number) == [3000]

    desk.get_by_role("button", name="Close", exact=True).click()
    shopper.page.get_by_role("button", name="Very well").click()
    expect(shopper.answers.last).to_have_text("Assistant: Thank you for telling us!")
    steps = desk.locator("section", has=desk.get_by_role("heading", name="Steps"))
    expect(steps.get_by_text("Rated 5 of 5")).to_be_visible(timeout=PATIENCE_MS)
    assert [page.evaluate("window.hacked") for page in (desk, shopper.page)] == [None, None]
    assert_all_is_stored(replicas, shopper)


def assert_all_is_stored(replicas: Replicas, shopper: Chat) -> None:
    """What the shopper sees as sent is in the database, once each and in that order."""
    seen = shopper.questions.locator(".text").all_text_contents()
    with replicas.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.role == MessageRole.USER).order_by(Message.seq))
        texts = [row.text for row in rows]
        assert len(session.scalars(select(Photo).where(Photo.message_seq == 1)).all()) == len(PHOTOS)
    assert texts == seen
