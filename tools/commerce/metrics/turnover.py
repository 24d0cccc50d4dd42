"""What lies in the warehouses beside what was sold of it lately: what both cover and sell-through are about."""

from sqlalchemy import BigInteger, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from tools.commerce.metrics.facts import OF_PRODUCT, STOCK, Dimension, Fact
from tools.commerce.metrics.lines import ORDER_STANDS, SOLD_UNITS
from tools.commerce.metrics.sql import days_before
from tools.commerce.schema import Order, OrderLine, Product, Stock

DAYS = 28
"""Four weeks, so that each weekday counts alike. They end with the shop's newest order."""

_newest = aliased(Order, name="newest_order")
_last_day = select(func.max(_newest.placed_at)).scalar_subquery()
_NAMES = (Dimension.CATEGORY, Dimension.BRAND, Dimension.PRODUCT, Dimension.VARIANT)

_in_stock = select(
    *(STOCK.splits[name].label(name) for name in _NAMES),
    cast(Stock.on_hand - Stock.reserved, BigInteger).label("available"),
    cast(literal(0), BigInteger).label("sold"),
).select_from(STOCK.source)
_sold = (
    select(
        *({**OF_PRODUCT, Dimension.VARIANT: OrderLine.sku.expression}[name].label(name) for name in _NAMES),
        cast(literal(0), BigInteger).label("available"),
        cast(SOLD_UNITS, BigInteger).label("sold"),
    )
    .select_from(Order)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .outerjoin(Product, OrderLine.product_id == Product.id)
    .where(ORDER_STANDS, Order.placed_at > days_before(_last_day, DAYS))
)
both = union_all(_in_stock, _sold).subquery("stock_and_sales")

STOCK_AND_SALES = Fact("stock and recent sales", both, None, {name: both.c[name] for name in _NAMES})
