"""Proposals as people see them."""

from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from tools.change_cards import PayoutFacts, ProposalCard, ProposalMoney, ReceiptCard, RuleFacts
from tools.commerce.changes.plan import Movement, Plan
from tools.commerce.schema import LedgerKind, Proposal, ProposalStatus
from tools.facts import Money

_Way = tuple[str, Literal["pay", "back"], Literal["now", "after_inspection"]]
"""Where money goes, in which direction, and when."""

_RULES: TypeAdapter[tuple[RuleFacts, ...]] = TypeAdapter(tuple[RuleFacts, ...])


def status_at(proposal: Proposal, now: datetime) -> ProposalStatus:
    """An open proposal whose time is over counts as expired before anybody has written it down."""
    over = proposal.status is ProposalStatus.OPEN and proposal.expires_at <= now
    return ProposalStatus.EXPIRED if over else proposal.status


def card(proposal: Proposal, now: datetime) -> ProposalCard:
    plan = Plan.model_validate(proposal.plan)
    return ProposalCard(
        id=proposal.id,
        change=proposal.kind,
        status=status_at(proposal, now),
        order_number=plan.order_number,
        summary=plan.summary,
        lines=plan.lines,
        parts=plan.parts,
        money=_money(plan),
        payouts=payouts(plan),
        rules=_RULES.validate_python(proposal.rules),
        next_steps=plan.next_steps,
        notice=plan.notice,
        approval=plan.approval,
        expires_at=proposal.expires_at,
    )


def receipt(proposal: Proposal, now: datetime) -> ReceiptCard:
    plan = Plan.model_validate(proposal.plan)
    outcome = proposal.outcome or {}
    accepted = proposal.status is ProposalStatus.ACCEPTED
    return ReceiptCard(
        proposal_id=proposal.id,
        change=proposal.kind,
        status=status_at(proposal, now),
        order_number=plan.order_number,
        done=tuple(outcome.get("done", ())),
        next_steps=tuple(outcome.get("next_steps", ())),
        payouts=payouts(plan) if accepted else (),
    )


def payouts(plan: Plan) -> tuple[PayoutFacts, ...]:
    """One for each way that money goes: a refund and its bonus to the same place are one sum."""
    sums = dict.fromkeys((_way(movement) for movement in plan.movements), 0)
    for movement in plan.movements:
        sums[_way(movement)] += movement.amount_minor
    return tuple(
        PayoutFacts(to=to, amount=Money.of(amount, plan.currency), direction=direction, when=when)
        for (to, direction, when), amount in sums.items()
    )


def _way(movement: Movement) -> _Way:
    return (
        movement.to,
        "pay" if movement.kind is LedgerKind.CHARGE else "back",
        "after_inspection" if movement.after_inspection else "now",
    )


def _money(plan: Plan) -> ProposalMoney | None:
    if not plan.movements:
        return None
    return ProposalMoney(
        amount=plan.net_minor,
        currency=plan.currency,
        to=" and ".join(dict.fromkeys(_place(movement) for movement in plan.movements)),
        text=Money.of(plan.net_minor, plan.currency).text,
    )


def _place(movement: Movement) -> str:
    return movement.to
