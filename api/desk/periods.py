"""The period of the figures page: a named one, or from one day to another, as its address has it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from tools.commerce.days import LocalTime
from tools.commerce.metrics.calendar import DAY, Calendar, Grain, Period
from tools.scorecard import last_days

LONGEST = timedelta(days=366 * 10)
EARLIEST = date(1990, 1, 1)


class Named(StrEnum):
    LAST_7_DAYS = "last_7_days"
    LAST_28_DAYS = "last_28_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"
    LAST_12_MONTHS = "last_12_months"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Chosen:
    """`name` is None of days that were given; `problem` says why those that were given are not shown."""

    period: Period
    name: Named | None
    problem: str | None = None

    @property
    def address(self) -> str:
        """Its part of an address, of the same days for as long as somebody looks at the page."""
        return urlencode({"first": self.period.first.isoformat(), "last": self.period.last.isoformat()})


def chosen(
    name: Named | None, first: date | None, last: date | None, calendar: Calendar, when: LocalTime
) -> Chosen:
    """What was asked for, or the last 28 days."""
    if first is None and last is None:
        name = name or Named.LAST_28_DAYS
        return Chosen(_period(name, calendar, when), name)
    usual = Named.LAST_28_DAYS
    if first is None or last is None:
        problem = "Give both days, from and to."
    elif last < first:
        problem = "The period ends before it begins."
    elif first > when.today:
        problem = "The period has not begun yet."
    elif first < EARLIEST or last - first > LONGEST:
        problem = "At most ten years can be shown."
    else:
        return Chosen(Period(first, min(last, when.today)), None)
    return Chosen(_period(usual, calendar, when), usual, problem)


def _period(name: Named, calendar: Calendar, when: LocalTime) -> Period:
    match name:
        case Named.LAST_7_DAYS:
            return last_days(when, 7)
        case Named.LAST_28_DAYS:
            return last_days(when)
        case Named.THIS_MONTH:
            return Period(calendar.unit(when.today, Grain.MONTH).first, when.today)
        case Named.LAST_MONTH:
            return _before(calendar, when.today, Grain.MONTH)
        case Named.LAST_QUARTER:
            return _before(calendar, when.today, Grain.QUARTER)
        case Named.LAST_12_MONTHS:
            last = _before(calendar, when.today, Grain.MONTH).last
            return Period(calendar.year_before(Period(last + DAY, last + DAY)).first, last)


def _before(calendar: Calendar, today: date, grain: Grain) -> Period:
    """The whole unit before the one that is under way."""
    return calendar.unit(calendar.unit(today, grain).first - DAY, grain)
