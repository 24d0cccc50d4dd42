"""A small demo shop, and its figures as of the day to which it goes."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer

SHOP = ShopProfile.load(DEMO_SHOP)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
REPORTING = Reporting.of(SHOP, NOW)
FIRST = date(2026, 8, 1)


@contextmanager
def demo_shop(url: str) -> Iterator[Database]:
    with closing(Database(url)) as database:
        database.migrate()
        create_demo_shop(database, orders=400, now=NOW)
        yield database


def asked(shop: Database, query: KpiQuery) -> KpiTable:
    with shop.reading() as session:
        return answer(session, query, REPORTING)
