"""Visits to the shop, and what became of them."""

from tools.commerce.metrics import facts
from tools.commerce.metrics.metric import Better, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import Cart, CartStatus, WebSession

_visits = rows(facts.VISITS)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="visits",
        title="Visits",
        definition="Visits to the shop's website or app.",
        time_basis="by the day the visit began",
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(_visits),
        synonyms=("sessions", "traffic"),
    ),
    Metric(
        name="conversion_rate",
        title="Conversion rate",
        definition="Visits that ended in an order, divided by all visits.",
        time_basis="by the day the visit began",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(rows(facts.VISITS, WebSession.order_id.is_not(None)), _visits),
        synonyms=("conversion", "cr", "cvr"),
    ),
    Metric(
        name="cart_abandonment",
        title="Cart abandonment",
        definition="Carts that were left, divided by all carts that are no longer open.",
        time_basis="by the day the cart was begun",
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(
            rows(facts.CARTS, Cart.status == CartStatus.ABANDONED),
            rows(facts.CARTS, Cart.status != CartStatus.OPEN),
        ),
        synonyms=("abandonment rate", "abandoned carts", "cart abandonment rate"),
    ),
)
