"""Whether an item may come back, and what that costs."""

from collections.abc import Sequence
from typing import NamedTuple

from knowledge.wording import counted
from tools.cards import Refusal
from tools.commerce.changes.lines import Chosen, remaining
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Approval, Planning
from tools.commerce.changes.windows import (
    Window,
    always_open,
    arrived,
    category_of,
    exchange_window,
    return_window,
)
from tools.commerce.policy import Policy, ReturnOutcome
from tools.commerce.schema import Order, OrderLine, OrderStatus, ProposalKind, ReturnReason

GRAMS_PER_POUND = 453.59237
OWN_POSTAGE = "You choose the carrier, and pay the postage yourself."


class Fee(NamedTuple):
    """What is taken for something: its name, its rule, and minor units of the shop's currency."""

    name: str
    rule: str
    minor: int


REASONS = {
    ReturnReason.CHANGED_MIND: "I changed my mind",
    ReturnReason.WRONG_SIZE: "It doesn't fit",
    ReturnReason.NOT_AS_DESCRIBED: "It isn't as described",
    ReturnReason.DAMAGED: "It arrived damaged",
    ReturnReason.DEFECTIVE: "It doesn't work",
    ReturnReason.WRONG_ITEM: "It's the wrong item",
    ReturnReason.ARRIVED_LATE: "It came too late",
    ReturnReason.OTHER: "Another reason",
}


def here(order: Order) -> dict[int, int]:
    """Line numbers to how many have arrived and were not given up yet."""
    still, came = remaining(order), arrived(order)
    given_up = {
        line.line_no: line.quantity - line.cancelled_quantity - still[line.line_no] for line in order.lines
    }
    return {
        number: max(0, min(still[number], came[number].quantity - given_up[number])) if number in came else 0
        for number in still
    }


def not_here_yet(order: Order, policy: Policy) -> Refusal:
    """For an order, or a line of it, that has not arrived."""
    can_cancel = order.status in policy.cancellation.statuses
    if order.status is OrderStatus.CANCELLED:
        return Refusal(
            code="order_cancelled", message=f"Order {order.number} was canceled: nothing of it was sent."
        )
    return Refusal(
        code="not_delivered",
        message=f"That part of order {order.number} hasn't arrived yet.",
        rule="returns.window_days",
        instead="It hasn't shipped, so I can cancel it."
        if can_cancel
        else f"You can send it back {time_to_return(policy)}, or refuse the parcel.",
    )


def refusal_for(
    planning: Planning, order: Order, chosen: Sequence[Chosen], reason: ReturnReason, kind: ProposalKind
) -> Refusal | None:
    """The first of the chosen items that may not come back, with the rule that says so."""
    for one in chosen:
        refused = _excluded(planning.policy, one.line, reason, kind) or _too_late(
            planning, order, one.line, reason, kind
        )
        if refused is not None:
            return refused
    return None


def refused_whatever(planning: Planning, order: Order, chosen: Sequence[Chosen]) -> Refusal | None:
    """Why these items may not be returned, where no reason would change that."""
    refusals = {
        reason: refusal_for(planning, order, chosen, reason, ProposalKind.RETURN) for reason in REASONS
    }
    return refusals[ReturnReason.OTHER] if all(refusals.values()) else None


def outlook(planning: Planning, order: Order, chosen: Sequence[Chosen]) -> str:
    """Until when the items may come back for no special reason, or what stands against it; "" if nobody knows."""
    reason = ReturnReason.OTHER
    refused = refusal_for(planning, order, chosen, reason, ProposalKind.RETURN)
    if refused is not None:
        return f"{refused.message} {refused.instead or ''}".strip()
    windows = [window_of(planning, order, one.line, reason, ProposalKind.RETURN) for one in chosen]
    days = [window.until for window in windows if window is not None and window.until is not None]
    if not days or None in windows:
        return ""
    until = min(days)
    year = f", {until.year}" if until.year != planning.when.today.year else ""
    return f"{'It' if len(chosen) == 1 else 'They'} can come back until {until:%B} {until.day}{year}."


def window_of(
    planning: Planning, order: Order, line: OrderLine, reason: ReturnReason, kind: ProposalKind
) -> Window | None:
    """Until when it may come back; None where nobody knows when it arrived."""
    at = arrived(order)[line.line_no].at
    if at is None:
        return always_open(planning.policy, reason, exchanges=kind is ProposalKind.EXCHANGE)
    longest = exchange_window if kind is ProposalKind.EXCHANGE else return_window
    return longest(planning.policy, line, reason, order, at, planning.when)


