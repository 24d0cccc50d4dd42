"""Swapping what has arrived for another variant, or a faulty item for a new one of the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from knowledge.wording import counted
from tools.cards import Refusal
from tools.change_cards import AmountPart, Needed, ProposalLine
from tools.commerce.changes import stock_moves
from tools.commerce.changes.effects import ExchangeEffect, ExchangeLine
from tools.commerce.changes.giving_back import give_back, take
from tools.commerce.changes.lines import FALLEN, Chosen, choose, remaining, which_lines
from tools.commerce.changes.permission import PERSON, allowed
from tools.commerce.changes.plan import Applied, Applying, Change, Movement, Outcome, Plan, Planning
from tools.commerce.changes.requests import ExchangeRequest, LineWish, SwapWish
from tools.commerce.changes.return_terms import (
    here,
    is_our_fault,
    not_here_yet,
    refusal_for,
    undated,
    window_of,
)
from tools.commerce.changes.rma import open_return
from tools.commerce.changes.sentences import given_to, taken_from
from tools.commerce.changes.variants import ask_variant, options_text, siblings, which_variant
from tools.commerce.changes.windows import LOADED
from tools.commerce.orders import find_order, item
from tools.commerce.policy import PriceDifference, RefundMethod
from tools.commerce.schema import (
    Order,
    OrderLine,
    ProductStatus,
    ProposalKind,
    Return,
    ReturnKind,
    ReturnReason,
    ReturnStatus,
    Variant,
)
from tools.facts import Money


@dataclass(frozen=True)
class _Swap:
    """Some units of a line, the variant they become, and what that costs more in minor units."""

    chosen: Chosen
    variant: Variant
    difference: int


def plan(planning: Planning, request: ExchangeRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.EXCHANGE, order)
    if refused is not None:
        return refused
    chosen = _chosen(planning, order, request.items)
    if not isinstance(chosen, tuple):
        return chosen
    # The reason decides only what an exchange is refused for, so nobody is asked for one.
    reason = request.reason or ReturnReason.OTHER
    refused = refusal_for(planning, order, chosen, reason, ProposalKind.EXCHANGE)
    refused = refused or _exchanged_before(planning, order, chosen)
    if refused is not None:
        return refused
    wishes = {wish.line: wish for wish in request.items}
    swaps = []
    for one in chosen:
        swap = _swap(planning, order, one, wishes[one.line.line_no], reason)
        if not isinstance(swap, _Swap):
            return swap
        swaps.append(swap)
    movements = _movements(planning, order, sum(swap.difference for swap in swaps), request.payment_method)
    if not isinstance(movements, tuple):
        return movements
    return _proposed(planning, order, swaps, reason, movements)


def apply(applying: Applying, effect: ExchangeEffect) -> Applied:
    opened = open_return(applying, ReturnKind.EXCHANGE, effect.lines, effect.reason)
    for line in sorted(effect.lines, key=lambda line: line.to_variant_id):
        stock_moves.reserve(applying.session, line.to_variant_id, line.quantity)
    what = " and ".join(f"{line.quantity} x {line.name} for {line.becomes}" for line in applying.plan.lines)
    return Applied(
        done=(f"The exchange of {what} is approved. Its number is {opened.rma}.",),
        facts=(("rma", opened.rma), ("reason", effect.reason.value)),
        return_id=opened.id,
    )


def undo(applying: Applying, effect: ExchangeEffect) -> None:
    session = applying.session
    opened = session.scalars(select(Return).where(Return.proposal_id == applying.proposal.id)).one()
    opened.status, opened.closed_at = ReturnStatus.CANCELLED, applying.when.now
    for line in sorted(effect.lines, key=lambda line: line.to_variant_id):
        stock_moves.release(session, line.to_variant_id, line.quantity)


CHANGE: Change[ExchangeRequest, ExchangeEffect] = Change(plan=plan, apply=apply, undo=undo)


def _chosen(
    planning: Planning, order: Order, wishes: Sequence[SwapWish]
) -> tuple[Chosen, ...] | Needed | Refusal:
    there, still = here(order), remaining(order)
    on_the_way = [wish.line for wish in wishes if still.get(wish.line) and not there.get(wish.line)]
    if on_the_way or (not any(there.values()) and any(still.values())):
        return not_here_yet(order, planning.policy)
    if not wishes:
        everything = choose(order, None, available=there)
        if not isinstance(everything, tuple):
            return everything
        return which_lines(everything, "Which item would you like to exchange?")
    if len({wish.line for wish in wishes}) < len(wishes):
        return Refusal(code="line_twice", message="An item is asked for twice: say what each should become.")
    named = [LineWish(line=wish.line, quantity=wish.quantity) for wish in wishes]
    return choose(order, named, available=there)


def _exchanged_before(planning: Planning, order: Order, chosen: Sequence[Chosen]) -> Refusal | None:
    most = planning.policy.exchanges.per_line
    for one in chosen:
        times = sum(
            opened.kind is ReturnKind.EXCHANGE
            and opened.status not in FALLEN
            and any(part.order_line_id == one.line.id for part in opened.lines)
            for opened in order.returns
        )
        if times >= most:
            return Refusal(
                code="exchanged_before",
                message=f"{one.line.name} was exchanged before, and can be {counted(most, 'time')} at most.",
                rule="exchanges.per_line",
                instead="What is left of it can be returned for a refund.",
            )
    return None


def _swap(
    planning: Planning, order: Order, chosen: Chosen, wish: SwapWish, reason: ReturnReason
) -> _Swap | Needed | Refusal:
    found = _variant(planning, chosen, wish, reason)
    if not isinstance(found, Variant):
        return found
    if found.currency != order.currency:
        return Refusal(
            code="other_currency", message="That version is sold in another currency.", instead=PERSON
        )
    free = stock_moves.free(planning.session, found.id)
    if free is not None and free < chosen.quantity:
        there = f"only {free} left" if free else "none left"
        return Refusal(
            code="out_of_stock",
            message=f"There is {there} of {chosen.line.name} in {options_text(found) or found.sku}.",
            instead="Another version may be there, or I can take it back for a refund.",
        )
    difference = _difference(planning, chosen, found)
    if difference and planning.policy.exchanges.price_difference is PriceDifference.NONE:
        return Refusal(
            code="price_differs",
            message=f"{chosen.line.name} in {options_text(found) or found.sku} has another price.",
            rule="exchanges.price_difference",
            instead="A version of the same price is possible, or a return for a refund.",
        )
    return _Swap(chosen, found, difference)


def _variant(
    planning: Planning, chosen: Chosen, wish: SwapWish, reason: ReturnReason
) -> Variant | Needed | Refusal:
    line = chosen.line
    existing = siblings(planning.session, line)
    own = next((known for known in existing if known.id == line.variant_id), None)
    is_fault = is_our_fault(planning.policy, reason)
    if not wish.sku and not wish.options:
        if own is not None and is_fault:
            return own
        there = [
            known
            for known in existing
            if known.id != line.variant_id
            and ((free := stock_moves.free(planning.session, known.id)) is None or free >= chosen.quantity)
        ]
        return ask_variant(line, there) if there else _no_other(line)
    if wish.sku and not planning.policy.exchanges.same_product_only:
        other = _of_any_product(planning, wish.sku)
        if other is not None:
            return other
    found = which_variant(line, wish, existing)
    if isinstance(found, Variant) and found.id == line.variant_id and not is_fault:
        return Refusal(
            code="nothing_changes",
            message=f"That is the {line.name} you have.",
            instead="Say what should be different, or what is wrong with it.",
        )
    return found


def _of_any_product(planning: Planning, sku: str) -> Variant | None:
    query = (
        select(Variant)
        .join(Variant.product)
        .options(selectinload(Variant.options), selectinload(Variant.product))
    )
    for known in planning.session.scalars(query.where(Variant.sku == sku, Variant.active)):
        if known.product.status is ProductStatus.ACTIVE:
            return known
    return None


def _difference(planning: Planning, chosen: Chosen, variant: Variant) -> int:
    """By today's prices of both, so that one pays for another version and not for a raised price; with tax in
    proportion to the line's."""
    line = chosen.line
    own = planning.session.get(Variant, line.variant_id) if line.variant_id else None
    more = (variant.price_minor - (own.price_minor if own else line.unit_price_minor)) * chosen.quantity
    net = line.unit_price_minor * line.quantity - line.discount_minor
    tax = (2 * abs(more) * line.tax_minor + net) // (2 * net) if net else 0
    return more + (tax if more > 0 else -tax)


