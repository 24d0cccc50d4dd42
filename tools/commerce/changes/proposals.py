"""The life of a proposal: made, shown, decided, checked again and carried out, each step with its audit row.

    open ──confirm──▶ accepted                   carried out in the same transaction
      │       ├──────▶ needs_approval ──▶ accepted, declined by an agent, or expired
      │       └──────▶ failed                    it can no longer be done as it was shown: nothing was
      ├──decline────▶ declined
      └──time, or another proposal──▶ expired

Callers hold a write session; each function is a part of that one transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from pydantic import JsonValue
from sqlalchemy import bindparam, select, update

from tools.cards import Refusal
from tools.change_cards import Needed, ProposalCard, RuleFacts
from tools.commerce.changes import audit, showing
from tools.commerce.changes.closing import close, note
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.changes.rulebook import Rulebook, plan_of
from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.identity import principal_of
from tools.commerce.schema import AuditEvent, Proposal, ProposalKind, ProposalStatus
from tools.principal import Principal

# Every turn runs these: they are built once, for building them takes as long as running them.
_OF_CONVERSATION = select(Proposal).where(Proposal.conversation_id == bindparam("conversation"))
_OPEN = _OF_CONVERSATION.where(
    Proposal.status == ProposalStatus.OPEN,
    Proposal.expires_at > bindparam("now", type_=Proposal.expires_at.type),
)
_NEWEST = (
    _OF_CONVERSATION.where(Proposal.kind != ProposalKind.DISPUTE_OUTCOME)
    .order_by(Proposal.created_at.desc(), Proposal.id)
    .limit(1)
)


def propose(
    session: WriteSession,
    conversation_id: str,
    request: ChangeRequest,
    book: Rulebook,
    by: Principal | None = None,
) -> ProposalCard | Needed | Refusal:
    """Check and price what is asked for. A new proposal takes the place of the conversation's open one.

    `by` is a member of staff who proposes it themselves; else it is a model, for whoever the conversation is with.
    """
    hold(session, f"proposals of {conversation_id}")
    principal = by or principal_of(session, conversation_id)
    outcome = plan_of(session, principal, request, book)
    if isinstance(outcome, Refusal):
        return outcome.model_copy(update={"section": book.cite(outcome.rule) if outcome.rule else None})
    if isinstance(outcome, Needed):
        return outcome
    _supersede(session, conversation_id, book)
    proposal = _store(session, conversation_id, request, outcome, book)
    actor = audit.agent(by.staff_email) if by else "model"
    note(session, proposal, AuditEvent.PROPOSED, actor, book, _terms(outcome))
    return showing.card(proposal, book.now)


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
        was_confirmed = proposal.status is ProposalStatus.NEEDS_APPROVAL
        proposal.untold = was_confirmed and proposal.kind is not ProposalKind.DISPUTE_OUTCOME
        close(session, proposal, ProposalStatus.EXPIRED, AuditEvent.EXPIRED, audit.PARLEY, book)
    return len(due)


def open_proposal(
    session: ReadSession | WriteSession, conversation_id: str, now: datetime
) -> Proposal | None:
    """The one that waits for the shopper's decision."""
    return session.scalars(_OPEN, {"conversation": conversation_id, "now": now}).one_or_none()


def newest(session: ReadSession | WriteSession, conversation_id: str) -> Proposal | None:
    """The one last made to whoever the conversation is with: what an agent decides is not theirs to answer."""
    return session.scalars(_NEWEST, {"conversation": conversation_id}).one_or_none()


def untold(session: ReadSession, limit: int = 20) -> list[tuple[str, str]]:
    """The ids of proposals whose end the shopper has yet to be told, with those of their conversations."""
    found = session.execute(
        select(Proposal.id, Proposal.conversation_id)
        .where(Proposal.untold)
        .order_by(Proposal.decided_at)
        .limit(limit)
    )
    return [(proposal_id, conversation_id) for proposal_id, conversation_id in found]


def told(session: WriteSession, proposal_id: str, status: ProposalStatus) -> bool:
    """The shopper is told that it stands like that; if it no longer does, that is still to be told.

    Whether that was news.
    """
    known = (Proposal.id == proposal_id, Proposal.status == status, Proposal.untold)
    statement = update(Proposal).where(*known).values(untold=False).returning(Proposal.id)
    return session.scalar(statement) is not None


def statuses(
    session: ReadSession | WriteSession, ids: Collection[str], now: datetime
) -> dict[str, ProposalStatus]:
    """How the proposals with these ids stand."""
    found = session.scalars(select(Proposal).where(Proposal.id.in_(ids)))
    return {proposal.id: showing.status_at(proposal, now) for proposal in found}


def awaiting_approval(session: ReadSession) -> list[Proposal]:
    """Oldest first."""
    waiting = select(Proposal).where(Proposal.status == ProposalStatus.NEEDS_APPROVAL)
    return list(session.scalars(waiting.order_by(Proposal.confirmed_at, Proposal.id)))


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
    before = newest(session, conversation_id)
    # Later than the one before, whatever the clock says: the newest is the one that counts.
    created_at = max(book.now, before.created_at + timedelta(microseconds=1)) if before else book.now
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
        created_at=created_at,
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
        close(session, proposal, ProposalStatus.EXPIRED, event, audit.PARLEY, book, because)
    session.flush()


def _terms(plan: Plan) -> dict[str, JsonValue]:
    """What the trail tells of a plan: no name, address or text of a shopper."""
    return {
        "lines": [f"{line.quantity} x line {line.line}" for line in plan.lines],
        "money": [f"{m.kind} {m.amount_minor} {plan.currency}" for m in plan.movements],
        "rules": list(plan.rules),
        "needs_approval": plan.approval is not None,
    }
