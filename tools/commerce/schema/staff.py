"""Staff accounts: who may sign in at the shop's own desk."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, closed_set
from tools.commerce.schema.conversations import Role


class StaffAccount(Base):
    """Looked up with every request, so that what changes here counts at once."""

    __tablename__ = "staff_accounts"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("role <> 'shopper'", name="role_of_staff"),
    )

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    """What shoppers read beside the messages of whoever this is."""
    role: Mapped[Role] = mapped_column(closed_set(Role))
    skills: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """What they know about, in the words of the shop's routing."""
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Those that they write, ISO 639-1."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; without one, no password is right."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    signed_out_at: Mapped[datetime | None]
    """Sessions that began before are over."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong passwords since the last right one, or since the last lock."""
    locked_until: Mapped[datetime | None]
