"""What channels of the staff's show of handoffs, approvals and disputes, and who was warned of a deadline."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, closed_set


class NoticeKind(StrEnum):
    """What a notice is of."""

    HANDOFF = "handoff"
    APPROVAL = "approval"
    DISPUTE = "dispute"


class ChannelNotice(Base):
    """`shown` is how its subject stood when it was last shown, empty before the first time.

    `posting_by` holds the right to post until `posting_until`, which is also the pause after a failure.
    """

    __tablename__ = "channel_notices"

    kind: Mapped[NoticeKind] = mapped_column(closed_set(NoticeKind), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Of the handoff, the proposal or the dispute."""
    channel_id: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))
    """Where the message stands, once that is known."""
    posts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of which reminder it is: what is overdue is posted again, at the channel's end."""
    shown: Mapped[str] = mapped_column(String(300), default="")
    posting_by: Mapped[str | None] = mapped_column(String(36))
    posting_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Since it was last shown as it stood."""


class Warned(StrEnum):
    """Who is warned, first and last."""

    HOLDER = "holder"
    """Whoever has the conversation."""
    MANAGERS = "managers"


class DisputeWarning(Base):
    """That the deadline of a dispute is near was told. Rows are added, never changed."""

    __tablename__ = "dispute_warnings"

    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"), primary_key=True)
    warned: Mapped[Warned] = mapped_column(closed_set(Warned), primary_key=True)
    warned_at: Mapped[datetime]
