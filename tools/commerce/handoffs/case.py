"""What a person needs to settle a handoff, put together from the records: nothing here is a model's word.

Orders are those that the shopper could see: who answers them sees what was proved, and is not led to tell more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tools.cards import OrderListCard, OrderSummary, ParcelFacts, ReturnsCard, TrackingCard
from tools.change_cards import ProposalCard
from tools.commerce import outbox, reach, staff_accounts
from tools.commerce.changes import showing
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs import lifecycle, notes
from tools.commerce.handoffs.history import History, read_history
from tools.commerce.identity import principal_of
from tools.commerce.orders import list_orders
from tools.commerce.policy import Refunds
from tools.commerce.returns import return_and_refund_status
from tools.commerce.schema import (
    CaseNote,
    Conversation,
    ConversationChannel,
    Customer,
    Handoff,
    HandoffEvent,
    Order,
    Proposal,
    Role,
)
from tools.commerce.tracking import track_parcels
from tools.principal import ANONYMOUS, IdentityLevel, Principal

MOST_ORDERS = 5


@dataclass(frozen=True)
class CaseShopper:
    """Who it is, as far as they have proved it."""

    level: IdentityLevel
    name: str | None
    email: str | None
    proved_orders: tuple[str, ...]
    """Numbers of orders that were shown to be theirs without signing in."""
    unreachable_at: str | None
    """The address at which e-mail could not be delivered to them."""


@dataclass(frozen=True)
class CaseOrder:
    order: OrderSummary
    parcels: tuple[ParcelFacts, ...]
    returns: ReturnsCard | None
    """None where nothing came back, and no money went back."""


@dataclass(frozen=True)
class Case:
    handoff: Handoff
    channel: ConversationChannel
    shopper: CaseShopper
    trail: Sequence[HandoffEvent]
    notes: Sequence[CaseNote]
    orders: tuple[CaseOrder, ...]
    """The newest of `total_orders`."""
    total_orders: int
    proposals: tuple[ProposalCard, ...]
    """Of this conversation, newest first."""
    history: History
    colleagues: dict[str, str]
    """Names of staff by their e-mail."""


def read_case(session: ReadSession, handoff_id: str, when: LocalTime, rules: Refunds) -> Case | None:
    """None when there is no such handoff."""
    handoff = session.get(Handoff, handoff_id)
    if handoff is None:
        return None
    conversation = session.get_one(Conversation, handoff.conversation_id)
    principal = principal_of(session, conversation.id)
    # Staff see every order: of what is handed over in one of their own conversations, none is theirs.
    newest = list_orders(
        session, principal if principal.role is Role.SHOPPER else ANONYMOUS, when, limit=MOST_ORDERS
    )
    orders = newest.orders if isinstance(newest, OrderListCard) else ()
    return Case(
        handoff=handoff,
        channel=conversation.channel,
        shopper=_shopper(session, principal, conversation.id),
        trail=lifecycle.trail(session, handoff_id),
        notes=notes.notes_of(session, handoff_id),
        orders=tuple(_order(session, principal, order, when, rules) for order in orders),
        total_orders=newest.total_orders if isinstance(newest, OrderListCard) else 0,
        proposals=_proposals(session, conversation.id, when),
        history=read_history(session, handoff, principal, when),
        colleagues={account.email: account.name for account in staff_accounts.listed(session)},
    )


def _shopper(session: ReadSession, principal: Principal, conversation_id: str) -> CaseShopper:
    address = reach.address_of(session, conversation_id)
    customer = session.get(Customer, principal.customer_id) if principal.customer_id else None
    proved = select(Order.number).where(Order.id.in_(sorted(principal.proved_orders))).order_by(Order.id)
    return CaseShopper(
        level=principal.level,
        name=customer.name if customer else None,
        email=customer.email if customer else None,
        proved_orders=tuple(session.scalars(proved)),
        unreachable_at=address if address and outbox.is_unreachable(session, address) else None,
    )


def _order(
    session: ReadSession, principal: Principal, order: OrderSummary, when: LocalTime, rules: Refunds
) -> CaseOrder:
    tracked = track_parcels(session, principal, order.number, when)
    returns = (
        return_and_refund_status(session, principal, order.number, when, rules) if order.has_return else None
    )
    return CaseOrder(
        order=order,
        parcels=tracked.parcels if isinstance(tracked, TrackingCard) else (),
        returns=returns if isinstance(returns, ReturnsCard) else None,
    )


def _proposals(session: ReadSession, conversation_id: str, when: LocalTime) -> tuple[ProposalCard, ...]:
    made = select(Proposal).where(Proposal.conversation_id == conversation_id)
    newest = session.scalars(made.order_by(Proposal.created_at.desc(), Proposal.id))
    return tuple(showing.card(proposal, when.now) for proposal in newest)
