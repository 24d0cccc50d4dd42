"""The desk's queue: which cases there are, and how long who waits can expect to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes.listing import UNANSWERED
from tools.commerce.handoffs.lifecycle import OPEN
from tools.commerce.orders import possible_keys
from tools.commerce.schema import (
    Conversation,
    Customer,
    Dispute,
    DisputeKind,
    DisputeState,
    Handoff,
    HandoffReason,
    HandoffState,
    Message,
    MessageRole,
    Order,
    OrderProof,
    Role,
    StaffAccount,
)

SAMPLE = 20
"""So many of the last waits tell how long the next one is."""
ENOUGH = 5


@dataclass(frozen=True)
class Outlook:
    """Of those who need the same skill and write the same language."""

    ahead: int
    """How many have waited longer."""
    usual_wait: timedelta | None
    """What four in five of the last ones did not wait longer than; None with too few to tell."""
    nobody_writes: str | None = None
    """The language, ISO 639-1, where it is one that none of the shop's people writes."""


class Show(StrEnum):
    """Which cases: those that are open, a part of these, or those that are not."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"
    OVERDUE = "overdue"
    """Waiting for too long, or with a dispute whose deadline has passed."""
    DISPUTES = "disputes"
    """With a dispute that is not decided, whether the conversation goes on or not; the nearest deadline first."""
    CLOSED = "closed"


@dataclass(frozen=True)
class Sought:
    """What somebody at the desk wants to see."""

    mine: str
    """Their e-mail."""
    reason: HandoffReason | None = None
    words: str = ""
    """An order's number, or a part of a customer's e-mail or name."""
    kind: DisputeKind | None = None
    """Of a dispute of the conversation, decided or not."""


@dataclass(frozen=True)
class QueuedCase:
    handoff: Handoff
    customer: str | None
    """The name, else the e-mail, of who has proved to be a customer."""
    last_words: str | None
    """What the shopper wrote last."""
    disputes: tuple[Dispute, ...]
    """That are not decided, the nearest deadline first."""


def find_cases(
    session: ReadSession,
    show: Show,
    sought: Sought,
    now: datetime,
    *,
    fits: ColumnElement[bool] | None = None,
    limit: int,
    offset: int = 0,
) -> Sequence[QueuedCase]:
    """What waits, what is theirs, what others have, in each the most urgent first; of what is closed, the last.

    Of what waits, that which `fits` comes first.
    """
    last = (
        select(Message.text)
        .where(Message.conversation_id == Handoff.conversation_id, Message.role == MessageRole.USER)
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(Handoff)
    )
    query = (
        _found(session, sought, Handoff, func.coalesce(Customer.name, Customer.email), last.scalar_subquery())
        .where(_shown(sought.mine, now)[show])
        .order_by(*_in_order(show, sought.mine, fits), Handoff.id)
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(query).all()
    disputes = _open_disputes(session, {handoff.conversation_id for handoff, _, _ in found})
    return [
        QueuedCase(handoff, customer, words, tuple(disputes[handoff.conversation_id]))
        for handoff, customer, words in found
    ]


def count_cases(session: ReadSession, sought: Sought, now: datetime) -> Mapping[Show, int]:
    """How many `find_cases` would find of each."""
    conditions = _shown(sought.mine, now)
    counts = (func.count(case((condition, 1))) for condition in conditions.values())
    row = session.execute(_found(session, sought, *counts)).one()
    return dict(zip(conditions, row, strict=True))


def _found(session: ReadSession, sought: Sought, *columns: ColumnElement[Any] | type[Handoff]) -> Select[Any]:
    query = (
        select(*columns)
        .select_from(Handoff)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
    )
    if sought.reason:
        query = query.where(Handoff.reason == sought.reason)
    if sought.kind:
        of_kind = select(Dispute.conversation_id).where(Dispute.kind == sought.kind)
        query = query.where(Handoff.conversation_id.in_(of_kind))
    if words := sought.words.strip():
        called = (
            Customer.name.icontains(words, autoescape=True),
            Customer.email.icontains(words, autoescape=True),
        )
        query = query.where(or_(*called, *_about_order(session, words)))
    return query


def _about_order(session: ReadSession, number: str) -> Iterator[ColumnElement[bool]]:
    """Conversations of whoever placed the order of that number, or has shown that it is theirs."""
    wanted = Order.number_key.in_(possible_keys(session, number))
    yield Conversation.customer_id.in_(select(Order.customer_id).where(wanted))
    proofs = select(OrderProof.conversation_id).join(Order, Order.id == OrderProof.order_id)
    yield Conversation.id.in_(proofs.where(wanted))
    disputed = select(Dispute.conversation_id).join(Order, Order.id == Dispute.order_id)
    yield Conversation.id.in_(disputed.where(wanted))


def _open_disputes(session: ReadSession, conversations: Collection[str]) -> Mapping[str, list[Dispute]]:
    query = select(Dispute).where(
        Dispute.conversation_id.in_(conversations), Dispute.state == DisputeState.OPEN
    )
    found: dict[str, list[Dispute]] = defaultdict(list)
    nearest = Dispute.contested_at.is_not(None), Dispute.respond_by, Dispute.id
    for dispute in session.scalars(query.order_by(*nearest)):
        found[dispute.conversation_id].append(dispute)
    return found


def _deadline() -> ScalarSelect[datetime]:
    """Of the conversation's disputes that have yet to be answered, the nearest."""
    theirs = Dispute.conversation_id == Handoff.conversation_id
    nearest = select(func.min(Dispute.respond_by)).where(theirs, *UNANSWERED)
    return nearest.correlate(Handoff).scalar_subquery()


