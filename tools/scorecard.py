"""The shop's key figures at a glance."""

from datetime import timedelta

from knowledge.shop_profile import ShopProfile
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.query import Comparison, KpiQuery
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.kpi_cards import KpiCard
from tools.kpi_showing import kpi_card

KEY_FIGURES = (
    "net_sales",
    "orders",
    "average_order_value",
    "conversion_rate",
    "return_rate",
    "on_time_delivery",
)
DAYS = 28
"""Whole weeks, so that weekends weigh the same in what is compared."""


def scorecard(session: ReadSession, shop: ShopProfile, when: LocalTime) -> KpiCard:
    """The last 28 whole days against the 28 before them, with a row for each day."""
    last = when.today - timedelta(days=1)
    query = KpiQuery(
        metrics=tuple(name for name in KEY_FIGURES if name in BY_NAME),
        period=Period(last - timedelta(days=DAYS - 1), last),
        grain=Grain.DAY,
        comparison=Comparison.PREVIOUS,
    )
    return kpi_card(answer(session, query, Reporting.of(shop, when.now)), shop.currency)
