"""What every change of an order that has not left yet asks first."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tools.cards import Refusal
from tools.commerce.changes.plan import Session
from tools.commerce.schema import (
    Order,
    OrderStatus,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Return,
    Shipment,
    ShipmentStatus,
)

LOADED: tuple[ORMOption, ...] = (
    selectinload(Order.lines),
    selectinload(Order.payments),
    selectinload(Order.refunds),
    selectinload(Order.returns).selectinload(Return.lines),
    selectinload(Order.shipments).selectinload(Shipment.lines),
)
"""The parts of an order that these changes look at."""

_STANDS = {
    OrderStatus.SHIPPED: "has already shipped",
    OrderStatus.DELIVERED: "has already been delivered",
    OrderStatus.CANCELLED: "is already canceled",
    OrderStatus.UNAVAILABLE: "could not be supplied, and is closed",
}


def sent(order: Order, settled: Collection[int] = ()) -> Counter[int]:
    """Line numbers to how many are in parcels that have left; a parcel of unknown content holds everything.

    `settled` are the ids of lost parcels that were made good: what was in them counts as cancelled, not as sent.
    """
    numbers = {line.id: line.line_no for line in order.lines}
    gone: Counter[int] = Counter()
    for shipment in order.shipments:
        if shipment.status is ShipmentStatus.PREPARING or shipment.id in settled:
            continue
        if not shipment.lines:
            return Counter({line.line_no: line.quantity for line in order.lines})
        for part in shipment.lines:
            gone[numbers[part.order_line_id]] += part.quantity
    return gone


def too_late(
    order: Order, statuses: Collection[OrderStatus], rule: str, what: str, instead: str | None
) -> Refusal | None:
    """None while the order's status is one of `statuses`; `what` completes "so it can't be …"."""
    if order.status in statuses:
        return None
    stands = _STANDS.get(order.status, f"is {order.status}")
    return Refusal(
        code=f"order_{order.status}",
        message=f"Order {order.number} {stands}, so it can't be {what} any more.",
        rule=rule,
        instead=instead,
    )


def times_done(session: Session, order: Order, kind: ProposalKind) -> int:
    """How often a change of that kind was carried out on the order."""
    done = select(func.count()).where(
        Proposal.order_id == order.id, Proposal.kind == kind, Proposal.status == ProposalStatus.ACCEPTED
    )
    return session.scalar(done) or 0
