"""What the shop's figures should come to, as `shop.yaml` has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Self

from knowledge import shop_profile
from knowledge.currency import to_minor
from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import ShopProfile
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.metric import Metric, Unit


@dataclass(frozen=True)
class Target:
    """`value` is in the metric's unit, money in minor units. Both days are included."""

    metric: Metric
    value: Decimal
    per: Grain
    """Of a rate, which has none, a day."""
    first: date
    last: date

    def days_within(self, period: Period) -> int:
        """How many days of the period it holds on."""
        return max((min(self.last, period.last) - max(self.first, period.first)).days + 1, 0)


@dataclass(frozen=True)
class Targets:
    all: tuple[Target, ...] = ()

    @classmethod
    def of(cls, shop: ShopProfile) -> Self:
        """Raises ShopFileError for a target that its metric cannot have."""
        found = []
        for place, given in enumerate(shop.targets):
            try:
                found.append(_target(given, shop.currency))
            except ValueError as error:
                raise ShopFileError(Path("shop.yaml"), str(error), f"targets.{place}") from None
        for one, other in combinations(found, 2):
            if one.metric is other.metric and other.days_within(Period(one.first, one.last)):
                reason = f"{one.metric.name} has two targets for the same days"
                raise ShopFileError(Path("shop.yaml"), reason, "targets")
        return cls(tuple(found))

    def exists_for(self, metrics: Iterable[Metric]) -> bool:
        wanted = set(metrics)
        return any(one.metric in wanted for one in self.all)

    def of_period(self, metric: Metric, period: Period, calendar: Calendar) -> Decimal | None:
        """Of an amount the part that falls to the period, by days; None where a day of it has no target."""
        mine = [one for one in self.all if one.metric is metric and one.days_within(period)]
        if sum(one.days_within(period) for one in mine) < period.days:
            return None
        if not metric.is_amount:
            return mine[0].value if len(mine) == 1 else None
        return sum((_part(one, period, calendar) for one in mine), Decimal(0))


NO_TARGETS = Targets()


def _part(target: Target, period: Period, calendar: Calendar) -> Decimal:
    parts = (
        target.value * target.days_within(unit) / calendar.unit(unit.first, target.per).days
        for unit in calendar.split(period, target.per)
    )
    return sum(parts, Decimal(0))


def _target(given: shop_profile.Target, currency: str) -> Target:
    """Raises ValueError."""
    metric = BY_NAME.get(given.metric)
    if metric is None:
        raise ValueError(f"there is no metric called {given.metric!r}")
    if metric.has_history and not metric.is_rate and not metric.adds_up:
        raise ValueError(f"{metric.name} does not add up over time, so it cannot have a target")
    if metric.is_amount and given.per is None:
        raise ValueError(f"{metric.name} adds up over time: say `per: month`, `quarter` or `year`")
    if not metric.is_amount and given.per is not None:
        raise ValueError(f"{metric.name} is not so much per {given.per}: leave `per` out")
    per = Grain(given.per) if given.per else Grain.DAY
    return Target(metric, value_of(given.value, metric.unit, currency), per, given.first_day, given.last_day)


def value_of(text: str, unit: Unit, currency: str) -> Decimal:
    """A figure as people write it, in the unit: `"84000.00"` of money, `"8%"`, `"2.5"`. Raises ValueError."""
    if (unit is Unit.SHARE) != text.endswith("%"):
        raise ValueError(
            'a share is written as "8%"' if unit is Unit.SHARE else "only a share is written with %"
        )
    if unit is Unit.MONEY:
        return Decimal(to_minor(text, currency))
    return Decimal(text.removesuffix("%")) / (100 if unit is Unit.SHARE else 1)
