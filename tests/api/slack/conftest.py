"""A Slack of the tests' own, and a shop's Parley that is connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.api.slack.office import NOW, SOCKET_MODE, STAFF, Office, office, rewrite_staff
from tests.api.slack.slack_server import SlackServer, slack_server
from tests.tools.builders import Shop
from tools.commerce.database import Database
from tools.commerce.schema import Conversation, Customer, Order, SlackDelivery


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture(scope="module")
def office_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "parley.db").write_bytes(sqlite_template.read_bytes())
    return folder


@pytest.fixture(scope="module")
async def office_of_the_module(office_folder: Path) -> AsyncIterator[Office]:
    async with (
        slack_server() as server,
        office(f"sqlite:///{office_folder / 'parley.db'}", office_folder, server) as opened,
    ):
        yield opened


@pytest.fixture
def staff_office(office_of_the_module: Office) -> Office:
    """As if nothing had happened there yet."""
    opened = office_of_the_module
    opened.slack.forget()
    opened.clock.now = NOW
    rewrite_staff(opened, STAFF)
    with opened.parley.database.writing() as session:
        for table in (Conversation, SlackDelivery, Order, Customer):
            session.execute(delete(table))
    return opened


@pytest.fixture
def shop(staff_office: Office) -> Shop:
    return Shop(staff_office.parley.database, staff_office.clock.now)


@pytest.fixture
async def own_office(sqlite_url: str, tmp_path: Path, slack: SlackServer) -> AsyncIterator[Office]:
    """For what cannot be undone: changes are on an audit trail."""
    async with office(sqlite_url, tmp_path, slack) as opened:
        yield opened


@pytest.fixture
async def office_on_both(database: Database, tmp_path: Path, slack: SlackServer) -> AsyncIterator[Office]:
    """On SQLite and on PostgreSQL."""
    url = database.url.render_as_string(hide_password=False)
    async with office(url, tmp_path, slack) as opened:
        yield opened


@pytest.fixture
async def socket_office(sqlite_url: str, tmp_path: Path, slack: SlackServer) -> AsyncIterator[Office]:
    async with office(sqlite_url, tmp_path, slack, **SOCKET_MODE) as opened:
        yield opened
