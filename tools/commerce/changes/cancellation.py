"""Cancelling an order, or some of its lines, before they leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from knowledge.wording import listed
from tools.cards import Refusal
from tools.change_cards import AmountPart, Choice, Need, Needed
from tools.commerce.changes import stock_moves
from tools.commerce.changes.before_shipping import LOADED, sent, too_late
from tools.commerce.changes.effects import CancellationEffect, LineQuantity
from tools.commerce.changes.given_before import settled_parcels
from tools.commerce.changes.giving_back import give_back, left
from tools.commerce.changes.lines import Chosen, choose, paid_for, remaining, shown
from tools.commerce.changes.packing import follow_parcels, repack, unpack_all
from tools.commerce.changes.permission import PERSON, allowed
from tools.commerce.changes.plan import Applied, Applying, Change, Movement, Outcome, Plan, Planning
from tools.commerce.changes.requests import CancellationRequest, LineWish
from tools.commerce.changes.return_terms import time_to_return
from tools.commerce.changes.sentences import given_to, money_rules, money_steps
from tools.commerce.changes.unpaid import lower_due, still_due, void_due
from tools.commerce.orders import find_order, item
from tools.commerce.policy import Policy, RefundMethod
from tools.commerce.schema import (
    CancellationReason,
    Order,
    OrderStatus,
    ProposalKind,
)
from tools.facts import Money

REASONS = {
    CancellationReason.CHANGED_MIND: "I changed my mind",
    CancellationReason.ORDERED_BY_MISTAKE: "I ordered it by mistake",
    CancellationReason.FOUND_CHEAPER: "I found it cheaper elsewhere",
    CancellationReason.ARRIVES_TOO_LATE: "It arrives too late",
    CancellationReason.OTHER: "Another reason",
}


@dataclass(frozen=True)
class _Sums:
    """Minor units. `unpaid` of what was to be paid is no longer asked for; `back` was paid, and goes back."""

    items: int
    shipping: int
    unpaid: int
    back: int

    def parts(self, currency: str) -> tuple[AmountPart, ...]:
        other = self.back - self.items - self.shipping + self.unpaid
        named = (
            ("Items", self.items),
            ("Shipping", self.shipping),
            ("Not paid yet", -self.unpaid),
            ("Refunded before" if other < 0 else "Paid in addition", other),
        )
        return tuple(
            AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in named if sum_
        )


def plan(planning: Planning, request: CancellationRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.CANCELLATION, order) or _too_late(order, planning.policy)
    if refused is not None:
        return refused
    chosen = _chosen(planning, order, request.items)
    if not isinstance(chosen, tuple):
        return chosen
    reasons = planning.policy.cancellation.reasons
    if request.reason is None or request.reason not in reasons:
        choices = tuple(Choice(value=reason, label=REASONS[reason]) for reason in reasons)
        return Needed(what=Need.REASON, message="Why would you like to cancel it?", choices=choices)
    sums = _sums(order, chosen)
    movements: tuple[Movement, ...] | Refusal = ()
    if sums.back:
        movements = give_back(planning, order, sums.back, RefundMethod.ORIGINAL)
    if isinstance(movements, Refusal):
        return movements
    return _proposed(planning, order, chosen, request.reason, sums, movements)


def apply(applying: Applying, effect: CancellationEffect) -> Applied:
    session = applying.session
    order = session.scalars(
        select(Order).where(Order.id == applying.plan.order_id).options(*LOADED),
        execution_options={"populate_existing": True},
    ).one()
    lines = {line.id: line for line in order.lines}
    chosen = [Chosen(lines[part.order_line_id], part.quantity) for part in effect.lines]
    sums = _sums(order, chosen)
    for one in sorted(chosen, key=lambda one: (one.line.variant_id or 0, one.line.line_no)):
        one.line.cancelled_quantity += one.quantity
        if one.line.variant_id is not None:
            stock_moves.release(session, one.line.variant_id, one.quantity)
    if effect.is_whole_order:
        order.status = OrderStatus.CANCELLED
        order.cancelled_at = applying.when.now
        order.cancel_reason = effect.reason.replace("_", " ").capitalize()
        void_due(order)
        unpack_all(session, order)
    else:
        lower_due(order, sums.unpaid)
        for one in chosen:
            repack(session, order, one.line)
        follow_parcels(order, settled_parcels(session, order))
    what = f"Order {order.number}" if effect.is_whole_order else f"{_items(chosen)} of order {order.number}"
    units = sum(one.quantity for one in chosen)
    facts = (("units", str(units)), ("reason", effect.reason.value))
    return Applied(done=(f"{what} {_is(units, effect.is_whole_order)} canceled.",), facts=facts)


CHANGE: Change[CancellationRequest, CancellationEffect] = Change(plan=plan, apply=apply)


def _too_late(order: Order, policy: Policy) -> Refusal | None:
    returned = f"return it {time_to_return(policy)}."
    instead = {
        OrderStatus.SHIPPED: f"You can refuse the parcel at the door, or let it come and {returned}",
        OrderStatus.DELIVERED: f"You can {returned}",
        OrderStatus.CANCELLED: None,
    }.get(order.status, PERSON)
    return too_late(order, policy.cancellation.statuses, "cancellation.statuses", "canceled", instead)


def _chosen(
    planning: Planning, order: Order, items: Sequence[LineWish] | None
) -> tuple[Chosen, ...] | Needed | Refusal:
    policy = planning.policy
    still, gone = remaining(order), sent(order, settled_parcels(planning.session, order))
    here = {
        line.line_no: max(
            0, min(still[line.line_no], line.quantity - line.cancelled_quantity - gone[line.line_no])
        )
        for line in order.lines
    }
    asked = {wish.line for wish in items} if items else set(still)
    shipped = [number for number in asked if still.get(number) and not here[number]]
    if shipped and (items or not any(here.values())):
        return Refusal(
            code="line_shipped",
            message=f"What you would like to cancel of order {order.number} has already left.",
            rule="cancellation.statuses",
            instead=f"You can return it {time_to_return(policy)}.",
        )
    chosen = choose(order, items, available=here)
    if (
        isinstance(chosen, tuple)
        and not policy.cancellation.lines_separately
        and not _is_whole(order, chosen)
    ):
        return Refusal(
            code="whole_order_only",
            message="Items can't be canceled separately.",
            rule="cancellation.lines_separately",
            instead="The rest can be returned once it has arrived."
            if gone.total()
            else "I can cancel the whole order.",
        )
    return chosen


def _is_whole(order: Order, chosen: Iterable[Chosen]) -> bool:
    """Whether every unit of the order is canceled then."""
    taken = {one.line.line_no: one.quantity for one in chosen}
    return all(line.cancelled_quantity + taken.get(line.line_no, 0) == line.quantity for line in order.lines)


def _sums(order: Order, chosen: Sequence[Chosen]) -> _Sums:
    items = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    paid, due = left(order), still_due(order)
    if _is_whole(order, chosen):
        return _Sums(items, order.shipping_minor, due, paid)
    unpaid = min(items, due)
    return _Sums(items, 0, unpaid, min(items - unpaid, paid))


def _proposed(
    planning: Planning,
    order: Order,
    chosen: Sequence[Chosen],
    reason: CancellationReason,
    sums: _Sums,
    movements: tuple[Movement, ...],
) -> Plan:
    is_whole = _is_whole(order, chosen)
    what = f"order {order.number}" if is_whole else f"{_items(chosen)} of order {order.number}"
    partly_gone = not is_whole and bool(sent(order, settled_parcels(planning.session, order)).total())
    return Plan(
        kind=ProposalKind.CANCELLATION,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=order.currency,
        summary=f"Cancel {what}{_money(sums, movements, order.currency)}.",
        lines=tuple(
            shown(one, Money.of(paid_for(order, one.line, one.quantity), order.currency)) for one in chosen
        ),
        parts=sums.parts(order.currency),
        movements=movements,
        rules=(
            "cancellation.statuses",
            *(() if is_whole else ("cancellation.lines_separately",)),
            *money_rules(movements),
        ),
        next_steps=money_steps(movements, planning.policy),
        notice="Part of this order has already left; that part still comes to you." if partly_gone else None,
        effect=CancellationEffect(
            lines=tuple(
                LineQuantity(order_line_id=one.line.id, variant_id=one.line.variant_id, quantity=one.quantity)
                for one in chosen
            ),
            is_whole_order=is_whole,
            reason=reason,
        ),
    )


def _money(sums: _Sums, movements: tuple[Movement, ...], currency: str) -> str:
    parts = []
    if movements:
        parts.append(f" and give back {given_to(movements, currency)}")
    if sums.unpaid:
        parts.append(f"; {Money.of(sums.unpaid, currency).text} no longer has to be paid")
    return "".join(parts) or "; there is nothing to give back"


def _items(chosen: Iterable[Chosen]) -> str:
    return listed([item(one.line, one.quantity) for one in chosen])


def _is(units: int, is_whole_order: bool) -> str:
    return "is" if is_whole_order or units == 1 else "are"
