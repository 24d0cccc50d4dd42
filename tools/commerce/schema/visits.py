"""Visits to the shop and the carts filled on them: what conversion and abandonment are counted from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import (
    Base,
    CurrencyCode,
    Minor,
    PrimaryKey,
    Reference,
    closed_set,
)
from tools.commerce.schema.orders import Channel, Device


class CartStatus(StrEnum):
    OPEN = "open"
    ORDERED = "ordered"
    ABANDONED = "abandoned"


class WebSession(Base):
    __tablename__ = "web_sessions"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "started_at"),
        Index(None, "order_id"),
        CheckConstraint("page_views >= 0", name="page_views_not_negative"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    started_at: Mapped[datetime]
    channel: Mapped[Channel | None] = mapped_column(closed_set(Channel))
    device: Mapped[Device | None] = mapped_column(closed_set(Device))
    source: Mapped[str | None] = mapped_column(String(60))
    country: Mapped[str | None] = mapped_column(String(2))
    page_views: Mapped[int] = mapped_column(default=1)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    """The order that this visit ended in."""


class Cart(Base):
    __tablename__ = "carts"
    __table_args__ = (
        UniqueConstraint("session_id"),
        CheckConstraint("items > 0", name="items_positive"),
        CheckConstraint("value_minor >= 0", name="value_not_negative"),
    )

    id: Mapped[PrimaryKey]
    session_id: Mapped[int] = mapped_column(ForeignKey("web_sessions.id", ondelete="CASCADE"))
    status: Mapped[CartStatus] = mapped_column(closed_set(CartStatus))
    created_at: Mapped[datetime] = mapped_column(index=True)
    items: Mapped[int]
    value_minor: Mapped[Minor]
    currency: Mapped[CurrencyCode]
