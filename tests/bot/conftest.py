"""Conversations of a scripted model, and of the embedded one on whole shops that are built once."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.agent import build_agents
from bot.conversation import Conversations
from bot.desk import Desk
from bot.models import Models, load_models
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from tests.bot.figure_questions import figure_questions
from tests.bot.figure_shop import build
from tests.bot.other_shop import records
from tests.bot.scripted_model import Script, ScriptedModel
from tests.tools.builders import POLICY, SHOP, settlement
from tools.commerce.database import LOCK_TIMEOUT_SECONDS, Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.importing import ShopDefaults, load
from tools.commerce.order_numbers import common_shapes

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
"""A Tuesday, 11 a.m. in the demo shop's zone."""

Opened = Callable[[Database], Desk]
Replica = Callable[[Script], Conversations]
FarReplica = Callable[..., Conversations]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def replica(database: Database, knowledge_base: KnowledgeBase, clock: Clock) -> AsyncIterator[Replica]:
    """Makes a process's `Conversations` with a scripted model; several share the database."""
    made: list[Conversations] = []

    def make(script: Script) -> Conversations:
        made.append(scripted(script, database, knowledge_base, clock))
        return made[-1]

    yield make
    for conversations in made:
        await conversations.finish_running(within_seconds=10)


@pytest.fixture
async def far_replica(
    database: Database, knowledge_base: KnowledgeBase, clock: Clock
) -> AsyncIterator[FarReplica]:
    """Like `replica`, with a database of its own; `its_clock` and how long it waits for locks may differ."""
    made: list[tuple[Conversations, Database]] = []
    url = database.url.render_as_string(hide_password=False)

    def make(
        script: Script, its_clock: Clock = clock, patience: float = LOCK_TIMEOUT_SECONDS
    ) -> Conversations:
        own = Database(url, patience)
        made.append((scripted(script, own, knowledge_base, its_clock), own))
        return made[-1][0]

    yield make
    for conversations, own in made:
        await conversations.finish_running(within_seconds=10)
        own.close()


def scripted(script: Script, database: Database, knowledge: KnowledgeBase, clock: Clock) -> Conversations:
    model = ScriptedModel(script=script)
    # The scripted model stands in for both: there is no provider here to fall back from.
    agents = build_agents(Models(model, model))
    return Conversations(
        Desk(
            database=database,
            knowledge=knowledge,
            shop=SHOP,
            policy=POLICY,
            agents=agents,
            order_numbers=(),
            settlement=settlement(database, clock),
            now=clock,
        )
    )


@pytest.fixture(scope="session")
def desk_at(embedder: Embedder, knowledge_base: KnowledgeBase, learned_intents: Path) -> Opened:
    """Opens a desk with the embedded model at a database, at NOW."""
    agents = build_agents(load_models("embedded", embedder, learned_intents))

    def at(database: Database) -> Desk:
        with database.reading() as session:
            shapes = common_shapes(session)
        return Desk(
            database=database,
            knowledge=knowledge_base,
            shop=SHOP,
            policy=POLICY,
            agents=agents,
            order_numbers=shapes,
            settlement=settlement(database, lambda: NOW),
            now=lambda: NOW,
        )

    return at


@pytest.fixture(scope="session")
def demo_desk(
    desk_at: Opened, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    database = _copy(sqlite_template, tmp_path_factory.mktemp("demo"))
    create_demo_shop(database, orders=200, now=NOW)
    yield desk_at(database)
    database.close()


@pytest.fixture(scope="session")
def other_desk(
    desk_at: Opened, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A shop with other wares, other options and other order numbers than the demo shop's."""
    database = _copy(sqlite_template, tmp_path_factory.mktemp("other"))
    desk = desk_at(database)
    with database.writing() as session:
        load(session, records(NOW), ShopDefaults("USD", desk.shop.zone))
    yield replace(desk, order_numbers=())
    database.close()


def _copy(template: Path, folder: Path) -> Database:
    path = folder / "parley.db"
    path.write_bytes(template.read_bytes())
    return Database(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def figure_databases(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Database]]:
    """Of the shops that are asked for figures, by their names; to be read only."""
    with ExitStack() as opened:
        built: dict[str, Database] = {}
        for shop in figure_questions().shops:
            database = _copy(sqlite_template, tmp_path_factory.mktemp(shop.name))
            built[shop.name] = opened.enter_context(closing(database))
            build(shop, database)
        yield built
