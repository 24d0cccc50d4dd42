"""What Slack delivered, which thread is which conversation, and what was posted there.

A delivery is stored before it is acknowledged, and done once: a try is claimed before it is made, and the claim
runs out by itself. Posting is claimed by thread, so that messages come in order and from one process at a time;
a message is noted as being posted before it is, so that whoever takes over knows to look whether it is there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    Conversation,
    SlackDelivery,
    SlackThread,
)

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=20)
"""Doubles with each attempt. It is the claim's length too; a try that takes longer may be made twice, to no effect."""

POSTING_LEASE = timedelta(seconds=60)
TOLD_WITHIN = timedelta(days=1)
"""What could not be posted for so long is left alone."""

REMEMBERED = timedelta(days=2)
"""Slack delivers again for an hour."""


def remember(session: WriteSession, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Store a delivery, unless it has come before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"key": key, "payload": payload, "received_at": now, "attempts": 0}
    session.execute(insert(SlackDelivery).values(values).on_conflict_do_nothing(index_elements=["key"]))


def claim(session: WriteSession, key: str, now: datetime) -> SlackDelivery | None:
    """The delivery, if it is still to be done and its next try is the caller's."""
    found = session.get(SlackDelivery, key)
    if found is None:
        return None
    is_due = or_(SlackDelivery.next_attempt_at.is_(None), SlackDelivery.next_attempt_at <= now)
    claimed = session.scalar(
        update(SlackDelivery)
        .where(SlackDelivery.key == key, SlackDelivery.done_at.is_(None), is_due)
        .where(SlackDelivery.attempts == found.attempts)
        .values(attempts=found.attempts + 1, next_attempt_at=now + FIRST_PAUSE * 2**found.attempts)
        .returning(SlackDelivery.key)
        .execution_options(synchronize_session=False)
    )
    return found if claimed else None


def due(session: ReadSession, now: datetime, limit: int) -> Sequence[str]:
    """Keys of what is to be done and nobody is at work on, oldest first."""
    return session.scalars(
        select(SlackDelivery.key)
        .where(SlackDelivery.done_at.is_(None), SlackDelivery.attempts < MOST_ATTEMPTS)
        .where(or_(SlackDelivery.next_attempt_at.is_(None), SlackDelivery.next_attempt_at <= now))
        .order_by(SlackDelivery.received_at)
        .limit(limit)
    ).all()


def waiting(session: ReadSession, key: str) -> dict[str, Any] | None:
    """The payload of a delivery that is still to be done."""
    return session.scalar(select(SlackDelivery.payload).where(SlackDelivery.key == key))


def finish(session: WriteSession, key: str, now: datetime) -> None:
    session.execute(update(SlackDelivery).where(SlackDelivery.key == key).values(done_at=now, payload=None))


def forget_old(session: WriteSession, now: datetime) -> None:
    session.execute(delete(SlackDelivery).where(SlackDelivery.received_at < now - REMEMBERED))


def thread_at(
    session: ReadSession | WriteSession, channel_id: str, thread_ts: str, user_id: str
) -> Sequence[SlackThread]:
    """One person's conversations in a thread: one for each role that they have had."""
    return session.scalars(
        select(SlackThread).where(
            SlackThread.channel_id == channel_id,
            SlackThread.thread_ts == thread_ts,
            SlackThread.user_id == user_id,
        )
    ).all()


def thread_of(session: ReadSession | WriteSession, conversation_id: str) -> SlackThread | None:
    return session.scalar(select(SlackThread).where(SlackThread.conversation_id == conversation_id))


def note_place(
    session: WriteSession, thread_id: int, *, is_shared: bool, response_url: str | None, until: datetime
) -> None:
    """How the channel is now, and where answers that only one person sees can be sent for a while."""
    values = {
        "is_shared": is_shared,
        **({"response_url": response_url, "response_until": until} if response_url else {}),
    }
    session.execute(update(SlackThread).where(SlackThread.id == thread_id).values(values))


def untold(session: ReadSession, now: datetime) -> Sequence[int]:
    """Threads in whose conversation there may be something new, and that nobody posts to at this moment."""
    return session.scalars(
        select(SlackThread.id)
        .join(Conversation, Conversation.id == SlackThread.conversation_id)
        .where(
            Conversation.last_seq > SlackThread.posted_seq,
            Conversation.updated_at >= now - TOLD_WITHIN,
            or_(Conversation.turn_holder.is_(None), Conversation.turn_expires_at < now),
            or_(SlackThread.posting_until.is_(None), SlackThread.posting_until < now),
        )
    ).all()


def claim_posting(session: WriteSession, thread_id: int, holder: str, now: datetime) -> SlackThread | None:
    """The thread, if the right to post there is the caller's now."""
    return session.scalar(
        update(SlackThread)
        .where(SlackThread.id == thread_id)
        .where(or_(SlackThread.posting_until.is_(None), SlackThread.posting_until < now))
        .values(posting_by=holder, posting_until=now + POSTING_LEASE)
        .returning(SlackThread)
    )


def begin_posting(session: WriteSession, thread_id: int, holder: str, seq: int, now: datetime) -> bool:
    """Note that the message is about to be posted; False when the right to do so has gone."""
    return _as_holder(session, thread_id, holder, posting_seq=seq, posting_until=now + POSTING_LEASE)


def note_posted(session: WriteSession, thread_id: int, holder: str, seq: int) -> bool:
    return _as_holder(session, thread_id, holder, posted_seq=seq, posting_seq=None, failures=0)


def note_not_begun(session: WriteSession, thread_id: int, holder: str) -> None:
    """It is known that the message that was being posted is not there."""
    _as_holder(session, thread_id, holder, posting_seq=None)


def pause_posting(session: WriteSession, thread_id: int, holder: str, until: datetime) -> None:
    """Nobody posts there before `until`."""
    failures = SlackThread.failures + 1
    _as_holder(session, thread_id, holder, posting_by=None, posting_until=until, failures=failures)


def release_posting(session: WriteSession, thread_id: int, holder: str) -> None:
    _as_holder(session, thread_id, holder, posting_by=None, posting_until=None)


def _as_holder(session: WriteSession, thread_id: int, holder: str, **values: Any) -> bool:
    held = session.scalar(
        update(SlackThread)
        .where(SlackThread.id == thread_id, SlackThread.posting_by == holder)
        .values(values)
        .returning(SlackThread.id)
        .execution_options(synchronize_session=False)
    )
    return held is not None
