"""What a channel of the staff's shows of handoffs and of approvals."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, closed_set


class NoticeKind(StrEnum):
    """What a notice is of."""

    HANDOFF = "handoff"
    APPROVAL = "approval"


class ChannelNotice(Base):
    """`shown` is how the handoff or the proposal stood when it was last shown, empty before the first time.

    `posting_by` holds the right to post until `posting_until`, which is also the pause after a failure.
    """

    __tablename__ = "channel_notices"

    kind: Mapped[NoticeKind] = mapped_column(closed_set(NoticeKind), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Of the handoff or the proposal."""
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
