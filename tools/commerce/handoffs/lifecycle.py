"""The steps of a handoff. Each is one guarded change in its caller's transaction: of two at once, one finds it done.

waiting --take--> taken --close--> closed          the conversation: waiting, human, bot
   |  ^             +--lapse--> closed            the conversation: closed, until the shopper writes again
   |  +--release----+
   |  +--take_away--+
   +--withdraw--> withdrawn                        the conversation: bot
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select, update

from tools.commerce.database import ReadSession, WriteSession, hold
from tools.commerce.handoffs.routing import ANYBODY, MOST_RELEASES, Needs, spoken_in
from tools.commerce.schema import (
    Conversation,
    ConversationStatus,
    Handoff,
    HandoffEvent,
    HandoffReason,
    HandoffState,
    HandoffStep,
    StaffAccount,
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
    needs: Needs = ANYBODY,
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
        skill=needs.skill,
        language=needs.language,
        meant_for=needs.meant_for,
    )
    session.add(handoff)
    session.flush()
    _note(session, handoff.id, HandoffStep.OPENED, actor, now)
    _set_status(session, conversation_id, ConversationStatus.WAITING)
    return handoff


def take(
    session: WriteSession, handoff_id: str, email: str, now: datetime, reply_by: datetime | None = None
) -> Handoff:
    """Make it `email`'s, who is to write before `reply_by`; taken by them before, it stays so. Raises HandoffError."""
    handoff = _locked(session, handoff_id)
    if handoff.state is HandoffState.TAKEN and handoff.taken_by == email:
        return handoff
    if handoff.state is HandoffState.TAKEN:
        raise HandoffError("taken_by_another", f"{handoff.taken_by} is on this conversation already.")
    if handoff.state is not HandoffState.WAITING:
        raise HandoffError("not_open", "This conversation is no longer waiting for a person.")
    handoff.state, handoff.taken_by, handoff.taken_at = HandoffState.TAKEN, email, now
    handoff.reply_by = reply_by
    _note(session, handoff_id, HandoffStep.TAKEN, staff(email), now)
    _set_status(session, handoff.conversation_id, ConversationStatus.HUMAN)
    return handoff


def release(
    session: WriteSession, handoff_id: str, email: str, now: datetime, answer_by: datetime
) -> Handoff:
    """Put it back into the queue; put back too often, it is escalated. Raises HandoffError."""
    handoff = _taken(session, handoff_id, email)
    _put_back(session, handoff, staff(email), now, answer_by)
    if handoff.releases > MOST_RELEASES:
        _escalate(session, handoff, now)
    return handoff


def note_answer(session: WriteSession, handoff_id: str, email: str, now: datetime) -> Handoff:
    """Whoever has taken it writes to the shopper. Raises HandoffError if that is not `email`."""
    handoff = _taken(session, handoff_id, email)
    handoff.reply_by = None
    if handoff.answered_at is None:
        handoff.answered_at = now
        _note(session, handoff_id, HandoffStep.ANSWERED, staff(email), now)
    return handoff


def close(session: WriteSession, handoff_id: str, email: str, now: datetime) -> Handoff:
    """It is settled: the conversation is the bot's again. Raises HandoffError."""
    handoff = _taken(session, handoff_id, email)
    _close(session, handoff, staff(email), now)
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


def escalate(session: WriteSession, handoff_id: str, now: datetime, answer_by: datetime) -> Handoff | None:
    """Move its time on, once each time that it passes; None when another process did, or it was taken."""
    handoff = _locked(session, handoff_id)
    if handoff.state is not HandoffState.WAITING or handoff.answer_by > now:
        return None
    handoff.answer_by = answer_by
    _escalate(session, handoff, now)
    return handoff


def take_away(session: WriteSession, handoff_id: str, now: datetime, answer_by: datetime) -> Handoff | None:
    """Put it back because whoever has it left the shopper waiting, or left the shop; None when that is not so."""
    handoff = _locked(session, handoff_id)
    account = session.get(StaffAccount, handoff.taken_by) if handoff.taken_by else None
    has_left = account is not None and account.disabled_at is not None
    is_late = handoff.reply_by is not None and handoff.reply_by <= now
    if handoff.state is not HandoffState.TAKEN or not (is_late or has_left):
        return None
    _put_back(session, handoff, PARLEY, now, answer_by)
    _escalate(session, handoff, now)
    return handoff


def lapse(session: WriteSession, handoff_id: str, silent_since: datetime, now: datetime) -> Handoff | None:
    """Close it because the shopper has not answered since then; None when that is no longer so."""
    handoff = _locked(session, handoff_id)
    updated_at = session.get_one(Conversation, handoff.conversation_id).updated_at
    is_theirs = handoff.answered_at is not None and handoff.reply_by is None
    if handoff.state is not HandoffState.TAKEN or not is_theirs or updated_at > silent_since:
        return None
    _close(session, handoff, PARLEY, now)
    _set_status(session, handoff.conversation_id, ConversationStatus.CLOSED)
    return handoff


def reopen(
    session: WriteSession, conversation_id: str, now: datetime, answer_by: datetime, needs: Needs
) -> Handoff | None:
    """The shopper wrote in a conversation that was closed for their silence: it waits for who had it.

    None when it was closed in another way: then the conversation is the bot's again.
    """
    before = session.scalars(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id, Handoff.state == HandoffState.CLOSED)
        .order_by(Handoff.closed_at.desc())
        .limit(1)
    ).one_or_none()
    if before is None:
        _set_status(session, conversation_id, ConversationStatus.BOT)
        return None
    same = replace(needs, skill=before.skill, meant_for=before.taken_by)
    return hand_over(session, conversation_id, before.reason, SHOPPER, now, answer_by, same)


def hear(session: WriteSession, conversation_id: str, reply_by: datetime | None) -> None:
    """The shopper has written to people: whoever has it is to answer by then, unless they owe an answer already.

    `reply_by` is None for what asks for none.
    """
    if found := open_handoff(session, conversation_id):
        handoff = _locked(session, found.id)
        if handoff.state is HandoffState.TAKEN and handoff.reply_by is None:
            handoff.reply_by = reply_by
        if handoff.language is None:
            handoff.language = spoken_in(session, conversation_id)


def open_handoff(session: ReadSession | WriteSession, conversation_id: str) -> Handoff | None:
    query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN))
    return session.scalars(query).one_or_none()


def trail(session: ReadSession, handoff_id: str) -> Sequence[HandoffEvent]:
    """Its steps, oldest first."""
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff_id)
    return session.scalars(query.order_by(HandoffEvent.sequence)).all()


def _put_back(
    session: WriteSession, handoff: Handoff, actor: str, now: datetime, answer_by: datetime
) -> None:
    handoff.state, handoff.taken_by, handoff.taken_at = HandoffState.WAITING, None, None
    handoff.answer_by, handoff.reply_by, handoff.meant_for = answer_by, None, None
    handoff.releases += 1
    _note(session, handoff.id, HandoffStep.RELEASED, actor, now)
    _set_status(session, handoff.conversation_id, ConversationStatus.WAITING)


def _escalate(session: WriteSession, handoff: Handoff, now: datetime) -> None:
    handoff.escalations += 1
    _note(session, handoff.id, HandoffStep.ESCALATED, PARLEY, now)


def _close(session: WriteSession, handoff: Handoff, actor: str, now: datetime) -> None:
    handoff.state, handoff.closed_at, handoff.reply_by = HandoffState.CLOSED, now, None
    _note(session, handoff.id, HandoffStep.CLOSED, actor, now)


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
