"""The chats in which staff ask Parley about a case: which case each is about, and what it may be told of it.

What there is to tell is of the case's own shopper, as far as they have proved who they are, and of nobody else.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select

from tools.cards import OrderListCard, Refusal
from tools.case_facts import CaseFacts, ClaimFacts, ClaimKind, EarlierCaseFacts
from tools.commerce.changes import showing
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.handoffs.history import History, read_history
from tools.commerce.identity import principal_of
from tools.commerce.orders import list_orders
from tools.commerce.schema import (
    Customer,
    Dispute,
    Handoff,
    Message,
    MessageRole,
    Order,
    Proposal,
    Refund,
    Return,
    Role,
    SideChat,
)
from tools.facts import Money
from tools.principal import ANONYMOUS, Principal

MOST_ORDERS = 20
MOST_CLAIMS = 20
MOST_MESSAGES = 6
LONGEST_MESSAGE = 300

NO_CASE = Refusal(
    code="no_case", message="This chat is about no case: name the order, or the customer's e-mail."
)


def find(session: ReadSession, handoff_id: str, staff_email: str, role: Role) -> str | None:
    """The conversation in which they ask about that case."""
    return session.scalar(
        select(SideChat.conversation_id).where(
            SideChat.handoff_id == handoff_id, SideChat.staff_email == staff_email, SideChat.role == role
        )
    )


def add(session: WriteSession, conversation_id: str, handoff_id: str, staff_email: str, role: Role) -> None:
    """Raises IntegrityError, at the commit at the latest, when they have one already."""
    session.add(
        SideChat(conversation_id=conversation_id, handoff_id=handoff_id, staff_email=staff_email, role=role)
    )


def order_numbers(session: ReadSession, conversation_id: str, when: LocalTime) -> tuple[str, ...] | None:
    """Of the case that a conversation is about, newest first; None where it is about none."""
    handoff = _case_of(session, conversation_id)
    if handoff is None:
        return None
    found = _orders(session, _shopper(session, handoff), when)
    return tuple(order.number for order in found.orders)


def case_facts(
    session: ReadSession, conversation_id: str, asking: Principal, when: LocalTime
) -> CaseFacts | Refusal:
    """What the case's records say, for the chat that is about it."""
    handoff = _case_of(session, conversation_id) if asking.sees_every_order else None
    if handoff is None:
        return NO_CASE
    shopper = _shopper(session, handoff)
    orders = _orders(session, shopper, when)
    history = read_history(session, handoff, shopper, when)
    customer = session.get(Customer, shopper.customer_id) if shopper.customer_id else None
    bought = history.bought.totals if history.bought else None
    return CaseFacts(
        reason=_words(handoff.reason),
        state=_words(handoff.state),
        handed_over_on=when.day(handoff.opened_at),
        proved=shopper.level,
        name=customer.name if customer else None,
        email=customer.email if customer else None,
        orders=orders.orders,
        total_orders=orders.total_orders,
        spent=tuple(one.total for one in bought.money) if bought else (),
        first_order_on=bought.first_on if bought else None,
        claims=_claims(session, shopper, when),
        earlier_cases=_earlier(history, when),
        proposals=tuple(_proposals(session, handoff, when)),
        shopper_wrote=_last_words(session, handoff),
    )


def _case_of(session: ReadSession, conversation_id: str) -> Handoff | None:
    about = select(SideChat.handoff_id).where(SideChat.conversation_id == conversation_id)
    return session.scalar(select(Handoff).where(Handoff.id.in_(about)))


def _shopper(session: ReadSession, handoff: Handoff) -> Principal:
    """Staff see every order: of what is handed over in a conversation of staff, none is theirs."""
    found = principal_of(session, handoff.conversation_id)
    return found if found.role is Role.SHOPPER else ANONYMOUS


def _orders(session: ReadSession, shopper: Principal, when: LocalTime) -> OrderListCard:
    found = list_orders(session, shopper, when, limit=MOST_ORDERS)
    return found if isinstance(found, OrderListCard) else OrderListCard(orders=(), total_orders=0)


