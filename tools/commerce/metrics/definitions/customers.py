"""Who buys, who comes again, and what a customer is worth."""

from sqlalchemy import and_

from tools.commerce.metrics import facts
from tools.commerce.metrics.cohorts import (
    IS_FIRST_ORDER,
    LATER_STANDS,
    LINES_SINCE,
    came_again_within,
    has_had,
)
from tools.commerce.metrics.lines import KEPT_VALUE, ORDER_STANDS
from tools.commerce.metrics.metric import Better, Measure, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import Order

_PLACED = "by the day the order was placed"
_COHORT = "by the day of the customer's first order"

_is_known = and_(ORDER_STANDS, Order.customer_id.is_not(None))
_buyers = Measure(facts.ORDERS, Order.customer_id.expression, ORDER_STANDS, is_distinct=True)
_returning = Measure(
    facts.ORDERS,
    Order.customer_id.expression,
    and_(_is_known, facts.has_bought_before),
    is_distinct=True,
)


def _retention(days: int, *synonyms: str) -> Metric:
    is_old_enough = and_(IS_FIRST_ORDER, has_had(days))
    return Metric(
        name=f"retention_{days}d",
        title=f"Retention ({days} days)",
        definition=f"Customers who ordered again within {days} days of their first order, divided by all whose first "
        f"order is at least {days} days back.",
        time_basis=_COHORT,
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(facts.ORDERS, and_(is_old_enough, came_again_within(days))),
            rows(facts.ORDERS, is_old_enough),
        ),
        synonyms=(f"{days}-day retention", f"came back within {days} days", *synonyms),
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        name="customers",
        title="Customers",
        definition="Different customers who placed an order that stands; guests cannot be told apart and are left out.",
        time_basis=_PLACED,
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(_buyers),
        synonyms=("buyers", "active customers", "unique customers"),
    ),
    Metric(
        name="new_customers",
        title="New customers",
        definition="Customers whose first order was placed then, and stands.",
        time_basis=_PLACED,
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(rows(facts.ORDERS, IS_FIRST_ORDER)),
        synonyms=("first-time customers", "first time buyers", "customers acquired", "acquisition"),
    ),
    Metric(
        name="returning_customers",
        title="Returning customers",
        definition="Different customers who placed an order that stands, and had placed one before it.",
        time_basis=_PLACED,
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(_returning),
        synonyms=("repeat customers", "repeat buyers", "loyal customers"),
    ),
    Metric(
        name="repeat_purchase_rate",
        title="Repeat purchase rate",
        definition="Returning customers divided by all customers.",
        time_basis=_PLACED,
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(_returning, _buyers),
        synonyms=("repeat rate", "returning customer rate", "share of returning customers", "loyalty"),
    ),
    Metric(
        name="orders_per_customer",
        title="Orders per customer",
        definition="Orders of known customers divided by those customers.",
        time_basis=_PLACED,
        unit=Unit.PER,
        better=Better.UP,
        formula=Ratio(rows(facts.ORDERS, _is_known), _buyers),
        synonyms=("purchase frequency", "order frequency"),
    ),
    _retention(30),
    _retention(90, "retention", "retention rate", "cohort retention", "customer retention"),
    _retention(180),
    _retention(365, "one-year retention"),
    Metric(
        name="customer_lifetime_value",
        title="Customer lifetime value",
        definition="Net sales to date of the customers who first ordered then, divided by those customers.",
        time_basis=f"{_COHORT}, so it still grows",
        unit=Unit.MONEY,
        better=Better.UP,
        formula=Ratio(
            Measure(LINES_SINCE, KEPT_VALUE, LATER_STANDS),
            rows(facts.ORDERS, IS_FIRST_ORDER),
        ),
        synonyms=("lifetime value", "ltv", "clv", "customer value"),
    ),
)
