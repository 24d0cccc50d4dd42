"""Arithmetic of days: months later, the second Sunday of May, Easter."""

from calendar import monthrange
from datetime import date, timedelta

from dateutil.easter import easter  # type: ignore[import-untyped]  # dateutil comes without types

MONTHS_IN_YEAR = 12
WEEK = timedelta(weeks=1)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last where it is shorter."""
    year, place = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return date(year, place + 1, min(day.day, monthrange(year, place + 1)[1]))


def years_later(day: date, years: int) -> date:
    return months_later(day, MONTHS_IN_YEAR * years)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The `nth` Monday (0) to Sunday (6) of a month; the last one for -1."""
    if nth < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7) + (nth - 1) * WEEK


def easter_sunday(year: int) -> date:
    """Of the Western churches."""
    found: date = easter(year)
    return found
