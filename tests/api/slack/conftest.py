"""A Slack of the tests' own, and a shop's Parley that is connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.slack.office import SOCKET_MODE, Office, office
from tests.api.slack.slack_server import SlackServer, slack_server
from tests.tools.builders import Shop
from tools.commerce.database import Database


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture
async def staff_office(sqlite_url: str, tmp_path: Path, slack: SlackServer) -> AsyncIterator[Office]:
    async with office(sqlite_url, tmp_path, slack) as opened:
        yield opened


@pytest.fixture
def shop(staff_office: Office) -> Shop:
    return Shop(staff_office.parley.database, staff_office.clock.now)


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
