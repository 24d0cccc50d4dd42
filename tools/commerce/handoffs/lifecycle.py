"""The steps of a handoff. Each is one guarded change in its caller's transaction: of two at once, one finds it done.

waiting --take--> taken --close--> closed          the conversation: waiting, human, bot
   |  ^             |
   |  +--release----+
   +--withdraw--> withdrawn                        the conversation: bot
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select, update

from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.schema import (
    Conversation,
    ConversationStatus,
    Handoff,
    HandoffEvent,
    HandoffReason,
    HandoffState,
    HandoffStep,
)

OPEN = (HandoffState.WAITING, HandoffState.TAKEN)
SHOPPER = "shopper"
PARLEY = "parley"


class HandoffError(Exception):
    """A step that cannot be taken; `code` is stable, the message is for the member of staff."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def staff(email: str) -> str:
    return f"agent:{email}"


def hand_over(
    session: WriteSession,
    conversation_id: str,
    reason: HandoffReason,
    actor: str,
    now: datetime,
    answer_by: datetime,
) -> Handoff:
    """The conversation's open handoff: the one that there is already, or a new one."""
    hold(session, f"handoff:{conversation_id}")
    if found := open_handoff(session, conversation_id):
        return found
    handoff = Handoff(
        id=str(uuid4()),
        conversation_id=conversation_id,
        reason=reason,
        state=HandoffState.WAITING,
        opened_at=now,
        answer_by=answer_by,
    )
    session.add(handoff)
    session.flush()
    _note(session, handoff.id, HandoffStep.OPENED, actor, now)
    _set_status(session, conversation_id, ConversationStatus.WAITING)
    return handoff


def take(session: WriteSession, handoff_id: str, email: str, now: datetime) -> Handoff:
    """Make it `email`'s; taken by them before, it stays so. Raises HandoffError."""
    handoff = _locked(session, handoff_id)
    if handoff.state is HandoffState.TAKEN and handoff.taken_by == email:
        return handoff
    if handoff.state is HandoffState.TAKEN:
        raise HandoffError("taken_by_another", f"{handoff.taken_by} is on this conversation already.")
    if handoff.state is not HandoffState.WAITING:
        raise HandoffError("not_open", "This conversation is no longer waiting for a person.")
    handoff.state, handoff.taken_by, handoff.taken_at = HandoffState.TAKEN, email, now
    _note(session, handoff_id, HandoffStep.TAKEN, staff(email), now)
    _set_status(session, handoff.conversation_id, ConversationStatus.HUMAN)
    return handoff


def release(
    session: WriteSession, handoff_id: str, email: str, now: datetime, answer_by: datetime
) -> Handoff:
    """Put it back into the queue. Raises HandoffError."""
    handoff = _taken(session, handoff_id, email)
    handoff.state, handoff.taken_by, handoff.taken_at = HandoffState.WAITING, None, None
    handoff.answer_by = answer_by
    _note(session, handoff_id, HandoffStep.RELEASED, staff(email), now)
    _set_status(session, handoff.conversation_id, ConversationStatus.WAITING)
    return handoff


def note_answer(session: WriteSession, handoff_id: str, email: str, now: datetime) -> Handoff:
    """Whoever has taken it writes to the shopper. Raises HandoffError if that is not `email`."""
    handoff = _taken(session, handoff_id, email)
    if handoff.answered_at is None:
        handoff.answered_at = now
        _note(session, handoff_id, HandoffStep.ANSWERED, staff(email), now)
    return handoff


def close(session: WriteSession, handoff_id: str, email: str, now: datetime) -> Handoff:
    """It is settled: the conversation is the bot's again. Raises HandoffError."""
    handoff = _taken(session, handoff_id, email)
    handoff.state, handoff.closed_at = HandoffState.CLOSED, now
    _note(session, handoff_id, HandoffStep.CLOSED, staff(email), now)
    _set_status(session, handoff.conversation_id, ConversationStatus.BOT)
    return handoff


def withdraw(session: WriteSession, conversation_id: str, now: datetime) -> bool:
    """The shopper goes back to the bot; False when nothing waits, or somebody has taken it."""
    found = open_handoff(session, conversation_id)
    handoff = _locked(session, found.id) if found else None
    if handoff is None or handoff.state is not HandoffState.WAITING:
        return False
    handoff.state, handoff.closed_at = HandoffState.WITHDRAWN, now
    _note(session, handoff.id, HandoffStep.WITHDRAWN, SHOPPER, now)
    _set_status(session, conversation_id, ConversationStatus.BOT)
    return True


def rate(session: WriteSession, conversation_id: str, rating: int, now: datetime) -> bool:
    """What the shopper thinks of the newest closed handoff, once; False when there is none to rate."""
    newest = select(Handoff.id).where(Handoff.conversation_id == conversation_id)
    newest = newest.where(Handoff.state == HandoffState.CLOSED).order_by(Handoff.closed_at.desc()).limit(1)
    rated = session.scalar(
        update(Handoff)
        .where(Handoff.id == newest.scalar_subquery(), Handoff.rating.is_(None))
        .values(rating=rating)
        .returning(Handoff.id)
    )
    if rated is None:
        return False
    _note(session, rated, HandoffStep.RATED, SHOPPER, now)
    return True


def overdue(session: ReadSession, now: datetime) -> Sequence[str]:
    """The ids of those that nobody has taken in time."""
    late = Handoff.state == HandoffState.WAITING, Handoff.answer_by <= now
    return session.scalars(select(Handoff.id).where(*late).order_by(Handoff.answer_by)).all()


def escalate(session: WriteSession, handoff_id: str, now: datetime, answer_by: datetime) -> Handoff | None:
    """Move its time on, once each time that it passes; None when another process did, or it was taken."""
    handoff = _locked(session, handoff_id)
    if handoff.state is not HandoffState.WAITING or handoff.answer_by > now:
        return None
    handoff.escalations += 1
    handoff.answer_by = answer_by
    _note(session, handoff_id, HandoffStep.ESCALATED, PARLEY, now)
    return handoff


def open_handoff(session: ReadSession | WriteSession, conversation_id: str) -> Handoff | None:
    query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN))
    return session.scalars(query).one_or_none()


def trail(session: ReadSession, handoff_id: str) -> Sequence[HandoffEvent]:
    """Its steps, oldest first."""
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff_id)
    return session.scalars(query.order_by(HandoffEvent.sequence)).all()


def _locked(session: WriteSession, handoff_id: str) -> Handoff:
    """The row as it is now, until the transaction ends. Raises HandoffError."""
    handoff = session.get(Handoff, handoff_id, with_for_update=True, populate_existing=True)
    if handoff is None:
        raise HandoffError("unknown_handoff", "There is no such handoff.")
    return handoff


def _taken(session: WriteSession, handoff_id: str, email: str) -> Handoff:
    handoff = _locked(session, handoff_id)
    if handoff.state is not HandoffState.TAKEN or handoff.taken_by != email:
        raise HandoffError("not_yours", "Take this conversation first: only who has taken it can do that.")
    return handoff


def _set_status(session: WriteSession, conversation_id: str, status: ConversationStatus) -> None:
    session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(status=status),
        execution_options={"synchronize_session": "fetch"},
    )


def _note(session: WriteSession, handoff_id: str, step: HandoffStep, actor: str, now: datetime) -> None:
    count = select(func.count()).where(HandoffEvent.handoff_id == handoff_id).scalar_subquery()
    sequence = session.scalar(select(count + 1)) or 1
    session.add(HandoffEvent(handoff_id=handoff_id, sequence=sequence, step=step, actor=actor, at=now))
    session.flush()
