import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.api.conftest import write_small_shop
from tests.end_to_end.chat_page import PATIENCE_MS, Chat
from tests.end_to_end.paid_orders import PaidOrders
from tests.end_to_end.server import Server, free_port

ORDERS = 200

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def merchant_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def shop(
    tmp_path_factory: pytest.TempPathFactory,
    merchant_port: int,
    learned_intents: Path,
    indexed_pages: Path,
    kept_sentences: Path,
) -> Iterator[Server]:
    """The demo shop, served. One for all tests: what they change must not disturb the others."""
    origin = f"http://127.0.0.1:{merchant_port}"
    server = Server(tmp_path_factory.mktemp("shop"), free_port(), allowed_origins=(origin,))
    shutil.copytree(learned_intents, server.folder / "classifier")
    shutil.copytree(kept_sentences, server.folder / "classifier", dirs_exist_ok=True)
    shutil.copytree(indexed_pages, server.folder / "chroma")
    server.make_shop(ORDERS)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def small_shop_settings(tmp_path_factory: pytest.TempPathFactory, learned_intents: Path) -> dict[str, str]:
    """For servers of one article, whose index and embedded model are made once."""
    data_dir = tmp_path_factory.mktemp("data")
    shutil.copytree(learned_intents, data_dir / "classifier")
    return {
        "SHOP_DIR": str(write_small_shop(tmp_path_factory.mktemp("shop"))),
        "DATA_DIR": str(data_dir),
        "MESSAGES_PER_MINUTE": "10000",
    }


@pytest.fixture(scope="session")
def paid(shop: Server) -> Iterator[PaidOrders]:
    orders = PaidOrders(shop)
    yield orders
    orders.close()


@pytest.fixture(scope="session")
def merchant_url(shop: Server, merchant_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A merchant's own page, on another origin, with the widget's tag on it."""
    folder = tmp_path_factory.mktemp("merchant")
    tag = f'<script src="{shop.url}/widget.js" data-parley async></script>'
    page = f'<!doctype html><html lang="en"><title>Merchant</title><h1>Merchant</h1>{tag}</html>'
    (folder / "index.html").write_text(page)
    (folder / "favicon.ico").touch()
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", merchant_port), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{merchant_port}/"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


# Closed with the last test of this package: Playwright keeps an event loop running in the main thread, and asynchronous
# tests elsewhere need it free.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "these tests need Debian's chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path(executable),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Opens a fresh browser profile; afterwards no page in it may have had an error or broken the policy."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        # A request that fails is what some tests are about.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def open_one(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # as playwright names them
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_context: OpenContext, shop: Server) -> Page:
    """The shop's front page on a desk's screen."""
    page = open_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(shop.url)
    return page


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    """The chat on the front page, opened."""
    chat = Chat(page, shop.url)
    chat.open()
    return chat
