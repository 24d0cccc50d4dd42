"""How an order travels: when it was promised, when it leaves, what its carrier says on the way."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from tools.commerce.demo.days import Days
from tools.commerce.demo.people import Place
from tools.commerce.demo.trade import Trade, TradeWarehouse
from tools.commerce.policy_promises import Delivery, DeliveryMethod
from tools.commerce.schema import ShipmentStatus

FREIGHT = "freight"
_SERVICES = {
    "UPS": {"standard": "Ground", "express": "2nd Day Air", "next_day": "Next Day Air"},
    "FedEx": {"standard": "Home Delivery", "express": "2Day", "next_day": "Standard Overnight"},
    "USPS": {"standard": "Ground Advantage", "express": "Priority Mail", "next_day": "Priority Mail Express"},
}
_DOORS = (
    "Delivered, front door",
    "Delivered, porch",
    "Delivered, in or at mailbox",
    "Delivered, left with resident",
)


class Journey(NamedTuple):
    """Days of one parcel. `delivered` is None for a lost one, `delay` what the carrier said when it is late."""

    shipped: int
    promised: int
    delivered: int | None
    delay: str | None = None


class Parcel(NamedTuple):
    """A shipment as a record's values, and its state at `days.now`."""

    record: dict[str, object]
    left: bool
    delivered_at: datetime | None
    delivered_day: int | None
    lost_at: datetime | None


