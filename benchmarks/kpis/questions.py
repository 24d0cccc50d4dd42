"""Twenty questions that staff ask, each with the best SQL that we can write for it by hand.

`{start}`, `{end}` and `{unit}` (a CASE over the ends of weeks or months) are filled in. The columns of an answer are
the unit's place, the members, what is above the line, and what is below it.
"""

# ruff: noqa: S608 - all parts of these statements are written here

from dataclasses import dataclass
from datetime import date

from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, KpiQuery

MONTH = Period(date(2026, 10, 1), date(2026, 10, 31))
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
YEAR = Period(date(2025, 11, 1), date(2026, 10, 31))

STANDS = "o.status NOT IN ('cancelled', 'unavailable')"
PLACED = "o.placed_at >= {start} AND o.placed_at < {end} AND o.currency = 'USD'"
LINES = "orders o JOIN order_lines l ON l.order_id = o.id"
PRODUCTS = f"{LINES} LEFT JOIN products p ON p.id = l.product_id"
BACK = """LEFT JOIN (SELECT rl.order_line_id, SUM(rl.quantity) AS quantity FROM return_lines rl
    JOIN returns r ON r.id = rl.return_id AND r.kind = 'refund' AND r.status NOT IN ('rejected', 'cancelled')
    JOIN orders o ON o.id = r.order_id AND {placed} GROUP BY rl.order_line_id) b ON b.order_line_id = l.id"""
SOLD = "(l.quantity - l.cancelled_quantity)"
PAID = "(l.unit_price_minor * l.quantity - l.discount_minor)"
KEPT = f"CASE WHEN COALESCE(b.quantity, 0) > {SOLD} THEN 0 ELSE {SOLD} - COALESCE(b.quantity, 0) END"
NET = f"SUM((2 * {PAID} * CAST({KEPT} AS BIGINT) + l.quantity) / (2 * l.quantity))"
SOLD_VALUE = f"SUM((2 * {PAID} * {SOLD} + l.quantity) / (2 * l.quantity))"
ARRIVED = (
    "shipments s JOIN orders o ON o.id = s.order_id "
    "WHERE s.delivered_at >= {start} AND s.delivered_at < {end} AND o.placed_at IS NOT NULL"
)


@dataclass(frozen=True)
class Question:
    said: str
    query: KpiQuery
    by_hand: str
    """With `{unit}` in it where there is a grain."""
    whole_by_hand: str = ""
    """The figure of all together, where it is not the sum of its parts: it is shown too."""


def _net(keys: str, among: str, groups: str) -> str:
    return (
        f"SELECT {keys}, {NET} FROM {among} {BACK.replace('{placed}', PLACED)} "
        f"WHERE {PLACED} AND {STANDS} GROUP BY {groups}"
    )


def _asked(
    said: str,
    metric: str,
    by_hand: str,
    period: Period = MONTH,
    *dimensions: Dimension,
    grain: Grain | None = None,
    comparison: Comparison | None = None,
    whole: str = "",
) -> Question:
    query = KpiQuery(
        metrics=(metric,), period=period, grain=grain, dimensions=dimensions, comparison=comparison
    )
    return Question(said, query, by_hand, whole)


