"""What staff are told without asking again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, PrimaryKey, closed_set


class WatchKind(StrEnum):
    ALERT = "alert"
    """Told when a figure passes a threshold."""
    DIGEST = "digest"
    """Told at set times."""


class WatchState(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"


class Watch(Base):
    """`owner` is the e-mail of the member of staff who confirmed it; it is told in the conversation it was made in.

    `is_beyond` is where an alert's figure was when it was last known: it is told when it passes, and again only
    after it has come back. `next_due_at` is when to look again, and what tells two lookers apart: who moves it on
    tells.
    """

    __tablename__ = "watches"
    __table_args__ = (
        Index(None, "owner"),
        Index(
            "ix_watches_due",
            "next_due_at",
            sqlite_where=sql("state = 'active'"),
            postgresql_where=sql("state = 'active'"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposals.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    owner: Mapped[str] = mapped_column(String(254))
    kind: Mapped[WatchKind] = mapped_column(closed_set(WatchKind))
    state: Mapped[WatchState] = mapped_column(closed_set(WatchState))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_beyond: Mapped[bool | None]
    created_at: Mapped[datetime]
    next_due_at: Mapped[datetime]
    last_told_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
