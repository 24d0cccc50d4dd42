"""An outcome of a dispute on its page: suggested by code, to be confirmed, or waiting for a second person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.desk.wording import OUTCOMES
from tools.commerce.changes.effects import DisputeOutcomeEffect
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.disputes.setbacks import CAME_TO_NOTHING
from tools.commerce.disputes.suggestion import Suggestion
from tools.commerce.money import format_money
from tools.commerce.schema import OutcomeKind, Proposal


@dataclass(frozen=True)
class SuggestedOutcome:
    outcome: str
    amount: str | None
    why: Sequence[str]
    ask_for: str | None
    question: str | None
    is_for_manager: bool
    needs_manager: str | None
    request: str | None
    """JSON of the request that carries it out."""


@dataclass(frozen=True)
class PlannedOutcome:
    """What an outcome would do right now, to be confirmed."""

    dispute_id: str
    name: str
    summary: str
    parts: Sequence[tuple[str, str]]
    payouts: Sequence[tuple[str, str]]
    """Amount, and where it goes."""
    reasons: Sequence[str]
    next_steps: Sequence[str]
    notice: str | None
    approval: str | None
    overrides: Sequence[str]
    """Rules that bind shoppers and that it passes over."""
    request: str
    seen_left: int | None


def suggested_outcome(suggestion: Suggestion) -> SuggestedOutcome:
    request = suggestion.request
    return SuggestedOutcome(
        outcome=OUTCOMES[suggestion.outcome],
        amount=suggestion.amount.text if suggestion.amount else None,
        why=[ground.sentence for ground in suggestion.why],
        ask_for=suggestion.ask_for,
        question=suggestion.question,
        is_for_manager=suggestion.outcome is OutcomeKind.ESCALATE,
        needs_manager=suggestion.needs_manager,
        request=request.model_dump_json(exclude_defaults=True) if request else None,
    )


def planned_outcome(plan: Plan, request: DisputeOutcomeRequest, seen_left: int | None) -> PlannedOutcome:
    effect = plan.effect
    return PlannedOutcome(
        dispute_id=request.dispute_id,
        name=OUTCOMES[request.outcome].partition(":")[0],
        summary=plan.summary,
        parts=[(part.label, part.amount.text) for part in plan.parts],
        payouts=[(format_money(one.amount_minor, plan.currency), one.to) for one in plan.movements],
        reasons=request.reasons,
        next_steps=plan.next_steps,
        notice=plan.notice,
        approval=plan.approval,
        overrides=effect.overrides if isinstance(effect, DisputeOutcomeEffect) else (),
        request=request.model_dump_json(exclude_defaults=True),
        seen_left=seen_left,
    )


def outcome_that_fell(proposal: Proposal) -> str | None:
    """One that a second person did not agree to, or not in time."""
    if proposal.status not in CAME_TO_NOTHING:
        return None
    return f"It was {proposal.status}: {Plan.model_validate(proposal.plan).summary}"


def waiting_outcome(proposal: Proposal) -> Iterator[str]:
    """What it does, and why a second person has to agree."""
    plan = Plan.model_validate(proposal.plan)
    yield from filter(None, (plan.summary, plan.approval, plan.notice))
    if isinstance(plan.effect, DisputeOutcomeEffect) and plan.effect.overrides:
        yield f"Against {', '.join(plan.effect.overrides)}, which bind shoppers."
