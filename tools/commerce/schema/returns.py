"""What came back, and the money that went back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tools.commerce.schema.base import (
    Base,
    CurrencyCode,
    Minor,
    PrimaryKey,
    Reference,
    closed_set,
)
from tools.commerce.schema.customers import PaymentMethodKind


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class ReturnKind(StrEnum):
    REFUND = "refund"
    EXCHANGE = "exchange"


class ReturnReason(StrEnum):
    CHANGED_MIND = "changed_mind"
    WRONG_SIZE = "wrong_size"
    NOT_AS_DESCRIBED = "not_as_described"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    ARRIVED_LATE = "arrived_late"
    OTHER = "other"


class RefundStatus(StrEnum):
    PENDING = "pending"
    """Decided; the payment provider has not confirmed it yet."""
    ISSUED = "issued"
    FAILED = "failed"


class Return(Base):
    """A return authorization (RMA)."""

    __tablename__ = "returns"
    __table_args__ = (UniqueConstraint("rma"), Index(None, "order_id"), Index(None, "requested_at"))

    id: Mapped[PrimaryKey]
    rma: Mapped[Reference]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    kind: Mapped[ReturnKind] = mapped_column(closed_set(ReturnKind), default=ReturnKind.REFUND)
    status: Mapped[ReturnStatus] = mapped_column(closed_set(ReturnStatus))
    carrier: Mapped[str | None] = mapped_column(String(80))
    tracking_number: Mapped[str | None] = mapped_column(String(80))
    proposal_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The confirmed proposal that opened it: it says what money goes back once the parcel has been checked."""
    requested_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.order_line_id", lazy="raise")


class ReturnLine(Base):
    __tablename__ = "return_lines"
    __table_args__ = (
        Index(None, "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id", ondelete="CASCADE"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True
    )
    quantity: Mapped[int]
    reason: Mapped[ReturnReason] = mapped_column(closed_set(ReturnReason), default=ReturnReason.OTHER)


class Refund(Base):
    """Money given back for an order, to one method."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "order_id"),
        Index(None, "payment_id"),
        Index(None, "return_id"),
        Index(None, "created_at"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    return_id: Mapped[int | None] = mapped_column(ForeignKey("returns.id"))
    kind: Mapped[PaymentMethodKind] = mapped_column(closed_set(PaymentMethodKind))
    label: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[RefundStatus] = mapped_column(closed_set(RefundStatus))
    amount_minor: Mapped[Minor]
    currency: Mapped[CurrencyCode]
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
