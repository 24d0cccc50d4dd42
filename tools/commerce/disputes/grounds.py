"""The rules and records that speak for a claim, and against it: code's reading of them, the same each time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from knowledge.wording import counted
from tools.cards import Citation, Refusal
from tools.commerce.changes.delivery import is_abroad
from tools.commerce.changes.dispute_terms import REASONS, claims_in_period
from tools.commerce.changes.giving_back import label_of
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.refund_claims import delivered_at, double_charge
from tools.commerce.changes.windows import arrived, return_window
from tools.commerce.days import LocalTime, working_days_after
from tools.commerce.disputes.order_facts import SIGNATURE, delivered_scan, parcel_name
from tools.commerce.schema import (
    Dispute,
    DisputeKind,
    Order,
    OrderLine,
    RefundStatus,
    Shipment,
    ShipmentStatus,
)
from tools.facts import Money


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True)
class Ground:
    """One reason, in a sentence, with what it rests on: a rule of the policy by its path, or a record."""

    code: str
    """Stable: `delivered_scan`, `window_over`."""
    side: Side
    sentence: str
    rule: str | None = None
    record: str | None = None
    """`order A-1`, `parcel 1Z999`."""
    section: Citation | None = None
    may_be_told: bool = True
    """Whether a refusal may tell it to the shopper: what speaks of other claims of theirs may not."""


@dataclass(frozen=True)
class Matter:
    """A dispute as it is weighed. `order` has all that matters of it loaded, `lines` are those that are claimed."""

    planning: Planning
    dispute: Dispute
    order: Order | None
    lines: Sequence[OrderLine]
    photos: int
    """How many the shopper has sent."""
    failed_refunds: int = 0
    """Refunds of the order that the gateway would not move."""

    @property
    def when(self) -> LocalTime:
        return self.planning.when

    @property
    def claimed_on(self) -> date:
        return self.when.day(self.dispute.opened_at)


def read_grounds(matter: Matter) -> tuple[Ground, ...]:
    """For the claim first, then against it; within each in the order in which they weigh."""
    found = [*_of_kind(matter), *_of_customer(matter)]
    return tuple(sorted(found, key=lambda ground: ground.side is Side.AGAINST))


def _of_kind(matter: Matter) -> Iterator[Ground]:
    if matter.order is None:
        yield _against("no_order", "Nobody has shown which order it is about.", may_be_told=False)
        return
    for read in _READERS.get(matter.dispute.kind, ()):
        yield from read(matter, matter.order)


def _delivery(matter: Matter, order: Order) -> Iterator[Ground]:
    """What the carriers say of the parcels."""
    for parcel in order.shipments:
        name, scan = parcel_name(parcel), delivered_scan(parcel)
        came = scan.occurred_at if scan else parcel.delivered_at
        if came is not None:
            where = f" at {scan.location}" if scan and scan.location else ""
            told = f"The carrier's scan shows it delivered on {_day(matter, came)}{where}."
            yield _against("delivered_scan", told, record=name)
        if any(SIGNATURE.search(event.description) for event in parcel.events):
            yield _against("signed_for", "The carrier has a signature for it.", record=name)
        if parcel.status is ShipmentStatus.LOST:
            yield _for("carrier_lost_it", "The carrier says that it is lost.", record=name)
        elif came is None and (ground := _silence(matter, order, parcel)) is not None:
            yield ground
    if not order.shipments and order.delivered_at is not None:
        told = f"The order is marked as delivered on {_day(matter, order.delivered_at)}."
        yield _against("delivered_scan", told, record=f"order {order.number}")


def _silence(matter: Matter, order: Order, parcel: Shipment) -> Ground | None:
    rules = matter.planning.policy.late_parcels
    abroad = is_abroad(matter.planning.policy, order)
    days = rules.lost_after_days_abroad if abroad else rules.lost_after_days
    scans = [event.occurred_at for event in parcel.events]
    seen = max(scans, default=parcel.shipped_at)
    if seen is None or matter.when.now - seen < timedelta(days=days):
        return None
    told = f"It was last scanned on {_day(matter, seen)}: after {counted(days, 'day')} it counts as lost."
    rule = f"late_parcels.{'lost_after_days_abroad' if abroad else 'lost_after_days'}"
    return _for("not_scanned", told, rule=rule, record=parcel_name(parcel))


def _promise(matter: Matter, order: Order) -> Iterator[Ground]:
    """Whether the promised day has passed without a delivery, and whether the claim came in its time."""
    promised = matter.when.day(order.promised_at)
    if promised is None:
        return
    record = f"order {order.number}"
    if delivered_at(order) is None and matter.when.today > promised:
        yield _for(
            "not_arrived", f"It was promised by {_said(promised)}, and has not arrived.", record=record
        )
    elif delivered_at(order) is None:
        told = f"It is promised by {_said(promised)}, and that day is not over."
        yield _against("still_expected", told, record=record)
    days = matter.planning.policy.late_parcels.report_within_days
    rule = "late_parcels.report_within_days"
    yield _in_time(
        matter, promised + timedelta(days=days), rule, f"{counted(days, 'day')} of the promised day"
    )


def _reported(matter: Matter, order: Order) -> Iterator[Ground]:
    """Whether it was told within the time that the reason has, counted from the delivery of each item."""
    came = arrived(order)
    reason = REASONS.get(matter.dispute.kind)
    for line in matter.lines:
        there = came.get(line.line_no)
        if there is None:
            yield _against(
                "not_delivered", f"{line.name} has not been delivered.", record=f"order {order.number}"
            )
        elif there.at is not None and reason is not None:
            window = return_window(matter.planning.policy, line, reason, order, there.at, matter.when)
            if window.until is not None:
                yield _in_time(matter, window.until, window.rule, f"the time for {line.name}")


def _missing(matter: Matter, order: Order) -> Iterator[Ground]:
    delivered = matter.when.day(delivered_at(order))
    days = matter.planning.policy.damage.missing_report_within_days
    if delivered is not None:
        rule = "damage.missing_report_within_days"
        yield _in_time(matter, delivered + timedelta(days=days), rule, f"{counted(days, 'day')} of delivery")
    for line in matter.lines:
        packed = [
            part for parcel in order.shipments for part in parcel.lines if part.order_line_id == line.id
        ]
        if packed:
            told = f"{line.name} was packed, by the parcel's list."
            yield _against("was_packed", told, record=f"order {order.number}")


def _photos(matter: Matter, _: Order) -> Iterator[Ground]:
    needed = matter.planning.policy.damage.photos
    if not needed:
        return
    if matter.photos >= needed:
        yield _for(
            "photos_sent", f"The shopper has sent {counted(matter.photos, 'photo')}.", rule="damage.photos"
        )
    else:
        told = f"The shopper has sent {counted(matter.photos, 'photo')} of the {needed} that are needed."
        yield _against("photos_missing", told, rule="damage.photos")


def _payments(matter: Matter, order: Order) -> Iterator[Ground]:
    record = f"order {order.number}"
    found = double_charge(matter.planning, order)
    if isinstance(found, Refusal):
        yield _against("charged_once", found.message.replace("I see", "The records show"), record=record)
    elif found.payment is not None:
        amount = Money.of(found.amount_minor, order.currency).text
        yield _for("charged_twice", f"{amount} was taken twice by {label_of(found.payment)}.", record=record)


def _refunds(matter: Matter, order: Order) -> Iterator[Ground]:
    """How the refunds stand, and whether they should have appeared by now."""
    if matter.failed_refunds:
        told = "The payment gateway refused to send a refund: a person has to send it another way."
        yield _for("refund_failed", told, record=f"order {order.number}")
    if not order.refunds:
        yield _against("no_refund", "No refund of this order was decided.", record=f"order {order.number}")
    for refund in order.refunds:
        span = matter.planning.policy.refunds.days_to_appear.get(refund.kind)
        issued = refund.completed_at if refund.status is RefundStatus.ISSUED else None
        if issued is None or span is None:
            continue
        due = working_days_after(matter.when.day(issued), span.max)
        amount = Money.of(refund.amount_minor, refund.currency).text
        rule = "refunds.days_to_appear"
        told = f"{amount} was issued on {_day(matter, issued)}, and shows at the bank by {_said(due)}"
        if matter.when.today > due:
            yield _for("refund_overdue", f"{told}, which is over.", rule=rule, record=refund.ref)
        else:
            yield _against("refund_on_its_way", f"{told}.", rule=rule, record=refund.ref)


def _known_purchase(matter: Matter, order: Order) -> Iterator[Ground]:
    """What shows that the purchase was the customer's own."""
    record = f"order {order.number}"
    if order.customer_id is not None:
        yield _against("own_account", "It was ordered with the customer's own account.", record=record)
    if (came := delivered_at(order)) is not None:
        yield _against("delivered", f"It was delivered on {_day(matter, came)}.", record=record)
    back = [one for one in order.refunds if one.status is not RefundStatus.FAILED]
    if back:
        amount = Money.of(sum(one.amount_minor for one in back), order.currency).text
        yield _against("refunded", f"{amount} of it was refunded.", record=record)


