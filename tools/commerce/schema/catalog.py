"""What the shop sells, who sells it and where it lies."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tools.commerce.schema.base import (
    Base,
    CurrencyCode,
    Minor,
    PrimaryKey,
    Reference,
    closed_set,
)


class ProductStatus(StrEnum):
    ACTIVE = "active"
    DISCONTINUED = "discontinued"


class Seller(Base):
    __tablename__ = "sellers"
    __table_args__ = (UniqueConstraint("ref"),)

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    name: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "category"),
        Index(None, "name"),
        CheckConstraint("weight_grams IS NULL OR weight_grams >= 0", name="weight_not_negative"),
        CheckConstraint("warranty_months IS NULL OR warranty_months >= 0", name="warranty_not_negative"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str | None] = mapped_column(String(120))
    brand: Mapped[str | None] = mapped_column(String(120))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    status: Mapped[ProductStatus] = mapped_column(closed_set(ProductStatus), default=ProductStatus.ACTIVE)
    final_sale: Mapped[bool] = mapped_column(default=False)
    warranty_months: Mapped[int | None]
    weight_grams: Mapped[int | None]
    image_url: Mapped[str | None] = mapped_column(String(500))

    attributes: Mapped[list["ProductAttribute"]] = relationship(
        order_by="ProductAttribute.position", lazy="raise"
    )
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.id", lazy="raise"
    )
    seller: Mapped[Seller | None] = relationship(lazy="raise")


class ProductAttribute(Base):
    """A fact of a product, for questions and comparison: material, capacity, care."""

    __tablename__ = "product_attributes"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(String(300))
    position: Mapped[int] = mapped_column(default=0)


class Variant(Base):
    """One SKU: a product with its options chosen, at its price."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("sku"),
        Index(None, "product_id"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("cost_minor IS NULL OR cost_minor >= 0", name="cost_not_negative"),
    )

    id: Mapped[PrimaryKey]
    sku: Mapped[Reference]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    price_minor: Mapped[Minor]
    currency: Mapped[CurrencyCode]
    compare_at_minor: Mapped[int | None] = mapped_column(BigInteger)
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    active: Mapped[bool] = mapped_column(default=True)

    product: Mapped[Product] = relationship(back_populates="variants", lazy="raise")
    options: Mapped[list["VariantOption"]] = relationship(order_by="VariantOption.position", lazy="raise")
    stock: Mapped[list["Stock"]] = relationship(lazy="raise")
    incoming: Mapped[list["IncomingStock"]] = relationship(order_by="IncomingStock.expected_on", lazy="raise")


class VariantOption(Base):
    __tablename__ = "variant_options"
    __table_args__ = (Index(None, "name", "value"),)

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)


class Warehouse(Base):
    __tablename__ = "warehouses"
    __table_args__ = (UniqueConstraint("ref"),)

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))


class Stock(Base):
    """What of a variant lies in a warehouse; `reserved` is promised to open orders."""

    __tablename__ = "stock"
    __table_args__ = (
        Index(None, "warehouse_id"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)

    warehouse: Mapped[Warehouse] = relationship(lazy="raise")


class IncomingStock(Base):
    """A delivery from a supplier that is on its way to a warehouse."""

    __tablename__ = "incoming_stock"
    __table_args__ = (
        UniqueConstraint("variant_id", "warehouse_id", "expected_on"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[PrimaryKey]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    quantity: Mapped[int]
    expected_on: Mapped[date]

    warehouse: Mapped[Warehouse] = relationship(lazy="raise")


class Review(Base):
    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "product_id"),
        Index(None, "order_id"),
        Index(None, "created_at"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_one_to_five"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    score: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime | None]
