"""How much may be given before goods are back, or for good, without a support agent's approval."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from tools.commerce.changes.plan import Approval, Planning
from tools.commerce.money import format_money
from tools.commerce.schema import LedgerEntry, Order, Proposal, ProposalStatus, Refund, RefundStatus

_COUNTED = (ProposalStatus.ACCEPTED, ProposalStatus.NEEDS_APPROVAL)


@dataclass(frozen=True)
class _Given:
    """What was given so before: how often, and how much in minor units."""

    times: int
    minor: int


def approval_needed(
    planning: Planning, order: Order, unreturned_minor: int, credit_minor: int = 0
) -> Approval | None:
    """Why an agent must approve it; None when it stays within every limit.

    `unreturned_minor` leaves although goods stay, `credit_minor` of it is given on top of what was paid.
    """
    if not unreturned_minor:
        return None
    limits, currency = planning.policy.limits, planning.currency
    if order.currency != currency:
        return Approval("Refunds in another currency are approved by a person.", "limits.refund_max")
    in_all = unreturned_minor + _given_for(planning, Proposal.order_id == order.id, _of(order)).minor
    checks = (
        (unreturned_minor, limits.refund_max, "refund_max", "Refunds of more than {}"),
        (credit_minor, limits.credit_max, "credit_max", "Credit of more than {}"),
        (in_all, limits.order_refund_max, "order_refund_max", "Refunds of more than {} for one order"),
    )
    for amount, limit, rule, what in checks:
        if amount > limit:
            told = what.format(format_money(limit, currency))
            return Approval(f"{told} are approved by a person.", f"limits.{rule}")
    return _over_period(planning, order, unreturned_minor)


def _over_period(planning: Planning, order: Order, unreturned_minor: int) -> Approval | None:
    limits = planning.policy.limits
    before = _given_to_customer(planning, order)
    days = f"{limits.refunds_period_days} days"
    if before.times + 1 > limits.refunds_per_customer:
        return Approval(
            f"After {limits.refunds_per_customer} refunds in {days}, a person approves the next one.",
            "limits.refunds_per_customer",
        )
    if before.minor + unreturned_minor > limits.period_refund_max:
        limit = format_money(limits.period_refund_max, planning.currency)
        return Approval(
            f"Refunds of more than {limit} in {days} are approved by a person.", "limits.period_refund_max"
        )
    return None


def _given_to_customer(planning: Planning, order: Order) -> _Given:
    since = planning.when.now - timedelta(days=planning.policy.limits.refunds_period_days)
    mine = _orders_of(order)
    by_proposal = (Proposal.confirmed_at >= since) & Proposal.order_id.in_(select(Order.id).where(mine))
    by_hand = (Refund.created_at >= since) & Refund.order_id.in_(select(Order.id).where(mine))
    return _given_for(planning, by_proposal, by_hand)


def _given_for(planning: Planning, proposals: ColumnElement[bool], refunds: ColumnElement[bool]) -> _Given:
    """By proposals, and by people before there were any: refunds without a return and without a ledger entry."""
    confirmed = select(func.count(), func.sum(Proposal.unreturned_minor)).where(
        Proposal.status.in_(_COUNTED), Proposal.unreturned_minor > 0, proposals
    )
    settled = select(LedgerEntry.id).where(LedgerEntry.refund_id == Refund.id)
    by_hand = select(func.count(), func.sum(Refund.amount_minor)).where(
        Refund.return_id.is_(None), Refund.status != RefundStatus.FAILED, ~settled.exists(), refunds
    )
    times = minor = 0
    for query in (confirmed, by_hand):
        count, sum_ = planning.session.execute(query).one()
        times, minor = times + count, minor + int(sum_ or 0)
    return _Given(times, minor)


def _of(order: Order) -> ColumnElement[bool]:
    return Refund.order_id == order.id


def _orders_of(order: Order) -> ColumnElement[bool]:
    """The customer's orders; a guest's by the e-mail on them."""
    if order.customer_id is not None:
        return Order.customer_id == order.customer_id
    return Order.email == order.email if order.email else Order.id == order.id
