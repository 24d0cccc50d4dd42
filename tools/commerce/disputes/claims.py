"""Opening a dispute: what is claimed, of which order, how much is at stake, and until when it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import exists, select

from knowledge.shop_profile import PeopleTerms
from tools.cards import Refusal
from tools.commerce.changes import audit
from tools.commerce.changes.plan import Planning, locked_order
from tools.commerce.changes.requests import LineWish
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import WriteSession, hold
from tools.commerce.days import LocalTime, working_days_after
from tools.commerce.disputes import lifecycle
from tools.commerce.disputes.stakes import BankCase, Claim, stake_of
from tools.commerce.handoffs import lifecycle as handoffs
from tools.commerce.handoffs import routing
from tools.commerce.orders import find_order, item
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeKind,
    DisputeLine,
    DisputeState,
    DisputeStep,
    Handoff,
    HandoffReason,
    Message,
    MessageRole,
    Order,
    OrderLine,
    Role,
)
from tools.principal import Principal

LONGEST_CLAIM = 4000
MESSAGES_QUOTED = 3

KNOWN_BEFORE = Refusal(
    code="known_before", message="There is an open case of this chargeback already: look below Disputes."
)

WORDS = {
    DisputeKind.NOT_RECEIVED: "not received",
    DisputeKind.DAMAGED: "damaged",
    DisputeKind.NOT_AS_DESCRIBED: "not as described",
    DisputeKind.WRONG_ITEM: "the wrong item",
    DisputeKind.MISSING_ITEM: "missing from the parcel",
    DisputeKind.REFUND_NOT_RECEIVED: "a refund that has not come",
    DisputeKind.UNKNOWN_CHARGE: "a charge that you don't recognize",
    DisputeKind.DOUBLE_CHARGE: "charged twice",
    DisputeKind.CHARGEBACK: "a chargeback",
    DisputeKind.OTHER: "something that our team has to look at",
}

HANDED_OVER_FOR = {
    DisputeKind.CHARGEBACK: HandoffReason.CHARGEBACK,
    DisputeKind.UNKNOWN_CHARGE: HandoffReason.FRAUD,
}
"""Why the conversation is handed over; a complaint for the rest."""


@dataclass(frozen=True)
class Opened:
    dispute: Dispute
    handoff: Handoff
    is_new: bool
    """False where the same claim had been open already: then it has joined that."""
    order_number: str | None = None
    items: tuple[str, ...] = ()
    """What of the order it is about, as people read it; empty for all of it."""


def open_dispute(
    session: WriteSession,
    conversation_id: str,
    claim: Claim,
    by: Principal,
    book: Rulebook,
    people: PeopleTerms,
    answer_by: datetime,
) -> Opened | Refusal:
    """Open a case and hand the conversation over, or join the open case of the same order and kind.

    `by` decides which orders there are; `people` whom the conversation is for, and by `answer_by` one of them should
    have taken it.
    """
    planning = Planning(session, by, book.when, book.policy, book.currency)
    order = None
    if claim.order_number is not None:
        found = find_order(session, by, claim.order_number, *LOADED)
        if isinstance(found, Refusal):
            return found
        order = found
        # What the bank takes back must not be given back at the same moment.
        locked_order(session, order.id, order.customer_id)
    lines = claimed_lines(order, claim.items) if order else ()
    if isinstance(lines, Refusal):
        return lines
    hold(session, f"disputes of {conversation_id}")
    if claim.bank is not None and _is_known(session, claim.bank):
        return KNOWN_BEFORE
    actor = handoffs.SHOPPER if by.role is Role.SHOPPER else audit.agent(by.staff_email)
    dispute = _open_alike(session, conversation_id, claim.kind, order)
    is_new = dispute is None
    if dispute is None:
        dispute = _store(session, planning, conversation_id, claim, order, lines, actor)
    else:
        words = claim.words[:LONGEST_CLAIM]
        lifecycle.record(session, dispute.id, DisputeStep.CLAIMED_AGAIN, actor, book.now, note=words)
    reason = HANDED_OVER_FOR.get(claim.kind, HandoffReason.COMPLAINT)
    wanted = routing.needs(session, conversation_id, reason, people, book.now, claim.kind)
    handoff = handoffs.hand_over(session, conversation_id, reason, actor, book.now, answer_by, wanted)
    items = _items(session, dispute, order) if order else ()
    return Opened(dispute, handoff, is_new, order.number if order else None, items)


def about(kind: DisputeKind, order_number: str | None, items: Sequence[str]) -> str:
    """`1 x Lamp of order A-1, damaged`; what it is, in the words of whoever reads it."""
    of = f"order {order_number}" if order_number else ""
    if items:
        of = f"{' and '.join(items)} of {of}"
    return f"{of}, {WORDS[kind]}" if of else WORDS[kind]


def answer_day(dispute: Dispute, when: LocalTime) -> date:
    """The last day on which the answer is in time: at its end the promise is broken."""
    return when.day(dispute.respond_by - timedelta(microseconds=1))


def reference_of(dispute: Dispute) -> str:
    """What people call the case by."""
    return dispute.id[:8].upper()


def words_of(session: WriteSession, conversation_id: str) -> str:
    """The shopper's last messages in the conversation, word for word: what they claim."""
    theirs = select(Message.text).where(
        Message.conversation_id == conversation_id, Message.role == MessageRole.USER
    )
    newest = session.scalars(theirs.order_by(Message.seq.desc()).limit(MESSAGES_QUOTED)).all()
    return "\n".join(reversed(newest))[-LONGEST_CLAIM:]


