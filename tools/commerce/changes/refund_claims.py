"""Whether a delivery was late, a parcel is lost, or a payment was taken twice, and what that is worth."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.wording import counted
from tools.cards import Refusal
from tools.commerce.changes.delivery import is_abroad, method_of
from tools.commerce.changes.given_before import settled_parcels, shipping_left
from tools.commerce.changes.giving_back import available, label_of
from tools.commerce.changes.lines import Chosen, paid_for, remaining
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Planning
from tools.commerce.money import format_money
from tools.commerce.schema import (
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    RefundCause,
    Shipment,
    ShipmentStatus,
)

ON_THE_WAY = frozenset(
    {
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.EXCEPTION,
        ShipmentStatus.LOST,
    }
)


@dataclass(frozen=True)
class Claim:
    """What is given back: `items_minor` for what was lost, `shipping_minor` of the delivery fee, or a payment."""

    cause: RefundCause
    what: str
    """Completes "Refund …"."""
    rules: tuple[str, ...]
    items_minor: int = 0
    shipping_minor: int = 0
    lines: tuple[Chosen, ...] = ()
    parcel: Shipment | None = None
    payment: Payment | None = None

    @property
    def amount_minor(self) -> int:
        if self.payment is not None:
            return self.payment.amount_minor - self.payment.refunded_minor
        return self.items_minor + self.shipping_minor


def late_delivery(planning: Planning, order: Order) -> Claim | Refusal:
    """The fee of a faster delivery method that came after the promised day, or has not come by today."""
    policy, when = planning.policy, planning.when
    rule = "late_parcels.fee_refund_methods"
    promised = when.day(order.promised_at)
    if promised is None or order.status in {OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE}:
        return _refused("no_promise", f"There was no promised day for order {order.number}.", rule)
    came = when.day(delivered_at(order)) or when.today
    if came <= promised:
        said = f"{promised:%B} {promised.day}"
        return _refused("not_late", f"Order {order.number} was promised for {said} and isn't late.", rule)
    if method_of(policy, order) not in policy.late_parcels.fee_refund_methods:
        names = " and ".join(
            policy.delivery.methods[key].name for key in policy.late_parcels.fee_refund_methods
        )
        message = f"The fee goes back for late {names} deliveries; order {order.number} was sent otherwise."
        instead = "If you no longer want an item that came late, I can take it back with a free label."
        return _refused("method_not_covered", message, rule, instead)
    if refused := _reported_too_late(planning, promised):
        return refused
    fee = shipping_left(planning.session, order)
    if not fee:
        return _refused(
            "fee_given_back", f"No delivery fee of order {order.number} is left to give back.", rule
        )
    return Claim(
        cause=RefundCause.LATE_DELIVERY,
        what=f"the delivery fee of order {order.number}, because it was late",
        rules=(rule, "late_parcels.report_within_days"),
        shipping_minor=fee,
    )


def lost_parcel(planning: Planning, order: Order) -> Claim | Refusal:
    """What was in a parcel that nobody has scanned for so long; the fee too when nothing else is left."""
    policy = planning.policy
    settled = settled_parcels(planning.session, order)
    parcels = [
        parcel for parcel in order.shipments if parcel.status in ON_THE_WAY and parcel.id not in settled
    ]
    name = "lost_after_days_abroad" if is_abroad(policy, order) else "lost_after_days"
    days = (
        policy.late_parcels.lost_after_days_abroad
        if is_abroad(policy, order)
        else policy.late_parcels.lost_after_days
    )
    rule = f"late_parcels.{name}"
    if not parcels:
        return _settled(order, rule) if settled else _no_parcel_under_way(planning, order, rule)
    lost = next((parcel for parcel in parcels if _is_lost(planning, parcel, days)), None)
    if lost is None:
        grace = counted(policy.late_parcels.grace_days, "business day")
        silent = counted(days, "day")
        message = (
            f"The parcel of order {order.number} counts as lost once it hasn't been scanned for {silent}."
        )
        instead = (
            f"If it hasn't come {grace} after the promised day, our team starts a search with the carrier."
        )
        return _refused("not_lost", message, rule, instead)
    promised = planning.when.day(lost.promised_at or order.promised_at)
    if promised is not None and (refused := _reported_too_late(planning, promised)):
        return refused
    chosen = _in_parcel(order, lost)
    if not chosen:
        return _settled(order, rule)
    everything = sum(one.quantity for one in chosen) == sum(remaining(order).values())
    return Claim(
        cause=RefundCause.LOST_PARCEL,
        what=f"the lost parcel of order {order.number}",
        rules=(rule, "late_parcels.report_within_days"),
        items_minor=sum(paid_for(order, one.line, one.quantity) for one in chosen),
        shipping_minor=shipping_left(planning.session, order) if everything else 0,
        lines=chosen,
        parcel=lost,
    )


def double_charge(planning: Planning, order: Order) -> Claim | Refusal:
    """The second of two payments that are alike, where together they are more than the order came to."""
    rule = "payments.authorization_release_days"
    taken = [one for one in order.payments if one.status is PaymentStatus.CAPTURED]
    over = sum(one.amount_minor for one in taken) - order.total_minor
    there = available(planning.session, order)
    for number, payment in enumerate(taken):
        has_twin = any(_alike(payment, earlier) for earlier in taken[:number])
        if has_twin and there[payment.id] == payment.amount_minor <= over:
            return Claim(
                cause=RefundCause.DOUBLE_CHARGE,
                what=f"the second payment of order {order.number} by {label_of(payment)}",
                rules=(rule,),
                payment=payment,
            )
    shows = counted(planning.policy.payments.authorization_release_days.model_dump(), "business day")
    paid = format_money(sum(one.amount_minor - one.refunded_minor for one in taken), order.currency)
    return _refused(
        "no_double_charge",
        f"I see {paid} taken for order {order.number}, and no payment twice.",
        rule,
        f"A second amount at your bank is most likely a hold, which disappears after {shows}. {PERSON}",
    )


def _alike(payment: Payment, other: Payment) -> bool:
    return (payment.kind, label_of(payment), payment.amount_minor, payment.currency) == (
        other.kind,
        label_of(other),
        other.amount_minor,
        other.currency,
    )


def delivered_at(order: Order) -> datetime | None:
    """When the last parcel came; None while one is still to come."""
    parcels = [parcel for parcel in order.shipments if parcel.status is not ShipmentStatus.PREPARING]
    if not parcels:
        return order.delivered_at
    arrivals = [parcel.delivered_at for parcel in parcels]
    known = [moment for moment in arrivals if moment is not None]
    return max(known) if known and len(known) == len(arrivals) else order.delivered_at


def _reported_too_late(planning: Planning, promised: date) -> Refusal | None:
    days = planning.policy.late_parcels.report_within_days
    if planning.when.today <= promised + timedelta(days=days):
        return None
    return _refused(
        "reported_too_late",
        f"Late and lost parcels can be reported within {counted(days, 'day')} of the promised day.",
        "late_parcels.report_within_days",
    )


def _is_lost(planning: Planning, parcel: Shipment, days: int) -> bool:
    """The carrier says so, or has not scanned it for so many days."""
    if parcel.status is ShipmentStatus.LOST:
        return True
    scans = [event.occurred_at for event in parcel.events if event.occurred_at is not None]
    seen = max(scans, default=parcel.shipped_at)
    return seen is not None and planning.when.now - seen >= timedelta(days=days)


def _in_parcel(order: Order, parcel: Shipment) -> tuple[Chosen, ...]:
    """What of it is still the shopper's to get; everything, where nobody wrote down what was in it."""
    still = remaining(order)
    held = {part.order_line_id: part.quantity for part in parcel.lines}
    if not held and len(order.shipments) == 1:
        held = {line.id: line.quantity for line in order.lines}
    counts = {line.line_no: min(still[line.line_no], held.get(line.id, 0)) for line in order.lines}
    return tuple(Chosen(line, counts[line.line_no]) for line in order.lines if counts[line.line_no])


def _settled(order: Order, rule: str) -> Refusal:
    return _refused(
        "nothing_left", f"What was in that parcel of order {order.number} is settled already.", rule
    )


def _no_parcel_under_way(planning: Planning, order: Order, rule: str) -> Refusal:
    if any(parcel.status is ShipmentStatus.DELIVERED for parcel in order.shipments):
        hours = counted(planning.policy.late_parcels.not_found_wait_hours, "hour")
        return _refused(
            "marked_delivered",
            f"The carrier says that order {order.number} was delivered.",
            "late_parcels.not_found_wait_hours",
            f"Please look around and ask your neighbors; if it hasn't turned up {hours} after that, a person on "
            "our team opens a claim with the carrier.",
        )
    return _refused("not_shipped", f"No parcel of order {order.number} is on its way.", rule)


def _refused(code: str, message: str, rule: str, instead: str = PERSON) -> Refusal:
    return Refusal(code=code, message=message, rule=rule, instead=instead)
