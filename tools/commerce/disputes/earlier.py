"""What there was before with the same customer, or about the same order, and how it ended."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, or_, select

from tools.commerce.database import ReadSession
from tools.commerce.disputes.evidence import Earlier, EarlierKind
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeState,
    Handoff,
    HandoffState,
    Order,
    Refund,
    Return,
)
from tools.facts import Money

MOST = 20
"""Of each kind, the newest."""


def earlier(session: ReadSession, dispute: Dispute, order: Order | None) -> tuple[Earlier, ...]:
    """Newest first; what has no time comes last. What is of the disputed order itself stands in its timeline."""
    found = [
        *_disputes(session, dispute),
        *_handoffs(session, dispute),
        *_returns(session, dispute, order),
        *_refunds(session, dispute, order),
    ]
    dated = [(one.at, one) for one in found if one.at is not None]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return (*(one for _, one in dated), *(one for one in found if one.at is None))


def _disputes(session: ReadSession, dispute: Dispute) -> Iterator[Earlier]:
    theirs: list[ColumnElement[bool]] = [Dispute.conversation_id == dispute.conversation_id]
    if dispute.customer_id is not None:
        theirs.append(Dispute.customer_id == dispute.customer_id)
    if dispute.order_id is not None:
        theirs.append(Dispute.order_id == dispute.order_id)
    query = (
        select(Dispute, Order.number)
        .outerjoin(Order, Order.id == Dispute.order_id)
        .where(or_(*theirs), Dispute.id != dispute.id)
        .order_by(Dispute.opened_at.desc(), Dispute.id)
        .limit(MOST)
    )
    for one, number in session.execute(query):
        how = f" ({one.outcome.replace('_', ' ')})" if one.outcome else ""
        ended = None if one.state is DisputeState.OPEN else f"{one.state}{how}"
        what = f"Claim: {one.kind.replace('_', ' ')}"
        yield Earlier(EarlierKind.DISPUTE, what, one.opened_at, ended, number, one.id)


def _handoffs(session: ReadSession, dispute: Dispute) -> Iterator[Earlier]:
    theirs = Handoff.conversation_id == dispute.conversation_id
    if dispute.customer_id is not None:
        conversations = select(Conversation.id).where(Conversation.customer_id == dispute.customer_id)
        theirs = or_(theirs, Handoff.conversation_id.in_(conversations))
    over = Handoff.state.in_((HandoffState.CLOSED, HandoffState.WITHDRAWN))
    query = select(Handoff).where(theirs, over).order_by(Handoff.opened_at.desc(), Handoff.id).limit(MOST)
    for one in session.scalars(query):
        rated = f", rated {one.rating} of 5" if one.rating else ""
        what = f"Handed over: {one.reason.replace('_', ' ')}"
        yield Earlier(EarlierKind.HANDOFF, what, one.opened_at, f"{one.state}{rated}", None, one.id)


def _returns(session: ReadSession, dispute: Dispute, order: Order | None) -> Iterator[Earlier]:
    query = (
        select(Return, Order.number)
        .join(Order, Order.id == Return.order_id)
        .where(*_other_orders(dispute, order))
        .order_by(Return.requested_at.desc(), Return.id)
        .limit(MOST)
    )
    for one, number in session.execute(query):
        yield Earlier(EarlierKind.RETURN, f"Return {one.rma}", one.requested_at, one.status, number)


def _refunds(session: ReadSession, dispute: Dispute, order: Order | None) -> Iterator[Earlier]:
    query = (
        select(Refund, Order.number)
        .join(Order, Order.id == Refund.order_id)
        .where(*_other_orders(dispute, order))
        .order_by(Refund.created_at.desc(), Refund.id)
        .limit(MOST)
    )
    for one, number in session.execute(query):
        what = f"Refund of {Money.of(one.amount_minor, one.currency).text}"
        yield Earlier(EarlierKind.REFUND, what, one.created_at, one.status, number)


def _other_orders(dispute: Dispute, order: Order | None) -> tuple[ColumnElement[bool], ...]:
    """The customer's others; a guest's by the e-mail on them, and nobody's where nobody is known."""
    others = Order.id != dispute.order_id if dispute.order_id is not None else Order.id.is_not(None)
    if dispute.customer_id is not None:
        return Order.customer_id == dispute.customer_id, others
    if order is not None and order.email:
        return Order.email == order.email, others
    return (Order.id.is_(None),)