def _movements(
    planning: Planning, order: Order, difference: int, payment_method: str | None
) -> tuple[Movement, ...] | Needed | Refusal:
    if difference > 0:
        return take(planning, order, difference, payment_method)
    if difference < 0:
        return give_back(planning, order, -difference, RefundMethod.ORIGINAL, after_inspection=True)
    return ()


def _proposed(
    planning: Planning,
    order: Order,
    swaps: Sequence[_Swap],
    reason: ReturnReason,
    movements: tuple[Movement, ...],
) -> Plan:
    currency = order.currency
    lines = tuple(
        ProposalLine(
            line=swap.chosen.line.line_no,
            name=swap.chosen.line.name,
            options=swap.chosen.line.options,
            quantity=swap.chosen.quantity,
            becomes=_becomes(swap),
        )
        for swap in swaps
    )
    what = " and ".join(
        f"{item(swap.chosen.line, swap.chosen.quantity)} for {_becomes(swap)}" for swap in swaps
    )
    difference = sum(swap.difference for swap in swaps)
    windows = [window_of(planning, order, swap.chosen.line, reason, ProposalKind.EXCHANGE) for swap in swaps]
    return Plan(
        kind=ProposalKind.EXCHANGE,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=currency,
        summary=f"Exchange {what} from order {order.number}{_money(difference, movements, currency)}.",
        lines=lines,
        parts=(AmountPart(label="Price difference", amount=Money.of(-difference, currency)),)
        if difference
        else (),
        movements=movements,
        rules=tuple(
            dict.fromkeys(
                [
                    *(window.rule for window in windows if window),
                    "exchanges.per_line",
                    "exchanges.price_difference",
                    "exchanges.hold_days",
                ]
            )
        ),
        next_steps=_next_steps(planning, difference),
        approval=undated(planning, order, [swap.chosen for swap in swaps], reason, ProposalKind.EXCHANGE),
        effect=ExchangeEffect(
            lines=tuple(
                ExchangeLine(
                    order_line_id=swap.chosen.line.id,
                    variant_id=swap.chosen.line.variant_id,
                    quantity=swap.chosen.quantity,
                    to_variant_id=swap.variant.id,
                )
                for swap in swaps
            ),
            reason=reason,
        ),
    )


def _becomes(swap: _Swap) -> str:
    if swap.variant.id == swap.chosen.line.variant_id:
        return "a new one"
    return options_text(swap.variant) or swap.variant.sku


def _money(difference: int, movements: Sequence[Movement], currency: str) -> str:
    if difference > 0:
        return f" and pay {taken_from(movements, currency)}"
    if difference < 0:
        return f" and give back {given_to(movements, currency)}"
    return "; the price is the same"


def _next_steps(planning: Planning, difference: int) -> tuple[str, ...]:
    policy = planning.policy
    send = counted(policy.returns.send_within_days, "day")
    hold = counted(policy.exchanges.hold_days, "day")
    steps = [
        f"Send the old one within {send}, with the return number on the parcel; that is free.",
        f"The new one is set aside for you for {hold}, and leaves once the carrier has scanned your parcel.",
    ]
    if difference < 0:
        check = counted(policy.returns.inspection_days, "business day")
        steps.append(
            f"The difference goes back once we have checked the old one, within {check} of its arrival."
        )
    return tuple(steps)


def _no_other(line: OrderLine) -> Refusal:
    return Refusal(
        code="out_of_stock",
        message=f"There is no other version of {line.name} to be had at the moment.",
        instead="I can take it back for a refund.",
    )