def _claims(session: ReadSession, shopper: Principal, when: LocalTime) -> tuple[ClaimFacts, ...]:
    if shopper.customer_id is not None:
        theirs: ColumnElement[bool] = Order.customer_id == shopper.customer_id
    elif shopper.proved_orders:
        theirs = Order.id.in_(shopper.proved_orders)
    else:
        return ()
    found = [
        *_refunds(session, theirs, when),
        *_returns(session, theirs, when),
        *_disputes(session, theirs, shopper, when),
    ]
    return tuple(sorted(found, key=lambda claim: claim.on.toordinal() if claim.on else 0, reverse=True))


def _refunds(session: ReadSession, theirs: ColumnElement[bool], when: LocalTime) -> Iterator[ClaimFacts]:
    query = select(Refund, Order.number).join(Order, Order.id == Refund.order_id).where(theirs)
    for one, number in session.execute(
        query.order_by(Refund.created_at.desc(), Refund.id).limit(MOST_CLAIMS)
    ):
        yield ClaimFacts(
            kind=ClaimKind.REFUND,
            order_number=number,
            on=when.day(one.created_at),
            amount=Money.of(one.amount_minor, one.currency),
            about=one.reason,
            ended=_words(one.status),
        )


def _returns(session: ReadSession, theirs: ColumnElement[bool], when: LocalTime) -> Iterator[ClaimFacts]:
    query = select(Return, Order.number).join(Order, Order.id == Return.order_id).where(theirs)
    for one, number in session.execute(
        query.order_by(Return.requested_at.desc(), Return.id).limit(MOST_CLAIMS)
    ):
        yield ClaimFacts(
            kind=ClaimKind.RETURN,
            order_number=number,
            on=when.day(one.requested_at),
            about=_words(one.kind),
            ended=_words(one.status),
        )


def _disputes(
    session: ReadSession, theirs: ColumnElement[bool], shopper: Principal, when: LocalTime
) -> Iterator[ClaimFacts]:
    own = Dispute.customer_id == shopper.customer_id if shopper.customer_id is not None else theirs
    query = select(Dispute, Order.number).outerjoin(Order, Order.id == Dispute.order_id).where(own)
    for one, number in session.execute(
        query.order_by(Dispute.opened_at.desc(), Dispute.id).limit(MOST_CLAIMS)
    ):
        is_known = one.amount_minor is not None and one.currency is not None
        yield ClaimFacts(
            kind=ClaimKind.DISPUTE,
            order_number=number,
            on=when.day(one.opened_at),
            amount=Money.of(one.amount_minor or 0, one.currency or "") if is_known else None,
            about=_words(one.kind),
            ended=_words(one.state) + (f" with {_words(one.outcome)}" if one.outcome else ""),
        )


def _earlier(history: History, when: LocalTime) -> tuple[EarlierCaseFacts, ...]:
    return tuple(
        EarlierCaseFacts(
            on=when.day(case.handoff.opened_at),
            reason=_words(case.handoff.reason),
            state=_words(case.handoff.state),
            done=case.done,
        )
        for case in history.cases
    )


def _proposals(session: ReadSession, handoff: Handoff, when: LocalTime) -> Iterator[str]:
    made = select(Proposal).where(Proposal.conversation_id == handoff.conversation_id)
    for proposal in session.scalars(made.order_by(Proposal.created_at, Proposal.id)):
        card = showing.card(proposal, when.now)
        yield f"{card.summary} ({_words(card.status)})"


def _last_words(session: ReadSession, handoff: Handoff) -> tuple[str, ...]:
    written = (
        select(Message.text)
        .where(Message.conversation_id == handoff.conversation_id, Message.role == MessageRole.USER)
        .order_by(Message.seq.desc())
        .limit(MOST_MESSAGES)
    )
    return tuple(text[:LONGEST_MESSAGE] for text in session.scalars(written) if text)[::-1]


def _words(value: str) -> str:
    return value.replace("_", " ")
