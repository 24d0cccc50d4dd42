"""The life of a proposal: made, shown, decided, checked again and carried out, each step with its audit row.

    open ──confirm──▶ accepted                   carried out in the same transaction
      │       ├──────▶ needs_approval ──▶ accepted, declined by an agent, or expired
      │       └──────▶ failed                    it can no longer be done as it was shown: nothing was
      ├──decline────▶ declined
      └──time, or another proposal──▶ expired

Callers hold a write session; each function is a part of that one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import select

from tools.cards import Citation, Refusal
from tools.change_cards import Needed, ProposalCard, RuleFacts
from tools.commerce.changes import audit, ledger, showing
from tools.commerce.changes.audit import Entry
from tools.commerce.changes.plan import Applying, CannotApply, Outcome, Plan, Planning, order_of
from tools.commerce.changes.registry import CHANGES
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.days import LocalTime
from tools.commerce.identity import principal_of
from tools.commerce.policy import Policy
from tools.commerce.schema import AuditEvent, Proposal, ProposalKind, ProposalStatus
from tools.principal import Principal

APPROVAL_DAYS = timedelta(days=7)
"""How long a confirmed proposal waits for an agent before it lapses."""

_REQUEST: TypeAdapter[ChangeRequest] = TypeAdapter(ChangeRequest)


class Decision(StrEnum):
    CONFIRM = "confirm"
    DECLINE = "decline"


@dataclass(frozen=True)
class Rulebook:
    """What proposals are made and judged by. `cite` finds the section that tells a rule."""

    policy: Policy
    currency: str
    when: LocalTime
    cite: Callable[[str], Citation | None] = lambda _: None

    @property
    def now(self) -> datetime:
        return self.when.now


def propose(
    session: WriteSession, conversation_id: str, request: ChangeRequest, book: Rulebook
) -> ProposalCard | Needed | Refusal:
    """Check and price what is asked for. A new proposal takes the place of the conversation's open one."""
    hold(session, f"proposals of {conversation_id}")
    principal = principal_of(session, conversation_id)
    outcome = _plan(session, principal, request, book)
    if isinstance(outcome, Refusal):
        return outcome.model_copy(update={"section": book.cite(outcome.rule) if outcome.rule else None})
    if isinstance(outcome, Needed):
        return outcome
    _supersede(session, conversation_id, book)
    proposal = _store(session, conversation_id, request, outcome, book)
    _audit(session, proposal, AuditEvent.PROPOSED, "model", book, _terms(outcome))
    return showing.card(proposal, book.now)


def decide(
    session: WriteSession, conversation_id: str, proposal_id: str, decision: Decision, book: Rulebook
) -> Proposal | None:
    """The shopper's yes or no; None when the conversation has no such proposal.

    A proposal that was decided before stays as it is: the same answer however often it is asked for.
    """
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None or proposal.conversation_id != conversation_id:
        return None
    if proposal.status is not ProposalStatus.OPEN:
        return proposal
    if proposal.expires_at <= book.now:
        _close(session, proposal, ProposalStatus.EXPIRED, AuditEvent.EXPIRED, audit.PARLEY, book)
    elif decision is Decision.DECLINE:
        _close(session, proposal, ProposalStatus.DECLINED, AuditEvent.DECLINED, audit.SHOPPER, book)
    else:
        proposal.confirmed_at = book.now
        _carry_out(session, proposal, audit.SHOPPER, book, is_approved=False)
    return proposal


def approve(
    session: WriteSession, proposal_id: str, by: Principal, decision: Decision, book: Rulebook
) -> Proposal | Refusal:
    """A support agent's yes or no to what the shopper has confirmed."""
    if not by.sees_every_order:
        return Refusal(code="not_for_role", message="Only a support agent can approve this.")
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None or proposal.status is not ProposalStatus.NEEDS_APPROVAL:
        return Refusal(code="nothing_to_approve", message="No proposal of that id waits for approval.")
    actor = audit.agent(by.staff_email)
    if decision is Decision.DECLINE:
        _close(session, proposal, ProposalStatus.DECLINED, AuditEvent.REJECTED, actor, book, "not_approved")
    else:
        _audit(session, proposal, AuditEvent.APPROVED, actor, book)
        _carry_out(session, proposal, actor, book, is_approved=True)
    return proposal


