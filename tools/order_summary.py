"""An order in a line, as lists of orders and cases have it."""

from datetime import date

from tools.commerce.schema import OrderStatus
from tools.facts import Facts, Money


class OrderSummary(Facts):
    number: str
    status: OrderStatus
    placed_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    is_late: bool = False
    has_return: bool = False
    """Whether anything of it was returned or refunded."""
    total: Money
    items: tuple[str, ...] = ()
    """Names with quantity and options: `2 x Enamel mug (Color: Blue)`."""
    kinds: tuple[str, ...] = ()
    """The categories of the items, in the same order; "" where that isn't known."""
    paid_with: tuple[str, ...] = ()
    """The ways of paying: `Visa ending in 4242`."""
