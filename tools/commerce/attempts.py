"""Tries at proving who one is: counted, and refused where there were too many.

A try counts from before it is compared with anything, so neither a crash nor a race gives a free one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from tools.commerce.database import WriteSession, hold
from tools.commerce.schema import AttemptKind, IdentityAttempt


@dataclass(frozen=True)
class Limit:
    """How many failures within a period stop further tries."""

    failures: int
    period: timedelta


@dataclass(frozen=True)
class Prover:
    """Who tries, from where, and when."""

    conversation_id: str
    client_address: str | None
    now: datetime


def open_attempt(
    session: WriteSession, prover: Prover, kind: AttemptKind, subject: str, limit: Limit
) -> IdentityAttempt | None:
    """Note a failed try at `subject`; None when it is locked. Delete the attempt if the try turns out right.

    Locked is a subject, a conversation or a client address that has as many failures as the limit. Until the
    transaction ends, nobody else can try at any of the three.
    """
    attempt = IdentityAttempt(
        kind=kind,
        subject_hash=digest(subject),
        conversation_id=prover.conversation_id,
        address_hash=digest(prover.client_address) if prover.client_address else None,
        attempted_at=prover.now,
    )
    counted = [
        (IdentityAttempt.subject_hash, attempt.subject_hash),
        (IdentityAttempt.conversation_id, attempt.conversation_id),
        (IdentityAttempt.address_hash, attempt.address_hash),
    ]
    hold(session, *(f"{kind}:{column.key}:{value}" for column, value in counted if value))
    failures = [
        select(func.count())
        .where(
            column == value,
            IdentityAttempt.kind == kind,
            IdentityAttempt.attempted_at > prover.now - limit.period,
        )
        .scalar_subquery()
        for column, value in counted
    ]
    if max(session.execute(select(*failures)).one()) >= limit.failures:
        return None
    session.add(attempt)
    session.flush()
    return attempt


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
