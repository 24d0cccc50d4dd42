"""The shop's calendar: days of its time zone, weeks, months, quarters, fiscal years; what a period is compared to."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from knowledge.shop_profile import ShopProfile, Weekday

DAY = timedelta(days=1)
WEEK = 7
YEAR_IN_WEEKS = timedelta(weeks=52)
MONTHS_IN_YEAR = 12


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_LARGEST_FIRST = (Grain.YEAR, Grain.QUARTER, Grain.MONTH, Grain.WEEK)
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: MONTHS_IN_YEAR}


@dataclass(frozen=True, order=True)
class Period:
    """Days of the shop, both ends included. Raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """`fiscal_year_starts` is a month; quarters are counted from it."""

    zone: ZoneInfo
    week_starts_on: Weekday
    fiscal_year_starts: int

    @classmethod
    def of(cls, shop: ShopProfile) -> Self:
        return cls(shop.zone, shop.week_starts_on, shop.fiscal_year_starts)

    def moments(self, period: Period) -> tuple[datetime, datetime]:
        """From the first moment of the period to the first after it: a day of 23 or 25 hours is one day."""
        return self._midnight(period.first), self._midnight(period.last + DAY)

    def unit(self, day: date, grain: Grain) -> Period:
        """The whole day, week, month, quarter or fiscal year that holds `day`."""
        if grain is Grain.DAY:
            return Period(day, day)
        if grain is Grain.WEEK:
            first = day - ((day.weekday() - tuple(Weekday).index(self.week_starts_on)) % WEEK) * DAY
            return Period(first, first + (WEEK - 1) * DAY)
        months = _MONTHS[grain]
        offset = 0 if grain is Grain.MONTH else self.fiscal_year_starts - 1
        place = (day.year * MONTHS_IN_YEAR + day.month - 1 - offset) // months * months + offset
        return Period(_first_of(place), _first_of(place + months) - DAY)

    def split(self, period: Period, grain: Grain) -> tuple[Period, ...]:
        """The units of the period in order; the first and the last may be cut off by its ends."""
        return tuple(self._units(period, grain))

    def before(self, period: Period) -> Period:
        """What it is compared to: as many whole units before; of a unit that is still under way, as much of the one
        before it; else as many days before."""
        grain = self._grain(period)
        if grain is None:
            return Period(period.first - period.days * DAY, period.first - DAY)
        count = len(self.split(period, grain))
        units = [self.unit(period.first, grain)]
        for _ in range(count):
            units.append(self.unit(units[-1].first - DAY, grain))
        earlier = units[-1]
        if self.unit(period.last, grain).last == period.last:
            return Period(earlier.first, period.first - DAY)
        return Period(earlier.first, min(earlier.first + (period.days - 1) * DAY, period.first - DAY))

    def year_before(self, period: Period) -> Period:
        """The same dates of the year before; of whole weeks, the same weeks, so that weekdays meet."""
        if self._grain(period) is Grain.WEEK:
            return Period(period.first - YEAR_IN_WEEKS, period.last - YEAR_IN_WEEKS)
        after = period.last + DAY
        # The end of a month stays one, also of a February.
        last = _a_year_earlier(after) - DAY if after.day == 1 else _a_year_earlier(period.last)
        return Period(_a_year_earlier(period.first), last)

    def _grain(self, period: Period) -> Grain | None:
        """The largest unit that the period is made of, or else the smallest that it is the beginning of."""
        if period.days == 1:
            return None
        starting = [grain for grain in _LARGEST_FIRST if self.unit(period.first, grain).first == period.first]
        for grain in starting:
            if self.unit(period.last, grain).last == period.last:
                return grain
        return next(
            (grain for grain in starting[::-1] if period.last in self.unit(period.first, grain)), None
        )

    def _units(self, period: Period, grain: Grain) -> Iterator[Period]:
        unit = self.unit(period.first, grain)
        while unit.first <= period.last:
            yield Period(max(unit.first, period.first), min(unit.last, period.last))
            unit = self.unit(unit.last + DAY, grain)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)


def place_of(day: date, periods: tuple[Period, ...]) -> int:
    """Which of the `periods`, which follow each other, holds the day; -1 for one before the first."""
    return bisect_right([period.first for period in periods], day) - 1


def _first_of(month: int) -> date:
    """The first day of a month counted from year 0."""
    year, place = divmod(month, MONTHS_IN_YEAR)
    return date(year, place + 1, 1)


def _a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # February 29
        return day.replace(year=day.year - 1, day=28)
