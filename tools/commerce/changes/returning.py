"""Taking back what has arrived, for a refund."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.wording import counted, listed
from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed
from tools.commerce.changes.damage import is_kept, photos_needed
from tools.commerce.changes.effects import LineQuantity, ReturnEffect
from tools.commerce.changes.given_before import equal_refund
from tools.commerce.changes.giving_back import give_back, which_method
from tools.commerce.changes.limits import approval_needed
from tools.commerce.changes.lines import Chosen, choose, paid_for, remaining, shown
from tools.commerce.changes.permission import allowed
from tools.commerce.changes.plan import (
    Applied,
    Applying,
    Approval,
    Change,
    Movement,
    Outcome,
    Plan,
    Planning,
)
from tools.commerce.changes.requests import ReturnRequest
from tools.commerce.changes.return_pricing import ReturnSums, no_price, return_sums
from tools.commerce.changes.return_terms import (
    OWN_POSTAGE,
    REASONS,
    here,
    is_our_fault,
    is_sealed,
    not_here_yet,
    outlook,
    pays_own_postage,
    refusal_for,
    refused_whatever,
    undated,
    window_of,
)
from tools.commerce.changes.rma import open_return
from tools.commerce.changes.sentences import given_to
from tools.commerce.changes.windows import LOADED
from tools.commerce.orders import find_order, item
from tools.commerce.policy import Policy, RefundMethod
from tools.commerce.schema import (
    LedgerKind,
    Order,
    ProposalKind,
    ReturnKind,
    ReturnReason,
    ReturnStatus,
)
from tools.facts import Money


@dataclass(frozen=True)
class _Deal:
    """All that was settled about a return. `keeps` where nothing has to be sent back."""

    order: Order
    chosen: tuple[Chosen, ...]
    reason: ReturnReason
    to: RefundMethod
    sums: ReturnSums
    movements: tuple[Movement, ...]
    keeps: bool
    approval: Approval | None

    @property
    def is_checked_first(self) -> bool:
        return any(movement.after_inspection for movement in self.movements)


def plan(planning: Planning, request: ReturnRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.RETURN, order)
    if refused is not None:
        return refused
    chosen = chosen_here(planning, order, request)
    if not isinstance(chosen, tuple):
        return chosen
    if request.reason is None:
        return refused_whatever(planning, order, chosen) or ask_reason(outlook(planning, order, chosen))
    refused = refusal_for(planning, order, chosen, request.reason, ProposalKind.RETURN)
    if refused is not None:
        return refused
    items = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    to = which_method(planning, order, items, request.refund_to)
    if not isinstance(to, RefundMethod):
        return to
    return _priced(planning, order, chosen, request.reason, to)


def apply(applying: Applying, effect: ReturnEffect) -> Applied:
    opened = open_return(applying, ReturnKind.REFUND, effect.lines, effect.reason)
    what = listed([f"{line.quantity} x {line.name}" for line in applying.plan.lines])
    facts = (("rma", opened.rma), ("reason", effect.reason.value))
    if effect.keeps_items:
        opened.status, opened.closed_at = ReturnStatus.COMPLETED, applying.when.now
        return Applied(done=(f"{what} is refunded, and you can keep it.",), facts=facts, return_id=opened.id)
    return Applied(
        done=(f"The return of {what} is approved. Its number is {opened.rma}.",),
        facts=facts,
        return_id=opened.id,
    )


CHANGE: Change[ReturnRequest, ReturnEffect] = Change(plan=plan, apply=apply)


def chosen_here(
    planning: Planning, order: Order, request: ReturnRequest
) -> tuple[Chosen, ...] | Needed | Refusal:
    """The lines that are meant, of those that have arrived."""
    there, still = here(order), remaining(order)
    asked = {wish.line for wish in request.items} if request.items else set(still)
    on_the_way = [number for number in asked if still.get(number) and not there.get(number)]
    if on_the_way and (request.items or not any(there.values())):
        return not_here_yet(order, planning.policy)
    return choose(order, request.items, available=there)


def ask_reason(before: str) -> Needed:
    """`before` is what can be said without knowing it."""
    choices = tuple(Choice(value=reason, label=label) for reason, label in REASONS.items())
    return Needed(what=Need.REASON, message=f"{before} What is the reason?".strip(), choices=choices)


def _priced(
    planning: Planning,
    order: Order,
    chosen: Sequence[Chosen],
    reason: ReturnReason,
    to: RefundMethod,
) -> Outcome:
    sums = return_sums(planning, order, chosen, reason, to)
    refused = no_price(planning, order, sums)
    if refused is not None:
        return refused
    movements = give_back(planning, order, sums.back, to, after_inspection=True)
    if isinstance(movements, Refusal):
        return movements
    over_limit = _limit(planning, order, movements)
    keeps = is_kept(planning, order, reason, sums.items)
    if keeps or (over_limit is None and _may_be_instant(planning, order, sums, reason)):
        movements = tuple(one.model_copy(update={"after_inspection": False}) for one in movements)
    approval = photos_needed(planning.policy, reason) or undated(
        planning, order, chosen, reason, ProposalKind.RETURN
    )
    approval = approval or (over_limit if keeps else None)
    return _proposed(planning, _Deal(order, tuple(chosen), reason, to, sums, movements, keeps, approval))


def _may_be_instant(planning: Planning, order: Order, sums: ReturnSums, reason: ReturnReason) -> bool:
    if reason is ReturnReason.DAMAGED:
        return False
    is_known = order.customer_id is not None and planning.principal.customer_id == order.customer_id
    limit = planning.policy.returns.instant_refund_max
    return is_known and order.currency == planning.currency and sums.back <= limit


def _limit(planning: Planning, order: Order, movements: Sequence[Movement]) -> Approval | None:
    credit = sum(one.amount_minor for one in movements if one.kind is LedgerKind.CREDIT)
    unreturned = sum(one.amount_minor for one in movements if one.kind is not LedgerKind.RELEASE)
    return approval_needed(planning, order, unreturned, credit)


def _proposed(planning: Planning, deal: _Deal) -> Plan:
    order, currency = deal.order, deal.order.currency
    bonus = sum(one.amount_minor for one in deal.movements if one.kind is LedgerKind.CREDIT)
    what = listed([item(one.line, one.quantity) for one in deal.chosen])
    verb = "Refund" if deal.keeps else "Return"
    return Plan(
        kind=ProposalKind.RETURN,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=currency,
        summary=f"{verb} {what} of order {order.number} and give back {given_to(deal.movements, currency)}.",
        lines=tuple(
            shown(one, Money.of(paid_for(order, one.line, one.quantity), currency)) for one in deal.chosen
        ),
        parts=deal.sums.parts(bonus, currency),
        movements=deal.movements,
        rules=_rules(planning, deal),
        next_steps=_next_steps(planning.policy, deal),
        notice=_notice(planning, deal),
        approval=deal.approval.why if deal.approval else None,
        effect=ReturnEffect(
            lines=tuple(
                LineQuantity(order_line_id=one.line.id, variant_id=one.line.variant_id, quantity=one.quantity)
                for one in deal.chosen
            ),
            reason=deal.reason,
            refund_to=deal.to,
            keeps_items=deal.keeps,
        ),
    )


def _rules(planning: Planning, deal: _Deal) -> tuple[str, ...]:
    windows = [
        window_of(planning, deal.order, one.line, deal.reason, ProposalKind.RETURN) for one in deal.chosen
    ]
    told = [window.rule for window in windows if window]
    told += [fee.rule for fee in deal.sums.fees]
    if _is_own_postage(planning.policy, deal):
        told.append("returns.label_countries")
    elif not deal.sums.fees and not deal.keeps:
        is_ours = is_our_fault(planning.policy, deal.reason)
        told.append("returns.free_label_reasons" if is_ours else "returns.free_label_outcomes")
    if _sealed(planning.policy, deal):
        told.append("returns.sealed_categories")
    if deal.sums.shipping:
        told.append("refunds.original_shipping_reasons")
    if any(one.kind is LedgerKind.CREDIT for one in deal.movements):
        told.append("refunds.store_credit_bonus_percent")
    if deal.approval:
        told.append(deal.approval.rule)
    if deal.keeps:
        told.append("damage.keep_item_under")
    elif not deal.is_checked_first:
        told.append("returns.instant_refund_max")
    return tuple(dict.fromkeys([*told, "refunds.methods"]))


def _next_steps(policy: Policy, deal: _Deal) -> tuple[str, ...]:
    issue = counted(policy.refunds.issue_within_days, "business day")
    if deal.keeps:
        return ("You don't have to send anything back.", f"We issue the refund within {issue}.")
    send = counted(policy.returns.send_within_days, "day")
    check = counted(policy.returns.inspection_days, "business day")
    refund = (
        f"We check it within {check} of its arrival, and issue the refund within {issue} after that."
        if deal.is_checked_first
        else f"We issue the refund within {issue}, without waiting for the parcel."
    )
    postage = f" {OWN_POSTAGE}" if _is_own_postage(policy, deal) else ""
    return (f"Send it within {send}, with the return number on the parcel.{postage}", refund)


def _is_own_postage(policy: Policy, deal: _Deal) -> bool:
    return pays_own_postage(policy, deal.order, deal.reason)


def _sealed(policy: Policy, deal: _Deal) -> list[str]:
    return [one.line.name for one in deal.chosen if is_sealed(policy, one.line, deal.reason)]


def _notice(planning: Planning, deal: _Deal) -> str | None:
    notes = []
    if sealed := _sealed(planning.policy, deal):
        notes.append(f"{' and '.join(sealed)} can come back only while the seal is unbroken.")
    back = sum(one.amount_minor for one in deal.movements)
    if (earlier := equal_refund(planning.session, deal.order, back)) is not None:
        notes.append(earlier)
    return " ".join(notes) or None
