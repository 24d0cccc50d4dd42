"""Yes and no: what was confirmed is checked again, and then exactly that is done, or nothing.

Callers hold a write session; each function is a part of that one transaction.
"""

from datetime import timedelta
from enum import StrEnum

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import select

from tools.cards import Refusal
from tools.change_cards import Needed
from tools.commerce.changes import audit, ledger, proposals
from tools.commerce.changes.closing import close, note
from tools.commerce.changes.permission import denied
from tools.commerce.changes.plan import Applying, CannotApply, Plan, order_of
from tools.commerce.changes.registry import CHANGES
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.changes.rulebook import Rulebook, plan_of
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.identity import principal_of
from tools.commerce.schema import AuditEvent, AuditRow, Proposal, ProposalKind, ProposalStatus, Role
from tools.principal import Principal

APPROVAL_PERIOD = timedelta(days=7)
"""How long a confirmed proposal waits for an agent before it lapses."""

NOTHING_TO_APPROVE = Refusal(code="nothing_to_approve", message="No proposal of that id waits for approval.")

_REQUEST: TypeAdapter[ChangeRequest] = TypeAdapter(ChangeRequest)


class Decision(StrEnum):
    CONFIRM = "confirm"
    DECLINE = "decline"


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
    actor = audit.person(principal_of(session, conversation_id))
    if proposal.expires_at <= book.now:
        close(session, proposal, ProposalStatus.EXPIRED, AuditEvent.EXPIRED, audit.PARLEY, book)
    elif decision is Decision.DECLINE:
        close(session, proposal, ProposalStatus.DECLINED, AuditEvent.DECLINED, actor, book)
    else:
        proposal.confirmed_at = book.now
        # The principal as it is now: a proof that was withdrawn no longer counts.
        _carry_out(session, proposal, principal_of(session, conversation_id), actor, book, is_approved=False)
    return proposal


def decide_as_staff(
    session: WriteSession, conversation_id: str, request: ChangeRequest, by: Principal, book: Rulebook
) -> Proposal | Refusal:
    """What a member of staff decides themselves: proposed and confirmed at once, so that nobody else can.

    Above the limits it waits for a second person. The caller has locked what it is about, so that it is planned once.
    """
    made = proposals.propose(session, conversation_id, request, book, by)
    if isinstance(made, Refusal):
        return made
    if isinstance(made, Needed):
        return Refusal(code=f"{made.what}_needed", message=made.message)
    proposal = session.get_one(Proposal, made.id)
    proposal.confirmed_at = book.now
    actor = audit.agent(by.staff_email)
    plan = Plan.model_validate(proposal.plan)
    if plan.approval:
        _wait_for_approval(session, proposal, actor, book)
    else:
        _execute(session, proposal, plan, actor, book)
    return proposal


def approve(
    session: WriteSession, proposal_id: str, by: Principal, decision: Decision, book: Rulebook
) -> Proposal | Refusal:
    """A support agent's yes or no to what the shopper has confirmed."""
    if refused := denied(by, "approve this"):
        return refused
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if (
        proposal is None
        or proposal.status is not ProposalStatus.NEEDS_APPROVAL
        or proposal.expires_at <= book.now
    ):
        return NOTHING_TO_APPROVE
    if refused := no_second_person(session, proposal, by):
        return refused
    is_of_desk = proposal.kind is ProposalKind.DISPUTE_OUTCOME
    actor = audit.agent(by.staff_email)
    if decision is Decision.DECLINE:
        close(session, proposal, ProposalStatus.DECLINED, AuditEvent.REJECTED, actor, book, "not_approved")
    else:
        note(session, proposal, AuditEvent.APPROVED, actor, book)
        asker = by if is_of_desk else principal_of(session, proposal.conversation_id)
        _carry_out(session, proposal, asker, actor, book, is_approved=True)
    proposal.untold = _is_news(proposal)
    return proposal


def _is_news(proposal: Proposal) -> bool:
    """Whether the shopper is told of it: not of a dispute's outcome that came to nothing, of which they never heard."""
    return proposal.kind is not ProposalKind.DISPUTE_OUTCOME or proposal.status is ProposalStatus.ACCEPTED


def no_second_person(
    session: ReadSession | WriteSession, proposal: Proposal, by: Principal
) -> Refusal | None:
    """A dispute's outcome above the limits is approved by a manager, and never by who decided it."""
    if proposal.kind is not ProposalKind.DISPUTE_OUTCOME:
        return None
    if by.role is not Role.MANAGER:
        return Refusal(code="manager_needed", message="Only a manager can approve how a dispute is settled.")
    if confirmed_by(session, proposal) == audit.agent(by.staff_email):
        return Refusal(
            code="second_person_needed",
            message="You decided this yourself: another manager has to approve it.",
        )
    return None


def confirmed_by(session: ReadSession | WriteSession, proposal: Proposal) -> str | None:
    """The actor of the trail who confirmed it: the shopper, or of a dispute's outcome who decided that."""
    confirmed = select(AuditRow.actor).where(
        AuditRow.proposal_id == proposal.id, AuditRow.event == AuditEvent.CONFIRMED
    )
    return session.scalar(confirmed)


def _carry_out(
    session: WriteSession,
    proposal: Proposal,
    principal: Principal,
    actor: str,
    book: Rulebook,
    *,
    is_approved: bool,
) -> None:
    """Check again what was confirmed; then do exactly that, or nothing."""
    shown = Plan.model_validate(proposal.plan)
    order_of(session, shown)
    plan = plan_of(session, principal, _REQUEST.validate_python(proposal.request), book)
    if not isinstance(plan, Plan):
        _fail(session, proposal, actor, book, getattr(plan, "code", "terms_changed"), plan.message)
    elif not plan.is_same_deal_as(shown):
        message = "Something about it has changed since I showed it to you."
        _fail(session, proposal, actor, book, "terms_changed", message)
    elif not is_approved and _was_done_meanwhile(session, proposal):
        message = "The same was agreed to in another conversation in the meantime."
        _fail(session, proposal, actor, book, "done_meanwhile", message)
    elif plan.approval and not is_approved:
        _wait_for_approval(session, proposal, actor, book)
    else:
        _execute(session, proposal, shown, actor, book)


def _wait_for_approval(session: WriteSession, proposal: Proposal, actor: str, book: Rulebook) -> None:
    proposal.status = ProposalStatus.NEEDS_APPROVAL
    proposal.expires_at = book.now + APPROVAL_PERIOD
    note(session, proposal, AuditEvent.CONFIRMED, actor, book)


def _was_done_meanwhile(session: WriteSession, proposal: Proposal) -> bool:
    """Whether as much was carried out of the same kind, for the same order or account, since this was shown.

    Two tabs look like that, and two people on one account. Asked again, the shopper is told of the first. What is
    about neither (being told of figures) is each one's own.
    """
    if proposal.order_id is None and proposal.customer_id is None:
        return False
    alike = select(Proposal.id).where(
        Proposal.order_id == proposal.order_id,
        Proposal.customer_id == proposal.customer_id,
        Proposal.kind == proposal.kind,
        Proposal.amount_minor == proposal.amount_minor,
        Proposal.status == ProposalStatus.ACCEPTED,
        Proposal.decided_at > proposal.created_at,
    )
    return session.scalar(alike.limit(1)) is not None


def _execute(session: WriteSession, proposal: Proposal, plan: Plan, actor: str, book: Rulebook) -> None:
    applying = Applying(session, proposal, plan, book.when, book.policy, actor)
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
    close(
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
    close(session, proposal, ProposalStatus.FAILED, AuditEvent.FAILED, actor, book, code)