class Carriers:
    """Sends parcels by the shop's own delivery policy."""

    def __init__(self, days: Days, trade: Trade, delivery: Delivery) -> None:
        self._days = days
        self._trade = trade
        self._delivery = delivery
        self._warehouses = {warehouse.id: warehouse for warehouse in trade.warehouses}

    def method(self, key: str) -> DeliveryMethod:
        return self._delivery.methods[key]

    def counted_from(self, day: int, second: int) -> int:
        """The working day from which an order placed then is counted."""
        after_cutoff = second >= self._delivery.cutoff_hour * 3600
        return self._days.working_on_or_after(day + after_cutoff)

    def promised(self, day: int, second: int, method: str, place: Place) -> int:
        return self._days.working_after(self.counted_from(day, second), self._span(method, place)[1])

    def journey(self, rng: Random, day: int, second: int, method: str, place: Place) -> Journey:
        """How a parcel of an order fares that was placed (or paid, if that is later) at `second` of `day`."""
        days, (fastest, slowest) = self._days, self._span(method, place)
        start = self.counted_from(day, second)
        promised = days.working_after(start, slowest)
        luck = rng.random()
        shares = self._trade.shares
        if luck < shares.lost:
            return Journey(start, promised, None)
        if luck < shares.lost + shares.late:
            shipped = days.working_after(start, int(rng.random() * 2))
            late_by = 1 + int(rng.random() ** 2 * 7)
            delay = self._trade.delays[int(rng.random() * len(self._trade.delays))]
            return Journey(shipped, promised, days.working_after(promised, late_by), delay)
        shipped = start if slowest < 3 or rng.random() < 0.85 else days.working_after(start, 1)
        took = fastest + int(rng.random() * (slowest - fastest + 1))
        return Journey(shipped, promised, max(days.working_after(start, took), shipped + 1))

    def parcel(
        self, rng: Random, journey: Journey, method: str, warehouse_id: str, place: Place, ref: str
    ) -> Parcel | None:
        """The parcel as it stands now; None when not even its label exists yet."""
        warehouse = self._warehouses[warehouse_id]
        carrier = "Fernway Freight" if method == FREIGHT else self._trade.draws.carrier.draw(rng)
        now = self._days.now
        steps = [step for step in self._steps(rng, journey, carrier, warehouse, place) if step[0] <= now]
        if not steps:
            return None
        status = steps[-1][1]
        shipped_at = steps[1][0] if len(steps) > 1 else None
        delivered_at = steps[-1][0] if status is ShipmentStatus.DELIVERED else None
        record: dict[str, object] = {
            "id": ref,
            "status": status,
            "warehouse": warehouse_id,
            "carrier": carrier,
            "service": _SERVICES.get(carrier, {}).get(method, self.method(method).name),
            "tracking_number": _tracking_number(rng, carrier),
            "shipped_at": shipped_at,
            "promised_at": self._days.end(journey.promised),
            "estimated_at": self._estimate(journey, status),
            "delivered_at": delivered_at,
            "events": tuple(
                {"at": at, "status": state, "description": text, "location": where}
                for at, state, text, where in steps
            ),
        }
        return Parcel(
            record,
            left=shipped_at is not None,
            delivered_at=delivered_at,
            delivered_day=journey.delivered if delivered_at else None,
            lost_at=steps[-1][0] if status is ShipmentStatus.LOST else None,
        )

    def _span(self, method: str, place: Place) -> tuple[int, int]:
        """Fewest and most working days from the order to the door."""
        span = self.method(method).days
        extra = self._delivery.remote_extra_days if place.region in self._delivery.remote_regions else 0
        return span.min + extra, span.max + extra

    def _estimate(self, journey: Journey, status: ShipmentStatus) -> datetime | None:
        """The carrier's latest word: of a late parcel it is known once the carrier has reported the delay."""
        if journey.delivered is None:
            return None if status is ShipmentStatus.LOST else self._days.end(journey.promised)
        told = journey.delay is None or self._days.now >= self._days.at(journey.promised, 19 * 3600)
        return self._days.end(journey.delivered if told else journey.promised)

    def _steps(
        self, rng: Random, journey: Journey, carrier: str, warehouse: TradeWarehouse, place: Place
    ) -> list[tuple[datetime, ShipmentStatus, str, str]]:
        """All that happens to a parcel from label to door, in order, the future included."""
        days, origin, goal = (
            self._days,
            f"{warehouse.city}, {warehouse.region}",
            f"{place.city}, {place.region}",
        )
        moving = ShipmentStatus.IN_TRANSIT
        picked_up = 16 * 3600 + int(rng.random() * 9000)
        steps = [
            (
                days.at(journey.shipped, picked_up - 4500),
                ShipmentStatus.PREPARING,
                "Shipping label created",
                origin,
            ),
            (days.at(journey.shipped, picked_up), moving, f"Picked up by {carrier}", origin),
        ]
        hub_at = days.at(journey.shipped, picked_up + 14_000 + int(rng.random() * 20_000))
        if journey.delivered is None:
            return [
                *steps,
                (hub_at, moving, "Arrived at sorting facility", warehouse.hub),
                *self._search(journey, warehouse),
            ]
        if journey.delivered > journey.shipped + 1:
            steps.append((hub_at, moving, "Arrived at sorting facility", warehouse.hub))
        if journey.delay:
            told_at = max(days.at(journey.promised, 19 * 3600), hub_at + timedelta(hours=2))
            steps.append((told_at, ShipmentStatus.EXCEPTION, journey.delay, warehouse.hub))
        if journey.delay and journey.delivered > journey.promised + 1:
            arrived = days.at(journey.delivered - 1, 15 * 3600 + picked_up % 7200)
            steps.append((arrived, moving, "Arrived at local facility", goal))
        out = 6 * 3600 + int(rng.random() * 9000)
        door = out + 7200 + int(rng.random() * 30_000)
        text = _DOORS[door % len(_DOORS)]
        steps.append(
            (days.at(journey.delivered, out), ShipmentStatus.OUT_FOR_DELIVERY, "Out for delivery", goal)
        )
        steps.append((days.at(journey.delivered, door), ShipmentStatus.DELIVERED, text, goal))
        return steps

    def _search(
        self, journey: Journey, warehouse: TradeWarehouse
    ) -> list[tuple[datetime, ShipmentStatus, str, str]]:
        days, hub = self._days, warehouse.hub
        given_up = days.working_after(journey.promised, 7)
        return [
            (
                days.at(journey.promised + 1, 18 * 3600),
                ShipmentStatus.EXCEPTION,
                "Not scanned; search opened",
                hub,
            ),
            (days.at(given_up, 12 * 3600), ShipmentStatus.LOST, "Search ended; parcel lost", hub),
        ]


def _tracking_number(rng: Random, carrier: str) -> str:
    if carrier == "UPS":
        return f"1Z{rng.getrandbits(80):020X}"[:18]
    if carrier == "USPS":
        return f"9400{rng.randrange(10**18):018}"
    return f"{rng.randrange(10**12):012}"
