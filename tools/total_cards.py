"""The card of what somebody's own orders add up to."""

from datetime import date
from typing import Literal

from pydantic import Field

from tools.commerce.schema import OrderStatus
from tools.facts import Facts, Money


class OrderBrief(Facts):
    number: str
    placed_on: date | None = None
    total: Money


class PricedItem(Facts):
    """`price` is for one, before discounts."""

    name: str
    price: Money
    order: str


class ItemTotals(Facts):
    """One product, or one that has no product, over all orders that count."""

    name: str
    quantity: int
    orders: int
    total: tuple[Money, ...]
    """What was paid for them, by currency: after discounts, with tax, without shipping."""
    last_ordered_on: date | None = None
    last_order: str


class CurrencyTotals(Facts):
    """The sums of the orders in one currency: amounts of several are never added up."""

    orders: int
    total: Money
    """What the orders came to, with shipping and tax. Refunds are not taken off."""
    unpaid: Money | None = None
    """The part of `total` on orders that wait for their payment."""
    items: Money
    """What the items that were looked for came to: after discounts, with tax, without shipping."""
    shipping: Money
    tax: Money
    discount: Money
    refunded: Money | None = None
    average: Money
    """Of an order, to the nearest unit of the currency's smallest."""
    largest: OrderBrief
    smallest: OrderBrief
    dearest: PricedItem | None = None
    cheapest: PricedItem | None = None


class OrderTotalsCard(Facts):
    """Canceled orders, and those that could not be supplied, are counted apart and are in no sum."""

    kind: Literal["order_totals"] = "order_totals"
    words: str = ""
    """What the items were narrowed down to: then only orders that hold such items count."""
    unmatched_words: tuple[str, ...] = ()
    """Words that nothing in these orders has."""
    placed_from: date | None = None
    placed_to: date | None = None
    orders: int
    pieces: int
    by_status: dict[OrderStatus, int] = Field(default_factory=dict)
    canceled: int = 0
    undated: int = 0
    """Orders left out of the period because nobody knows when they were placed."""
    first_on: date | None = None
    last_on: date | None = None
    money: tuple[CurrencyTotals, ...] = ()
    items: tuple[ItemTotals, ...] = ()
    """Most bought first."""