def _is_disputed() -> ColumnElement[bool]:
    """Whether one of its conversation's is undecided, if only by the bank."""
    undecided = Dispute.conversation_id == Handoff.conversation_id, Dispute.state == DisputeState.OPEN
    return select(Dispute.id).where(*undecided).correlate(Handoff).exists()


def _is_newest() -> ColumnElement[bool]:
    """A dispute stands in one case of its conversation."""
    later = aliased(Handoff)
    newer = later.conversation_id == Handoff.conversation_id, later.opened_at > Handoff.opened_at
    return ~select(later.id).where(*newer).correlate(Handoff).exists()


def _shown(mine: str, now: datetime) -> Mapping[Show, ColumnElement[bool]]:
    waiting, taken = Handoff.state == HandoffState.WAITING, Handoff.state == HandoffState.TAKEN
    return {
        Show.ALL: Handoff.state.in_(OPEN),
        Show.WAITING: waiting,
        Show.MINE: and_(taken, Handoff.taken_by == mine),
        Show.OVERDUE: or_(
            and_(waiting, or_(Handoff.answer_by <= now, Handoff.escalations > 0)),
            and_(_is_newest(), _deadline() <= now),
        ),
        Show.DISPUTES: and_(_is_newest(), _is_disputed()),
        Show.CLOSED: Handoff.state.not_in(OPEN),
    }


def _in_order(show: Show, mine: str, fits: ColumnElement[bool] | None) -> Iterator[SQLColumnExpression[Any]]:
    if show is Show.DISPUTES:
        yield _deadline()
    waiting, taken = Handoff.state == HandoffState.WAITING, Handoff.state == HandoffState.TAKEN
    yield case((waiting, 0), (and_(taken, Handoff.taken_by == mine), 1), else_=2)
    if fits is not None:
        yield case((and_(waiting, not_(fits)), 1), else_=0)
    yield Handoff.closed_at.desc()
    # What was not taken in time is late, though each reminder moves its time on.
    yield case((Handoff.escalations > 0, Handoff.opened_at), else_=Handoff.answer_by)
    yield Handoff.opened_at


def outlook(session: ReadSession | WriteSession, handoff: Handoff, shop_language: str) -> Outlook:
    """`shop_language` is what everybody of the shop writes."""
    is_foreign = handoff.language not in {None, shop_language}
    in_ours = Handoff.language.is_(None) | (Handoff.language == shop_language)
    same_language = Handoff.language == handoff.language if is_foreign else in_ours
    alike = Handoff.skill.is_not_distinct_from(handoff.skill), same_language
    longer = Handoff.state == HandoffState.WAITING, Handoff.opened_at < handoff.opened_at
    ahead = session.scalar(select(func.count()).select_from(Handoff).where(*longer, *alike)) or 0
    last = (
        select(Handoff.opened_at, Handoff.taken_at)
        .where(Handoff.taken_at.is_not(None), Handoff.escalations == 0, *alike)
        .order_by(Handoff.taken_at.desc())
        .limit(SAMPLE)
    )
    waits = sorted(taken - opened for opened, taken in session.execute(last).all() if taken)
    usual = waits[(4 * len(waits) - 1) // 5] if len(waits) >= ENOUGH else None
    nobody = is_foreign and not _writes(session, handoff.language)
    return Outlook(ahead, usual, handoff.language if nobody else None)


def _writes(session: ReadSession | WriteSession, language: str | None) -> bool:
    """Whether any of the shop's people who answer shoppers does."""
    answers = StaffAccount.role.in_((Role.AGENT, Role.MANAGER)), StaffAccount.disabled_at.is_(None)
    known = session.scalars(select(StaffAccount.languages).where(*answers))
    return any(language in languages for languages in known)
