"""What an order's line is worth: as ordered, as sold, and as kept."""

from sqlalchemy import ColumnElement, literal

from tools.commerce.metrics import facts
from tools.commerce.metrics.metric import Measure
from tools.commerce.metrics.sql import greatest
from tools.commerce.schema import Order, OrderLine, OrderStatus


def share(
    value: ColumnElement[int], part: ColumnElement[int], whole: ColumnElement[int]
) -> ColumnElement[int]:
    """`value * part / whole` in whole minor units, half a unit counting as one."""
    return (2 * value * part + whole) // (2 * whole)


ORDER_STANDS = Order.status.not_in((OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE))
PRICE = OrderLine.unit_price_minor * OrderLine.quantity
PAID = PRICE - OrderLine.discount_minor
SOLD_UNITS = OrderLine.quantity - OrderLine.cancelled_quantity
came_back = facts.came_back
KEPT_UNITS = greatest(SOLD_UNITS - came_back, literal(0))
KEPT_VALUE = share(PAID, KEPT_UNITS, OrderLine.quantity.expression)

GROSS = Measure(facts.LINES, PRICE)
SOLD = Measure(facts.LINES, SOLD_UNITS, ORDER_STANDS)
SOLD_VALUE = Measure(facts.LINES, share(PAID, SOLD_UNITS, OrderLine.quantity.expression), ORDER_STANDS)
