"""Disputes: how many there are, and of how many orders."""

from sqlalchemy import String, and_, cast, outerjoin

from tools.commerce.metrics import facts
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.lines import ORDER_STANDS
from tools.commerce.metrics.metric import Better, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import Dispute, DisputeState, Order

DISPUTES = Fact(
    "disputes",
    outerjoin(Dispute, Order, Dispute.order_id == Order.id),
    Dispute.opened_at.expression,
    {**facts.OF_ORDER, Dimension.REASON: cast(Dispute.kind, String)},
    is_our_own=True,
)
_stands = Dispute.state != DisputeState.WITHDRAWN
_of_an_order = rows(DISPUTES, and_(_stands, Dispute.order_id.is_not(None)))

METRICS: tuple[Metric, ...] = (
    Metric(
        name="dispute_rate",
        title="Dispute rate",
        definition="Disputes about an order that were not withdrawn, divided by the orders that stand.",
        time_basis="disputes by the day they were opened, orders by the day they were placed",
        unit=Unit.SHARE,
        better=Better.DOWN,
        formula=Ratio(_of_an_order, rows(facts.ORDERS, ORDER_STANDS)),
        synonyms=("disputes per order", "share of orders disputed"),
        causes={Dimension.REASON: _of_an_order},
    ),
    Metric(
        name="disputes",
        title="Disputes",
        definition="Disputes that were opened and not withdrawn, by shoppers, by the desk or by a bank; the reason is "
        "their kind.",
        time_basis="by the day the dispute was opened",
        unit=Unit.COUNT,
        better=Better.DOWN,
        formula=Total(rows(DISPUTES, _stands)),
        synonyms=("number of disputes", "disputes opened"),
    ),
)
