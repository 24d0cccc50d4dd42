"""Links that were sent by e-mail, each of which opens one conversation in one other browser."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base


class ChatLink(Base):
    """Of its secret and of the key that it was opened with, only the SHA-256 is kept."""

    __tablename__ = "chat_links"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    key_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the browser's own key, which is a token of the conversation since the link was opened with it."""
