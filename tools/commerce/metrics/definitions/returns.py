"""What came back, and the money that went back."""

from sqlalchemy import and_, exists

from tools.commerce.metrics import facts
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.lines import ORDER_STANDS, PAID, SOLD, SOLD_VALUE, came_back, share
from tools.commerce.metrics.metric import Better, Measure, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import (
    Order,
    OrderLine,
    Refund,
    RefundStatus,
    Return,
    ReturnKind,
    ReturnLine,
    ReturnStatus,
)

_STILL_GROWS = "by the day the order was placed, so the newest orders still grow"

_is_return = and_(
    Return.kind == ReturnKind.REFUND, Return.status.not_in((ReturnStatus.REJECTED, ReturnStatus.CANCELLED))
)

_has_return = exists().where(Return.order_id == Order.id, _is_return).correlate(Order)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="return_rate",
        title="Return rate (units)",
        definition="Items that came back, or are about to, for a refund, divided by the items sold.",
        time_basis=_STILL_GROWS,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(Measure(facts.LINES, came_back, ORDER_STANDS), SOLD),
        synonyms=("returns rate", "share of returns", "unit return rate"),
        causes={
            Dimension.REASON: Measure(
                facts.RETURNED_LINES_BY_ORDER,
                ReturnLine.quantity.expression,
                and_(_is_return, ORDER_STANDS),
            )
        },
    ),
    Metric(
        name="return_rate_by_value",
        title="Return rate (value)",
        definition="What was paid for items that came back for a refund, divided by what was paid for all items sold.",
        time_basis=_STILL_GROWS,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(
            Measure(facts.LINES, share(PAID, came_back, OrderLine.quantity.expression), ORDER_STANDS),
            SOLD_VALUE,
        ),
        synonyms=("value return rate", "returned value share"),
    ),
    Metric(
        name="return_rate_by_order",
        title="Return rate (orders)",
        definition="Orders of which something came back, or is about to, for a refund, divided by all that stand.",
        time_basis=_STILL_GROWS,
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(rows(facts.ORDERS, and_(ORDER_STANDS, _has_return)), rows(facts.ORDERS, ORDER_STANDS)),
        synonyms=("order return rate", "share of orders returned"),
    ),
    Metric(
        name="returns",
        title="Items returned",
        definition="Items for which a return with refund was opened and not rejected or called off.",
        time_basis="by the day the return was opened",
        unit=Unit.COUNT,
        better=Better.DOWN,
        formula=Total(Measure(facts.RETURNED_LINES, ReturnLine.quantity.expression, _is_return)),
        synonyms=("returned items", "returned units", "number of returns"),
    ),
    Metric(
        name="refunds",
        title="Refunds",
        definition="Money given back, or on its way back, by whatever method and for whatever reason.",
        time_basis="by the day the refund was decided",
        unit=Unit.MONEY,
        better=Better.DOWN,
        formula=Total(
            Measure(facts.REFUNDS, Refund.amount_minor.expression, Refund.status != RefundStatus.FAILED)
        ),
        synonyms=("refunded amount", "money refunded", "refund volume"),
    ),
)
