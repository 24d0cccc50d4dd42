"""Which disputes there are, and which of them the shop has yet to answer."""

from collections.abc import Sequence

from sqlalchemy import select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import Dispute, DisputeState

UNANSWERED = (Dispute.state == DisputeState.OPEN, Dispute.contested_at.is_(None))
"""Of a chargeback that the shop contested, the bank is to rule: no deadline of the shop's runs."""


def is_unanswered(dispute: Dispute) -> bool:
    return dispute.state is DisputeState.OPEN and dispute.contested_at is None


def of_conversation(session: ReadSession | WriteSession, conversation_id: str) -> Sequence[Dispute]:
    """All of a conversation's, open ones first, then the newest."""
    query = select(Dispute).where(Dispute.conversation_id == conversation_id)
    newest = session.scalars(query.order_by(Dispute.opened_at.desc(), Dispute.id)).all()
    return sorted(newest, key=lambda dispute: dispute.state is not DisputeState.OPEN)
