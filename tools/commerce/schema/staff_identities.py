"""Who an OpenID provider says somebody on the staff is."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base


class StaffIdentity(Base):
    """A person at a provider, who is one account here. Their e-mail may change there; issuer and subject never do."""

    __tablename__ = "staff_identities"
    __table_args__ = (UniqueConstraint("email", "issuer"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    email: Mapped[str] = mapped_column(ForeignKey("staff_accounts.email", ondelete="CASCADE"))
    created_at: Mapped[datetime]


class SpentSignIn(Base):
    """A `state` that a provider's answer has come back with: none is taken twice."""

    __tablename__ = "spent_sign_ins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Its SHA-256, in hexadecimal."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """Nothing of that age is accepted any more, so the row can go."""
