"""Money back without a return: for a late delivery, a lost parcel, or a payment that was taken twice."""

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from knowledge.wording import counted
from tools.cards import Refusal
from tools.change_cards import AmountPart, Choice, Need, Needed
from tools.commerce.changes.effects import LineQuantity, RefundEffect
from tools.commerce.changes.given_before import SHIPPING, equal_refund, settled_parcels
from tools.commerce.changes.giving_back import give_back, label_of, unpromised, which_method
from tools.commerce.changes.limits import approval_needed
from tools.commerce.changes.lines import paid_for, shown
from tools.commerce.changes.packing import follow_parcels
from tools.commerce.changes.permission import allowed
from tools.commerce.changes.plan import (
    Applied,
    Applying,
    CannotApply,
    Change,
    Movement,
    Outcome,
    Plan,
    Planning,
)
from tools.commerce.changes.refund_claims import Claim, double_charge, late_delivery, lost_parcel
from tools.commerce.changes.requests import RefundRequest
from tools.commerce.changes.sentences import given_to
from tools.commerce.changes.windows import LOADED
from tools.commerce.orders import find_order
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    LedgerKind,
    Order,
    OrderLine,
    ProposalKind,
    RefundCause,
    Shipment,
    ShipmentStatus,
)
from tools.facts import Money

CAUSES: Mapping[RefundCause, tuple[str, Callable[[Planning, Order], Claim | Refusal]]] = {
    RefundCause.LATE_DELIVERY: ("It came late", late_delivery),
    RefundCause.LOST_PARCEL: ("The parcel never came", lost_parcel),
    RefundCause.DOUBLE_CHARGE: ("I was charged twice", double_charge),
}
_LOADED: tuple[ORMOption, ...] = (*LOADED, selectinload(Order.shipments).selectinload(Shipment.events))


def plan(planning: Planning, request: RefundRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *_LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.REFUND, order)
    if refused is not None:
        return refused
    if request.cause is None:
        choices = tuple(Choice(value=cause, label=label) for cause, (label, _) in CAUSES.items())
        return Needed(what=Need.CAUSE, message="What is the refund for?", choices=choices)
    claim = CAUSES[request.cause][1](planning, order)
    if isinstance(claim, Refusal):
        return claim
    movements = _movements(planning, order, claim, request.refund_to)
    if not isinstance(movements, tuple):
        return movements
    return _proposed(planning, order, claim, movements)


def apply(applying: Applying, effect: RefundEffect) -> Applied:
    session = applying.session
    for part in sorted(effect.lines, key=lambda part: part.order_line_id):
        line = session.get_one(OrderLine, part.order_line_id, with_for_update=True, populate_existing=True)
        if line.cancelled_quantity + part.quantity > line.quantity:
            raise CannotApply("nothing_left", "What was in that parcel is settled already.")
        line.cancelled_quantity += part.quantity
    if effect.shipment_id is not None:
        session.get_one(Shipment, effect.shipment_id).status = ShipmentStatus.LOST
        session.flush()
        query = select(Order).where(Order.id == applying.plan.order_id).options(*LOADED)
        order = session.scalars(query, execution_options={"populate_existing": True}).one()
        follow_parcels(order, settled_parcels(session, order) | {effect.shipment_id})
    amount = Money.of(applying.plan.net_minor, applying.plan.currency).text
    return Applied(
        done=(f"{amount} goes back for order {applying.plan.order_number}.",),
        facts=(("cause", effect.cause.value),),
    )


CHANGE: Change[RefundRequest, RefundEffect] = Change(plan=plan, apply=apply)


def _movements(
    planning: Planning, order: Order, claim: Claim, wanted: RefundMethod | None
) -> tuple[Movement, ...] | Needed | Refusal:
    if claim.payment is not None:
        return (
            Movement(
                kind=LedgerKind.REFUND,
                amount_minor=claim.amount_minor,
                to=label_of(claim.payment),
                payment_id=claim.payment.id,
                payment_method_id=claim.payment.payment_method_id,
            ),
        )
    to = which_method(planning, order, claim.amount_minor, wanted or RefundMethod.ORIGINAL)
    if not isinstance(to, RefundMethod):
        return to
    amount = min(claim.amount_minor, unpromised(planning.session, order))
    if not amount:
        return Refusal(
            code="nothing_to_give_back",
            message=f"Everything that was paid for order {order.number} has been given back.",
            rule=claim.rules[0],
        )
    return give_back(planning, order, amount, to)


def _proposed(planning: Planning, order: Order, claim: Claim, movements: tuple[Movement, ...]) -> Plan:
    currency = order.currency
    credit = sum(one.amount_minor for one in movements if one.kind is LedgerKind.CREDIT)
    back = sum(one.amount_minor for one in movements)
    issue = counted(planning.policy.refunds.issue_within_days, "business day")
    unreturned = sum(one.amount_minor for one in movements if one.kind is not LedgerKind.RELEASE)
    approval = approval_needed(planning, order, unreturned, credit)
    return Plan(
        kind=ProposalKind.REFUND,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=currency,
        summary=f"Refund {claim.what}: {given_to(movements, currency)}.",
        lines=tuple(
            shown(one, Money.of(paid_for(order, one.line, one.quantity), currency)) for one in claim.lines
        ),
        parts=_parts(claim, back - credit, credit, currency),
        movements=movements,
        rules=(*claim.rules, "refunds.methods", *([approval.rule] if approval else ())),
        next_steps=(f"We issue the refund within {issue}.",),
        notice=equal_refund(planning.session, order, back),
        approval=approval.why if approval else None,
        effect=RefundEffect(
            cause=claim.cause,
            lines=tuple(
                LineQuantity(order_line_id=one.line.id, variant_id=one.line.variant_id, quantity=one.quantity)
                for one in claim.lines
            ),
            shipment_id=claim.parcel.id if claim.parcel else None,
            payment_id=claim.payment.id if claim.payment else None,
        ),
    )


def _parts(claim: Claim, back: int, credit: int, currency: str) -> tuple[AmountPart, ...]:
    named = (
        ("Items", claim.items_minor),
        (SHIPPING, claim.shipping_minor),
        ("Payment taken twice", claim.amount_minor if claim.payment else 0),
        ("Refunded before", back - claim.amount_minor),
        ("Store credit bonus", credit),
    )
    return tuple(AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in named if sum_)
