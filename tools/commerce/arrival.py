"""When a parcel will arrive, said as honestly as what is known allows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import select

from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.schema import Order, OrderStatus, Shipment, ShipmentStatus

CLOSED = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE})
LONG_OVERDUE_DAYS = 60
"""After so many days past the promise, counting further tells nobody anything."""
TRANSIT_PERIOD = timedelta(days=90)
TRANSIT_SAMPLE = 500
TRANSIT_SAMPLE_MINIMUM = 10


@dataclass(frozen=True)
class Transit:
    """Days from leaving to arriving that half, and nine tenths, of a carrier's recent parcels took."""

    median_days: int
    late_days: int


@dataclass(frozen=True)
class Estimate:
    """`expected_by` closes a range; `reason` says what the estimate rests on, or why there is none."""

    expected_on: date | None = None
    expected_by: date | None = None
    reason: str | None = None
    days_late: int = 0


@dataclass(frozen=True)
class Arrival:
    expected_on: date | None
    delivered_on: date | None
    is_late: bool


class TransitTimes:
    """What the carriers' recent parcels took; each carrier is asked about once, and only when needed."""

    def __init__(self, session: ReadSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self._by_carrier: dict[str, dict[str | None, Transit]] = {}

    def of(self, carrier: str | None, service: str | None) -> Transit | None:
        """For the service if enough of its parcels are known, else for all of the carrier's."""
        if carrier is None:
            return None
        if carrier not in self._by_carrier:
            self._by_carrier[carrier] = self._measure(carrier)
        known = self._by_carrier[carrier]
        return known.get(service) or known.get(None)

    def _measure(self, carrier: str) -> dict[str | None, Transit]:
        recent = (
            select(Shipment.service, Shipment.shipped_at, Shipment.delivered_at)
            .where(
                Shipment.carrier == carrier,
                Shipment.delivered_at.between(self._now - TRANSIT_PERIOD, self._now),
                Shipment.shipped_at <= Shipment.delivered_at,
            )
            .order_by(Shipment.delivered_at.desc())
            .limit(TRANSIT_SAMPLE)
        )
        taken: dict[str | None, list[int]] = defaultdict(list)
        for service, shipped, delivered in self._session.execute(recent):
            if shipped is None or delivered is None:
                continue
            days = round((delivered - shipped) / timedelta(days=1))
            taken[None].append(days)
            if service is not None:
                taken[service].append(days)
        return {
            service: Transit(round(median(days)), round(quantiles(days, n=10, method="inclusive")[-1]))
            for service, days in taken.items()
            if len(days) >= TRANSIT_SAMPLE_MINIMUM
        }


def estimate(
    order: Order,
    parcel: Shipment,
    when: LocalTime,
    transit: TransitTimes,
    last_word: datetime | None = None,
) -> Estimate:
    """The arrival of one parcel as of today; `last_word` is when its carrier last said something of it."""
    replaces = _is_replacement(order, parcel)
    promised = when.day(parcel.promised_at or (None if replaces else order.promised_at))
    if parcel.status is ShipmentStatus.DELIVERED or parcel.delivered_at is not None:
        return Estimate(days_late=_days_after(promised, when.day(parcel.delivered_at)))
    if (order.status in CLOSED and not replaces) or parcel.status is ShipmentStatus.RETURNED:
        return Estimate()
    overdue = _days_after(promised, when.today)
    if overdue > LONG_OVERDUE_DAYS:
        return Estimate(reason="there has been no word of its delivery for a long time")
    if parcel.status is ShipmentStatus.LOST:
        return Estimate(reason="the carrier reports the parcel as lost", days_late=overdue)
    expected_on, expected_by, reason = _expected(parcel, promised, when, transit, last_word)
    return Estimate(expected_on, expected_by, reason, overdue)


def arrival(order: Order, when: LocalTime, transit: TransitTimes) -> Arrival:
    """The arrival of a whole order: that of its last parcel. Needs `order.shipments`."""
    if order.status in CLOSED:
        arrived = order.delivered_at or max(
            (parcel.delivered_at for parcel in order.shipments if parcel.delivered_at), default=None
        )
        return Arrival(None, when.day(arrived), is_late=False)
    promised = when.day(order.promised_at)
    is_late = _days_after(promised, when.today) > 0
    waiting = [parcel for parcel in order.shipments if parcel.delivered_at is None]
    if not waiting:
        return Arrival(promised if promised and not is_late else None, None, is_late)
    estimates = [estimate(order, parcel, when, transit) for parcel in waiting]
    last = [found.expected_by or found.expected_on for found in estimates]
    known = [day for day in last if day is not None]
    expected = max(known) if len(known) == len(last) else None
    return Arrival(expected, None, is_late or any(found.days_late for found in estimates))


def days_past_promise(order: Order, when: LocalTime) -> int:
    """How late an order is that has no parcel yet; 0 too where counting on would tell nobody anything."""
    if order.status in CLOSED:
        return 0
    overdue = _days_after(when.day(order.promised_at), when.today)
    return overdue if overdue <= LONG_OVERDUE_DAYS else 0


Expected = tuple[date | None, date | None, str | None]


def _expected(
    parcel: Shipment,
    promised: date | None,
    when: LocalTime,
    transit: TransitTimes,
    last_word: datetime | None,
) -> Expected:
    carriers_day = when.day(parcel.estimated_at)
    if carriers_day is not None and carriers_day >= when.today:
        return carriers_day, None, "the carrier's latest estimate"
    if parcel.status is ShipmentStatus.EXCEPTION:
        return None, None, "the carrier reports a problem with the parcel and gives no new date"
    if parcel.status is ShipmentStatus.OUT_FOR_DELIVERY and when.day(last_word) == when.today:
        return when.today, None, "the carrier has it out for delivery"
    if promised is not None and promised >= when.today:
        return promised, None, "the date promised with the order"
    if parcel.shipped_at is None:
        return None, None, "the parcel has not left yet" if promised else None
    return _typical(parcel, when.day(parcel.shipped_at), when.today, transit)


def _typical(parcel: Shipment, shipped: date, today: date, transit: TransitTimes) -> Expected:
    usual = transit.of(parcel.carrier, parcel.service)
    if usual is None:
        return None, None, "there is no newer estimate from the carrier"
    low, high = (shipped + timedelta(days=days) for days in (usual.median_days, usual.late_days))
    if high < today:
        return None, None, f"it has taken longer than parcels with {parcel.carrier} usually do"
    low = max(low, today)
    return low, high if high > low else None, f"how long parcels with {parcel.carrier} usually take"


def _is_replacement(order: Order, parcel: Shipment) -> bool:
    """Sent after the order had arrived, so it is on its way although the order is closed."""
    if order.delivered_at is None or parcel.shipped_at is None:
        return False
    return parcel.shipped_at > order.delivered_at


def _days_after(promised: date | None, day: date | None) -> int:
    return max(0, (day - promised).days) if promised and day else 0
