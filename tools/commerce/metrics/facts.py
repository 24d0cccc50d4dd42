"""What is counted: one kind of event each, when it happened, and by what it can be split."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    String,
    case,
    cast,
    exists,
    func,
    join,
    or_,
    outerjoin,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from tools.commerce.metrics.sql import Moment
from tools.commerce.schema import (
    Cart,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    Return,
    ReturnLine,
    Review,
    Seller,
    Shipment,
    Stock,
    Variant,
    Warehouse,
    WebSession,
)


class Dimension(StrEnum):
    CHANNEL = "channel"
    DEVICE = "device"
    CATEGORY = "category"
    BRAND = "brand"
    PRODUCT = "product"
    VARIANT = "variant"
    COUNTRY = "country"
    REGION = "region"
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"
    SELLER = "seller"
    PAYMENT_METHOD = "payment_method"
    CUSTOMER_KIND = "customer_kind"
    """New, returning, or a guest whose orders nobody can tell apart."""
    REASON = "reason"
    STATUS = "status"
    SOURCE = "source"
    """Where a visit came from."""


Split = ColumnElement[str] | ColumnElement[str | None]
"""Text. An enumeration is coerced, not cast: a cast would hide from PostgreSQL how few values there are."""


@dataclass(frozen=True, eq=False)
class Fact:
    """`moment` is None of what has no history, such as the stock of today; `currency` of what is no money.

    `is_our_own`: recorded by Parley itself, so that a day without any of it is one on which nothing happened.
    """

    name: str
    source: FromClause
    moment: Moment | None
    splits: Mapping[Dimension, Split]
    currency: ColumnElement[str] | None = None
    is_our_own: bool = False


_earlier = aliased(Order)
_first_payment = (
    select(Payment.kind)
    .where(Payment.order_id == Order.id)
    .order_by(Payment.sequence)
    .limit(1)
    .correlate(Order)
    .scalar_subquery()
)
has_bought_before = (
    exists()
    .where(
        _earlier.customer_id == Order.customer_id,
        _earlier.placed_at <= Order.placed_at,
        or_(_earlier.placed_at < Order.placed_at, _earlier.id < Order.id),
    )
    .correlate(Order)
)
"""Of two orders of the same moment the one stored first is the first."""
_customer_kind = case((Order.customer_id.is_(None), "guest"), (has_bought_before, "returning"), else_="new")

OF_ORDER: Mapping[Dimension, Split] = {
    Dimension.CHANNEL: type_coerce(Order.channel, String),
    Dimension.DEVICE: type_coerce(Order.device, String),
    Dimension.COUNTRY: Order.country.expression,
    Dimension.REGION: Order.region.expression,
    Dimension.STATUS: type_coerce(Order.status, String),
    Dimension.PAYMENT_METHOD: type_coerce(_first_payment, String),
    Dimension.CUSTOMER_KIND: _customer_kind,
}
OF_PRODUCT: Mapping[Dimension, Split] = {
    Dimension.CATEGORY: Product.category.expression,
    Dimension.BRAND: Product.brand.expression,
    Dimension.PRODUCT: func.coalesce(Product.name, OrderLine.name),
}
_OF_LINE: Mapping[Dimension, Split] = {
    **OF_ORDER,
    **OF_PRODUCT,
    Dimension.VARIANT: OrderLine.sku.expression,
    Dimension.SELLER: func.coalesce(Seller.name, Seller.ref),
}
_OF_PARCEL: Mapping[Dimension, Split] = {
    **OF_ORDER,
    Dimension.CARRIER: Shipment.carrier.expression,
    Dimension.WAREHOUSE: Warehouse.name.expression,
}

came_back = (
    select(func.coalesce(cast(func.sum(ReturnLine.quantity), BigInteger), 0))
    .join(Return, Return.id == ReturnLine.return_id)
    .where(
        ReturnLine.order_line_id == OrderLine.id,
        Return.status.not_in(("rejected", "cancelled")),
        Return.kind == "refund",
    )
    .correlate(OrderLine)
    .scalar_subquery()
)
"""How many of an order's line came back, or are about to, for a refund. Looked up line by line: most questions are
about few of all lines, and those of one order must be quick."""

_lines = outerjoin(
    outerjoin(
        join(OrderLine, Order, OrderLine.order_id == Order.id), Product, OrderLine.product_id == Product.id
    ),
    Seller,
    OrderLine.seller_id == Seller.id,
)
_parcels = outerjoin(
    join(Shipment, Order, Shipment.order_id == Order.id), Warehouse, Shipment.warehouse_id == Warehouse.id
)
_returned = outerjoin(
    outerjoin(
        join(
            join(
                join(ReturnLine, Return, ReturnLine.return_id == Return.id),
                Order,
                Return.order_id == Order.id,
            ),
            OrderLine,
            ReturnLine.order_line_id == OrderLine.id,
        ),
        Product,
        OrderLine.product_id == Product.id,
    ),
    Seller,
    OrderLine.seller_id == Seller.id,
)

ORDERS = Fact("orders", Order.__table__, Order.placed_at.expression, OF_ORDER, Order.currency.expression)
LINES = Fact(
    "order lines",
    _lines,
    Order.placed_at.expression,
    _OF_LINE,
    Order.currency.expression,
)
CANCELLED_ORDERS = Fact(
    "cancelled orders",
    Order.__table__,
    Order.cancelled_at.expression,
    {**OF_ORDER, Dimension.REASON: Order.cancel_reason.expression},
    Order.currency.expression,
)
RETURNED_LINES = Fact(
    "returned items",
    _returned,
    Return.requested_at.expression,
    {**_OF_LINE, Dimension.REASON: type_coerce(ReturnLine.reason, String)},
    Order.currency.expression,
)
RETURNED_LINES_BY_ORDER = Fact(
    "returned items by order",
    _returned,
    Order.placed_at.expression,
    RETURNED_LINES.splits,
    Order.currency.expression,
)
"""On the day of the order, as the items sold are counted."""
REFUNDS = Fact(
    "refunds",
    join(Refund, Order, Refund.order_id == Order.id),
    Refund.created_at.expression,
    {
        **OF_ORDER,
        Dimension.PAYMENT_METHOD: type_coerce(Refund.kind, String),
        Dimension.REASON: Refund.reason.expression,
    },
    Refund.currency.expression,
)
PARCELS_SENT = Fact("parcels sent", _parcels, Shipment.shipped_at.expression, _OF_PARCEL)
PARCELS_DELIVERED = Fact("parcels delivered", _parcels, Shipment.delivered_at.expression, _OF_PARCEL)
VISITS = Fact(
    "visits",
    WebSession.__table__,
    WebSession.started_at.expression,
    {
        Dimension.CHANNEL: type_coerce(WebSession.channel, String),
        Dimension.DEVICE: type_coerce(WebSession.device, String),
        Dimension.COUNTRY: WebSession.country.expression,
        Dimension.SOURCE: WebSession.source.expression,
    },
)
CARTS = Fact(
    "carts",
    join(Cart, WebSession, Cart.session_id == WebSession.id),
    Cart.created_at.expression,
    VISITS.splits,
    Cart.currency.expression,
)
REVIEWS = Fact(
    "reviews",
    outerjoin(
        outerjoin(Review, Product, Review.product_id == Product.id), Order, Review.order_id == Order.id
    ),
    Review.created_at.expression,
    {
        Dimension.CATEGORY: Product.category.expression,
        Dimension.BRAND: Product.brand.expression,
        Dimension.PRODUCT: Product.name.expression,
        Dimension.COUNTRY: Order.country.expression,
        Dimension.REGION: Order.region.expression,
        Dimension.CHANNEL: type_coerce(Order.channel, String),
    },
)
STOCK = Fact(
    "stock",
    join(
        join(join(Stock, Variant, Stock.variant_id == Variant.id), Product, Variant.product_id == Product.id),
        Warehouse,
        Stock.warehouse_id == Warehouse.id,
    ),
    None,
    {
        Dimension.CATEGORY: Product.category.expression,
        Dimension.BRAND: Product.brand.expression,
        Dimension.PRODUCT: Product.name.expression,
        Dimension.VARIANT: Variant.sku.expression,
        Dimension.WAREHOUSE: Warehouse.name.expression,
    },
    Variant.currency.expression,
)
