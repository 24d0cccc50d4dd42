"""The dispute rate counts what was opened and stands; before the first dispute nothing is known."""

from datetime import date
from decimal import Decimal

import pytest

from tests.tools.builders import SHOP
from tests.tools.commerce.disputes.disputed_shop import DisputedShop, from_the_bank
from tools.commerce.changes.requests import RulingWish
from tools.commerce.database import Database
from tools.commerce.disputes import lifecycle
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import DisputeKind, OutcomeKind

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def shop(database: Database) -> DisputedShop:
    return DisputedShop(database)


def asked(shop: DisputedShop, period: Period = MARCH, **query: object) -> KpiTable:
    with shop.database.reading() as session:
        wanted = KpiQuery.model_validate({"metrics": ("dispute_rate", "disputes"), "period": period, **query})
        return answer(session, wanted, Reporting.of(SHOP, shop.now))


def test_of_the_orders_that_stand_so_many_are_disputed(shop: DisputedShop) -> None:
    for number in range(4):
        shop.delivered(f"A-{number}", ago=1)
    shop.opened(DisputeKind.DAMAGED, number="A-0")
    shop.opened(DisputeKind.NOT_RECEIVED, number="A-1")
    shop.opened(DisputeKind.UNKNOWN_CHARGE, number=None)
    gone = shop.opened(DisputeKind.OTHER, number="A-2")
    with shop.database.writing() as session:
        lifecycle.withdraw(session, gone, "agent:maya@shop.example", shop.now, None)

    table = asked(shop)

    assert [figure.value for figure in table.figures] == [Decimal("0.5"), Decimal(3)]
    by_kind = asked(shop, metrics=("disputes",), dimensions=(Dimension.REASON,))
    assert {row.members: row.figures[0].value for row in by_kind.rows if row.figures[0].value} == {
        ("damaged",): 1,
        ("not_received",): 1,
        ("unknown_charge",): 1,
    }


def test_of_what_banks_ruled_on_so_much_was_won(shop: DisputedShop) -> None:
    for number, ended in enumerate((OutcomeKind.WON, OutcomeKind.LOST, OutcomeKind.WON, OutcomeKind.REFUND)):
        shop.delivered(f"A-{number}", ago=1)
        bank = from_the_bank(2000, f"CB-{number}")
        dispute = shop.opened(DisputeKind.CHARGEBACK, number=f"A-{number}", bank=bank)
        ruling = None if ended is OutcomeKind.REFUND else RulingWish(ruled_on=shop.book.when.today)
        shop.decided(dispute, ended, ruling=ruling)

    (share,) = asked(shop, metrics=("chargeback_win_rate",)).figures

    assert share.value is not None
    assert round(share.value, 4) == Decimal("0.6667")


def test_before_there_were_disputes_their_rate_is_not_known(shop: DisputedShop) -> None:
    shop.delivered(ago=1)

    assert [figure.value for figure in asked(shop).figures] == [None, None]
