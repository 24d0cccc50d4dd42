"""Customers, where they live and how they pay."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tools.commerce.schema.base import (
    Base,
    PrimaryKey,
    Reference,
    closed_set,
)


class PaymentMethodKind(StrEnum):
    CARD = "card"
    DEBIT_CARD = "debit_card"
    PAYPAL = "paypal"
    BANK_TRANSFER = "bank_transfer"
    BANK_SLIP = "bank_slip"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    VOUCHER = "voucher"
    INVOICE = "invoice"
    OTHER = "other"


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime | None]
    newsletter: Mapped[bool] = mapped_column(default=False)

    addresses: Mapped[list["Address"]] = relationship(
        back_populates="customer", order_by="Address.id", lazy="raise"
    )
    payment_methods: Mapped[list["PaymentMethod"]] = relationship(
        back_populates="customer", order_by="PaymentMethod.id", lazy="raise"
    )


class Address(Base):
    """One entry of a customer's address book. An order keeps its own copy."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("customer_id", "label"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str | None] = mapped_column(String(200))
    line1: Mapped[str | None] = mapped_column(String(200))
    line2: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    postcode: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    is_default: Mapped[bool] = mapped_column(default=False)

    customer: Mapped[Customer] = relationship(back_populates="addresses", lazy="raise")


class PaymentMethod(Base):
    """A way of paying that a customer has on file; never more of a card than its last four digits."""

    __tablename__ = "payment_methods"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "customer_id"),
        CheckConstraint("last4 IS NULL OR length(last4) = 4", name="last_four_digits_only"),
        CheckConstraint("balance_minor IS NULL OR balance_minor >= 0", name="balance_not_negative"),
        CheckConstraint(
            "(balance_minor IS NULL) = (kind NOT IN ('gift_card', 'store_credit'))",
            name="balance_only_of_gift_card_and_store_credit",
        ),
        CheckConstraint("balance_minor IS NULL OR currency IS NOT NULL", name="balance_has_currency"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    kind: Mapped[PaymentMethodKind] = mapped_column(closed_set(PaymentMethodKind))
    brand: Mapped[str | None] = mapped_column(String(40))
    last4: Mapped[str | None] = mapped_column(String(4))
    balance_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    expires_on: Mapped[date | None]
    gateway_ref: Mapped[str | None] = mapped_column(String(120))
    """The payment provider's own name of it, which is what can be charged there."""

    customer: Mapped[Customer] = relationship(back_populates="payment_methods", lazy="raise")
