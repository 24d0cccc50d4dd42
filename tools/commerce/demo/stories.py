"""The customers that the demo is tried as: `data/stories.yaml`, with dates that stay true on any day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, Text
from tools.commerce.demo.catalog import DATA, Cents
from tools.commerce.demo.orders import Orders, Outcome, Sending
from tools.commerce.demo.parcels import Journey
from tools.commerce.demo.people import Card, Person, load_people
from tools.commerce.demo.purchases import Checkout, Purchase
from tools.commerce.demo.returns import ReturnPlan
from tools.commerce.demo.shop import Shop
from tools.commerce.schema import Channel, Device, PaymentMethodKind, ReturnKind, ReturnReason

STILL_UNPAID = timedelta(days=4)
PastDay = Annotated[int, Field(strict=True, lt=0)]
Day = Annotated[int, Field(strict=True)]
LineNumber = Annotated[int, Field(strict=True, ge=1)]


@dataclass(frozen=True, slots=True)
class NamedCustomer:
    """`postcode` and `email` prove who they are for any of `order_numbers`, newest first."""

    name: str
    email: str
    story: str
    questions: tuple[str, ...]
    order_numbers: tuple[str, ...]
    postcode: str


class StoryCard(Part):
    kind: Literal[PaymentMethodKind.CARD, PaymentMethodKind.DEBIT_CARD]
    brand: Text
    last4: Annotated[str, Field(pattern=r"^\d{4}$")]


class StoryPayment(Part):
    kind: PaymentMethodKind
    most_cents: Cents | None = None


class StoryParcel(Part):
    """Without `lines` it holds all of them; a lost one is never delivered."""

    lines: tuple[LineNumber, ...] = ()
    warehouse: str | None = None
    delivered: Day | None = None
    delay: Text | None = None
    lost: bool = False


class StoryReturn(Part):
    line: LineNumber
    reason: ReturnReason
    exchange: bool = False
    requested: PastDay
    sent: PastDay
    received: PastDay
    settled: PastDay


class StoryOrder(Part):
    """Placed at the hour `at`. An order without parcels has not been packed yet."""

    number: Annotated[str, Field(pattern=r"^FW-\d{6}$")]
    placed: PastDay
    at: Annotated[int, Field(strict=True, ge=0, le=23)]
    lines: Annotated[dict[str, Annotated[int, Field(strict=True, gt=0)]], Field(min_length=1)]
    pays_with: tuple[StoryPayment, ...] = ()
    unpaid: bool = False
    parcels: tuple[StoryParcel, ...] = ()
    returned: StoryReturn | None = None


class StoryCustomer(Part):
    name: Text
    email: Annotated[str, Field(pattern=r"^[a-z.]+@[a-z.]+\.example$")]
    place: Text
    phone: Annotated[str, Field(pattern=r"^\+1 \d{3}-555-01\d{2}$")]
    line1: Text
    line2: Text | None = None
    card: StoryCard
    gift_card_cents: Cents | None = None
    story: Text
    questions: Annotated[tuple[Text, ...], Field(min_length=2)]
    orders: Annotated[tuple[StoryOrder, ...], Field(min_length=1)]


class StoryFile(Part):
    customers: tuple[StoryCustomer, ...]


def named_customers() -> tuple[NamedCustomer, ...]:
    """Who to try the demo shop as."""
    return tuple(
        NamedCustomer(
            name=customer.name,
            email=customer.email,
            story=customer.story,
            questions=customer.questions,
            order_numbers=tuple(order.number for order in customer.orders),
            postcode=load_people().place(customer.place).postcode,
        )
        for customer in _load().customers
    )


def story_numbers() -> frozenset[str]:
    return frozenset(order.number for customer in _load().customers for order in customer.orders)


def story_people() -> list[Person]:
    return [_person(n, customer) for n, customer in enumerate(_load().customers, start=1)]


def story_outcomes(shop: Shop, checkout: Checkout, orders: Orders) -> Iterator[Outcome]:
    """The orders of the named customers, as they stand now."""
    for person, customer in zip(story_people(), _load().customers, strict=True):
        for order in customer.orders:
            rng = Random(f"{shop.seed}:{order.number}")  # noqa: S311 - a demo's data, no secret
            purchase = _purchase(shop, checkout, rng, person, order)
            sendings = tuple(_sending(shop, purchase, parcel) for parcel in order.parcels)
            plan = _return_plan(shop, order.returned) if order.returned else None
            yield orders.outcome(rng, purchase, sendings, None, plan)


def _person(n: int, customer: StoryCustomer) -> Person:
    return Person(
        ref=f"C-{90_000 + n}",
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        line1=customer.line1,
        line2=customer.line2,
        place=load_people().place(customer.place),
        card=Card(customer.card.kind, customer.card.brand, customer.card.last4),
        newsletter=n % 2 == 0,
        has_paypal=False,
        gift_card=customer.gift_card_cents,
    )


def _purchase(shop: Shop, checkout: Checkout, rng: Random, person: Person, order: StoryOrder) -> Purchase:
    pays_with = tuple((part.kind, part.most_cents) for part in order.pays_with)
    purchase = checkout.purchase(
        rng,
        number=order.number,
        person=person,
        day=shop.days.today + order.placed,
        second=order.at * 3600 + rng.randrange(3600),
        basket=order.lines,
        method="standard",
        pays_with=pays_with or ((person.card.kind, None),),
        channel=Channel.WEB,
        device=Device.MOBILE,
    )
    if not order.unpaid:
        return purchase
    return purchase._replace(
        paid_at=purchase.placed_at + STILL_UNPAID, paid_day=purchase.day + STILL_UNPAID.days
    )


def _sending(shop: Shop, purchase: Purchase, parcel: StoryParcel) -> Sending:
    carriers, today = shop.carriers, shop.days.today
    day, second, place = purchase.paid_day, purchase.second, purchase.person.place
    journey = Journey(
        shipped=carriers.counted_from(day, second),
        promised=carriers.promised(day, second, purchase.method, place),
        delivered=None if parcel.delivered is None else today + parcel.delivered,
        delay=parcel.delay,
    )
    lines = tuple(line - 1 for line in parcel.lines) or tuple(range(len(purchase.lines)))
    return Sending(lines, parcel.warehouse or place.warehouse, journey)


def _return_plan(shop: Shop, returned: StoryReturn) -> ReturnPlan:
    today = shop.days.today
    return ReturnPlan(
        line=returned.line - 1,
        quantity=1,
        reason=returned.reason,
        kind=ReturnKind.EXCHANGE if returned.exchange else ReturnKind.REFUND,
        requested=today + returned.requested,
        sent=today + returned.sent,
        received=today + returned.received,
        settled=today + returned.settled,
        second=11 * 3600,
    )


@cache
def _load() -> StoryFile:
    return read_yaml(DATA / "stories.yaml").validated(StoryFile)
