"""Other options, or another quantity, of what is in an order that has not left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from knowledge.wording import counted, listed, times
from tools.cards import Refusal
from tools.change_cards import AmountPart, Needed, ProposalLine
from tools.commerce.changes import stock_moves
from tools.commerce.changes.before_shipping import LOADED, times_done, too_late
from tools.commerce.changes.charging import take
from tools.commerce.changes.effects import ItemEffect, LineTerms, OrderTotals
from tools.commerce.changes.giving_back import give_back
from tools.commerce.changes.line_swaps import line_swaps
from tools.commerce.changes.packing import repack
from tools.commerce.changes.permission import PERSON, allowed
from tools.commerce.changes.plan import Applied, Applying, Change, Movement, Outcome, Plan, Planning
from tools.commerce.changes.repricing import difference, totals_after, totals_of
from tools.commerce.changes.requests import ItemChangeRequest
from tools.commerce.changes.sentences import given_to, money_rules, money_steps, taken_from
from tools.commerce.changes.unpaid import lower_due, raise_due, still_due
from tools.commerce.database import WriteSession
from tools.commerce.orders import find_order
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import Order, OrderLine, OrderStatus, ProposalKind
from tools.facts import Money


def plan(planning: Planning, request: ItemChangeRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.ITEM_CHANGE, order) or _closed(planning, order)
    if refused is not None:
        return refused
    swaps = line_swaps(planning, order, request.items)
    if not isinstance(swaps, tuple):
        return swaps
    lines = {line.id: line for line in order.lines}
    delta = sum(difference(order, lines[swap.order_line_id], swap.after) for swap in swaps)
    after = totals_after(order, swaps, delta)
    minimum = planning.policy.orders.minimum_total
    if order.currency == planning.currency and after.total_minor < min(minimum, order.total_minor):
        return Refusal(
            code="below_minimum",
            message=f"An order has to come to at least {Money.of(minimum, planning.currency).text}.",
            rule="orders.minimum_total",
            instead="You can cancel it and order something else.",
        )
    unpaid = _unpaid(order, delta)
    movements = _movements(planning, order, delta - unpaid, request.payment_method)
    if not isinstance(movements, tuple):
        return movements
    effect = ItemEffect(swaps=swaps, before=totals_of(order), after=after, unpaid_minor=unpaid)
    return _proposed(planning, order, effect, delta, movements)


def apply(applying: Applying, effect: ItemEffect) -> Applied:
    order = _loaded(applying.session, applying.plan.order_id)
    _set(order, [(swap.order_line_id, swap.after) for swap in effect.swaps], effect.after)
    if effect.unpaid_minor > 0:
        raise_due(order, effect.unpaid_minor)
    elif effect.unpaid_minor < 0:
        lower_due(order, -effect.unpaid_minor)
    for swap in effect.swaps:
        line = next(line for line in order.lines if line.id == swap.order_line_id)
        repack(applying.session, order, line, more=swap.after.quantity - swap.before.quantity)
    for variant_id, more in stock_moves.net((swap.before, swap.after) for swap in effect.swaps).items():
        if more > 0:
            stock_moves.reserve(applying.session, variant_id, more)
        else:
            stock_moves.release(applying.session, variant_id, -more)
    done = "; ".join(f"{line.quantity} x {line.name} became {line.becomes}" for line in applying.plan.lines)
    return Applied(done=(f"Order {order.number} is changed: {done}.",))


def undo(applying: Applying, effect: ItemEffect) -> None:
    order = _loaded(applying.session, applying.plan.order_id)
    _set(order, [(swap.order_line_id, swap.before) for swap in effect.swaps], effect.before)
    for swap in effect.swaps:
        line = next(line for line in order.lines if line.id == swap.order_line_id)
        repack(applying.session, order, line, more=swap.before.quantity - swap.after.quantity)
    for variant_id, more in stock_moves.net((swap.after, swap.before) for swap in effect.swaps).items():
        if more > 0:
            stock_moves.reserve_again(applying.session, variant_id, more)
        else:
            stock_moves.release(applying.session, variant_id, -more)


CHANGE: Change[ItemChangeRequest, ItemEffect] = Change(plan=plan, apply=apply, undo=undo)


def _closed(planning: Planning, order: Order) -> Refusal | None:
    rules = planning.policy.changes
    instead = {
        OrderStatus.SHIPPED: "Once it has arrived you can exchange it.",
        OrderStatus.DELIVERED: "You can exchange it, or send it back.",
        OrderStatus.CANCELLED: None,
    }.get(order.status, PERSON)
    refused = too_late(order, rules.items_statuses, "changes.items_statuses", "changed", instead)
    if refused is not None:
        return refused
    if rules.window_minutes is not None and _is_over(order, rules.window_minutes, planning.when.now):
        return Refusal(
            code="window_over",
            message=f"Items can be changed within {counted(rules.window_minutes, 'minute')} of ordering; "
            f"order {order.number} is older.",
            rule="changes.window_minutes",
            instead="While it hasn't shipped you can cancel it, or cancel single items, and order again.",
        )
    if times_done(planning.session, order, ProposalKind.ITEM_CHANGE) >= rules.items_times:
        return Refusal(
            code="changed_before",
            message=f"The items of order {order.number} were already changed as often as it can be here.",
            rule="changes.items_times",
            instead="While it hasn't shipped you can cancel it, or cancel single items.",
        )
    return None


def _is_over(order: Order, window_minutes: int, now: datetime) -> bool:
    return order.placed_at is not None and now > order.placed_at + timedelta(minutes=window_minutes)


def _undated(planning: Planning, order: Order) -> str | None:
    """Why a person must look first: nobody wrote down when the order was placed, and the time may be over."""
    if planning.policy.changes.window_minutes is None or order.placed_at is not None:
        return None
    return f"A person has to check first when order {order.number} was placed."


def _unpaid(order: Order, delta: int) -> int:
    """How much of the difference is settled with what was not paid yet."""
    due = still_due(order)
    if not due:
        return 0
    return delta if delta > 0 else -min(-delta, due)


def _movements(
    planning: Planning, order: Order, amount: int, payment_method: str | None
) -> tuple[Movement, ...] | Needed | Refusal:
    if amount > 0:
        return take(planning, order, amount, payment_method)
    return give_back(planning, order, -amount, RefundMethod.ORIGINAL) if amount else ()


def _proposed(
    planning: Planning, order: Order, effect: ItemEffect, delta: int, movements: tuple[Movement, ...]
) -> Plan:
    lines = {line.id: line for line in order.lines}
    shown = tuple(_shown(lines[swap.order_line_id], swap.after) for swap in effect.swaps)
    what = listed([f"{one.quantity} x {one.name} to {one.becomes}" for one in shown])
    return Plan(
        kind=ProposalKind.ITEM_CHANGE,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=order.currency,
        summary=f"Change {what} in order {order.number}.{_money(effect, delta, movements, order.currency)}",
        lines=shown,
        parts=_parts(effect, delta, order.currency),
        movements=movements,
        rules=(
            "changes.items_statuses",
            *(() if planning.policy.changes.window_minutes is None else ("changes.window_minutes",)),
            "changes.items_times",
            *money_rules(movements),
        ),
        next_steps=money_steps(movements, planning.policy),
        approval=_undated(planning, order),
        notice=f"An order's items can be changed {times(planning.policy.changes.items_times)}.",
        effect=effect,
    )


def _money(effect: ItemEffect, delta: int, movements: tuple[Movement, ...], currency: str) -> str:
    said = []
    if movements and delta > 0:
        said.append(f" Pay {taken_from(movements, currency)}.")
    elif movements:
        said.append(f" {given_to(movements, currency)} goes back.")
    if unpaid := effect.unpaid_minor:
        more = "more" if unpaid > 0 else "less"
        said.append(f" {Money.of(abs(unpaid), currency).text} {more} has to be paid.")
    return "".join(said) or " The price is the same."


def _parts(effect: ItemEffect, delta: int, currency: str) -> tuple[AmountPart, ...]:
    """They add up to what moves: below zero from the shopper."""
    label = "More than before" if delta > 0 else "Less than before"
    named = ((label, -delta), ("Not paid yet", effect.unpaid_minor))
    return tuple(AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in named if sum_)


def _shown(line: OrderLine, after: LineTerms) -> ProposalLine:
    is_other = after.variant_id != line.variant_id
    becomes = after.options or after.sku if is_other else None
    if after.quantity != line.quantity:
        becomes = f"{after.quantity} x {becomes or line.name}"
    return ProposalLine(
        line=line.line_no, name=line.name, options=line.options, quantity=line.quantity, becomes=becomes
    )


def _loaded(session: WriteSession, order_id: int | None) -> Order:
    query = select(Order).where(Order.id == order_id).options(*LOADED)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def _set(order: Order, lines: Sequence[tuple[int, LineTerms]], totals: OrderTotals) -> None:
    known = {line.id: line for line in order.lines}
    for line_id, terms in lines:
        line = known[line_id]
        for name, value in terms.model_dump().items():
            setattr(line, name, value)
        line.total_minor = line.unit_price_minor * line.quantity - line.discount_minor + line.tax_minor
    for name, value in totals.model_dump().items():
        setattr(order, name, value)
