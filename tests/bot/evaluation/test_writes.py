"""Whatever writes to the shop is noticed, by whichever way into the database."""

from sqlalchemy import text

from bot.evaluation.writes import Writes
from tools.commerce.database import Database


def test_a_write_to_the_shop_is_noticed_and_reading_or_talking_is_none(database: Database) -> None:
    writes = Writes(database.engine)

    with database.reading() as reading:
        reading.execute(text("SELECT * FROM orders"))
    with database.writing() as writing:
        writing.execute(text("DELETE FROM messages"))
    assert writes.to_the_shop == frozenset()

    with database.writing() as writing:
        writing.execute(text("UPDATE orders SET note = 'gift'"))
        writing.execute(text("delete from refunds"))
    assert writes.to_the_shop == {"orders", "refunds"}
