"""The days of a year that a shop's staff call by name."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from bot.embedded.kpis.days import easter_sunday, months_later, nth_weekday
from tools.commerce.metrics.calendar import DAY, Period

_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6
Reckoned = Callable[[int], Period]


def _fixed(month: int, day: int) -> Reckoned:
    return lambda year: Period(date(year, month, day), date(year, month, day))


def _season(first_month: int, last_month: int) -> Reckoned:
    """Whole months of a year."""
    return lambda year: Period(date(year, first_month, 1), months_later(date(year, last_month, 1), 1) - DAY)


def _nth(month: int, weekday: int, nth: int) -> Reckoned:
    def reckon(year: int) -> Period:
        day = nth_weekday(year, month, weekday, nth)
        return Period(day, day)

    return reckon


def _from_easter(first: int, last: int) -> Reckoned:
    return lambda year: Period(easter_sunday(year) + first * DAY, easter_sunday(year) + last * DAY)


def _from_black_friday(first: int, last: int) -> Reckoned:
    def reckon(year: int) -> Period:
        friday = _THANKSGIVING(year).first + DAY
        return Period(friday + first * DAY, friday + last * DAY)

    return reckon


_THANKSGIVING = _nth(11, _THURSDAY, 4)
_NAMED: Mapping[str, Reckoned] = {
    r"good friday": _from_easter(-2, -2),
    r"easter monday": _from_easter(1, 1),
    r"easter week-?end": _from_easter(-2, 1),
    r"easter(?: sunday)?": _from_easter(0, 0),
    r"bfcm|black friday (?:to|through|and|/|&) cyber monday|black friday ?/ ?cyber monday": _from_black_friday(
        0, 3
    ),
    r"black friday week-?end": _from_black_friday(0, 2),
    r"black friday week": _from_black_friday(-4, 2),
    r"black friday": _from_black_friday(0, 0),
    r"cyber week": _from_black_friday(3, 9),
    r"cyber monday": _from_black_friday(3, 3),
    r"thanksgiving(?: day)?": _THANKSGIVING,
    r"christmas eve|xmas eve": _fixed(12, 24),
    r"boxing day": _fixed(12, 26),
    r"christmas(?: day)?|xmas": _fixed(12, 25),
    r"new year'?s eve": _fixed(12, 31),
    r"new year'?s?(?: day)?(?!\w)": _fixed(1, 1),
    r"valentine'?s?(?:'? day)?": _fixed(2, 14),
    r"(?:the )?holiday season|the holidays": _season(11, 12),
    r"halloween": _fixed(10, 31),
    r"(?:the )?fourth of july|4th of july|july (?:fourth|4th)|independence day": _fixed(7, 4),
    r"labou?r day": _nth(9, _MONDAY, 1),
    r"memorial day": _nth(5, _MONDAY, -1),
    r"mother'?s'? day": _nth(5, _SUNDAY, 2),
    r"father'?s'? day": _nth(6, _SUNDAY, 3),
    r"presidents'? day": _nth(2, _MONDAY, 3),
    r"singles'? day": _fixed(11, 11),
}
PATTERN = "|".join(f"(?:{name})" for name in _NAMED)
_READ = tuple((re.compile(name), reckon) for name, reckon in _NAMED.items())


def holiday(name: str, year: int) -> Period:
    """Raises ValueError for one that nobody knows."""
    for pattern, reckon in _READ:
        if pattern.fullmatch(name):
            return reckon(year)
    raise ValueError(f"{name!r} is no holiday")


def year_before(text: str, period: Period) -> Period | None:
    """The same holiday a year before, where the period that the text names is one: holidays move."""
    for pattern, reckon in _READ:
        if pattern.search(text) and reckon(period.first.year) == period:
            return reckon(period.first.year - 1)
    return None


def latest(name: str, today: date) -> Period:
    """The latest that has begun."""
    this_year = holiday(name, today.year)
    return this_year if this_year.first <= today else holiday(name, today.year - 1)
