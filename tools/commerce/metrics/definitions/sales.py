"""Orders, and what they are worth."""

from tools.commerce.metrics import facts
from tools.commerce.metrics.lines import GROSS, KEPT_VALUE, ORDER_STANDS, SOLD, SOLD_VALUE
from tools.commerce.metrics.metric import Better, Measure, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import Order, OrderLine, OrderStatus

PLACED = "by the day the order was placed"

_orders = rows(facts.ORDERS, ORDER_STANDS)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="orders",
        title="Orders",
        definition="Orders placed, without those that were cancelled as a whole or that the shop could not supply.",
        time_basis=PLACED,
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(_orders),
        synonyms=("number of orders", "order count", "purchases", "how many orders"),
    ),
    Metric(
        name="gross_sales",
        title="Gross sales",
        definition="All items ordered at their price, before discounts, cancellations, returns, shipping and tax.",
        time_basis=PLACED,
        unit=Unit.MONEY,
        better=Better.UP,
        formula=Total(GROSS),
        synonyms=("gross revenue", "gross merchandise value", "gmv"),
    ),
    Metric(
        name="net_sales",
        title="Net sales",
        definition="What was paid for items, less discounts and less what was cancelled or came back for a refund; "
        "without shipping and tax.",
        time_basis=f"{PLACED}, so late returns still lower it",
        unit=Unit.MONEY,
        better=Better.UP,
        formula=Total(Measure(facts.LINES, KEPT_VALUE, ORDER_STANDS)),
        synonyms=("revenue", "sales", "turnover", "net revenue", "income"),
    ),
    Metric(
        name="units",
        title="Units sold",
        definition="Items ordered, without cancelled ones.",
        time_basis=PLACED,
        unit=Unit.COUNT,
        better=Better.UP,
        formula=Total(SOLD),
        synonyms=("items sold", "pieces sold", "units", "quantity sold", "volume"),
    ),
    Metric(
        name="average_order_value",
        title="Average order value",
        definition="What was paid for items, less discounts and cancelled items, divided by the orders.",
        time_basis=PLACED,
        unit=Unit.MONEY,
        better=Better.UP,
        formula=Ratio(SOLD_VALUE, _orders),
        synonyms=("aov", "average basket", "basket size", "average order", "order value"),
    ),
    Metric(
        name="items_per_order",
        title="Items per order",
        definition="Items ordered, without cancelled ones, divided by the orders that hold them.",
        time_basis=PLACED,
        unit=Unit.PER,
        better=Better.UP,
        formula=Ratio(
            SOLD, Measure(facts.LINES, OrderLine.order_id.expression, ORDER_STANDS, is_distinct=True)
        ),
        synonyms=("units per order", "units per transaction", "upt", "basket units"),
    ),
    Metric(
        name="discount_rate",
        title="Discount rate",
        definition="Discounts divided by gross sales.",
        time_basis=PLACED,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(Measure(facts.LINES, OrderLine.discount_minor.expression), GROSS),
        synonyms=("discounts", "discount share", "markdown rate"),
    ),
    Metric(
        name="cancellation_rate",
        title="Cancellation rate",
        definition="Orders cancelled as a whole, or that the shop could not supply, divided by all orders placed.",
        time_basis=PLACED,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(rows(facts.ORDERS, ~ORDER_STANDS), rows(facts.ORDERS)),
        synonyms=("cancel rate", "share of cancelled orders"),
    ),
    Metric(
        name="cancellations",
        title="Cancelled orders",
        definition="Orders that were cancelled as a whole.",
        time_basis="by the day they were cancelled",
        unit=Unit.COUNT,
        better=Better.DOWN,
        formula=Total(rows(facts.CANCELLED_ORDERS, Order.status == OrderStatus.CANCELLED)),
        synonyms=("canceled orders", "cancels"),
    ),
)
