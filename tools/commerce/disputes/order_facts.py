"""What the records say of a disputed order: what happened when, what was promised, what shows the delivery."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from tools.commerce.changes.charged_back import with_the_bank
from tools.commerce.changes.giving_back import HELD, available, label_of, left
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes.evidence import Fact, MoneyFacts, Proof, RefundFacts, Source
from tools.commerce.orders import item, spoken_kind
from tools.commerce.schema import (
    LedgerEntry,
    Order,
    OrderLine,
    Payment,
    Refund,
    Return,
    Shipment,
    ShipmentStatus,
    TrackingEvent,
)
from tools.facts import Money

SIGNATURE = re.compile(r"\bsign(?:ed|ature)\b", re.IGNORECASE)


def timeline(order: Order) -> Iterator[Fact]:
    """In no order yet. Needs the order's lines, payments, refunds, returns, and parcels with their events."""
    yield from _of_order(order)
    for payment in order.payments:
        yield _of_payment(order, payment)
    for parcel in order.shipments:
        yield from _of_parcel(parcel)
    lines = {line.id: line for line in order.lines}
    for given_back in order.returns:
        yield from _of_return(given_back, lines)
    for refund in order.refunds:
        yield from _of_refund(refund)


def in_order(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Oldest first; what has no time comes last, as it was found."""
    dated = [(fact.at, fact) for fact in facts if fact.at is not None]
    dated.sort(key=lambda one: one[0])
    return (*(fact for _, fact in dated), *(fact for fact in facts if fact.at is None))


def promises(order: Order, when: LocalTime) -> Iterator[Fact]:
    """What the shopper was told of the delivery, and where it was to go."""
    name = f"order {order.number}"
    if order.shipping_method:
        yield Fact(
            f"It was ordered with {order.shipping_method} delivery.", Source.ORDER, name, order.placed_at
        )
    if (day := when.day(order.promised_at)) is not None:
        yield Fact(
            f"Delivery was promised by {day:%B} {day.day}, {day.year}.", Source.ORDER, name, order.placed_at
        )
    for parcel in order.shipments:
        day = when.day(parcel.promised_at)
        if day is not None and parcel.promised_at != order.promised_at:
            told = f"This parcel was promised by {day:%B} {day.day}, {day.year}."
            yield Fact(told, Source.CARRIER, parcel_name(parcel), parcel.shipped_at)
    place = (order.line1, order.line2, order.city, order.region, order.postcode, order.country)
    if any(place):
        to = f"{order.recipient}, " if order.recipient else ""
        yield Fact(f"It was to go to: {to}{', '.join(filter(None, place))}.", Source.ORDER, name)


def proofs(order: Order) -> Iterator[Proof]:
    """Of each parcel that its carrier says was handed over."""
    for parcel in order.shipments:
        scan = delivered_scan(parcel)
        if scan is None and parcel.delivered_at is None and parcel.status is not ShipmentStatus.DELIVERED:
            continue
        signed = next((one for one in parcel.events if SIGNATURE.search(one.description)), None)
        yield Proof(
            parcel=parcel_name(parcel),
            carrier=parcel.carrier,
            delivered_at=parcel.delivered_at or (scan.occurred_at if scan else None),
            scan=scan.description if scan else None,
            place=scan.location if scan else None,
            signature=signed.description if signed else None,
        )


def delivered_scan(parcel: Shipment) -> TrackingEvent | None:
    """The carrier's last word that it was handed over."""
    scans = [one for one in parcel.events if one.status is ShipmentStatus.DELIVERED]
    return scans[-1] if scans else None


def money(session: ReadSession, order: Order) -> MoneyFacts:
    there = sum(available(session, order).values())
    taken = [one for one in order.payments if one.status in HELD]
    paid, back = sum(one.amount_minor for one in taken), sum(one.refunded_minor for one in taken)

    def of(minor: int) -> Money:
        return Money.of(minor, order.currency)

    bank = min(left(order) - there, sum(with_the_bank(session, order).values()))
    return MoneyFacts(of(paid), of(back), of(left(order) - there - bank), of(bank), of(there))


def refunds(session: ReadSession, order: Order) -> Iterator[RefundFacts]:
    """Of the order, and how each stands at the gateway."""
    ids = [refund.id for refund in order.refunds]
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.refund_id.in_(ids)))
    by_refund = {entry.refund_id: entry for entry in entries}
    for refund in order.refunds:
        entry = by_refund.get(refund.id)
        yield RefundFacts(
            amount=Money.of(refund.amount_minor, refund.currency),
            to=refund.label or spoken_kind(refund.kind),
            status=refund.status,
            created_at=refund.created_at,
            completed_at=refund.completed_at,
            ledger=entry.status if entry else None,
            failure=entry.failure if entry else None,
        )


def parcel_name(parcel: Shipment) -> str:
    return f"parcel {parcel.tracking_number or parcel.ref}"


def _of_order(order: Order) -> Iterator[Fact]:
    name, total = f"order {order.number}", Money.of(order.total_minor, order.currency).text
    what = " and ".join(item(line, line.quantity) for line in order.lines)
    yield Fact(f"Placed: {what}, {total} in all.", Source.ORDER, name, order.placed_at)
    if order.cancelled_at is not None:
        because = f": “{order.cancel_reason}”" if order.cancel_reason else ""
        yield Fact(f"Canceled{because}.", Source.ORDER, name, order.cancelled_at)


def _of_payment(order: Order, payment: Payment) -> Fact:
    amount = Money.of(payment.amount_minor, payment.currency).text
    told = f"{amount} by {label_of(payment)}: {payment.status}."
    reference = f"payment {payment.sequence} of order {order.number}"
    return Fact(told, Source.PAYMENT, reference, payment.occurred_at)


def _of_parcel(parcel: Shipment) -> Iterator[Fact]:
    name = parcel_name(parcel)
    by = " ".join(filter(None, (parcel.carrier, parcel.service)))
    if parcel.shipped_at is not None:
        yield Fact(f"Sent{f' with {by}' if by else ''}.", Source.CARRIER, name, parcel.shipped_at)
    for event in parcel.events:
        where = f" ({event.location})" if event.location else ""
        yield Fact(
            f"The carrier says: “{event.description}”{where}.", Source.CARRIER, name, event.occurred_at
        )
    if parcel.delivered_at is not None and delivered_scan(parcel) is None:
        yield Fact("Marked as delivered.", Source.CARRIER, name, parcel.delivered_at)


def _of_return(given_back: Return, lines: dict[int, OrderLine]) -> Iterator[Fact]:
    what = " and ".join(item(lines[part.order_line_id], part.quantity) for part in given_back.lines)
    reasons = ", ".join(sorted({part.reason.replace("_", " ") for part in given_back.lines}))
    of = f" of {what} ({reasons})" if what else ""
    yield Fact(f"A return{of} was asked for.", Source.RETURN, given_back.rma, given_back.requested_at)
    if given_back.received_at is not None:
        yield Fact("What was returned arrived.", Source.RETURN, given_back.rma, given_back.received_at)
    if given_back.closed_at is not None:
        yield Fact(
            f"The return was {given_back.status}.", Source.RETURN, given_back.rma, given_back.closed_at
        )


def _of_refund(refund: Refund) -> Iterator[Fact]:
    amount = Money.of(refund.amount_minor, refund.currency).text
    to = refund.label or spoken_kind(refund.kind)
    yield Fact(f"A refund of {amount} to {to} was decided.", Source.REFUND, refund.ref, refund.created_at)
    if refund.completed_at is not None:
        yield Fact(f"The refund of {amount} was issued.", Source.REFUND, refund.ref, refund.completed_at)
