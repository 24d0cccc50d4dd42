"""Generates the demo shop as records, a day at a time, so that memory does not grow with the number of orders.

Each day is drawn from a random generator of its own, seeded by the shop's seed and the date. So any day can be
drawn again: the open orders of the last days are, to reserve their stock before the products are written.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tools.commerce.demo.catalog import money
from tools.commerce.demo.demand import Demand
from tools.commerce.demo.numbers import OrderNumbers
from tools.commerce.demo.orders import Orders, Outcome
from tools.commerce.demo.people import Person
from tools.commerce.demo.purchases import Checkout, method_ref
from tools.commerce.demo.reviews import Reviewers
from tools.commerce.demo.shop import Shop, open_shop
from tools.commerce.demo.stock import Reserved, product_records, seller_records
from tools.commerce.demo.stories import story_numbers, story_outcomes, story_people
from tools.commerce.demo.visits import Visits
from tools.commerce.importing.records import CustomerRecord, Record, ReviewRecord, SessionRecord
from tools.commerce.schema import OrderStatus, PaymentMethodKind

VISITS_PER_ORDER = 3
FEWEST_VISITS = 70_000
"""Every thirtieth visit or so ends in an order, so a large shop keeps the visits of its last days only, as many
as these allow. The visits of a day are there in full or not at all: conversion is true on each day that has any."""
OPEN_DAYS = 9
"""No order is older than this and not packed."""
_OPEN = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING})


@dataclass
class Day:
    """What happened on one day, as it stands now."""

    customers: list[CustomerRecord] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    reviews: list[ReviewRecord] = field(default_factory=list)


def fewest_orders() -> int:
    """The smallest shop that can be generated: the named customers' orders, and as many others."""
    return 2 * len(story_numbers())


def generate(seed: int, today: date, orders: int, *, now: datetime | None = None) -> Iterator[Record]:
    """The demo shop of `today` with exactly `orders` orders, as seen at `now` (default: that day's noon).

    The same arguments give the same records. What others refer to comes first. Raises ValueError when `orders`
    is below `fewest_orders()`, or `now` is not on `today` in the shop's time zone.
    """
    if orders < fewest_orders():
        raise ValueError(f"a demo shop has at least {fewest_orders()} orders")
    return _History(open_shop(seed, today, now), orders).records()


class _History:
    def __init__(self, shop: Shop, orders: int) -> None:
        self._shop = shop
        self._demand = Demand(shop.catalog, shop.trade)
        self._checkout = Checkout(shop, self._demand)
        self._orders = Orders(shop)
        self._reviewers = Reviewers(shop)
        self._visits = Visits(shop, self._demand)
        self._stories = list(story_outcomes(shop, self._checkout, self._orders))
        others = orders - len(self._stories)
        self._numbers = OrderNumbers(shop.seed, others, taken=story_numbers())
        self._counts = self._demand.orders_by_day(shop.days, others, self._rng("days"))
        self._first = [sum(self._counts[:day]) for day in range(len(self._counts))]
        # In whole thousandths, so that it is known of each order whether its customer is a new one.
        self._new_customers = round(shop.trade.shares.new_customer * 1000)

    def records(self) -> Iterator[Record]:
        shop = self._shop
        yield from seller_records(shop)
        yield from product_records(shop, self._reserved())
        for person in story_people():
            placed = min(o.purchase.placed_at for o in self._stories if o.purchase.person == person)
            yield _customer(person, placed - timedelta(minutes=12))
        for story in self._stories:
            yield story.record
        visited = self._first_day_with_visits()
        for number in range(len(self._counts)):
            day = self._day(number)
            yield from day.customers
            for outcome in day.outcomes:
                yield outcome.record
            yield from day.reviews
            if number >= visited:
                yield from self._day_visits(number, day.outcomes)

    def _day(self, number: int) -> Day:
        shop, day = self._shop, Day()
        rng = self._rng(shop.days.date[number].isoformat())
        first = self._first[number]
        for k in range(first, first + self._counts[number]):
            known = self._customers_before(k)
            is_new = self._customers_before(k + 1) > known
            person = shop.people.person(known if is_new else int(rng.random() * known))
            purchase = self._checkout.draw(rng, self._numbers.number(k), person, number, is_new)
            if is_new:
                signed_up = purchase.placed_at - timedelta(seconds=120 + int(rng.random() * 1200))
                day.customers.append(_customer(person, signed_up))
            outcome = self._orders.draw(rng, purchase)
            day.outcomes.append(outcome)
            if review := self._reviewers.draw(rng, outcome):
                day.reviews.append(review)
        return day

    def _day_visits(self, number: int, outcomes: list[Outcome]) -> Iterator[SessionRecord]:
        rng = self._rng(f"visits {self._shop.days.date[number].isoformat()}")
        return self._visits.of_day(rng, number, outcomes, self._customers_before(self._first[number]))

    def _customers_before(self, k: int) -> int:
        """How many people have bought before the k-th order."""
        return (k * self._new_customers + 999) // 1000

    def _first_day_with_visits(self) -> int:
        visits_per_order = 1 / self._shop.trade.shares.conversion
        left = max(FEWEST_VISITS, VISITS_PER_ORDER * sum(self._counts))
        for number in reversed(range(len(self._counts))):
            left -= round(self._counts[number] * visits_per_order)
            if left < 0:
                return number + 1
        return 0

    def _reserved(self) -> Reserved:
        reserved: Counter[tuple[str, str]] = Counter()
        recent = range(len(self._counts) - OPEN_DAYS, len(self._counts))
        drawn = (outcome for number in recent for outcome in self._day(number).outcomes)
        for outcomes in (self._stories, drawn):
            for outcome in outcomes:
                if outcome.record.status in _OPEN:
                    warehouse = outcome.purchase.person.place.warehouse
                    for line in outcome.purchase.lines:
                        reserved[line.sellable.sku, warehouse] += line.quantity
        return reserved

    def _rng(self, name: str) -> Random:
        return Random(f"{self._shop.seed}:{name}")  # noqa: S311 - a demo's data, no secret


def _customer(person: Person, created_at: datetime) -> CustomerRecord:
    methods: list[dict[str, object]] = [
        {
            "id": method_ref(person, person.card.kind),
            "kind": person.card.kind,
            "brand": person.card.brand,
            "last4": person.card.last4,
        }
    ]
    if person.has_paypal:
        methods.append({"id": method_ref(person, PaymentMethodKind.PAYPAL), "kind": PaymentMethodKind.PAYPAL})
    if person.gift_card is not None:
        methods.append(
            {
                "id": method_ref(person, PaymentMethodKind.GIFT_CARD),
                "kind": PaymentMethodKind.GIFT_CARD,
                "last4": person.card.last4[::-1],
                "balance": money(person.gift_card),
                "currency": "USD",
            }
        )
    return CustomerRecord.model_validate(
        {
            "id": person.ref,
            "email": person.email,
            "name": person.name,
            "phone": person.phone,
            "created_at": created_at,
            "newsletter": person.newsletter,
            "addresses": ({"label": "Home", "is_default": True, **person.address},),
            "payment_methods": tuple(methods),
        }
    )
