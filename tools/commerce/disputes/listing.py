"""Which disputes there are: for the desk's queue, for Slack, and for a conversation's page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import Customer, Dispute, DisputeState, Order, Proposal, ProposalStatus

MOST_SHOWN = 300


@dataclass(frozen=True)
class OpenDispute:
    dispute: Dispute
    order_number: str | None
    customer: str | None
    """The name, else the e-mail, of whose order it is."""
    awaits_approval: bool


def open_disputes(session: ReadSession, limit: int = MOST_SHOWN) -> Sequence[OpenDispute]:
    """What is not decided yet, the nearest deadline first."""
    query = (
        select(Dispute, Order.number, func.coalesce(Customer.name, Customer.email), Proposal.status)
        .outerjoin(Order, Order.id == Dispute.order_id)
        .outerjoin(Customer, Customer.id == Dispute.customer_id)
        .outerjoin(Proposal, Proposal.id == Dispute.proposal_id)
        .where(Dispute.state == DisputeState.OPEN)
        .order_by(Dispute.respond_by, Dispute.opened_at, Dispute.id)
        .limit(limit)
    )
    return [
        OpenDispute(dispute, number, customer, status is ProposalStatus.NEEDS_APPROVAL)
        for dispute, number, customer, status in session.execute(query)
    ]


def of_conversation(session: ReadSession | WriteSession, conversation_id: str) -> Sequence[Dispute]:
    """All of a conversation's, open ones first, then the newest."""
    query = select(Dispute).where(Dispute.conversation_id == conversation_id)
    newest = session.scalars(query.order_by(Dispute.opened_at.desc(), Dispute.id)).all()
    return sorted(newest, key=lambda dispute: dispute.state is not DisputeState.OPEN)
