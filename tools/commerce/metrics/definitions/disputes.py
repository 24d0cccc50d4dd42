"""Disputes: how many there are, of how many orders, and how banks rule on those that they sent."""

from sqlalchemy import String, and_, join, outerjoin, type_coerce

from tools.commerce.metrics import facts
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.lines import ORDER_STANDS
from tools.commerce.metrics.metric import Better, Metric, Ratio, Total, Unit, rows
from tools.commerce.schema import BankRuling, Dispute, DisputeState, Order, Ruling

DISPUTES = Fact(
    "disputes",
    outerjoin(Dispute, Order, Dispute.order_id == Order.id),
    Dispute.opened_at.expression,
    {**facts.OF_ORDER, Dimension.REASON: type_coerce(Dispute.kind, String)},
    is_our_own=True,
)
RULINGS = Fact(
    "rulings of banks",
    outerjoin(
        join(BankRuling, Dispute, BankRuling.dispute_id == Dispute.id), Order, Dispute.order_id == Order.id
    ),
    BankRuling.ruled_at.expression,
    {**facts.OF_ORDER, Dimension.REASON: Dispute.reason_code.expression},
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
    Metric(
        name="chargeback_win_rate",
        title="Chargebacks won",
        definition="Chargebacks on which the bank ruled for the shop, divided by all on which it ruled: those that the "
        "shop accepted are left out. The reason is the card network's code.",
        time_basis="by the day of the bank's ruling",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(RULINGS, BankRuling.ruling == Ruling.WON),
            rows(RULINGS, BankRuling.ruling != Ruling.ACCEPTED),
        ),
        synonyms=("share of chargebacks won", "won chargebacks"),
    ),
)
