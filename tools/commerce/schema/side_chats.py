"""What a conversation of staff with Parley is about, where it is about a case."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, closed_set
from tools.commerce.schema.conversations import Role


class SideChat(Base):
    """One for each person and role at each case. It says which case the tools of that conversation may tell of."""

    __tablename__ = "side_chats"
    __table_args__ = (UniqueConstraint("handoff_id", "staff_email", "role"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    staff_email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(closed_set(Role))
