"""The web application in two forms: called in this process, and served on a port of this machine."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.app import create_app
from api.bootstrap import build
from api.cli import main
from api.parley import Parley
from api.settings import Settings
from knowledge.shop_profile import DEMO_SHOP
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop, fewest_orders

SECRET = "5b1f0c3a9d7e4826b1f0c3a9d7e48265"
DELIVERY = """---
title: Delivery
summary: What it costs.
questions:
  cost:
    - What does delivery cost?
    - How much is shipping?
---

## What does delivery cost? {#cost}

Standard delivery costs five dollars within the country.
"""
SHOP_PAGE = "https://shop.example"
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)

MakeSettings = Callable[..., Settings]
Run = Callable[..., tuple[int, str, str]]
RunOn = Callable[[str], Run]


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory, learned_intents: Path) -> Path:
    """Shared by all applications, so that the articles are indexed once."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(learned_intents, folder / "classifier")
    return folder


@pytest.fixture(scope="session")
def demo_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop. Copy it before writing."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    create_demo_shop(database, orders=fewest_orders(), now=datetime.now(UTC))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def make_settings(
    demo_database: Path, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> MakeSettings:
    """Settings over a demo shop of their own; keyword arguments take precedence."""

    def make(**changes: object) -> Settings:
        copy = tmp_path_factory.mktemp("shop") / "parley.db"
        copy.write_bytes(demo_database.read_bytes())
        values: dict[str, object] = {
            "database_url": f"sqlite:///{copy}",
            "data_dir": data_dir,
            "identity_secret": SECRET,
            "allowed_origins": [SHOP_PAGE],
            "demo": True,
            "messages_per_minute": 10_000,
        }
        return Settings.model_validate(values | changes)

    return make


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """A command sets up logging for its whole process, which is the tests' own here."""
    root = logging.getLogger()
    ours = [root, *map(logging.getLogger, ("api", "bot", "tools", "knowledge", "uvicorn"))]
    levels, handlers = [logger.level for logger in ours], list(root.handlers)
    yield
    root.handlers[:] = handlers
    for logger, level in zip(ours, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def run_on(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    logging_as_it_was: None,
) -> RunOn:
    """Commands in an empty folder over the database at a URL; each gives its exit code, and what it printed where."""

    def on(database_url: str) -> Run:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", database_url)
        return command

    def command(*words: str, **settings: str) -> tuple[int, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["parley", *words])
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        else:
            code = 0
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return on


@pytest.fixture
def parley(make_settings: MakeSettings) -> Iterator[Parley]:
    parley = build(make_settings())
    yield parley
    parley.database.close()


@pytest.fixture
def web(parley: Parley) -> TestClient:
    """The application without its beginning: nothing is loaded, so it answers all but messages."""
    return TestClient(create_app(parley), raise_server_exceptions=False, client=("203.0.113.9", 40000))


@dataclass(frozen=True)
class Served:
    url: str
    parley: Parley

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def wait_until_ready(self) -> None:
        with self.client() as client:
            while client.get("/readyz").status_code != 200:
                assert self.parley.trouble is None, self.parley.trouble
                time.sleep(0.05)

    def start(self, identity: str | None = None) -> "Conversation":
        with self.client() as client:
            answer = client.post("/api/conversations", json={"identity": identity})
            assert answer.status_code == 201, answer.text
            return Conversation(self, answer.json()["id"], answer.json()["token"])


@dataclass(frozen=True)
class Conversation:
    served: Served
    id: str
    token: str

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def client(self) -> httpx.Client:
        client = self.served.client()
        client.headers.update(self.headers)
        return client


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    parley = build(settings)
    config = uvicorn.Config(
        create_app(parley), host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        served = Served(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", parley)
        served.wait_until_ready()
        yield served
    finally:
        # Set from here, for this server is not the one of `parley serve`.
        parley.stopping.set()
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_shop(tmp_path_factory.mktemp("small-shop"))


def write_small_shop(folder: Path) -> Path:
    """A shop with one article: indexing all of the demo shop's takes a while."""
    for name in ("shop.yaml", "policy.yaml", "replies.yaml"):
        (folder / name).write_bytes((DEMO_SHOP / name).read_bytes())
    (folder / "articles").mkdir()
    (folder / "articles" / "delivery.md").write_text(DELIVERY)
    return folder


@pytest.fixture(scope="session")
def served(make_settings: MakeSettings, small_shop: Path) -> Iterator[Served]:
    """Served with everything loaded; shared, so a test makes its own conversation."""
    with serving(make_settings(shop_dir=small_shop)) as served:
        yield served
