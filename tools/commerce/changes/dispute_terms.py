"""What settling a dispute does to the items, which rules it passes over, and when a second person must agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from knowledge.wording import counted
from tools.cards import Refusal
from tools.commerce.changes.effects import Goods
from tools.commerce.changes.lines import Chosen
from tools.commerce.changes.plan import Approval, Plan, Planning, Session
from tools.commerce.changes.replacements import Replacement, replacement, sold_out
from tools.commerce.changes.requests import DisputeOutcomeRequest, SwapWish
from tools.commerce.changes.return_terms import refusal_for
from tools.commerce.changes.variants import siblings
from tools.commerce.days import LocalTime
from tools.commerce.money import format_money
from tools.commerce.schema import (
    Dispute,
    DisputeKind,
    DisputeLine,
    DisputeState,
    LedgerKind,
    Order,
    OrderLine,
    ProposalKind,
    ReturnReason,
)

REASONS = {
    DisputeKind.DAMAGED: ReturnReason.DAMAGED,
    DisputeKind.NOT_AS_DESCRIBED: ReturnReason.NOT_AS_DESCRIBED,
    DisputeKind.WRONG_ITEM: ReturnReason.WRONG_ITEM,
}
"""Why goods come back, or are kept; `other` for the rest."""

NEVER_CAME = frozenset({DisputeKind.NOT_RECEIVED, DisputeKind.MISSING_ITEM})


@dataclass(frozen=True)
class Case:
    """A dispute that is being settled. `order` has all that matters of it loaded; None where nobody said which."""

    planning: Planning
    dispute: Dispute
    order: Order | None
    request: DisputeOutcomeRequest

    @property
    def session(self) -> Session:
        return self.planning.session

    @property
    def customer_id(self) -> int | None:
        return self.order.customer_id if self.order else self.dispute.customer_id

    @property
    def currency(self) -> str:
        return self.order.currency if self.order else self.planning.currency

    @property
    def reason(self) -> ReturnReason:
        return REASONS.get(self.dispute.kind, ReturnReason.OTHER)

    @property
    def goods(self) -> Goods:
        """Where the items are after a refund in full."""
        if self.dispute.kind is DisputeKind.DOUBLE_CHARGE:
            return Goods.UNTOUCHED
        return Goods.NEVER_CAME if self.dispute.kind in NEVER_CAME else Goods.KEPT

    def claimed(self) -> tuple[SwapWish, ...]:
        """The items that the claim names; none where it is about the whole order."""
        rows = self.session.execute(
            select(OrderLine.line_no, DisputeLine.quantity)
            .join(OrderLine, OrderLine.id == DisputeLine.order_line_id)
            .where(DisputeLine.dispute_id == self.dispute.id)
            .order_by(OrderLine.line_no)
        )
        return tuple(SwapWish(line=line, quantity=quantity) for line, quantity in rows)


def replacements_of(case: Case, order: Order, chosen: Sequence[Chosen]) -> tuple[Replacement, ...] | Refusal:
    """What is sent instead: the same again, unless another SKU is named. Nothing is charged for it."""
    named = {wish.line: wish for wish in case.request.items if wish.sku}
    found = []
    for one in chosen:
        wish = named.get(one.line.line_no)
        if wish is not None:
            swap = replacement(case.planning, order, one, wish, case.reason)
            if not isinstance(swap, Replacement):
                return Refusal(code=getattr(swap, "code", "variant_needed"), message=swap.message)
            found.append(replace(swap, difference=0))
            continue
        own = next((v for v in siblings(case.session, one.line) if v.id == one.line.variant_id), None)
        if own is None:
            return Refusal(code="out_of_stock", message=f"{one.line.name} is not sold any more.")
        found.append(Replacement(one, own, 0))
    return sold_out(case.planning, found) or tuple(found)


def overridden(case: Case, order: Order, chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """The rules that would have refused the shopper at the time of the claim, and that the agent passes over."""
    planning, zone = case.planning, case.planning.when.zone
    then = replace(planning, when=LocalTime(case.dispute.opened_at, zone))
    if case.dispute.kind in NEVER_CAME:
        promised = then.when.day(order.promised_at)
        rules = planning.policy
        days = (
            rules.damage.missing_report_within_days
            if case.dispute.kind is DisputeKind.MISSING_ITEM
            else rules.late_parcels.report_within_days
        )
        since = (
            then.when.day(order.delivered_at) if case.dispute.kind is DisputeKind.MISSING_ITEM else promised
        )
        if since is None or then.when.today <= since + timedelta(days=days):
            return ()
        missing = case.dispute.kind is DisputeKind.MISSING_ITEM
        return ("damage.missing_report_within_days" if missing else "late_parcels.report_within_days",)
    refused = refusal_for(then, order, chosen, case.reason, ProposalKind.RETURN)
    return (refused.rule,) if refused and refused.rule else ()


def approval_of(case: Case, plan: Plan, goods_minor: int) -> Approval | None:
    """Why a manager must agree as well; None where the agent decides alone.

    `goods_minor` is what new goods are worth that leave although the first ones stay away.
    """
    rules, currency = case.planning.policy.disputes, case.planning.currency
    given = plan.unreturned_minor + goods_minor
    extra = sum(one.amount_minor for one in plan.movements if one.kind is LedgerKind.CREDIT)
    if case.currency != currency and given:
        return Approval("A manager approves what is given in another currency.", "disputes.manager_over")
    for amount, limit, rule, what in (
        (given, rules.manager_over, "manager_over", "for one dispute"),
        (extra, rules.goodwill_max, "goodwill_max", "on top of what was paid"),
    ):
        if amount > limit:
            told = f"A manager approves more than {format_money(limit, currency)} {what}."
            return Approval(told, f"disputes.{rule}")
    claims = claims_in_period(case)
    if (given or plan.movements) and claims > rules.claims_per_customer:
        days = counted(rules.claims_period_days, "day")
        told = f"It is claim {claims} of this customer's in {days}: a manager approves what is given."
        return Approval(told, "disputes.claims_per_customer")
    return None


def claims_in_period(case: Case) -> int:
    """Of this customer's, up to this one; a guest is known by the e-mail on the order."""
    period = timedelta(days=case.planning.policy.disputes.claims_period_days)
    opened = case.dispute.opened_at
    theirs = Dispute.id == case.dispute.id
    if case.customer_id is not None:
        theirs = Dispute.customer_id == case.customer_id
    elif case.order is not None and case.order.email:
        theirs = Dispute.order_id.in_(select(Order.id).where(Order.email == case.order.email))
    counted_ones = (
        theirs,
        Dispute.state != DisputeState.WITHDRAWN,
        Dispute.opened_at > opened - period,
        Dispute.opened_at <= opened,
    )
    return case.session.scalar(select(func.count()).select_from(Dispute).where(*counted_ones)) or 0
