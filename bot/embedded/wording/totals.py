"""What somebody's orders add up to, in sentences."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from bot.embedded.reading.periods import EARLIEST
from bot.embedded.wording.phrases import counted, day, on_day, sentence
from knowledge.wording import listed
from tools.commerce.schema import OrderStatus
from tools.facts import Money
from tools.total_cards import CurrencyTotals, OrderBrief, OrderTotalsCard, PricedItem

NEEDS_SIGN_IN = "For all of your orders together I need you to sign in."
ITEMS_NAMED = 4
_WAITS = (
    (OrderStatus.SHIPPED, "on its way", "on their way"),
    (OrderStatus.PROCESSING, "being packed", "being packed"),
    (OrderStatus.PENDING, "waiting for its payment", "waiting for their payment"),
)


class Measure(StrEnum):
    """The figure that is asked for."""

    SPENT = "spent"
    ORDERS = "orders"
    PIECES = "pieces"
    AVERAGE = "average"
    LARGEST = "largest"
    SMALLEST = "smallest"
    SHIPPING = "shipping"
    TAX = "tax"
    DISCOUNT = "discount"
    REFUNDED = "refunded"
    MOST = "most"
    """What was bought most."""
    LAST = "last"
    FIRST = "first"
    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    CANCELED = "canceled"


class _Told:
    """One card, and the words for the orders that it is about."""

    def __init__(self, card: OrderTotalsCard, today: date, newest: int | None, *, of_items: bool) -> None:
        self.card = card
        self.today = today
        self.newest = newest
        self.of_items = of_items
        self.when = _when(card, today)

    def figure(self, measure: Measure) -> str:
        if measure is Measure.CANCELED:
            return self._canceled()
        if not self.card.orders:
            return self._nothing()
        return sentence(_SENTENCES[measure](self))

    def spent(self) -> str:
        if self.card.words:
            amounts = listed([one.items.text for one in self.card.money])
            return f"you paid {amounts} for {self._items()}{self._in_orders()}"
        unpaid = [one.unpaid.text for one in self.card.money if one.unpaid]
        still = f", of which {listed(unpaid)} still waits for payment" if unpaid else ""
        back = [one.refunded.text for one in self.card.money if one.refunded]
        refunded = f". {listed(back)} of that was refunded" if back else ""
        return f"{self._orders()} came to {self._each(lambda one: one.total)}{still}{refunded}"

    def orders(self) -> str:
        of = f" with {self._items()}" if self.card.words else ""
        return f"you have placed {counted(self.card.orders, 'order')}{of}{self.when}"

    def pieces(self) -> str:
        what = self._items() if self.card.words else counted(self.card.pieces, "item")
        return f"you have bought {what}{self._in_orders()}"

    def average(self) -> str:
        return f"on average, {self._orders()} came to {self._each(lambda one: one.average)}"

    def largest(self) -> str:
        items = [one.dearest for one in self.card.money if one.dearest]
        if self.of_items and items:
            return f"the most expensive item that you bought{self.when} was {self._priced(items)}"
        return self._order_of_all("largest", [one.largest for one in self.card.money])

    def smallest(self) -> str:
        items = [one.cheapest for one in self.card.money if one.cheapest]
        if self.of_items and items:
            return f"the cheapest item that you bought{self.when} was {self._priced(items)}"
        return self._order_of_all("smallest", [one.smallest for one in self.card.money])

    def shipping(self) -> str:
        paid = self._each(lambda one: one.shipping)
        return (
            f"you paid {paid} for shipping on {self._orders()}"
            if paid
            else f"shipping was free on {self._orders()}"
        )

    def tax(self) -> str:
        paid = self._each(lambda one: one.tax)
        return (
            f"you paid {paid} of tax on {self._orders()}"
            if paid
            else f"no tax was charged on {self._orders()}"
        )

    def discount(self) -> str:
        saved = self._each(lambda one: one.discount)
        if not saved:
            return f"there was no discount on {self._orders()}"
        return f"you saved {saved} by discounts on {self._orders()}"

    def refunded(self) -> str:
        back = [one.refunded.text for one in self.card.money if one.refunded]
        return f"{listed(back) if back else 'nothing'} has been refunded on {self._orders()}"

    def most(self) -> str:
        first, *rest = self.card.items
        alike = [one for one in rest if one.quantity == first.quantity]
        if alike:
            names = listed([one.name for one in (first, *alike)][:ITEMS_NAMED])
            return f"you have ordered {names} most{self.when}: {first.quantity} of each"
        after = f". After that comes {rest[0].name} ({rest[0].quantity})" if rest else ""
        times = f", in {counted(first.orders, 'order')}" if first.orders > 1 else ""
        return f"you have ordered {first.name} most{self.when}: {first.quantity} of them{times}{after}"

    def last(self) -> str:
        if self.card.words:
            latest = max(self.card.items, key=lambda one: one.last_ordered_on or date.min)
            if latest.last_ordered_on is None:
                return f"{latest.name} is in order {latest.last_order}; I don't know when that was placed"
            when = on_day(latest.last_ordered_on, self.today)
            return f"you last ordered {latest.name} {when}, in order {latest.last_order}"
        if self.card.last_on is None:
            return "I don't know when your orders were placed"
        return f"you placed your last order {on_day(self.card.last_on, self.today)}"

    def first(self) -> str:
        if self.card.first_on is None:
            return "I don't know when your orders were placed"
        what = f" with {self._items()}" if self.card.words else ""
        return f"you placed your first order{what} here {on_day(self.card.first_on, self.today)}"

    def under_way(self) -> str:
        stands = self.card.by_status
        waiting = [
            f"{stands[status]} {'is' if stands[status] == 1 else 'are'} {one if stands[status] == 1 else many}"
            for status, one, many in _WAITS
            if stands.get(status)
        ]
        if not waiting:
            is_all = "has arrived" if self.card.orders == 1 else "have all arrived"
            return f"none: {self._orders()} {is_all}"
        return f"of {self._orders()}, {listed(waiting)}"

    def delivered(self) -> str:
        arrived = self.card.by_status.get(OrderStatus.DELIVERED, 0)
        return f"{arrived} of {self._orders()} {'was' if arrived == 1 else 'were'} delivered"

    def _canceled(self) -> str:
        many = self.card.canceled
        if not many:
            return f"None of your orders{self.when} was canceled."
        return f"{many} of your orders{self.when} {'was' if many == 1 else 'were'} canceled or could not be supplied."

    def _nothing(self) -> str:
        if self.card.words:
            return f"I don't see any “{self.card.words}” in your orders{self.when}."
        if self.card.undated:
            return f"I don't see an order{self.when}."
        return f"I don't see any orders of yours{self.when or ' yet'}."

    def _orders(self) -> str:
        many = self.card.orders
        if self.newest:
            return "your last order" if many == 1 else f"your last {many} orders"
        return f"your {'one order' if many == 1 else f'{many:,} orders'}{self.when}"

    def _in_orders(self) -> str:
        return f"{self.when}, in {counted(self.card.orders, 'order')}"

    def _items(self) -> str:
        named = [f"{one.quantity} x {one.name}" for one in self.card.items[:ITEMS_NAMED]]
        rest = self.card.pieces - sum(one.quantity for one in self.card.items[:ITEMS_NAMED])
        return listed([*named, f"{rest} more"] if rest else named)

    def _each(self, amount: Callable[[CurrencyTotals], Money]) -> str:
        """Of several currencies each by itself, with the number of its orders; "" where all are nothing."""
        sums = [(amount(one), one.orders) for one in self.card.money]
        return listed(
            [
                money.text if len(sums) == 1 else f"{money.text} ({counted(orders, 'order')})"
                for money, orders in sums
                if money.amount
            ]
        )

    def _priced(self, items: Sequence[PricedItem]) -> str:
        return listed([f"{one.name}, at {one.price.text}, in order {one.order}" for one in items])

    def _order_of_all(self, which: str, found: Sequence[OrderBrief]) -> str:
        told = [f"{one.number}, at {one.total.text}{self._placed(one)}" for one in found]
        return f"your {which} order{self.when} was {listed(told)}"

    def _placed(self, one: OrderBrief) -> str:
        return f" (placed {on_day(one.placed_on, self.today)})" if one.placed_on else ""


_SENTENCES: Mapping[Measure, Callable[[_Told], str]] = {
    Measure.SPENT: _Told.spent,
    Measure.ORDERS: _Told.orders,
    Measure.PIECES: _Told.pieces,
    Measure.AVERAGE: _Told.average,
    Measure.LARGEST: _Told.largest,
    Measure.SMALLEST: _Told.smallest,
    Measure.SHIPPING: _Told.shipping,
    Measure.TAX: _Told.tax,
    Measure.DISCOUNT: _Told.discount,
    Measure.REFUNDED: _Told.refunded,
    Measure.MOST: _Told.most,
    Measure.LAST: _Told.last,
    Measure.FIRST: _Told.first,
    Measure.UNDER_WAY: _Told.under_way,
    Measure.DELIVERED: _Told.delivered,
}
_OVER_ALL = frozenset(_SENTENCES) - {Measure.MOST, Measure.LAST, Measure.FIRST}


def figure(
    card: OrderTotalsCard, measure: Measure, *, today: date, newest: int | None, of_items: bool
) -> str:
    """`newest` where only so many of the latest orders are meant; `of_items` where no order is asked for."""
    return _Told(card, today, newest, of_items=of_items).figure(measure)


def left_out(card: OrderTotalsCard, measures: Sequence[Measure]) -> str:
    """What is not in the figures."""
    said = []
    if card.unmatched_words and card.orders:
        said.append(f"Nothing in your orders matches “{' '.join(card.unmatched_words)}”.")
    if card.canceled and _OVER_ALL & set(measures) and Measure.CANCELED not in measures:
        are = "is" if card.canceled == 1 else "are"
        said.append(f"{counted(card.canceled, 'canceled order')} {are} not counted.")
    if card.undated:
        said.append(f"{counted(card.undated, 'order')} without a known date can't be counted in.")
    return " ".join(said)


def order_meant(card: OrderTotalsCard, measures: Sequence[Measure]) -> str | None:
    """The one order that the answer names, for a later "what was in it?"."""
    if len(card.money) == 1 and (Measure.LARGEST in measures or card.orders == 1):
        return card.money[0].largest.number
    if Measure.SMALLEST in measures and len(card.money) == 1:
        return card.money[0].smallest.number
    return card.items[0].last_order if Measure.LAST in measures and card.items else None


def _when(card: OrderTotalsCard, today: date) -> str:
    first, last = card.placed_from, card.placed_to
    if first is None or last is None:
        return ""
    if first == last:
        return f" {on_day(first, today)}"
    year = "" if first.year == today.year else f" {first.year}"
    following = last + timedelta(days=1)
    is_to_end = (last.month, last.day) == (12, 31) or last == today
    if (first.month, first.day) == (1, 1) and first.year == last.year and is_to_end:
        return " this year" if first.year == today.year else f" in {first.year}"
    if first.day == 1 and first.month == last.month and (following.day == 1 or last == today):
        return f" in {first:%B}{year}"
    if first == EARLIEST:
        return f" before {day(following, today)}"
    if last >= today:
        return f" since {day(first, today)}"
    return f" from {day(first, today)} to {day(last, today)}"
