"""Parcels and what their carriers say of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tools.commerce.schema.base import Base, PrimaryKey, Reference, closed_set
from tools.commerce.schema.catalog import Warehouse


class ShipmentStatus(StrEnum):
    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    LOST = "lost"
    RETURNED = "returned"


class Shipment(Base):
    """One parcel. `promised_at` is what the shopper was told, `estimated_at` the carrier's latest word."""

    __tablename__ = "shipments"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "order_id"),
        Index(None, "tracking_number"),
        Index(None, "carrier", "delivered_at"),
        Index(None, "shipped_at"),
        Index(None, "delivered_at"),
    )

    id: Mapped[PrimaryKey]
    ref: Mapped[Reference]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("warehouses.id"), index=True)
    status: Mapped[ShipmentStatus] = mapped_column(closed_set(ShipmentStatus))
    carrier: Mapped[str | None] = mapped_column(String(80))
    service: Mapped[str | None] = mapped_column(String(80))
    tracking_number: Mapped[str | None] = mapped_column(String(80))
    tracking_url: Mapped[str | None] = mapped_column(String(500))
    shipped_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    estimated_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    warehouse: Mapped[Warehouse | None] = relationship(lazy="raise")
    lines: Mapped[list["ShipmentLine"]] = relationship(order_by="ShipmentLine.order_line_id", lazy="raise")
    events: Mapped[list["TrackingEvent"]] = relationship(
        order_by="TrackingEvent.occurred_at, TrackingEvent.id", lazy="raise"
    )


class ShipmentLine(Base):
    __tablename__ = "shipment_lines"
    __table_args__ = (
        Index(None, "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True
    )
    quantity: Mapped[int]


class TrackingEvent(Base):
    __tablename__ = "tracking_events"
    __table_args__ = (Index(None, "shipment_id", "occurred_at"),)

    id: Mapped[PrimaryKey]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    occurred_at: Mapped[datetime]
    status: Mapped[ShipmentStatus | None] = mapped_column(closed_set(ShipmentStatus))
    description: Mapped[str] = mapped_column(String(300))
    location: Mapped[str | None] = mapped_column(String(200))
