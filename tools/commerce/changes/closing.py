"""Closing a proposal, and the audit row that each of its steps leaves."""

from collections.abc import Mapping

from pydantic import JsonValue

from tools.commerce.changes import audit
from tools.commerce.changes.audit import Entry
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import WriteSession
from tools.commerce.schema import AuditEvent, Proposal, ProposalStatus


def close(
    session: WriteSession,
    proposal: Proposal,
    status: ProposalStatus,
    event: AuditEvent,
    actor: str,
    book: Rulebook,
    because: str | None = None,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """Bring it to a final status; `because` is a stable code where the status alone does not say."""
    proposal.status = status
    proposal.decided_at = book.now
    proposal.closed_because = because
    told = dict(details or {})
    if because:
        told["because"] = because
    note(session, proposal, event, actor, book, told)


def note(
    session: WriteSession,
    proposal: Proposal,
    event: AuditEvent,
    actor: str,
    book: Rulebook,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """One row of the trail; `details` hold no personal data."""
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
