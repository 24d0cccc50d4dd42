"""What all of a shop's figures are kept by."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from knowledge.shop_profile import ShopProfile
from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.targets import NO_TARGETS, Targets


@dataclass(frozen=True)
class Reporting:
    """`now` is the moment at which figures are asked for: what lies after it is not known."""

    calendar: Calendar
    currency: str
    now: datetime
    targets: Targets = NO_TARGETS

    @classmethod
    def of(cls, shop: ShopProfile, now: datetime) -> Self:
        """Raises ShopFileError for a target that its metric cannot have."""
        return cls(Calendar.of(shop), shop.currency, now, Targets.of(shop))

    def so_far(self, period: Period) -> Period:
        """Its days until today: what is still to come is neither known nor to be compared with anything."""
        return Period(period.first, min(period.last, self.today)) if period.first <= self.today else period

    @property
    def today(self) -> date:
        return self.now.astimezone(self.calendar.zone).date()