_READERS: dict[DisputeKind, tuple[Callable[[Matter, Order], Iterator[Ground]], ...]] = {
    DisputeKind.NOT_RECEIVED: (_delivery, _promise),
    DisputeKind.DAMAGED: (_photos, _reported),
    DisputeKind.NOT_AS_DESCRIBED: (_reported,),
    DisputeKind.WRONG_ITEM: (_reported,),
    DisputeKind.MISSING_ITEM: (_missing,),
    DisputeKind.REFUND_NOT_RECEIVED: (_refunds,),
    DisputeKind.UNKNOWN_CHARGE: (_known_purchase,),
    DisputeKind.DOUBLE_CHARGE: (_payments,),
    DisputeKind.CHARGEBACK: (_known_purchase, _delivery),
}


def _of_customer(matter: Matter) -> Iterator[Ground]:
    """How often they have claimed. Never told to them."""
    rules = matter.planning.policy.disputes
    claims = claims_in_period(matter.planning.session, matter.dispute, matter.order, rules.claims_period_days)
    days = counted(rules.claims_period_days, "day")
    if claims > rules.claims_per_customer:
        told = f"It is this customer's claim number {claims} in {days}."
        yield _against("many_claims", told, rule="disputes.claims_per_customer", may_be_told=False)


def _in_time(matter: Matter, until: date, rule: str, what: str) -> Ground:
    told = f"It was told on {_said(matter.claimed_on)}"
    if matter.claimed_on <= until:
        return _for("in_time", f"{told}, within {what}.", rule=rule)
    return _against("too_late", f"{told}; {what} ended on {_said(until)}.", rule=rule)


def _for(code: str, sentence: str, *, rule: str | None = None, record: str | None = None) -> Ground:
    return Ground(code, Side.FOR, sentence, rule, record)


def _against(
    code: str,
    sentence: str,
    *,
    rule: str | None = None,
    record: str | None = None,
    may_be_told: bool = True,
) -> Ground:
    return Ground(code, Side.AGAINST, sentence, rule, record, may_be_told=may_be_told)


def _day(matter: Matter, moment: datetime) -> str:
    return _said(matter.when.day(moment))


def _said(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
