import pytest

from tests.tools.builders import Shop
from tools.commerce.database import Database


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)
