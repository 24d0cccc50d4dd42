"""Lists of orders in sentences."""

from collections.abc import Sequence
from datetime import date

from bot.embedded.wording.phrases import counted, on_day
from knowledge.wording import listed
from tools.cards import OrderListCard, OrderSummary
from tools.commerce.schema import OrderStatus

STANDS = {
    OrderStatus.PENDING: "is waiting for its payment to be confirmed",
    OrderStatus.PROCESSING: "is paid and being packed",
    OrderStatus.SHIPPED: "is on its way",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.CANCELLED: "was cancelled",
    OrderStatus.UNAVAILABLE: "could not be supplied",
}


def stands(status: OrderStatus, expected_on: date | None) -> str:
    """An order without a day to expect may be lost: nobody is told that it is on its way."""
    return "was shipped" if status is OrderStatus.SHIPPED and expected_on is None else STANDS[status]


def orders(card: OrderListCard, today: date, *, of_staff: bool, of_a_time: bool) -> str:
    if of_staff:
        if not card.orders:
            return "I can't find an order under that e-mail."
        newest_of = f", the newest {len(card.orders)} shown" if card.total_orders > len(card.orders) else ""
        return f"{counted(card.total_orders, 'order')}{newest_of}:\n{choices(card.orders, today)}"
    if not card.orders:
        return "I don't see any orders of yours yet."
    if card.total_orders == 1:
        return f"{'From that time I see' if of_a_time else 'You have'} one order: {summary(card.orders[0], today)}."
    newest = f"are the newest of your {card.total_orders:,} orders"
    if of_a_time:
        return f"I see {card.total_orders:,} orders from that time. Tell me which one you'd like to know more about."
    count = "are your orders" if card.total_orders == len(card.orders) else newest
    return f"Here {count}. Tell me which one you'd like to know more about."


def late(found: Sequence[OrderSummary], today: date) -> str:
    if not found:
        return "None of your orders is late."
    if len(found) == 1:
        return f"One is late, and I'm sorry about that: {summary(found[0], today)}."
    return f"{counted(len(found), 'order')} are late, and I'm sorry about that:\n{choices(found, today)}"


def summary(one: OrderSummary, today: date) -> str:
    """`FW-104233 (2 x Enamel mug), placed on …, is on its way`."""
    items = f" ({short(one.items, most=2)})" if one.items else ""
    placed = f", placed {on_day(one.placed_on, today)}," if one.placed_on else ""
    said = f"{one.number}{items}{placed} {stands(one.status, one.expected_on)}"
    if one.status is OrderStatus.SHIPPED and one.expected_on:
        said += f" and should arrive {on_day(one.expected_on, today)}"
    return said


def short(items: Sequence[str], most: int = 4) -> str:
    more = len(items) - most
    return listed([*items[:most], f"{more} more"]) if more > 0 else listed(items)


def holding(found: Sequence[OrderSummary], today: date) -> str:
    if len(found) == 1:
        return f"That was in {summary(found[0], today)}."
    return f"That was in {counted(len(found), 'order')}:\n{choices(found, today)}"


def choices(orders_to_choose: Sequence[OrderSummary], today: date) -> str:
    return "\n".join(f"{place}. {summary(one, today)}" for place, one in enumerate(orders_to_choose, start=1))
