"""Handoffs: conversations that a person has to go on with, and the trail of who did what with each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, PrimaryKey, closed_set


class HandoffReason(StrEnum):
    ASKED = "asked"
    """The shopper wants a person."""
    NOT_UNDERSTOOD = "not_understood"
    TOOL_FAILED = "tool_failed"
    NEEDS_A_PERSON = "needs_a_person"
    """Something that only the shop's people do."""
    COMPLAINT = "complaint"
    LEGAL_THREAT = "legal_threat"
    INJURY = "injury"
    CHARGEBACK = "chargeback"
    FRAUD = "fraud"
    PRIVACY = "privacy"


class HandoffState(StrEnum):
    """`waiting` and `taken` are open; of those a conversation has at most one."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """The shopper went back to the assistant before anybody took it."""


class HandoffStep(StrEnum):
    OPENED = "opened"
    ESCALATED = "escalated"
    """Nobody had taken it in time."""
    TAKEN = "taken"
    RELEASED = "released"
    """Whoever had taken it put it back into the queue, or the clock did."""
    ANSWERED = "answered"
    """The first answer of a person."""
    CLOSED = "closed"
    """By the clock, where the shopper was silent."""
    WITHDRAWN = "withdrawn"
    RATED = "rated"


class Handoff(Base):
    """`answer_by` is when a person should have taken it; each time that passes, it is escalated and moves on.

    `skill`, `language` and `meant_for` say whom it fits: they are shown it first, and nobody is kept from it.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=sql("state IN ('waiting', 'taken')"),
            postgresql_where=sql("state IN ('waiting', 'taken')"),
        ),
        Index(None, "state", "answer_by"),
        Index(None, "opened_at"),
        Index(None, "conversation_id", "closed_at"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_of_five"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    reason: Mapped[HandoffReason] = mapped_column(closed_set(HandoffReason))
    state: Mapped[HandoffState] = mapped_column(closed_set(HandoffState))
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    escalations: Mapped[int] = mapped_column(default=0)
    skill: Mapped[str | None] = mapped_column(String(40))
    """What whoever takes it should know about, as the shop's routing has it."""
    language: Mapped[str | None] = mapped_column(String(2))
    """ISO 639-1, of what the shopper wrote; None where that is not clear."""
    meant_for: Mapped[str | None] = mapped_column(String(254))
    """The e-mail of who had it before."""
    releases: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was put back into the queue."""
    taken_by: Mapped[str | None] = mapped_column(String(254))
    """The e-mail of the member of staff."""
    taken_at: Mapped[datetime | None]
    reply_by: Mapped[datetime | None]
    """While the shopper waits for whoever has taken it: when that should have ended."""
    answered_at: Mapped[datetime | None]
    """When a person first wrote to the shopper."""
    closed_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    """What the shopper gave, 1 to 5."""


class HandoffEvent(Base):
    """One step of a handoff. Rows are added, never changed."""

    __tablename__ = "handoff_events"
    __table_args__ = (UniqueConstraint("handoff_id", "sequence"),)

    id: Mapped[PrimaryKey]
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    step: Mapped[HandoffStep] = mapped_column(closed_set(HandoffStep))
    actor: Mapped[str] = mapped_column(String(300))
    """`shopper`, `model`, `agent:EMAIL`, or `parley` for a clock."""
    at: Mapped[datetime]
