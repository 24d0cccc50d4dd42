"""The shop's key figures at a glance, and those of its people who answer."""

from collections.abc import Sequence
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
DESK_FIGURES = (
    "handoffs",
    "handoff_rate",
    "wait_for_a_person",
    "handling_time",
    "support_rating",
    "dispute_rate",
)
DAYS = 28
"""Whole weeks, so that weekends weigh the same in what is compared."""
MOST_DAYS = 62
"""Of a longer period there is a row for each week."""
MOST_DAYS_OF_FEW = 14
"""The same for what happens a few times a day: a day's median of three cases tells nothing."""
MOST_WEEKS = 53


def scorecard(
    session: ReadSession,
    shop: ShopProfile,
    when: LocalTime,
    names: Sequence[str] = KEY_FIGURES,
    period: Period | None = None,
    most_days: int = MOST_DAYS,
) -> KpiCard:
    """Those of `names` that there are, against what was before, with a row for each day, of more than `most_days` each
    week, of years each month. Without `period`, of the last 28 whole days."""
    period = period or last_days(when)
    query = KpiQuery(
        metrics=tuple(name for name in names if name in BY_NAME),
        period=period,
        grain=_grain(period, most_days),
        comparison=Comparison.PREVIOUS,
    )
    return kpi_card(answer(session, query, Reporting.of(shop, when.now)), shop.currency)


def against_targets(
    session: ReadSession, shop: ShopProfile, when: LocalTime, names: Sequence[str], period: Period
) -> KpiCard | None:
    """Those of `names` that have a target, against it; None where none has."""
    reporting = Reporting.of(shop, when.now)
    aimed_at = [name for name in names if name in BY_NAME and reporting.targets.exists_for([BY_NAME[name]])]
    if not aimed_at:
        return None
    query = KpiQuery(metrics=tuple(aimed_at), period=period, comparison=Comparison.TARGET)
    return kpi_card(answer(session, query, reporting), shop.currency)


def last_days(when: LocalTime, days: int = DAYS) -> Period:
    """The last whole ones."""
    last = when.today - timedelta(days=1)
    return Period(last - timedelta(days=days - 1), last)


def _grain(period: Period, most_days: int) -> Grain:
    if period.days <= most_days:
        return Grain.DAY
    return Grain.WEEK if period.days <= MOST_WEEKS * 7 else Grain.MONTH
