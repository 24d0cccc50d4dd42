"""Who waits for a person, and for how long they can expect to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs.lifecycle import OPEN
from tools.commerce.schema import Conversation, Customer, Handoff, HandoffState, Message, MessageRole

SAMPLE = 20
"""So many of the last waits tell how long the next one is."""
ENOUGH = 5
MOST_SHOWN = 300


@dataclass(frozen=True)
class Outlook:
    ahead: int
    """How many have waited longer."""
    usual_wait: timedelta | None
    """What four in five of the last ones did not wait longer than; None with too few to tell."""


@dataclass(frozen=True)
class OpenCase:
    handoff: Handoff
    customer: str | None
    """The name, else the e-mail, of who has proved to be a customer."""
    last_words: str | None
    """What the shopper wrote last."""


def open_cases(session: ReadSession, limit: int = MOST_SHOWN) -> Sequence[OpenCase]:
    """What waits or was taken, the most urgent first."""
    last = (
        select(Message.text)
        .where(Message.conversation_id == Handoff.conversation_id, Message.role == MessageRole.USER)
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(Handoff)
    )
    query = (
        select(Handoff, func.coalesce(Customer.name, Customer.email), last.scalar_subquery())
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .where(Handoff.state.in_(OPEN))
        .order_by(
            # What was not taken in time is late, though each reminder moves its time on.
            case((Handoff.escalations > 0, Handoff.opened_at), else_=Handoff.answer_by),
            Handoff.opened_at,
            Handoff.id,
        )
        .limit(limit)
    )
    return [OpenCase(handoff, customer, words) for handoff, customer, words in session.execute(query)]


def outlook(session: ReadSession | WriteSession, handoff: Handoff) -> Outlook:
    longer = Handoff.state == HandoffState.WAITING, Handoff.opened_at < handoff.opened_at
    ahead = session.scalar(select(func.count()).select_from(Handoff).where(*longer)) or 0
    last = (
        select(Handoff.opened_at, Handoff.taken_at)
        .where(Handoff.taken_at.is_not(None), Handoff.escalations == 0)
        .order_by(Handoff.taken_at.desc())
        .limit(SAMPLE)
    )
    waits = sorted(taken - opened for opened, taken in session.execute(last).all() if taken)
    usual = waits[(4 * len(waits) - 1) // 5] if len(waits) >= ENOUGH else None
    return Outlook(ahead, usual)
