"""What there was with a shopper before: what they bought and gave back, their cases and disputes and how those ended.

Sums and disputes are told of who has signed in alone. Who has proved an order has the cases in which it was proved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from tools.cards import Money
from tools.commerce.changes import showing
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.order_totals import TotalsWanted, order_totals
from tools.commerce.schema import (
    Conversation,
    Dispute,
    Handoff,
    Order,
    OrderProof,
    Proposal,
    ProposalStatus,
    Return,
)
from tools.principal import Principal
from tools.total_cards import OrderTotalsCard

MOST_EARLIER = 10


@dataclass(frozen=True)
class EarlierCase:
    handoff: Handoff
    done: tuple[str, ...]
    """What was changed while it was open, in the words of each proposal."""


@dataclass(frozen=True)
class EarlierDispute:
    dispute: Dispute
    order_number: str | None
    at_stake: Money | None
    handoff_id: str | None
    """The newest case of its conversation."""


@dataclass(frozen=True)
class Bought:
    """What a customer's orders come to: canceled ones are in no sum."""

    totals: OrderTotalsCard
    returns: int


@dataclass(frozen=True)
class History:
    bought: Bought | None
    """None of who has not signed in, or has no order."""
    cases: tuple[EarlierCase, ...]
    """Other cases of theirs, newest first."""
    disputes: tuple[EarlierDispute, ...]


def read_history(session: ReadSession, handoff: Handoff, principal: Principal, when: LocalTime) -> History:
    others = select(Handoff).where(or_(*_theirs(handoff, principal)), Handoff.id != handoff.id)
    newest = others.order_by(Handoff.opened_at.desc(), Handoff.id).limit(MOST_EARLIER)
    return History(
        bought=_bought(session, principal, when),
        cases=tuple(EarlierCase(one, _done(session, one, when)) for one in session.scalars(newest)),
        disputes=tuple(_disputes(session, handoff, principal)),
    )


def _theirs(handoff: Handoff, principal: Principal) -> Iterator[ColumnElement[bool]]:
    """Of this conversation, of the customer's others, of those in which the same order was shown to be theirs."""
    yield Handoff.conversation_id == handoff.conversation_id
    if principal.customer_id is not None:
        conversations = select(Conversation.id).where(Conversation.customer_id == principal.customer_id)
        yield Handoff.conversation_id.in_(conversations)
    if principal.proved_orders:
        proofs = select(OrderProof.conversation_id)
        yield Handoff.conversation_id.in_(proofs.where(OrderProof.order_id.in_(principal.proved_orders)))


def _done(session: ReadSession, handoff: Handoff, when: LocalTime) -> tuple[str, ...]:
    query = select(Proposal).where(
        Proposal.conversation_id == handoff.conversation_id,
        Proposal.status == ProposalStatus.ACCEPTED,
        Proposal.created_at >= handoff.opened_at,
    )
    if handoff.closed_at:
        query = query.where(Proposal.created_at <= handoff.closed_at)
    accepted = session.scalars(query.order_by(Proposal.created_at, Proposal.id))
    return tuple(showing.card(proposal, when.now).summary for proposal in accepted)


def _bought(session: ReadSession, principal: Principal, when: LocalTime) -> Bought | None:
    totals = order_totals(session, principal, TotalsWanted(), when)
    if not isinstance(totals, OrderTotalsCard) or not totals.orders:
        return None
    own = select(Order.id).where(Order.customer_id == principal.customer_id)
    returns = session.scalar(select(func.count()).where(Return.order_id.in_(own)))
    return Bought(totals, returns or 0)


def _disputes(session: ReadSession, handoff: Handoff, principal: Principal) -> Sequence[EarlierDispute]:
    if principal.customer_id is None:
        return ()
    newest_case = (
        select(Handoff.id)
        .where(Handoff.conversation_id == Dispute.conversation_id)
        .order_by(Handoff.opened_at.desc(), Handoff.id)
        .limit(1)
        .correlate(Dispute)
    )
    query = (
        select(Dispute, Order.number, newest_case.scalar_subquery())
        .outerjoin(Order, Order.id == Dispute.order_id)
        .where(
            Dispute.customer_id == principal.customer_id, Dispute.conversation_id != handoff.conversation_id
        )
        .order_by(Dispute.opened_at.desc(), Dispute.id)
        .limit(MOST_EARLIER)
    )
    return [
        EarlierDispute(dispute, number, _at_stake(dispute), case)
        for dispute, number, case in session.execute(query)
    ]


def _at_stake(dispute: Dispute) -> Money | None:
    if dispute.amount_minor is None or dispute.currency is None:
        return None
    return Money.of(dispute.amount_minor, dispute.currency)
