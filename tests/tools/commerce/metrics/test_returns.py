"""What counts as come back: not what was rejected or called off, nor what was exchanged."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.tools.builders import Shop, line
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.query import KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import OrderLine, OrderStatus, Return, ReturnKind, ReturnLine, ReturnStatus

PROFILE = ShopProfile.load(DEMO_SHOP)
PLACED = datetime(2026, 3, 5, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 10, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("kind", "status", "counts"),
    [
        (ReturnKind.REFUND, ReturnStatus.APPROVED, True),
        (ReturnKind.REFUND, ReturnStatus.COMPLETED, True),
        (ReturnKind.REFUND, ReturnStatus.REJECTED, False),
        (ReturnKind.REFUND, ReturnStatus.CANCELLED, False),
        (ReturnKind.EXCHANGE, ReturnStatus.COMPLETED, False),
    ],
)
def test_what_counts_as_come_back(
    database: Database, kind: ReturnKind, status: ReturnStatus, counts: bool
) -> None:
    shop = Shop(database)
    items = [line("Mug", price=1200, quantity=4)]
    order = shop.order("A-1", placed_at=PLACED, status=OrderStatus.DELIVERED, items=items)
    with database.writing() as session:
        bought = session.scalars(select(OrderLine.id)).one()
        back = Return(rma="R-1", order_id=order, kind=kind, status=status, requested_at=PLACED)
        back.lines = [ReturnLine(order_line_id=bought, quantity=1)]
        session.add(back)

    with database.reading() as session:
        query = KpiQuery(metrics=("return_rate", "returns", "net_sales", "units"), period=MARCH)
        table = answer(session, query, Reporting.of(PROFILE, NOW))

    rate, returned, sales, units = (float(figure.value or 0) for figure in table.figures)
    assert (rate, returned, sales) == ((0.25, 1, 3600) if counts else (0, 0, 4800))
    assert units == 4, "what was sold was sold"
