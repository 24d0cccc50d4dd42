"""What lies in an order's parcels once its lines have become fewer or more, and how the order stands then."""

from collections.abc import Collection

from sqlalchemy import delete

from tools.commerce.changes.before_shipping import sent
from tools.commerce.changes.given_before import settled_parcels
from tools.commerce.database import WriteSession
from tools.commerce.schema import Order, OrderLine, OrderStatus, Shipment, ShipmentStatus


def repack(session: WriteSession, order: Order, line: OrderLine, *, more: int = 0) -> None:
    """Put `more` of the line into the parcel that is being packed with it, and take out what should not leave.

    Needs the order's lines, and its parcels with theirs.
    """
    gone = sent(order, settled_parcels(session, order))
    stays = line.quantity - line.cancelled_quantity - gone[line.line_no]
    for parcel in _being_packed(order):
        for part in [part for part in parcel.lines if part.order_line_id == line.id]:
            kept = max(0, min(part.quantity + max(0, more), stays))
            more, stays = 0, stays - kept
            if kept:
                part.quantity = kept
            else:
                parcel.lines.remove(part)
                session.delete(part)
                _drop_if_empty(session, parcel)


def unpack_all(session: WriteSession, order: Order) -> None:
    """Nothing of the order leaves any more."""
    for parcel in _being_packed(order):
        _drop(session, parcel)


def follow_parcels(order: Order, settled: Collection[int]) -> None:
    """Where all that remains of the order has left, it has shipped, or has arrived; `settled` parcels were lost."""
    gone = sent(order, settled)
    remains = {line.line_no: line.quantity - line.cancelled_quantity for line in order.lines}
    away = [
        parcel
        for parcel in order.shipments
        if parcel.status is not ShipmentStatus.PREPARING and parcel.id not in settled
    ]
    if not away or not any(remains.values()) or any(remains[number] > gone[number] for number in remains):
        return
    if all(parcel.status is ShipmentStatus.DELIVERED for parcel in away):
        arrivals = [parcel.delivered_at for parcel in away if parcel.delivered_at is not None]
        order.status, order.delivered_at = OrderStatus.DELIVERED, max(arrivals, default=order.delivered_at)
    else:
        order.status = OrderStatus.SHIPPED


def _being_packed(order: Order) -> list[Shipment]:
    return [parcel for parcel in order.shipments if parcel.status is ShipmentStatus.PREPARING]


def _drop_if_empty(session: WriteSession, parcel: Shipment) -> None:
    # A parcel without lines would count as one of unknown content, which holds everything.
    if not parcel.lines:
        _drop(session, parcel)


def _drop(session: WriteSession, parcel: Shipment) -> None:
    session.flush()
    session.execute(
        delete(Shipment).where(Shipment.id == parcel.id), execution_options={"synchronize_session": False}
    )
    session.expunge(parcel)
