"""Swapping what has arrived for another variant, or a faulty item for a new one of the same."""

from collections.abc import Sequence

from sqlalchemy import select

from knowledge.wording import listed, times
from tools.cards import Refusal
from tools.change_cards import Needed, ProposalLine
from tools.commerce.changes import stock_moves
from tools.commerce.changes.charging import take
from tools.commerce.changes.damage import photos_needed
from tools.commerce.changes.effects import ExchangeEffect, ExchangeLine
from tools.commerce.changes.exchange_terms import ExchangeTerms, exchange_terms
from tools.commerce.changes.giving_back import give_back
from tools.commerce.changes.lines import FALLEN, Chosen, choose, remaining, which_lines
from tools.commerce.changes.permission import allowed
from tools.commerce.changes.plan import Applied, Applying, Change, Movement, Outcome, Plan, Planning
from tools.commerce.changes.replacements import Replacement, becomes, replacement, sold_out
from tools.commerce.changes.requests import ExchangeRequest, LineWish, SwapWish
from tools.commerce.changes.return_terms import (
    here,
    not_here_yet,
    refusal_for,
    undated,
    window_of,
)
from tools.commerce.changes.rma import open_return
from tools.commerce.changes.sentences import given_to, taken_from
from tools.commerce.changes.windows import LOADED
from tools.commerce.orders import find_order, item
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    Order,
    ProposalKind,
    Return,
    ReturnKind,
    ReturnReason,
    ReturnStatus,
)


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
        swap = replacement(planning, order, one, wishes[one.line.line_no], reason)
        if not isinstance(swap, Replacement):
            return swap
        swaps.append(swap)
    refused = sold_out(planning, swaps)
    if refused is not None:
        return refused
    terms = exchange_terms(planning, order, swaps, reason)
    if isinstance(terms, Refusal):
        return terms
    movements = _movements(planning, order, terms.due, request.payment_method)
    if not isinstance(movements, tuple):
        return movements
    return _proposed(planning, order, swaps, terms, movements)


def apply(applying: Applying, effect: ExchangeEffect) -> Applied:
    opened = open_return(applying, ReturnKind.EXCHANGE, effect.lines, effect.reason)
    for line in sorted(effect.lines, key=lambda line: line.to_variant_id):
        stock_moves.reserve(applying.session, line.to_variant_id, line.quantity)
    what = listed([f"{line.quantity} x {line.name} for {line.becomes}" for line in applying.plan.lines])
    if effect.keeps_items:
        opened.status, opened.closed_at = ReturnStatus.COMPLETED, applying.when.now
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
        before = sum(
            opened.kind is ReturnKind.EXCHANGE
            and opened.status not in FALLEN
            and any(part.order_line_id == one.line.id for part in opened.lines)
            for opened in order.returns
        )
        if before >= most:
            return Refusal(
                code="exchanged_before",
                message=f"{one.line.name} was exchanged before, and can be {times(most)} at most.",
                rule="exchanges.per_line",
                instead="What is left of it can be returned for a refund.",
            )
    return None


def _movements(
    planning: Planning, order: Order, due: int, payment_method: str | None
) -> tuple[Movement, ...] | Needed | Refusal:
    if due > 0:
        return take(planning, order, due, payment_method)
    if due < 0:
        return give_back(planning, order, -due, RefundMethod.ORIGINAL, after_inspection=True)
    return ()


def _proposed(
    planning: Planning,
    order: Order,
    swaps: Sequence[Replacement],
    terms: ExchangeTerms,
    movements: tuple[Movement, ...],
) -> Plan:
    currency, reason = order.currency, terms.reason
    lines = tuple(
        ProposalLine(
            line=swap.chosen.line.line_no,
            name=swap.chosen.line.name,
            options=swap.chosen.line.options,
            quantity=swap.chosen.quantity,
            becomes=becomes(swap),
        )
        for swap in swaps
    )
    what = listed([f"{item(swap.chosen.line, swap.chosen.quantity)} for {becomes(swap)}" for swap in swaps])
    windows = [window_of(planning, order, swap.chosen.line, reason, ProposalKind.EXCHANGE) for swap in swaps]
    approval = photos_needed(planning.policy, reason) or undated(
        planning, order, [swap.chosen for swap in swaps], reason, ProposalKind.EXCHANGE
    )
    rules = [*(window.rule for window in windows if window), *terms.rules]
    if approval:
        rules.append(approval.rule)
    return Plan(
        kind=ProposalKind.EXCHANGE,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=currency,
        summary=f"Exchange {what} from order {order.number}{_money(terms.due, movements, currency)}.",
        lines=lines,
        parts=terms.parts(currency),
        movements=movements,
        rules=tuple(dict.fromkeys(rules)),
        next_steps=terms.next_steps(),
        approval=approval.why if approval else None,
        effect=_effect(swaps, terms),
    )


def _effect(swaps: Sequence[Replacement], terms: ExchangeTerms) -> ExchangeEffect:
    lines = tuple(
        ExchangeLine(
            order_line_id=swap.chosen.line.id,
            variant_id=swap.chosen.line.variant_id,
            quantity=swap.chosen.quantity,
            to_variant_id=swap.variant.id,
        )
        for swap in swaps
    )
    return ExchangeEffect(lines=lines, reason=terms.reason, keeps_items=terms.keeps)


def _money(due: int, movements: Sequence[Movement], currency: str) -> str:
    if due > 0:
        return f" and pay {taken_from(movements, currency)}"
    if due < 0:
        return f" and give back {given_to(movements, currency)}"
    return "; there is nothing to pay"
