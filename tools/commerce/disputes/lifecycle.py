"""The steps of a dispute. Each is one guarded change in its caller's transaction: of two at once, one finds it done.

    open ──propose──▶ (waits for a second person) ──approve──▶ settled, refused
      │ ├──decide───────────────────────────────────────────▶ settled, refused
      │ └──escalate─▶ (a manager is to settle it)
      ├──contest──▶ (the bank has the shop's answer to its chargeback, and rules) ──decide──▶ settled, refused
      └──withdraw───▶ withdrawn
    settled, refused ──reopen─▶ open (the bank's ruling was noted wrongly) ──decide─▶ settled, refused

Locks are taken in the order of every change: proposals, the customer's changes, the order, and then the dispute.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs.lifecycle import open_handoff
from tools.commerce.schema import (
    Dispute,
    DisputeEvent,
    DisputeState,
    DisputeStep,
    HandoffState,
    OutcomeKind,
    Proposal,
    ProposalStatus,
    Role,
)
from tools.principal import Principal


class DisputeError(Exception):
    """A step that cannot be taken; `code` is stable, the message is for the member of staff."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def locked(session: WriteSession, dispute_id: str) -> Dispute:
    """The row as it is now, until the transaction ends. Raises DisputeError `unknown_dispute`."""
    dispute = session.get(Dispute, dispute_id, with_for_update=True, populate_existing=True)
    if dispute is None:
        raise DisputeError("unknown_dispute", "There is no such dispute.")
    return dispute


def locked_open(session: WriteSession, dispute_id: str) -> Dispute:
    """Likewise, if it can still change. Raises DisputeError `unknown_dispute`, `decided_before`."""
    dispute = locked(session, dispute_id)
    if dispute.state is not DisputeState.OPEN:
        by = f" by {dispute.closed_by.partition(':')[2] or dispute.closed_by}" if dispute.closed_by else ""
        raise DisputeError("decided_before", f"This dispute was {dispute.state}{by} before.")
    return dispute


def awaits_approval(session: ReadSession | WriteSession, dispute: Dispute) -> bool:
    """Whether an outcome of it waits for a second person."""
    if dispute.proposal_id is None or dispute.state is not DisputeState.OPEN:
        return False
    status = session.scalar(select(Proposal.status).where(Proposal.id == dispute.proposal_id))
    return status is ProposalStatus.NEEDS_APPROVAL


def check_is_theirs(session: WriteSession, dispute: Dispute, by: Principal) -> None:
    """Only who has taken the conversation goes on with its dispute, and only a manager once one was called.

    Where nobody has the conversation any more, anybody at the desk may. Raises DisputeError.
    """
    if dispute.manager_since is not None and by.role is not Role.MANAGER:
        raise DisputeError("manager_needed", "A manager is to settle this.")
    handoff = open_handoff(session, dispute.conversation_id)
    if handoff and (handoff.state is not HandoffState.TAKEN or handoff.taken_by != by.staff_email):
        raise DisputeError("not_yours", "Take this conversation first: only who has taken it can settle it.")


def escalate(session: WriteSession, dispute_id: str, actor: str, now: datetime, note: str | None) -> Dispute:
    """A manager is to settle it; escalated before, it stays so. Raises DisputeError."""
    dispute = locked_open(session, dispute_id)
    if dispute.manager_since is None:
        dispute.manager_since = now
        record(session, dispute_id, DisputeStep.ESCALATED, actor, now, note=note)
    return dispute


def withdraw(session: WriteSession, dispute_id: str, actor: str, now: datetime, note: str | None) -> Dispute:
    """The claim is taken back, or has settled itself. Raises DisputeError."""
    dispute = locked_open(session, dispute_id)
    if awaits_approval(session, dispute):
        raise DisputeError("awaits_approval", "Its outcome waits for approval: that is decided first.")
    _close(dispute, DisputeState.WITHDRAWN, None, actor, now)
    record(session, dispute_id, DisputeStep.WITHDRAWN, actor, now, note=note)
    return dispute


def note_proposed(
    session: WriteSession, dispute: Dispute, proposal_id: str, actor: str, now: datetime
) -> None:
    """Its outcome waits for a second person."""
    dispute.proposal_id = proposal_id
    record(session, dispute.id, DisputeStep.PROPOSED, actor, now, proposal_id=proposal_id)


def decide(
    session: WriteSession, dispute: Dispute, outcome: OutcomeKind, proposal_id: str, actor: str, now: datetime
) -> None:
    """It ends, with the outcome that `proposal_id` carries out in the same transaction."""
    is_refused = outcome in {OutcomeKind.REFUSAL, OutcomeKind.WON}
    dispute.proposal_id = proposal_id
    _close(dispute, DisputeState.REFUSED if is_refused else DisputeState.SETTLED, outcome, actor, now)
    step = DisputeStep.REFUSED if is_refused else DisputeStep.SETTLED
    record(session, dispute.id, step, actor, now, proposal_id=proposal_id)


def contest(session: WriteSession, dispute: Dispute, proposal_id: str, actor: str, now: datetime) -> None:
    """The bank is sent the shop's answer to its chargeback: from now on the shop waits for its ruling."""
    dispute.proposal_id, dispute.contested_at = proposal_id, now
    record(session, dispute.id, DisputeStep.CONTESTED, actor, now, proposal_id=proposal_id)


def reopen(
    session: WriteSession, dispute: Dispute, proposal_id: str, actor: str, now: datetime, note: str
) -> None:
    """A bank's ruling was noted wrongly. Where it ruled otherwise, `decide` follows in the same transaction."""
    dispute.proposal_id, dispute.state, dispute.outcome = proposal_id, DisputeState.OPEN, None
    dispute.closed_by = dispute.closed_at = None
    record(session, dispute.id, DisputeStep.CORRECTED, actor, now, proposal_id=proposal_id, note=note)


def trail(session: ReadSession | WriteSession, dispute_id: str) -> Sequence[DisputeEvent]:
    """Its steps, oldest first."""
    query = select(DisputeEvent).where(DisputeEvent.dispute_id == dispute_id)
    return session.scalars(query.order_by(DisputeEvent.sequence)).all()


def record(
    session: WriteSession,
    dispute_id: str,
    step: DisputeStep,
    actor: str,
    now: datetime,
    *,
    proposal_id: str | None = None,
    note: str | None = None,
) -> None:
    """Add a step to the trail of a dispute that is locked."""
    count = select(func.count()).where(DisputeEvent.dispute_id == dispute_id).scalar_subquery()
    event = DisputeEvent(
        dispute_id=dispute_id,
        sequence=session.scalar(select(count + 1)) or 1,
        step=step,
        actor=actor,
        at=now,
        proposal_id=proposal_id,
        note=note,
    )
    session.add(event)
    session.flush()


def _close(
    dispute: Dispute, state: DisputeState, outcome: OutcomeKind | None, actor: str, now: datetime
) -> None:
    dispute.state, dispute.outcome = state, outcome
    dispute.closed_by, dispute.closed_at = actor, now
