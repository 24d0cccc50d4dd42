"""Slack: what it delivered, which thread is which conversation, and what was posted there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, PrimaryKey, closed_set
from tools.commerce.schema.conversations import Role


class SlackDelivery(Base):
    """Something that Slack delivered, stored before it is acknowledged; its key is the same each time it comes.

    `next_attempt_at` is the claim of a process that tries, then the pause before the next try. What was done keeps
    no `payload`.
    """

    __tablename__ = "slack_deliveries"
    __table_args__ = (Index(None, "done_at", "received_at"),)

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class SlackThread(Base):
    """One person's conversation in a thread, in the role that they had when it began.

    `thread_ts` is empty for a channel's own stream. `posted_seq` is the last message that is in Slack; `posting_seq`
    one that was being posted, and may be there already. `posting_by` holds the right to post until `posting_until`.
    """

    __tablename__ = "slack_threads"
    __table_args__ = (UniqueConstraint("channel_id", "thread_ts", "user_id", "role"),)

    id: Mapped[PrimaryKey]
    channel_id: Mapped[str] = mapped_column(String(40))
    thread_ts: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[str] = mapped_column(String(40))
    role: Mapped[Role] = mapped_column(closed_set(Role))
    is_direct: Mapped[bool]
    is_shared: Mapped[bool]
    """Whether people of other companies are in the channel."""
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), unique=True
    )
    response_url: Mapped[str | None] = mapped_column(String(500))
    response_until: Mapped[datetime | None]
    posted_seq: Mapped[int] = mapped_column(default=0)
    posting_seq: Mapped[int | None]
    posting_by: Mapped[str | None] = mapped_column(String(36))
    posting_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """In a row, of posting its next message."""
