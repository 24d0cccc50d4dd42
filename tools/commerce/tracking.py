"""Where an order's parcels are."""

from sqlalchemy.orm import selectinload

from tools.cards import ParcelFacts, Refusal, TrackingCard, TrackingEventFacts
from tools.commerce.arrival import TransitTimes, days_past_promise, estimate
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.orders import find_order, item
from tools.commerce.schema import Order, Shipment
from tools.principal import Principal


def track_parcels(
    session: ReadSession, principal: Principal, number: str, when: LocalTime
) -> TrackingCard | Refusal:
    parcels = selectinload(Order.shipments)
    order = find_order(
        session,
        principal,
        number,
        selectinload(Order.lines),
        parcels.options(selectinload(Shipment.lines), selectinload(Shipment.events)),
    )
    if isinstance(order, Refusal):
        return order
    transit = TransitTimes(session, when.now)
    return TrackingCard(
        number=order.number,
        order_status=order.status,
        placed_on=when.day(order.placed_at),
        promised_on=when.day(order.promised_at),
        days_late=0 if order.shipments else days_past_promise(order, when),
        parcels=tuple(_parcel(order, parcel, when, transit) for parcel in order.shipments),
    )


def _parcel(order: Order, parcel: Shipment, when: LocalTime, transit: TransitTimes) -> ParcelFacts:
    last_word = parcel.events[-1].occurred_at if parcel.events else None
    expected = estimate(order, parcel, when, transit, last_word)
    return ParcelFacts(
        status=parcel.status,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        shipped_on=when.day(parcel.shipped_at),
        promised_on=when.day(parcel.promised_at or order.promised_at),
        expected_on=expected.expected_on,
        expected_by=expected.expected_by,
        expected_from=expected.reason,
        delivered_on=when.day(parcel.delivered_at),
        days_late=expected.days_late,
        contents=_contents(order, parcel),
        events=tuple(
            TrackingEventFacts(
                at=event.occurred_at.astimezone(when.zone),
                description=event.description,
                location=event.location,
            )
            for event in reversed(parcel.events)
        ),
    )


def _contents(order: Order, parcel: Shipment) -> tuple[str, ...]:
    """An only parcel of which nothing else is known holds the whole order."""
    if not parcel.lines and len(order.shipments) == 1:
        return tuple(item(line, line.quantity) for line in order.lines)
    lines = {line.id: line for line in order.lines}
    return tuple(item(lines[part.order_line_id], part.quantity) for part in parcel.lines)