QUESTIONS = (
    _asked(
        "orders last month, against the month before",
        "orders",
        f"SELECT COUNT(*) FROM orders o WHERE {PLACED} AND {STANDS}",
        comparison=Comparison.PREVIOUS,
    ),
    _asked(
        "net sales by month",
        "net_sales",
        _net("{unit:o.placed_at}", LINES, "1"),
        YEAR,
        grain=Grain.MONTH,
    ),
    _asked(
        "net sales by channel last month, against the month before",
        "net_sales",
        _net("o.channel", LINES, "1"),
        MONTH,
        Dimension.CHANNEL,
        comparison=Comparison.PREVIOUS,
    ),
    _asked(
        "net sales by product last quarter",
        "net_sales",
        _net("COALESCE(p.name, l.name)", PRODUCTS, "1"),
        QUARTER,
        Dimension.PRODUCT,
    ),
    _asked(
        "gross sales by day last month",
        "gross_sales",
        f"SELECT {{unit:o.placed_at}}, SUM(l.unit_price_minor * l.quantity) FROM {LINES} WHERE {PLACED} GROUP BY 1",
        grain=Grain.DAY,
    ),
    _asked(
        "units by category by month",
        "units",
        f"SELECT {{unit:o.placed_at}}, p.category, SUM({SOLD}) FROM {PRODUCTS} "
        f"WHERE {PLACED} AND {STANDS} GROUP BY 1, 2",
        YEAR,
        Dimension.CATEGORY,
        grain=Grain.MONTH,
    ),
    _asked(
        "average order value by device",
        "average_order_value",
        f"SELECT s.device, s.value, n.orders FROM (SELECT o.device, {SOLD_VALUE} AS value FROM {LINES} "
        f"WHERE {PLACED} AND {STANDS} GROUP BY 1) s JOIN (SELECT o.device, COUNT(*) AS orders FROM orders o "
        f"WHERE {PLACED} AND {STANDS} GROUP BY 1) n ON COALESCE(n.device, '') = COALESCE(s.device, '')",
        MONTH,
        Dimension.DEVICE,
    ),
    _asked(
        "orders by region, a year before too",
        "orders",
        f"SELECT o.region, COUNT(*) FROM orders o WHERE {PLACED} AND {STANDS} GROUP BY 1",
        MONTH,
        Dimension.REGION,
        comparison=Comparison.YEAR_BEFORE,
    ),
    _asked(
        "orders of new and returning customers by month",
        "orders",
        "SELECT {unit:o.placed_at}, CASE WHEN o.customer_id IS NULL THEN 'guest' WHEN EXISTS (SELECT 1 FROM orders e "
        "WHERE e.customer_id = o.customer_id AND e.placed_at <= o.placed_at "
        "AND (e.placed_at < o.placed_at OR e.id < o.id)) THEN 'returning' ELSE 'new' END, COUNT(*) "
        f"FROM orders o WHERE {PLACED} AND {STANDS} GROUP BY 1, 2",
        YEAR,
        Dimension.CUSTOMER_KIND,
        grain=Grain.MONTH,
    ),
    _asked(
        "cancellation rate by channel last quarter",
        "cancellation_rate",
        f"SELECT o.channel, SUM(CASE WHEN {STANDS} THEN 0 ELSE 1 END), COUNT(*) "
        f"FROM orders o WHERE {PLACED} GROUP BY 1",
        QUARTER,
        Dimension.CHANNEL,
    ),
    _asked(
        "discount rate by brand last quarter",
        "discount_rate",
        "SELECT p.brand, SUM(l.discount_minor), SUM(l.unit_price_minor * l.quantity) "
        f"FROM {PRODUCTS} WHERE {PLACED} GROUP BY 1",
        QUARTER,
        Dimension.BRAND,
    ),
    _asked(
        "return rate by category last quarter",
        "return_rate",
        f"SELECT p.category, SUM(COALESCE(b.quantity, 0)), SUM({SOLD}) FROM {PRODUCTS} "
        f"{BACK.replace('{placed}', PLACED)} WHERE {PLACED} AND {STANDS} GROUP BY 1",
        QUARTER,
        Dimension.CATEGORY,
    ),
    _asked(
        "items returned by reason last month",
        "returns",
        "SELECT rl.reason, SUM(rl.quantity) FROM returns r JOIN return_lines rl ON rl.return_id = r.id "
        "JOIN orders o ON o.id = r.order_id WHERE r.requested_at >= {start} AND r.requested_at < {end} "
        "AND o.currency = 'USD' AND r.kind = 'refund' AND r.status NOT IN ('rejected', 'cancelled') GROUP BY 1",
        MONTH,
        Dimension.REASON,
    ),
    _asked(
        "refunds by week",
        "refunds",
        "SELECT {unit:f.created_at}, SUM(f.amount_minor) FROM refunds f WHERE f.created_at >= {start} "
        "AND f.created_at < {end} AND f.currency = 'USD' AND f.status <> 'failed' GROUP BY 1",
        QUARTER,
        grain=Grain.WEEK,
    ),
    _asked(
        "on-time delivery by carrier last month",
        "on_time_delivery",
        "SELECT s.carrier, SUM(CASE WHEN s.delivered_at <= COALESCE(s.promised_at, o.promised_at) THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN COALESCE(s.promised_at, o.promised_at) IS NOT NULL THEN 1 ELSE 0 END) FROM shipments s "
        "JOIN orders o ON o.id = s.order_id WHERE s.delivered_at >= {start} AND s.delivered_at < {end} GROUP BY 1",
        MONTH,
        Dimension.CARRIER,
    ),
    _asked(
        "conversion rate by week",
        "conversion_rate",
        "SELECT {unit:w.started_at}, COUNT(w.order_id), COUNT(*) FROM web_sessions w "
        "WHERE w.started_at >= {start} AND w.started_at < {end} GROUP BY 1",
        MONTH,
        grain=Grain.WEEK,
    ),
    _asked(
        "cart abandonment by device last month",
        "cart_abandonment",
        "SELECT w.device, SUM(CASE WHEN c.status = 'abandoned' THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN c.status <> 'open' THEN 1 ELSE 0 END) FROM carts c JOIN web_sessions w ON w.id = c.session_id "
        "WHERE c.created_at >= {start} AND c.created_at < {end} AND c.currency = 'USD' GROUP BY 1",
        MONTH,
        Dimension.DEVICE,
    ),
    _asked(
        "review score by category",
        "review_score",
        "SELECT p.category, SUM(v.score), COUNT(*) FROM reviews v LEFT JOIN products p ON p.id = v.product_id "
        "WHERE v.created_at >= {start} AND v.created_at < {end} GROUP BY 1",
        YEAR,
        Dimension.CATEGORY,
    ),
    _asked(
        "customers by month",
        "customers",
        "SELECT {unit:o.placed_at}, COUNT(DISTINCT o.customer_id) FROM orders o "
        f"WHERE {PLACED} AND {STANDS} GROUP BY 1",
        YEAR,
        grain=Grain.MONTH,
        whole=f"SELECT COUNT(DISTINCT o.customer_id) FROM orders o WHERE {PLACED} AND {STANDS}",
    ),
    _asked(
        "delivery time by carrier, 90th percentile",
        "delivery_time_p90",
        "SELECT carrier, took FROM (SELECT s.carrier, {seconds:o.placed_at:s.delivered_at} AS took, "
        "ROW_NUMBER() OVER (PARTITION BY s.carrier ORDER BY {seconds:o.placed_at:s.delivered_at}) AS place, "
        f"COUNT(*) OVER (PARTITION BY s.carrier) AS parcels FROM {ARRIVED}) ranked "
        "WHERE place = (parcels * 90 + 99) / 100",
        MONTH,
        Dimension.CARRIER,
        whole="SELECT took FROM (SELECT {seconds:o.placed_at:s.delivered_at} AS took, "
        "ROW_NUMBER() OVER (ORDER BY {seconds:o.placed_at:s.delivered_at}) AS place, COUNT(*) OVER () AS parcels "
        f"FROM {ARRIVED}) ranked WHERE place = (parcels * 90 + 99) / 100",
    ),
)