def expire_due(session: WriteSession, book: Rulebook, limit: int = 100) -> int:
    """Close what nobody decided in time; returns how many."""
    undecided = (ProposalStatus.OPEN, ProposalStatus.NEEDS_APPROVAL)
    due = session.scalars(
        select(Proposal)
        .where(Proposal.status.in_(undecided), Proposal.expires_at <= book.now)
        .order_by(Proposal.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for proposal in due:
        _close(session, proposal, ProposalStatus.EXPIRED, AuditEvent.EXPIRED, audit.PARLEY, book)
    return len(due)


def open_proposal(
    session: ReadSession | WriteSession, conversation_id: str, now: datetime
) -> Proposal | None:
    """The one that waits for the shopper's decision."""
    return session.scalars(
        select(Proposal).where(
            Proposal.conversation_id == conversation_id,
            Proposal.status == ProposalStatus.OPEN,
            Proposal.expires_at > now,
        )
    ).one_or_none()


def newest(session: ReadSession | WriteSession, conversation_id: str) -> Proposal | None:
    return session.scalars(
        select(Proposal)
        .where(Proposal.conversation_id == conversation_id)
        .order_by(Proposal.created_at.desc(), Proposal.id)
        .limit(1)
    ).one_or_none()


def awaiting_approval(session: ReadSession) -> list[Proposal]:
    """Oldest first."""
    waiting = select(Proposal).where(Proposal.status == ProposalStatus.NEEDS_APPROVAL)
    return list(session.scalars(waiting.order_by(Proposal.confirmed_at, Proposal.id)))


def _plan(session: WriteSession, principal: Principal, request: ChangeRequest, book: Rulebook) -> Outcome:
    planning = Planning(session, principal, book.when, book.policy, book.currency)
    outcome: Outcome = CHANGES[ProposalKind(request.kind)].plan(planning, request)
    return outcome


def _store(
    session: WriteSession, conversation_id: str, request: ChangeRequest, plan: Plan, book: Rulebook
) -> Proposal:
    rules = []
    for path in plan.rules:
        section = book.cite(path)
        rules.append(
            RuleFacts(
                path=path, title=section.title if section else None, url=section.url if section else None
            ).model_dump()
        )
    proposal = Proposal(
        id=str(uuid4()),
        conversation_id=conversation_id,
        kind=plan.kind,
        status=ProposalStatus.OPEN,
        order_id=plan.order_id,
        customer_id=plan.customer_id,
        policy_version=book.policy.fingerprint,
        request=request.model_dump(mode="json"),
        plan=plan.model_dump(mode="json"),
        rules=rules,
        amount_minor=plan.net_minor,
        unreturned_minor=plan.unreturned_minor,
        currency=plan.currency,
        created_at=book.now,
        expires_at=book.now + timedelta(minutes=book.policy.limits.proposal_minutes),
    )
    session.add(proposal)
    session.flush()
    return proposal


def _supersede(session: WriteSession, conversation_id: str, book: Rulebook) -> None:
    earlier = session.scalars(
        select(Proposal)
        .where(Proposal.conversation_id == conversation_id, Proposal.status == ProposalStatus.OPEN)
        .with_for_update()
    ).all()
    for proposal in earlier:
        over = proposal.expires_at <= book.now
        event, because = (AuditEvent.EXPIRED, None) if over else (AuditEvent.SUPERSEDED, "superseded")
        _close(session, proposal, ProposalStatus.EXPIRED, event, audit.PARLEY, book, because)
    session.flush()


def _carry_out(
    session: WriteSession, proposal: Proposal, actor: str, book: Rulebook, *, is_approved: bool
) -> None:
    """Check again what was confirmed; then do exactly that, or nothing."""
    shown = Plan.model_validate(proposal.plan)
    hold(session, f"changes of customer {shown.customer_id}")
    order_of(session, shown)
    # The principal as it is now: a proof that was withdrawn no longer counts.
    principal = principal_of(session, proposal.conversation_id)
    plan = _plan(session, principal, _REQUEST.validate_python(proposal.request), book)
    if not isinstance(plan, Plan):
        _fail(session, proposal, actor, book, getattr(plan, "code", "terms_changed"), plan.message)
    elif not plan.is_same_deal_as(shown):
        message = "Something about it has changed since I showed it to you."
        _fail(session, proposal, actor, book, "terms_changed", message)
    elif plan.approval and not is_approved:
        proposal.status = ProposalStatus.NEEDS_APPROVAL
        proposal.expires_at = book.now + APPROVAL_DAYS
        _audit(session, proposal, AuditEvent.CONFIRMED, actor, book)
    else:
        _execute(session, proposal, shown, actor, book)


def _execute(session: WriteSession, proposal: Proposal, plan: Plan, actor: str, book: Rulebook) -> None:
    applying = Applying(session, proposal, plan, book.when, book.policy)
    due = [movement for movement in plan.movements if not movement.after_inspection]
    try:
        with session.begin_nested():
            applied = CHANGES[plan.kind].apply(applying, plan.effect)
            entries = ledger.record(session, proposal, due, book.now, return_id=applied.return_id)
    except CannotApply as error:
        _fail(session, proposal, actor, book, error.code, error.message)
        return
    proposal.outcome = {"done": list(applied.done), "next_steps": [*applied.next_steps, *plan.next_steps]}
    details: dict[str, JsonValue] = {
        **dict(applied.facts),
        "money": [f"{entry.kind} {entry.amount_minor} {entry.currency}" for entry in entries],
    }
    _close(
        session,
        proposal,
        ProposalStatus.ACCEPTED,
        AuditEvent.EXECUTED,
        actor,
        book,
        details=details,
    )


def _fail(
    session: WriteSession, proposal: Proposal, actor: str, book: Rulebook, code: str, message: str
) -> None:
    proposal.outcome = {"message": message}
    _close(session, proposal, ProposalStatus.FAILED, AuditEvent.FAILED, actor, book, code)


def _close(
    session: WriteSession,
    proposal: Proposal,
    status: ProposalStatus,
    event: AuditEvent,
    actor: str,
    book: Rulebook,
    because: str | None = None,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    proposal.status = status
    proposal.decided_at = book.now
    proposal.closed_because = because
    told = dict(details or {})
    if because:
        told["because"] = because
    _audit(session, proposal, event, actor, book, told)


def _audit(
    session: WriteSession,
    proposal: Proposal,
    event: AuditEvent,
    actor: str,
    book: Rulebook,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    audit.record(
        session,
        Entry(
            event=event,
            actor=actor,
            at=book.now,
            conversation_id=proposal.conversation_id,
            proposal_id=proposal.id,
            order_number=proposal.plan.get("order_number"),
            policy_version=book.policy.fingerprint,
            details={"kind": proposal.kind.value, **(details or {})},
        ),
    )


def _terms(plan: Plan) -> dict[str, JsonValue]:
    """What the trail tells of a plan: no name, address or text of a shopper."""
    return {
        "lines": [f"{line.quantity} x line {line.line}" for line in plan.lines],
        "money": [f"{m.kind} {m.amount_minor} {plan.currency}" for m in plan.movements],
        "rules": list(plan.rules),
        "needs_approval": plan.approval is not None,
    }
