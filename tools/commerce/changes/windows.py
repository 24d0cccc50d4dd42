"""What has arrived of an order, and until when it may come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnReason,
    Shipment,
    ShipmentStatus,
)

LOADED: tuple[ORMOption, ...] = (
    selectinload(Order.lines).selectinload(OrderLine.product),
    selectinload(Order.payments),
    selectinload(Order.refunds),
    selectinload(Order.returns).selectinload(Return.lines),
    selectinload(Order.shipments).selectinload(Shipment.lines),
)
"""The parts of an order that matter once it has arrived."""


@dataclass(frozen=True)
class Arrived:
    """How many of a line have been delivered, and when the last of them was; None where nobody knows."""

    quantity: int
    at: datetime | None


@dataclass(frozen=True)
class Window:
    """The last day, counted in full, and the rule that it comes from; None where there is always time."""

    until: date | None
    rule: str

    def is_open(self, day: date) -> bool:
        return self.until is None or day <= self.until


def arrived(order: Order) -> Mapping[int, Arrived]:
    """By line number. A parcel of unknown content holds everything; an order without parcels arrives at once."""
    numbers = {line.id: line.line_no for line in order.lines}
    everything = {line.line_no: Arrived(line.quantity, order.delivered_at) for line in order.lines}
    if not order.shipments:
        return everything if order.status is OrderStatus.DELIVERED else {}
    found: dict[int, Arrived] = {}
    for parcel in order.shipments:
        if parcel.status is not ShipmentStatus.DELIVERED:
            continue
        at = parcel.delivered_at or order.delivered_at
        if not parcel.lines:
            return {number: Arrived(one.quantity, at) for number, one in everything.items()}
        for part in parcel.lines:
            number = numbers[part.order_line_id]
            before = found.get(number, Arrived(0, None))
            moments = [moment for moment in (before.at, at) if moment]
            found[number] = Arrived(before.quantity + part.quantity, max(moments, default=None))
    return found


def return_window(
    policy: Policy, line: OrderLine, reason: ReturnReason, order: Order, at: datetime, when: LocalTime
) -> Window:
    """The longest that the category, the reason or the season allows; damage has its own time to be told in."""
    delivered = when.day(at)
    rules = policy.returns
    if reason is ReturnReason.DAMAGED:
        return Window(
            delivered + timedelta(days=policy.damage.report_within_days), "damage.report_within_days"
        )
    windows = [_from(delivered, rules.window_days, "returns.window_days")]
    category = category_of(line)
    if category in rules.window_days_by_category:
        days = rules.window_days_by_category[category]
        windows.append(_from(delivered, days, "returns.window_days_by_category"))
    if reason in rules.window_days_by_reason:
        days = rules.window_days_by_reason[reason]
        windows.append(_from(delivered, days, "returns.window_days_by_reason"))
    if (until := _holiday(policy, order, when)) is not None:
        windows.append(Window(until, "returns.holiday"))
    return _longest(windows)


def exchange_window(
    policy: Policy, line: OrderLine, reason: ReturnReason, order: Order, at: datetime, when: LocalTime
) -> Window:
    """As for a return, and never shorter than what the shop gives for exchanges."""
    own = _from(when.day(at), policy.exchanges.window_days, "exchanges.window_days")
    returned = return_window(policy, line, reason, order, at, when)
    if returned.rule == "damage.report_within_days":
        return returned
    return _longest([own, returned])


def always_open(policy: Policy, reason: ReturnReason, *, exchanges: bool) -> Window | None:
    """The window that does not end, whenever it began; None where it does."""
    if reason is ReturnReason.DAMAGED:
        return None
    if policy.returns.window_days is None:
        return Window(None, "returns.window_days")
    if exchanges and policy.exchanges.window_days is None:
        return Window(None, "exchanges.window_days")
    return None


def _from(first: date, days: int | None, rule: str) -> Window:
    return Window(None if days is None else first + timedelta(days=days), rule)


def _longest(windows: Sequence[Window]) -> Window:
    return max(windows, key=lambda window: window.until or date.max)


def category_of(line: OrderLine) -> str:
    return (line.product.category or "") if line.product else ""


def _holiday(policy: Policy, order: Order, when: LocalTime) -> date | None:
    """Until when an order of the season may come back: in the next year, where that day is an earlier one."""
    season = policy.returns.holiday
    placed = when.day(order.placed_at)
    if season is None or placed is None:
        return None
    year = placed.year
    first, last = season.ordered_from.of(year), season.ordered_until.of(year)
    if first > last:
        # A season over New Year: which end of it the day is in tells the year.
        first, last = (
            (first, season.ordered_until.of(year + 1))
            if placed >= first
            else (season.ordered_from.of(year - 1), last)
        )
    if not first <= placed <= last:
        return None
    until = season.return_until.of(last.year)
    return until if until >= last else season.return_until.of(last.year + 1)
