"""E-mails to send: which are due, and who tries next.

A try is claimed before it is made, so that two processes don't make the same one; the claim runs out by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import OutboxEmail

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
"""Doubles with each attempt. As it is the claim's length too, a single try must take less."""


def due(session: ReadSession, now: datetime, limit: int) -> Sequence[OutboxEmail]:
    """Unsent e-mails that may be tried now, oldest first."""
    query = (
        select(OutboxEmail)
        .where(OutboxEmail.sent_at.is_(None), OutboxEmail.attempts < MOST_ATTEMPTS)
        .where(or_(OutboxEmail.next_attempt_at.is_(None), OutboxEmail.next_attempt_at <= now))
        .order_by(OutboxEmail.created_at, OutboxEmail.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def claim(session: WriteSession, email: OutboxEmail, now: datetime) -> bool:
    """Whether the next try of `email`, as it was read, is the caller's."""
    # Of those who saw the same number of attempts, one raises it; the others find no such row.
    claimed = session.scalar(
        update(OutboxEmail)
        .where(
            OutboxEmail.id == email.id,
            OutboxEmail.sent_at.is_(None),
            OutboxEmail.attempts == email.attempts,
        )
        .values(attempts=email.attempts + 1, next_attempt_at=now + FIRST_PAUSE * 2**email.attempts)
        .returning(OutboxEmail.id)
    )
    return claimed is not None


def mark_sent(session: WriteSession, email_id: int, now: datetime) -> None:
    session.execute(update(OutboxEmail).where(OutboxEmail.id == email_id).values(sent_at=now))


def give_up(session: WriteSession, email_id: int) -> None:
    """Its mail server said that there is no such address: another try would say the same."""
    session.execute(update(OutboxEmail).where(OutboxEmail.id == email_id).values(attempts=MOST_ATTEMPTS))


def note_returned(session: WriteSession, email_id: int, created_at: int) -> bool:
    """It was accepted and did not reach anybody. `created_at`, in seconds since 1970, is its: else nothing is noted."""
    email = session.get(OutboxEmail, email_id, with_for_update=True)
    if email is None or int(email.created_at.timestamp()) != created_at:
        return False
    email.sent_at, email.attempts = None, MOST_ATTEMPTS
    return True


def is_unreachable(session: ReadSession, recipient: str) -> bool:
    """Whether the newest e-mail to that address could not be delivered, however often it was tried."""
    query = select(OutboxEmail).where(OutboxEmail.recipient == recipient).order_by(OutboxEmail.id.desc())
    last = session.scalars(query.limit(1)).one_or_none()
    return last is not None and last.sent_at is None and last.attempts >= MOST_ATTEMPTS


def newest(session: ReadSession, limit: int) -> Sequence[OutboxEmail]:
    return session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc()).limit(limit)).all()
