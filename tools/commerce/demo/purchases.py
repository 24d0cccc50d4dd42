"""What somebody buys, what it comes to and how they pay. Money is in cents."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from tools.commerce.demo.catalog import Sellable
from tools.commerce.demo.demand import Demand
from tools.commerce.demo.parcels import FREIGHT
from tools.commerce.demo.people import Person
from tools.commerce.demo.shop import Shop
from tools.commerce.demo.trade import Promotion
from tools.commerce.policy_values import MonthDay
from tools.commerce.schema import Channel, Device, PaymentMethodKind

GRAMS_A_POUND = 453.59237


class Line(NamedTuple):
    """`discount` and `tax` are of the whole line."""

    sellable: Sellable
    quantity: int
    discount: int
    tax: int

    @property
    def net(self) -> int:
        return self.sellable.price * self.quantity - self.discount

    @property
    def total(self) -> int:
        return self.net + self.tax


class Payment(NamedTuple):
    kind: PaymentMethodKind
    method_ref: str | None
    label: str
    amount: int


class Purchase(NamedTuple):
    """An order as it was placed at `second` of `day`; `paid_at` may lie in the future."""

    number: str
    person: Person
    day: int
    second: int
    placed_at: datetime
    paid_day: int
    paid_at: datetime
    method: str
    shipping: int
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    channel: Channel
    device: Device | None
    promo_code: str | None

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines) + self.shipping


class Checkout:
    """Draws purchases, and prices them by the shop's own delivery fees and the state's sales tax."""

    def __init__(self, shop: Shop, demand: Demand) -> None:
        self._shop = shop
        self._demand = demand

    def draw(self, rng: Random, number: str, person: Person, day: int, is_first: bool) -> Purchase:
        """A purchase of `day`, placed before now."""
        draws = self._shop.trade.draws
        second = self._second(rng, day)
        basket = self._basket(rng, day)
        channel = draws.channel.draw(rng)
        promotion = self._promotion(rng, day, basket, is_first)
        return self.purchase(
            rng,
            number=number,
            person=person,
            day=day,
            second=second,
            basket=basket,
            method=draws.delivery.draw(rng),
            pays_with=self._pays_with(rng, person),
            channel=channel,
            device=_device(channel, draws.device.draw(rng)),
            promotion=promotion,
        )

    def purchase(
        self,
        rng: Random,
        *,
        number: str,
        person: Person,
        day: int,
        second: int,
        basket: dict[str, int],
        method: str,
        pays_with: tuple[tuple[PaymentMethodKind, int | None], ...],
        channel: Channel,
        device: Device | None,
        promotion: tuple[str, int] | None = None,
    ) -> Purchase:
        """`basket` has quantities by SKU; `pays_with` kinds and the most that each may carry, the last all the rest.

        A basket too heavy for a parcel goes by freight, whatever `method` says.
        """
        lines = self._lines(basket, person.place.region, promotion[1] if promotion else 0)
        method = self._by_weight(lines, method)
        shipping = self._fee(lines, method)
        total = sum(line.total for line in lines) + shipping
        payments = _payments(person, total, pays_with)
        placed_at = self._shop.days.at(day, second)
        slow = any(payment.kind is PaymentMethodKind.BANK_TRANSFER for payment in payments)
        paid_day = day + 1 if slow else day
        return Purchase(
            number=number,
            person=person,
            day=day,
            second=second,
            placed_at=placed_at,
            paid_day=paid_day,
            paid_at=placed_at + timedelta(seconds=86_400 if slow else 20 + int(rng.random() * 160)),
            method=method,
            shipping=shipping,
            lines=lines,
            payments=payments,
            channel=channel,
            device=device,
            promo_code=promotion[0] if promotion else None,
        )

    def _second(self, rng: Random, day: int) -> int:
        days = self._shop.days
        if day == days.today:
            return int(rng.random() * max(1, days.seconds_until_now(day)))
        return self._shop.trade.draws.hour.draw(rng) * 3600 + int(rng.random() * 3600)

    def _basket(self, rng: Random, day: int) -> dict[str, int]:
        draws, sellables = self._shop.trade.draws, self._demand.sellables(self._shop.days.date[day].month)
        return {sellables.draw(rng).sku: draws.quantity.draw(rng) for _ in range(draws.lines.draw(rng))}

    def _promotion(
        self, rng: Random, day: int, basket: dict[str, int], is_first: bool
    ) -> tuple[str, int] | None:
        date = self._shop.days.date[day]
        season: Promotion | None = self._demand.promotion(MonthDay(date.month, date.day))
        chance = rng.random()
        if season and chance < season.share:
            return season.code, season.percent
        welcome = self._shop.policy.promotions
        by_sku = self._shop.catalog.by_sku
        enough = sum(by_sku[sku].price * n for sku, n in basket.items()) >= welcome.welcome_minimum
        return ("WELCOME10", welcome.welcome_percent) if is_first and enough and chance > 0.75 else None

    def _lines(self, basket: dict[str, int], state: str, percent: int) -> tuple[Line, ...]:
        tax = self._shop.trade.tax_basis_points.get(state, 0)
        lines = []
        for sku, quantity in basket.items():
            sellable = self._shop.catalog.by_sku[sku]
            gross = sellable.price * quantity
            discount = 0 if sellable.product.final_sale else gross * percent // 100
            lines.append(Line(sellable, quantity, discount, ((gross - discount) * tax + 5000) // 10_000))
        return tuple(lines)

    def _by_weight(self, lines: tuple[Line, ...], method: str) -> str:
        limit = self._shop.policy.delivery.freight_over_pounds * GRAMS_A_POUND
        heavy = any(line.sellable.product.weight_grams > limit for line in lines)
        return FREIGHT if heavy else method

    def _fee(self, lines: tuple[Line, ...], method: str) -> int:
        delivery = self._shop.carriers.method(method)
        value = sum(line.net for line in lines)
        free = delivery.free_over is not None and value >= delivery.free_over
        return 0 if free else delivery.fee

    def _pays_with(self, rng: Random, person: Person) -> tuple[tuple[PaymentMethodKind, int | None], ...]:
        trade = self._shop.trade
        kind = trade.draws.payment.draw(rng)
        if kind is PaymentMethodKind.CARD or (kind is PaymentMethodKind.PAYPAL and not person.has_paypal):
            kind = person.card.kind
        if person.gift_card is not None and rng.random() < trade.shares.pay_by_gift_card:
            return (PaymentMethodKind.GIFT_CARD, 1000 + 500 * int(rng.random() * 9)), (kind, None)
        return ((kind, None),)


def payment_label(person: Person, kind: PaymentMethodKind) -> str:
    labels = {
        PaymentMethodKind.PAYPAL: "PayPal",
        PaymentMethodKind.BANK_TRANSFER: "Bank transfer",
        PaymentMethodKind.GIFT_CARD: f"Gift card ending in {person.card.last4[::-1]}",
    }
    return labels.get(kind, person.card.label)


def method_ref(person: Person, kind: PaymentMethodKind) -> str | None:
    """The id of the way of paying that `person` has on file; bank transfers leave none."""
    return None if kind is PaymentMethodKind.BANK_TRANSFER else f"{person.ref}-{kind}"


def _payments(
    person: Person, total: int, pays_with: tuple[tuple[PaymentMethodKind, int | None], ...]
) -> tuple[Payment, ...]:
    payments, left = [], total
    for kind, most in pays_with:
        amount = left if most is None else min(left, most)
        if amount:
            payments.append(Payment(kind, method_ref(person, kind), payment_label(person, kind), amount))
        left -= amount
    return tuple(payments)


def _device(channel: Channel, drawn: Device) -> Device | None:
    if channel in {Channel.PHONE, Channel.STORE}:
        return None
    return Device.MOBILE if channel is Channel.APP and drawn is Device.DESKTOP else drawn
