"""Shoppers who are not there: what they have not read yet, and where else they can be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base


class ShopperReach(Base):
    """One of a conversation in which something came that the shopper did not wait for, or an address was left."""

    __tablename__ = "shopper_reach"
    __table_args__ = (Index(None, "unread_since"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    unread_seq: Mapped[int] = mapped_column(default=0)
    """The number of the newest such message."""
    unread_since: Mapped[datetime | None]
    """When the first of those came that their chat was not given yet; None when it was given all."""
    mailed_at: Mapped[datetime | None]
    """When an e-mail told of what is unread now."""
    email: Mapped[str | None] = mapped_column(String(254))
    """An address that they left. Nothing shows that it is theirs."""