def claimed_lines(order: Order, items: Sequence[LineWish]) -> tuple[tuple[OrderLine, int], ...] | Refusal:
    """The lines that are named, each once, with how many of them; all that were ordered where that is not said."""
    by_number = {line.line_no: line for line in order.lines}
    wanted: dict[int, int] = {}
    for wish in items:
        line = by_number.get(wish.line)
        if line is None:
            return Refusal(code="line_unknown", message=f"Order {order.number} has no line {wish.line}.")
        most = line.quantity if wish.quantity is None else max(1, wish.quantity)
        wanted[wish.line] = min(line.quantity, wanted.get(wish.line, 0) + most)
    return tuple((by_number[number], quantity) for number, quantity in sorted(wanted.items()))


def _open_alike(
    session: WriteSession, conversation_id: str, kind: DisputeKind, order: Order | None
) -> Dispute | None:
    alike = select(Dispute).where(
        Dispute.conversation_id == conversation_id,
        Dispute.kind == kind,
        Dispute.state == DisputeState.OPEN,
        Dispute.order_id.is_(None) if order is None else Dispute.order_id == order.id,
    )
    return session.scalars(alike.with_for_update()).one_or_none()


def _is_known(session: WriteSession, bank: BankCase) -> bool:
    """Whether there is an undecided case of the same chargeback: two would hold its money twice."""
    hold(session, f"chargeback {bank.network} {bank.case_reference}")
    alike = Dispute.network == bank.network, Dispute.case_reference == bank.case_reference
    return bool(session.scalar(select(exists().where(*alike, Dispute.state == DisputeState.OPEN))))


def _items(session: WriteSession, dispute: Dispute, order: Order) -> tuple[str, ...]:
    lines = {line.id: line for line in order.lines}
    named = (
        select(DisputeLine).where(DisputeLine.dispute_id == dispute.id).order_by(DisputeLine.order_line_id)
    )
    return tuple(item(lines[part.order_line_id], part.quantity) for part in session.scalars(named))


def _store(
    session: WriteSession,
    planning: Planning,
    conversation_id: str,
    claim: Claim,
    order: Order | None,
    lines: Sequence[tuple[OrderLine, int]],
    actor: str,
) -> Dispute:
    when = planning.when
    stake = stake_of(planning, claim, order, lines)
    respond_by = when.end_of(
        working_days_after(when.today, planning.policy.disputes.days_to_answer(claim.kind))
    )
    customer_id = session.scalar(select(Conversation.customer_id).where(Conversation.id == conversation_id))
    dispute = Dispute(
        id=str(uuid4()),
        conversation_id=conversation_id,
        kind=claim.kind,
        state=DisputeState.OPEN,
        order_id=order.id if order else None,
        payment_id=stake.payment.id if stake.payment else None,
        customer_id=order.customer_id if order else customer_id,
        claim=claim.words[:LONGEST_CLAIM],
        amount_minor=stake.minor,
        currency=None if stake.minor is None else order.currency if order else planning.currency,
        policy_version=planning.policy.fingerprint,
        opened_by=actor,
        opened_at=when.now,
        respond_by=claim.bank.respond_by if claim.bank else respond_by,
        network=claim.bank.network if claim.bank else None,
        reason_code=claim.bank.reason_code if claim.bank else None,
        case_reference=claim.bank.case_reference if claim.bank else None,
    )
    session.add(dispute)
    session.flush()
    for line, quantity in lines:
        session.add(DisputeLine(dispute_id=dispute.id, order_line_id=line.id, quantity=quantity))
    lifecycle.record(session, dispute.id, DisputeStep.OPENED, actor, when.now)
    return dispute
