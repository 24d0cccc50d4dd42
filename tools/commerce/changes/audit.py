"""The trail of every proposal, decision and effect: each row holds the hash of the one before it.

A row that is altered no longer fits its own hash, one that is missing leaves the next without its predecessor,
and the head remembers the last. The database refuses to change or delete rows; the chain shows it where
somebody went around the database.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from pydantic import JsonValue
from sqlalchemy import func, select

from tools.commerce.database import ReadSession, WriteSession, at_end
from tools.commerce.schema import AuditEvent, AuditHead, AuditRow, Role
from tools.principal import Principal

START = "0" * 64
BATCH = 1000

SHOPPER = "shopper"
PARLEY = "parley"
"""A clock's or a gateway's doing."""


def person(by: Principal) -> str:
    """Who decides about what was proposed to them."""
    return SHOPPER if by.role is Role.SHOPPER else f"{by.role}:{by.staff_email or 'unknown'}"


def agent(email: str | None) -> str:
    return f"agent:{email or 'unknown'}"


@dataclass(frozen=True)
class Entry:
    """What happened. `details` hold no personal data: the trail outlives a shopper's right to be forgotten."""

    event: AuditEvent
    actor: str
    at: datetime
    conversation_id: str | None = None
    proposal_id: str | None = None
    order_number: str | None = None
    policy_version: str | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold: the number of the row, and what is wrong with it."""

    number: int
    reason: str


@dataclass(frozen=True)
class Verification:
    rows: int
    broken: Break | None


def record(session: WriteSession, entry: Entry) -> None:
    """Add a row when the transaction ends: from then until it is committed, no other can add one."""
    at_end(session, partial(_add, entry=entry))


def _add(session: WriteSession, entry: Entry) -> None:
    head = session.scalars(
        select(AuditHead).where(AuditHead.id == 1).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    row = AuditRow(
        number=head.number + 1,
        at=entry.at,
        event=entry.event,
        actor=entry.actor,
        conversation_id=entry.conversation_id,
        proposal_id=entry.proposal_id,
        order_number=entry.order_number,
        policy_version=entry.policy_version,
        details=dict(entry.details),
        previous_hash=head.hash,
        hash="",
    )
    row.hash = _hash(row)
    head.number, head.hash = row.number, row.hash
    session.add(row)
    session.flush()


def verify(session: ReadSession) -> Verification:
    """Read the whole trail and check every link, up to the head."""
    expected, previous = 1, START
    for row in _rows(session):
        if row.number != expected:
            return Verification(expected - 1, Break(expected, "the row is missing"))
        if row.previous_hash != previous:
            return Verification(expected - 1, Break(expected, "it does not follow the row before it"))
        if row.hash != _hash(row):
            return Verification(expected - 1, Break(expected, "it was altered"))
        expected, previous = expected + 1, row.hash
    head = session.get(AuditHead, 1)
    if head is None or (head.number, head.hash) != (expected - 1, previous):
        return Verification(expected - 1, Break(expected, "rows at the end are missing"))
    return Verification(expected - 1, None)


def of_order(session: ReadSession, order_number: str) -> Sequence[AuditRow]:
    """What happened to an order, oldest first; its number may be typed in small letters, or after a `#`."""
    typed = order_number.strip().removeprefix("#").lower()
    query = select(AuditRow).where(func.lower(AuditRow.order_number) == typed).order_by(AuditRow.number)
    return session.scalars(query).all()


def _rows(session: ReadSession) -> Iterator[AuditRow]:
    after = 0
    while batch := session.scalars(
        select(AuditRow).where(AuditRow.number > after).order_by(AuditRow.number).limit(BATCH)
    ).all():
        yield from batch
        after = batch[-1].number
        session.expunge_all()


def _hash(row: AuditRow) -> str:
    content = {
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": row.event.value,
        "actor": row.actor,
        "conversation_id": row.conversation_id,
        "proposal_id": row.proposal_id,
        "order_number": row.order_number,
        "policy_version": row.policy_version,
        "details": row.details,
        "previous_hash": row.previous_hash,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
