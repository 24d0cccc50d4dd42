"""What became of the customers whose first order was placed on a day."""

from sqlalchemy import ColumnElement, and_, exists, func, join, or_, select
from sqlalchemy.orm import aliased

from tools.commerce.metrics.facts import OF_ORDER, Fact, has_bought_before
from tools.commerce.metrics.lines import ORDER_STANDS
from tools.commerce.metrics.sql import days_before
from tools.commerce.schema import Order, OrderLine, OrderStatus

_later = aliased(Order, name="orders_since")
_newest = aliased(Order, name="newest_order")
_last_day = select(func.max(_newest.placed_at)).scalar_subquery()

IS_FIRST_ORDER = and_(Order.customer_id.is_not(None), ~has_bought_before, ORDER_STANDS)
"""Of a customer who is known, and it stands."""

LATER_STANDS = _later.status.not_in((OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE))

LINES_SINCE = Fact(
    "items of customers since their first order",
    join(
        join(Order, _later, and_(_later.customer_id == Order.customer_id, IS_FIRST_ORDER)),
        OrderLine,
        OrderLine.order_id == _later.id,
    ),
    Order.placed_at.expression,
    OF_ORDER,
    _later.currency.expression,
)
"""Everything that customers bought, on the day of their first order and split by what that was. Which order is the
first is asked before the others are looked up, once for each."""


def has_had(days: int) -> ColumnElement[bool]:
    """Whether the shop's orders reach so many days past this one: before, nobody knows who comes again."""
    return Order.placed_at <= days_before(_last_day, days)


def came_again_within(days: int) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            _later.customer_id == Order.customer_id,
            LATER_STANDS,
            _later.placed_at >= Order.placed_at,
            or_(_later.placed_at > Order.placed_at, _later.id > Order.id),
            days_before(_later.placed_at, days) <= Order.placed_at,
        )
        .correlate(Order)
    )
