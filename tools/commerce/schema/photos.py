"""Photos that people send in a conversation."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base

_UNSENT = sql("message_seq IS NULL")


class Photo(Base):
    """A picture as it is kept: a JPEG without metadata, under the SHA-256 of its bytes, once in a conversation.

    `message_seq` is the number of the first message that came with it; None as long as it was uploaded alone.
    """

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_unsent", "added_at", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        Index(None, "sha256"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]
    message_seq: Mapped[int | None]