def undated(
    planning: Planning, order: Order, chosen: Sequence[Chosen], reason: ReturnReason, kind: ProposalKind
) -> Approval | None:
    """Why a person must look first: nobody wrote down when an item arrived, and its time may be over."""
    for one in chosen:
        if window_of(planning, order, one.line, reason, kind) is None:
            rule = "exchanges.window_days" if kind is ProposalKind.EXCHANGE else "returns.window_days"
            return Approval(f"A person has to check first when {one.line.name} was delivered.", rule)
    return None


def time_to_return(policy: Policy) -> str:
    """Completes "you can return it …"."""
    days = policy.returns.window_days
    return "once it is delivered" if days is None else f"within {counted(days, 'day')} of its delivery"


def is_our_fault(policy: Policy, reason: ReturnReason) -> bool:
    return reason in policy.returns.free_label_reasons


def is_sealed(policy: Policy, line: OrderLine, reason: ReturnReason) -> bool:
    """Whether it may come back only while its seal is unbroken."""
    return category_of(line) in policy.returns.sealed_categories and not is_our_fault(policy, reason)


def is_freight(policy: Policy, line: OrderLine) -> bool:
    grams = line.product.weight_grams if line.product else None
    return grams is not None and grams > policy.delivery.freight_over_pounds * GRAMS_PER_POUND


def pays_own_postage(policy: Policy, order: Order, reason: ReturnReason) -> bool:
    """Whether the shopper finds and pays a carrier: the shop sends labels in some countries only."""
    is_abroad = order.country is not None and order.country.upper() not in policy.returns.label_countries
    return is_abroad and not is_our_fault(policy, reason)


def transport_fee(
    policy: Policy, order: Order, chosen: Sequence[Chosen], reason: ReturnReason, outcome: ReturnOutcome
) -> Fee | None:
    """What the shop takes for the way back; None where it is free, or not the shop's to carry."""
    if is_our_fault(policy, reason) or pays_own_postage(policy, order, reason):
        return None
    if any(is_freight(policy, one.line) for one in chosen):
        fee = Fee("Freight pickup", "returns.freight_pickup_fee", policy.returns.freight_pickup_fee)
    elif outcome in policy.returns.free_label_outcomes:
        return None
    else:
        fee = Fee("Return label", "returns.label_fee", policy.returns.label_fee)
    return fee if fee.minor else None


def restocking_percent(policy: Policy, line: OrderLine, reason: ReturnReason) -> int:
    if is_our_fault(policy, reason):
        return 0
    return policy.returns.restocking_percent_by_category.get(category_of(line), 0)


def _excluded(policy: Policy, line: OrderLine, reason: ReturnReason, kind: ProposalKind) -> Refusal | None:
    rules = policy.returns
    done = "exchanged" if kind is ProposalKind.EXCHANGE else "returned"
    if reason in rules.final_sale_reasons:
        return None
    instead = "If it arrived damaged, is faulty, or isn't what you ordered, it can come back all the same."
    if category_of(line) in rules.excluded_categories:
        return Refusal(
            code="excluded_category",
            message=f"{line.name} can't be {done}: nothing in {category_of(line)} can.",
            rule="returns.excluded_categories",
            instead=instead,
        )
    if line.product is not None and line.product.final_sale:
        return Refusal(
            code="final_sale",
            message=f"{line.name} was a final sale, so it can't be {done} just like that.",
            rule="returns.final_sale_reasons",
            instead=instead,
        )
    return None


def _too_late(
    planning: Planning, order: Order, line: OrderLine, reason: ReturnReason, kind: ProposalKind
) -> Refusal | None:
    window = window_of(planning, order, line, reason, kind)
    if window is None or window.until is None or window.is_open(planning.when.today):
        return None
    until = f"{window.until:%B} {window.until.day}, {window.until.year}"
    what = {
        "damage.report_within_days": f"Damage to {line.name} could be reported until {until}.",
    }.get(window.rule, f"{line.name} could be sent back until {until}.")
    return Refusal(
        code="window_over",
        message=what,
        rule=window.rule,
        instead=_later(planning, order, line, reason, kind),
    )


def _later(
    planning: Planning, order: Order, line: OrderLine, reason: ReturnReason, kind: ProposalKind
) -> str:
    """What is still possible once that time is over."""
    rules = planning.policy.returns
    for other in rules.window_days_by_reason:
        window = window_of(planning, order, line, other, kind)
        if other is not reason and window is not None and window.is_open(planning.when.today):
            said = REASONS[other][0].lower() + REASONS[other][1:]
            return f"If {said}, it can still come back. {PERSON}"
    if kind is ProposalKind.RETURN:
        window = window_of(planning, order, line, reason, ProposalKind.EXCHANGE)
        if window is not None and window.is_open(planning.when.today):
            return "It can still be exchanged."
    return f"The warranty may still cover a fault. {PERSON}"
