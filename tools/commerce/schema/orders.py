"""Orders, their lines, and the ledger of what was paid for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tools.commerce.schema.base import (
    Base,
    BigKey,
    CurrencyCode,
    Minor,
    PrimaryKey,
    Reference,
    closed_set,
)
from tools.commerce.schema.catalog import Product, Seller, Variant
from tools.commerce.schema.customers import Customer, PaymentMethodKind
from tools.commerce.schema.returns import Refund, Return
from tools.commerce.schema.shipments import Shipment


class OrderStatus(StrEnum):
    PENDING = "pending"
    """Placed; payment not yet confirmed."""
    PROCESSING = "processing"
    """Paid; being picked and packed."""
    SHIPPED = "shipped"
    """Everything that was not cancelled has left; not all of it has arrived."""
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"
    """The shop could not supply it."""


class Channel(StrEnum):
    WEB = "web"
    APP = "app"
    PHONE = "phone"
    STORE = "store"
    MARKETPLACE = "marketplace"


class Device(StrEnum):
    DESKTOP = "desktop"
    MOBILE = "mobile"
    TABLET = "tablet"


class PaymentStatus(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"


class Order(Base):
    """A purchase. Its address is a copy, so a later change of the address book leaves it alone.

    `number_key` is the number as people type it, reduced to upper-case letters and digits.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(None, "number_key"),
        Index(None, "customer_id", "placed_at", "id"),
        Index(None, "placed_at"),
        Index(None, "cancelled_at"),
        Index(None, "status", "placed_at"),
        CheckConstraint(
            "subtotal_minor >= 0 AND discount_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0",
            name="amounts_not_negative",
        ),
        CheckConstraint(
            "total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor",
            name="total_adds_up",
        ),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[Reference]
    number_key: Mapped[Reference]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    email: Mapped[str | None] = mapped_column(String(254))
    status: Mapped[OrderStatus] = mapped_column(closed_set(OrderStatus))
    channel: Mapped[Channel | None] = mapped_column(closed_set(Channel))
    device: Mapped[Device | None] = mapped_column(closed_set(Device))
    placed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    """The delivery time that the shopper was promised at checkout, in UTC."""
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    currency: Mapped[CurrencyCode]
    subtotal_minor: Mapped[Minor]
    discount_minor: Mapped[Minor] = mapped_column(default=0)
    shipping_minor: Mapped[Minor] = mapped_column(default=0)
    tax_minor: Mapped[Minor] = mapped_column(default=0)
    total_minor: Mapped[Minor]
    promo_code: Mapped[str | None] = mapped_column(String(60))
    shipping_method: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(Text)
    recipient: Mapped[str | None] = mapped_column(String(200))
    line1: Mapped[str | None] = mapped_column(String(200))
    line2: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    postcode: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))

    customer: Mapped[Customer | None] = relationship(lazy="raise")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.line_no", lazy="raise"
    )
    payments: Mapped[list["Payment"]] = relationship(order_by="Payment.sequence", lazy="raise")
    shipments: Mapped[list[Shipment]] = relationship(order_by="Shipment.id", lazy="raise")
    returns: Mapped[list[Return]] = relationship(order_by="Return.id", lazy="raise")
    refunds: Mapped[list[Refund]] = relationship(order_by="Refund.id", lazy="raise")


class OrderLine(Base):
    """What was bought, as it was called and priced then. `total_minor` excludes shipping."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        Index(None, "variant_id"),
        Index(None, "product_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "cancelled_quantity >= 0 AND cancelled_quantity <= quantity", name="cancelled_within_quantity"
        ),
        CheckConstraint(
            "unit_price_minor >= 0 AND discount_minor >= 0 AND tax_minor >= 0",
            name="amounts_not_negative",
        ),
        CheckConstraint(
            "total_minor = unit_price_minor * quantity - discount_minor + tax_minor",
            name="total_adds_up",
        ),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
    )

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    sku: Mapped[str | None] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(300))
    options: Mapped[str | None] = mapped_column(String(300))
    """The chosen options as read by people: `Color: Blue, Size: M`."""
    quantity: Mapped[int] = mapped_column(Integer)
    cancelled_quantity: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """How many of them will not be delivered any more: cancelled before they left, or lost on the way."""
    unit_price_minor: Mapped[Minor]
    discount_minor: Mapped[Minor] = mapped_column(default=0)
    tax_minor: Mapped[Minor] = mapped_column(default=0)
    total_minor: Mapped[Minor]

    order: Mapped[Order] = relationship(back_populates="lines", lazy="raise")
    variant: Mapped[Variant | None] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")
    seller: Mapped[Seller | None] = relationship(lazy="raise")


class Payment(Base):
    """One entry of the payments ledger: money taken for an order by one method.

    `refunded_minor` is raised by a guarded update together with each row of `refunds`, so the database itself
    refuses to give back more than was taken.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        Index(None, "payment_method_id"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunds_within_amount"
        ),
        CheckConstraint("installments >= 1", name="at_least_one_installment"),
    )

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    payment_method_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("payment_methods.id"))
    kind: Mapped[PaymentMethodKind] = mapped_column(closed_set(PaymentMethodKind))
    label: Mapped[str | None] = mapped_column(String(80))
    """How the shopper knows it: `Visa ending in 4242`."""
    status: Mapped[PaymentStatus] = mapped_column(closed_set(PaymentStatus))
    amount_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor] = mapped_column(default=0)
    currency: Mapped[CurrencyCode]
    installments: Mapped[int] = mapped_column(default=1)
    occurred_at: Mapped[datetime | None]
    gateway_ref: Mapped[str | None] = mapped_column(String(120))
