"""Deciding a dispute: an agent's outcome is proposed, confirmed and carried out in one transaction, by the same
machinery as every change. Above the policy's limits it waits for a manager who is somebody else.

A proposal that the shopper has open in the conversation is superseded by it: what was offered before does not
come on top. Whoever is first of two agents, or of an agent and the shopper, has decided; the other is told.
"""

from sqlalchemy import select

from tools.cards import Refusal
from tools.commerce.changes import audit
from tools.commerce.changes.decisions import decide_as_staff
from tools.commerce.changes.giving_back import unpromised
from tools.commerce.changes.plan import Outcome, locked_order
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.changes.rulebook import Rulebook, plan_of
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.disputes import lifecycle
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.schema import Dispute, Order, Proposal, ProposalStatus
from tools.principal import Principal


def preview(session: ReadSession, request: DisputeOutcomeRequest, by: Principal, book: Rulebook) -> Outcome:
    """The outcome checked and priced as of now, for the agent to read before it is decided. Nothing is written."""
    return plan_of(session, by, request, book)


def settle(
    session: WriteSession,
    request: DisputeOutcomeRequest,
    by: Principal,
    book: Rulebook,
    *,
    seen_left_minor: int | None = None,
) -> Proposal:
    """Decide it: the proposal is `accepted`, or waits in `needs_approval`.

    `seen_left_minor` is what the agent saw could still be given back of the order: where something was given in the
    meantime, nothing is decided. Raises DisputeError, and then nothing of it is kept.
    """
    found = session.get(Dispute, request.dispute_id)
    if found is None:
        raise DisputeError("unknown_dispute", "There is no such dispute.")
    dispute = _locked(session, found, is_open=request.correction is None)
    if request.correction is None:
        lifecycle.check_is_theirs(session, dispute, by)
    if lifecycle.awaits_approval(session, dispute):
        raise DisputeError("awaits_approval", "An outcome of it waits for approval already.")
    if seen_left_minor is not None and dispute.order_id is not None:
        query = select(Order).where(Order.id == dispute.order_id).options(*LOADED)
        if unpromised(session, session.scalars(query).one()) != seen_left_minor:
            raise DisputeError(
                "changed_meanwhile",
                "Something of this order was given back in the meantime. Please look again.",
            )
    decided = decide_as_staff(session, dispute.conversation_id, request, by, book)
    if isinstance(decided, Refusal):
        raise DisputeError(decided.code, " ".join(filter(None, (decided.message, decided.instead))))
    if decided.status is ProposalStatus.FAILED:
        why = str((decided.outcome or {}).get("message") or "It is no longer possible.")
        raise DisputeError(decided.closed_because or "failed", why)
    if decided.status is ProposalStatus.NEEDS_APPROVAL:
        lifecycle.note_proposed(session, dispute, decided.id, audit.agent(by.staff_email), book.now)
    return decided


def _locked(session: WriteSession, found: Dispute, *, is_open: bool) -> Dispute:
    """The dispute and all that deciding it touches, in the order in which every change locks them."""
    hold(session, f"proposals of {found.conversation_id}")
    session.scalars(
        select(Proposal.id)
        .where(Proposal.conversation_id == found.conversation_id, Proposal.status == ProposalStatus.OPEN)
        .with_for_update()
    ).all()
    order_id = found.order_id
    customer = select(Order.customer_id).where(Order.id == order_id)
    customer_id = found.customer_id if order_id is None else session.scalar(customer)
    locked_order(session, order_id, customer_id)
    dispute = (lifecycle.locked_open if is_open else lifecycle.locked)(session, found.id)
    if dispute.order_id != order_id:
        raise DisputeError("changed_meanwhile", "It is about another order now. Please look again.")
    return dispute
