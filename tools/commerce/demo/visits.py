"""Visits to the web shop and the app: those that end in an order, and the many that don't."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from tools.commerce.demo.catalog import money
from tools.commerce.demo.demand import Demand
from tools.commerce.demo.orders import Outcome
from tools.commerce.demo.shop import Shop
from tools.commerce.importing.records import SessionRecord
from tools.commerce.schema import CartStatus, Channel, Device

CART_STAYS_OPEN = timedelta(hours=24)
KNOWN_VISITORS = 0.06
_VISITED = frozenset({Channel.WEB, Channel.APP})


class Visits:
    def __init__(self, shop: Shop, demand: Demand) -> None:
        self._shop = shop
        self._demand = demand

    def of_day(
        self, rng: Random, day: int, outcomes: Sequence[Outcome], customers: int
    ) -> Iterator[SessionRecord]:
        """The visits of `day`, of which `outcomes` are the orders; `customers` is how many people it knew before."""
        bought = [outcome for outcome in outcomes if outcome.purchase.channel in _VISITED]
        conversion = self._shop.trade.shares.conversion
        others = round(len(bought) * (1 - conversion) / conversion * rng.uniform(0.85, 1.15))
        name = self._shop.days.date[day].strftime("%y%m%d")
        for n, outcome in enumerate(bought):
            yield self._converted(rng, f"V-{name}-{n}", outcome)
        for n in range(len(bought), len(bought) + others):
            yield self._left_without(rng, f"V-{name}-{n}", day, customers)

    def _converted(self, rng: Random, ref: str, outcome: Outcome) -> SessionRecord:
        purchase = outcome.purchase
        # Not before midnight, so that a day's visits are those of its orders.
        started_at = max(
            purchase.placed_at - timedelta(seconds=180 + int(rng.random() * 2400)),
            self._shop.days.at(purchase.day, 0),
        )
        return SessionRecord.model_validate(
            {
                "id": ref,
                "customer": purchase.person.ref,
                "started_at": started_at,
                "channel": purchase.channel,
                "device": purchase.device,
                "source": self._shop.trade.draws.source.draw(rng),
                "country": "US",
                "page_views": 5 + int(rng.random() * 20),
                "order": purchase.number,
                "cart": {
                    "items": sum(line.quantity for line in purchase.lines),
                    "value": money(sum(line.net for line in purchase.lines)),
                    "status": CartStatus.ORDERED,
                    "created_at": started_at + (purchase.placed_at - started_at) / 2,
                },
            }
        )

    def _left_without(self, rng: Random, ref: str, day: int, customers: int) -> SessionRecord:
        shop, draws = self._shop, self._shop.trade.draws
        started_at = shop.days.at(day, self._second(rng, day))
        channel = Channel.WEB if rng.random() < 0.75 else Channel.APP
        device = draws.device.draw(rng)
        known = customers and rng.random() < KNOWN_VISITORS
        shares = shop.trade.shares
        fills_cart = rng.random() < (shares.cart - shares.conversion) / (1 - shares.conversion)
        return SessionRecord.model_validate(
            {
                "id": ref,
                "customer": shop.people.ref(int(rng.random() * customers)) if known else None,
                "started_at": started_at,
                "channel": channel,
                "device": Device.MOBILE if channel is Channel.APP and device is Device.DESKTOP else device,
                "source": draws.source.draw(rng),
                "country": "US",
                "page_views": 1 + int(rng.random() ** 3 * 18),
                "cart": self._cart(rng, day, started_at) if fills_cart else None,
            }
        )

    def _second(self, rng: Random, day: int) -> int:
        days = self._shop.days
        if day == days.today:
            return int(rng.random() * max(1, days.seconds_until_now(day)))
        return self._shop.trade.draws.hour.draw(rng) * 3600 + int(rng.random() * 3600)

    def _cart(self, rng: Random, day: int, started_at: datetime) -> dict[str, object]:
        now = self._shop.days.now
        sellables = self._demand.sellables(self._shop.days.date[day].month)
        quantity = self._shop.trade.draws.quantity.draw(rng)
        return {
            "items": quantity,
            "value": money(sellables.draw(rng).price * quantity),
            "status": CartStatus.OPEN if now - started_at < CART_STAYS_OPEN else CartStatus.ABANDONED,
            "created_at": min(started_at + timedelta(seconds=60 + int(rng.random() * 600)), now),
        }
