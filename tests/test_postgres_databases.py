"""A database that was lent before is as new, or another one is."""

from contextlib import closing

from sqlalchemy import text

from tests.postgres_databases import PostgresDatabases
from tests.tools.builders import Shop
from tests.tools.table_contents import contents
from tools.commerce.database import Database


def test_what_one_test_wrote_the_next_does_not_find(postgres_databases: PostgresDatabases) -> None:
    with postgres_databases.lent() as url, closing(Database(url)) as database:
        new = contents(database)
        shop = Shop(database)
        first = shop.order("A-1", customer_id=shop.customer("ada@example.com"))
        assert contents(database) != new
    with postgres_databases.lent() as again, closing(Database(again)) as database:
        assert again == url
        assert contents(database) == new
        assert Shop(database).order("A-2") == first


def test_one_whose_tables_were_changed_is_not_lent_again(postgres_databases: PostgresDatabases) -> None:
    with postgres_databases.lent() as url, closing(Database(url)) as database:
        new = contents(database)
        with database.writing() as session:
            session.execute(text("ALTER TABLE orders ALTER COLUMN region SET DEFAULT 'Utah'"))
    with postgres_databases.lent() as other, closing(Database(other)) as database:
        assert other != url
        assert contents(database) == new
