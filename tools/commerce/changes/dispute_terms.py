"""What settling a dispute does to the items, which rules it passes over, and when a second person must agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from knowledge.wording import counted
from tools.cards import Refusal
from tools.change_cards import ProposalLine
from tools.commerce.changes.effects import ExchangeLine, Goods
from tools.commerce.changes.lines import Chosen, paid_for
from tools.commerce.changes.plan import Approval, Plan, Planning, Session
from tools.commerce.changes.refund_claims import delivered_at
from tools.commerce.changes.replacements import Replacement, becomes, replacement, sold_out
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
from tools.facts import Money

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
    """What is sent instead: the same again, unless another version is named."""
    named = {wish.line: wish for wish in case.request.items if wish.sku}
    found = []
    for one in chosen:
        wish = named.get(one.line.line_no)
        own = next((v for v in siblings(case.session, one.line) if v.id == one.line.variant_id), None)
        if wish is not None and (own is None or wish.sku != own.sku):
            swap = replacement(case.planning, order, one, wish, case.reason)
            if not isinstance(swap, Replacement):
                return Refusal(code=getattr(swap, "code", "variant_needed"), message=swap.message)
            found.append(swap)
            continue
        if own is None:
            return Refusal(code="out_of_stock", message=f"{one.line.name} is not sold any more.")
        found.append(Replacement(one, own, 0))
    return sold_out(case.planning, found) or tuple(found)


def overridden(case: Case, order: Order, chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """The rules that would have refused the shopper at the time of the claim, and that the agent passes over."""
    then = replace(case.planning, when=LocalTime(case.dispute.opened_at, case.planning.when.zone))
    if case.dispute.kind in NEVER_CAME:
        since, days, rule = _time_to_tell(case, order)
        told_on = then.when.today
        return () if since is None or told_on <= since + timedelta(days=days) else (rule,)
    refused = refusal_for(then, order, chosen, case.reason, ProposalKind.RETURN)
    return (refused.rule,) if refused and refused.rule else ()


def _time_to_tell(case: Case, order: Order) -> tuple[date | None, int, str]:
    """Of what never came: from which day on, for how many days, and the rule that says so."""
    policy, when = case.planning.policy, case.planning.when
    if case.dispute.kind is DisputeKind.MISSING_ITEM:
        days, rule = policy.damage.missing_report_within_days, "damage.missing_report_within_days"
        return when.day(delivered_at(order)), days, rule
    days, rule = policy.late_parcels.report_within_days, "late_parcels.report_within_days"
    return when.day(order.promised_at), days, rule


def approval_of(case: Case, plan: Plan, goods_minor: int, dearer_minor: int) -> Approval | None:
    """Why a manager must agree as well; None where the agent decides alone.

    `goods_minor` is what new goods are worth that leave although the first ones stay away, `dearer_minor` what they
    cost more than those.
    """
    rules, currency = case.planning.policy.disputes, case.planning.currency
    given = plan.unreturned_minor + goods_minor + dearer_minor
    extra = sum(one.amount_minor for one in plan.movements if one.kind is LedgerKind.CREDIT) + dearer_minor
    if case.currency != currency and given:
        return Approval("A manager approves what is given in another currency.", "disputes.manager_over")
    for amount, limit, rule, what in (
        (given, rules.manager_over, "manager_over", "for one dispute"),
        (extra, rules.goodwill_max, "goodwill_max", "on top of what was paid"),
    ):
        if amount > limit:
            told = f"A manager approves more than {format_money(limit, currency)} {what}."
            return Approval(told, f"disputes.{rule}")
    claims = claims_in_period(case.session, case.dispute, case.order, rules.claims_period_days)
    if (given or plan.movements) and claims > rules.claims_per_customer:
        days = counted(rules.claims_period_days, "day")
        told = f"It is claim {claims} of this customer's in {days}: a manager approves what is given."
        return Approval(told, "disputes.claims_per_customer")
    return None


def claims_in_period(session: Session, dispute: Dispute, order: Order | None, days: int) -> int:
    """How many claims of this customer's there were in so many days, up to this one; a guest is known by the e-mail
    on the order."""
    opened, period = dispute.opened_at, timedelta(days=days)
    theirs = Dispute.id == dispute.id
    if dispute.customer_id is not None:
        theirs = Dispute.customer_id == dispute.customer_id
    elif order is not None and order.email:
        theirs = Dispute.order_id.in_(select(Order.id).where(Order.email == order.email))
    counted_ones = (
        theirs,
        Dispute.state != DisputeState.WITHDRAWN,
        Dispute.opened_at > opened - period,
        Dispute.opened_at <= opened,
    )
    return session.scalar(select(func.count()).select_from(Dispute).where(*counted_ones)) or 0


def effect_line(one: Chosen, swap: Replacement | None) -> ExchangeLine:
    own = one.line.variant_id
    return ExchangeLine(
        order_line_id=one.line.id,
        variant_id=own,
        quantity=one.quantity,
        to_variant_id=swap.variant.id if swap else own or 0,
    )


def shown_line(order: Order, one: Chosen, swap: Replacement | None) -> ProposalLine:
    return ProposalLine(
        line=one.line.line_no,
        name=one.line.name,
        options=one.line.options,
        quantity=one.quantity,
        amount=None if swap else Money.of(paid_for(order, one.line, one.quantity), order.currency),
        becomes=becomes(swap) if swap else None,
    )
