"""The handoffs whose time has come, by what it is the time for. Each is given with its conversation."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, or_, select

from tools.commerce.database import ReadSession
from tools.commerce.schema import Conversation, Dispute, DisputeState, Handoff, HandoffState, StaffAccount


class Due(NamedTuple):
    id: str
    conversation_id: str


HAS_LEFT = exists().where(StaffAccount.email == Handoff.taken_by, StaffAccount.disabled_at.is_not(None))
"""Whether the account of whoever has it is disabled."""

_ALL: Select[str, str] = select(Handoff.id, Handoff.conversation_id)


def not_taken(session: ReadSession, now: datetime) -> Sequence[Due]:
    late = Handoff.state == HandoffState.WAITING, Handoff.answer_by <= now
    return _found(session, _ALL.where(*late).order_by(Handoff.answer_by))


def not_answered(session: ReadSession, now: datetime) -> Sequence[Due]:
    """Taken, and whoever has it leaves the shopper waiting, or is not with the shop any more."""
    late = Handoff.state == HandoffState.TAKEN, or_(Handoff.reply_by <= now, HAS_LEFT)
    return _found(session, _ALL.where(*late).order_by(Handoff.reply_by))


def silent(session: ReadSession, since: datetime) -> Sequence[Due]:
    """Taken and answered, and nothing was said since then. A dispute has a deadline of its own."""
    disputed = exists().where(
        Dispute.conversation_id == Handoff.conversation_id, Dispute.state == DisputeState.OPEN
    )
    answered = (
        Handoff.state == HandoffState.TAKEN,
        Handoff.answered_at <= since,
        Handoff.reply_by.is_(None),
        Conversation.updated_at <= since,
        ~disputed,
    )
    joined = _ALL.join(Conversation, Conversation.id == Handoff.conversation_id)
    return _found(session, joined.where(*answered).order_by(Conversation.updated_at))


def _found(session: ReadSession, query: Select[str, str]) -> Sequence[Due]:
    return [Due(handoff_id, conversation_id) for handoff_id, conversation_id in session.execute(query)]
