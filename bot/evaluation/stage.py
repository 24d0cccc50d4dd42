"""The shop that a scenario is played in: a fresh copy of a database, and a clock that stands where it is put."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.agent import Agent
from bot.conversation import Conversations
from bot.desk import Desk
from bot.evaluation.files import ShopPlace
from bot.evaluation.writes import Writes
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import ShopProfile
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.demo import create_demo_shop
from tools.commerce.importing import ShopDefaults, import_folder, load
from tools.commerce.order_numbers import common_shapes
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.policy import Policy
from tools.commerce.schema import Role

BETWEEN_TURNS = timedelta(seconds=20)

OpenPages = Callable[[Path], KnowledgeBase]
"""Opens the articles of a shop's folder."""


class ShopNotCopied(Exception):
    """The merchant's own shop can be copied only where it is an SQLite file."""

    code = "shop_not_copied"

    def __init__(self) -> None:
        super().__init__(
            "Scenarios without a shop are played in a copy of your own, and DATABASE_URL names no SQLite file "
            "that is there. Name a shop in the scenario file: a folder that parley import reads will do."
        )


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def wait(self, time: timedelta) -> None:
        self.now += time


@dataclass(frozen=True)
class Stage:
    """A shop made once, of which every trial gets a copy. `template` is an SQLite file."""

    template: Path
    now: datetime
    shop: ShopProfile
    policy: Policy
    knowledge: KnowledgeBase
    agents: Mapping[Role, Agent]
    order_numbers: tuple[str, ...]

    @contextmanager
    def played(self) -> Iterator["Played"]:
        """A copy of the shop for one conversation; nothing of it is left afterwards."""
        with TemporaryDirectory(prefix="parley-eval-") as folder:
            copy = Path(folder) / "shop.db"
            shutil.copyfile(self.template, copy)
            with closing(Database(f"sqlite:///{copy}")) as database:
                clock = Clock(self.now)
                conversations = Conversations(self._desk(database, clock))
                yield Played(database, clock, conversations, Writes(database.engine))

    def rulebook(self, now: datetime) -> Rulebook:
        return Rulebook(self.policy, self.shop.currency, LocalTime(now, self.shop.zone))

    def _desk(self, database: Database, clock: Clock) -> Desk:
        def rulebook() -> Rulebook:
            return self.rulebook(clock())

        return Desk(
            database=database,
            knowledge=self.knowledge,
            shop=self.shop,
            policy=self.policy,
            agents=self.agents,
            order_numbers=self.order_numbers,
            # Never the merchant's provider: no money moves in an evaluation.
            settlement=Settlement(database, EmbeddedGateway(database), rulebook),
            now=clock,
        )


@dataclass(frozen=True)
class Played:
    database: Database
    clock: Clock
    conversations: Conversations
    writes: Writes


@dataclass(frozen=True)
class Stages:
    """Makes the shops, each once. `own` is the URL of the merchant's database, and `own_pages` their folder."""

    folder: Path
    agents: Mapping[Role, Agent]
    open_pages: OpenPages
    own: Database
    own_pages: Path
    now: datetime
    _made: dict[Path | None, Stage] = field(default_factory=dict)
    _pages: dict[Path, KnowledgeBase] = field(default_factory=dict)

    def of(self, place: ShopPlace | None) -> Stage:
        """Raises ShopFileError, ImportRejected, ShopNotCopied."""
        key = place.file if place else None
        if key not in self._made:
            self._made[key] = self._make(place)
        return self._made[key]

    def close(self) -> None:
        for knowledge in self._pages.values():
            knowledge.close()

    def _make(self, place: ShopPlace | None) -> Stage:
        pages = place.pages if place else self.own_pages
        shop = ShopProfile.load(pages)
        template = self.folder / f"{len(self._made)}.db"
        if place:
            _build(template, place, shop)
        else:
            _copy(self.own, template)
        if pages not in self._pages:
            self._pages[pages] = self.open_pages(pages)
        with closing(Database(f"sqlite:///{template}")) as database, database.reading() as session:
            shapes = common_shapes(session)
        return Stage(
            template=template,
            now=place.shop.now if place else self.now,
            shop=shop,
            policy=Policy.load(pages),
            knowledge=self._pages[pages],
            agents=self.agents,
            order_numbers=shapes,
        )


def _build(template: Path, place: ShopPlace, shop: ShopProfile) -> None:
    written = place.shop
    with closing(Database(f"sqlite:///{template}")) as database:
        database.migrate()
        if written.demo_orders:
            create_demo_shop(database, orders=written.demo_orders, now=written.now)
        if place.folder:
            import_folder(database, place.folder, shop.currency, shop.zone)
        with database.writing() as session:
            load(session, written.records, ShopDefaults(shop.currency, shop.zone))


def _copy(own: Database, template: Path) -> None:
    file = Path(own.url.database or "")
    if not own.is_sqlite or not file.is_file():
        raise ShopNotCopied
    readable = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(readable, uri=True)) as live, closing(sqlite3.connect(template)) as copy:
        # Reads a shop that is in use without a stop, and whole.
        live.backup(copy)
    with closing(Database(f"sqlite:///{template}")) as database:
        database.migrate()
