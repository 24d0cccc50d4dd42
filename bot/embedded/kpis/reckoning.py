"""What the words of a period are relative to: the shop's calendar and the day on which they are said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.embedded.kpis.days import months_later
from tools.commerce.metrics.calendar import DAY, Calendar, Grain, Period

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(_COUNTS, start=1)} | {
    "a": 1, "an": 1, "couple": 2, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "fourteen": 14, "fifteen": 15,
    "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
COUNT = r"(\d{1,4}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
UNIT = r"(day|week|fortnight|month|quarter|half[ -]year|year)"
LAST = r"(?:last|previous|prior|preceding)"
THIS = r"(?:this|current|the current)"
YEAR = r"((?:19|20)\d\d)"
OF_YEAR = rf"(?:,? (?:of )?(?:the )?(?:{YEAR}|'(\d\d)|(last|previous|prior|this|the) (year)))?"
"""Groups: four digits, two digits, a relative year, its name."""


@dataclass(frozen=True)
class Reader:
    """What the words are relative to."""

    calendar: Calendar
    today: date
    is_day_first: bool = False
    """Whether 3/4 is the third of April."""
    currency: str = ""
    """In which the shop counts its money."""

    def unit(self, name: str, back: int = 0) -> Period:
        """The unit that holds today, or the one so many before; years are calendar years."""
        if name == "fiscal":
            return self._back(Grain.YEAR, back)
        if name == "year":
            return Period(date(self.today.year - back, 1, 1), date(self.today.year - back, 12, 31))
        return self._back(Grain(name), back)

    def unit_of(self, period: Period) -> Grain | None:
        """The unit that the period is."""
        units = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
        return next((unit for unit in units if self.calendar.unit(period.first, unit) == period), None)

    def _back(self, grain: Grain, back: int) -> Period:
        found = self.calendar.unit(self.today, grain)
        for _ in range(back):
            found = self.calendar.unit(found.first - DAY, grain)
        return found

    def to_date(self, period: Period) -> Period:
        """Without the days that are still to come; one that has not begun stays as it is."""
        return Period(period.first, min(period.last, self.today)) if period.first <= self.today else period

    def year(self, match: re.Match[str], group: int) -> int | None:
        """The year that the three groups of `OF_YEAR` name, from `group` on."""
        four, two, relative, _ = match.groups()[group - 1 : group + 3]
        if four:
            return int(four)
        if two:
            return 2000 + int(two)
        return self.today.year - (relative in ("last", "previous", "prior")) if relative else None

    def part_of_year(
        self, start: int, months: int, year: int | None, *, fiscal: bool = False, over: bool = False
    ) -> Period:
        """So many months from the month `start` of a fiscal year on: the latest that has begun (or is `over`), or the
        one that begins in a calendar year; with `fiscal`, that of the fiscal year named by the year it ends in."""
        offset = self.calendar.fiscal_year_starts - 1

        def of(first_year: int) -> Period:
            first = months_later(date(first_year, 1, 1), offset + start)
            return Period(first, months_later(first, months) - DAY)

        if year is not None and fiscal:
            return self.to_date(of(year - (offset > 0)))
        if year is not None:
            return self.to_date(next(one for one in map(of, (year, year - 1)) if one.first.year == year))
        latest = (of(one) for one in range(self.today.year, self.today.year - 4, -1))
        return self.to_date(
            next(p for p in latest if (p.last < self.today if over else p.first <= self.today))
        )


Read = Callable[[re.Match[str], Reader], Period]
"""Tells the days that a match names. Raises ValueError for days that no calendar has."""
Readers = tuple[tuple[re.Pattern[str], Read], ...]


def count_of(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def one_day(day: date) -> Period:
    return Period(day, day)


def month(year: int, number: int) -> Period:
    first = date(year, number, 1)
    return Period(first, months_later(first, 1) - DAY)
