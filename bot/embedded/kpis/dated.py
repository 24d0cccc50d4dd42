"""Days by their dates and names: "March 3", "2025-04", "Q2", "FY25", "week 11", "last summer", "Black Friday".

Every text is in lower case.
"""

import re
from datetime import date

from bot.embedded.kpis import holidays
from bot.embedded.kpis.days import MONTHS_IN_YEAR, months_later
from bot.embedded.kpis.reckoning import LAST, OF_YEAR, THIS, YEAR, Reader, Readers, month, one_day
from tools.commerce.metrics.calendar import DAY, WEEK, Grain, Period

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)} | {"sept": 9}
MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)} | _SHORT
MONTH = r"(?:" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
_ORDINALS = {
    "1st": 1,
    "first": 1,
    "2nd": 2,
    "second": 2,
    "3rd": 3,
    "third": 3,
    "4th": 4,
    "fourth": 4,
    "final": 4,
}
_ORDINAL = "(" + "|".join(_ORDINALS) + ")"
_FISCAL = r"(?:fiscal|financial)(?: year)?|fy"
_SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
_TO = r" ?(?:-|–|to|and|through|thru|until|till) ?(?:the )?"
_ST = r"(?:st|nd|rd|th)?"
_PART_OF_YEAR = (
    r"(?:,? (?:of |in )?(?:(?:the )?(?P<fiscal>fy|fiscal(?: year)?|financial year) ?)?"
    r"'?(?P<year>(?:20)?\d\d)\b(?! ?(?:%|days?))|"
    r",? (?:of )?(?P<relative>last|previous|prior|this|the) (?:fiscal |financial )?year)?"
)


def _iso(match: re.Match[str], reader: Reader) -> Period:
    if match[3]:
        return one_day(date(int(match[1]), int(match[2]), int(match[3])))
    return reader.to_date(month(int(match[1]), int(match[2])))


def _slashed(match: re.Match[str], reader: Reader) -> Period:
    first, second = int(match[1]), int(match[3])
    is_day_first = reader.is_day_first or match[2] == "." or first > MONTHS_IN_YEAR
    is_day_first = is_day_first and second <= MONTHS_IN_YEAR
    day, number = (first, second) if is_day_first else (second, first)
    return _in_year(day, number, match[4], reader)


def _month_of_year(match: re.Match[str], reader: Reader) -> Period:
    return reader.to_date(month(int(match[2]), int(match[1])))


def _day_of_month(match: re.Match[str], reader: Reader) -> Period:
    """The latest such day; of two, those from the one to the other."""
    days = [int(day) for day in match.groups() if day]
    first = date(reader.today.year, reader.today.month, days[0])
    if first > reader.today:
        first = months_later(first, -1)
    return Period(first, first.replace(day=days[-1]))


def _week_of_holiday(match: re.Match[str], reader: Reader) -> Period:
    return reader.to_date(reader.calendar.unit(holidays.latest(match[1], reader.today).first, Grain.WEEK))


def _day_month(match: re.Match[str], reader: Reader) -> Period:
    return _dated(int(match[1]), match[2], reader.year(match, 3), reader)


def _month_day(match: re.Match[str], reader: Reader) -> Period:
    return _dated(int(match[2]), match[1], reader.year(match, 3), reader)


def _dated(day: int, name: str, year: int | None, reader: Reader) -> Period:
    return _in_year(day, MONTH_NUMBERS[name.rstrip(".")], str(year) if year else None, reader)


def _in_year(day: int, number: int, year: str | None, reader: Reader) -> Period:
    if year:
        return one_day(date(int(year) + (2000 if len(year) == 2 else 0), number, day))
    found = date(reader.today.year, number, day)
    return one_day(found if found <= reader.today else date(reader.today.year - 1, number, day))


def _days_of_month(match: re.Match[str], reader: Reader) -> Period:
    """ "May 3-9", "3 to 9 May": groups are named, for the month stands before or behind."""
    name, first, last = match["month"] or match["month2"], match["first"], match["last"]
    year = match["year"] or match["year2"]
    ends = [
        _dated(int(day), name, int(year) if year else None, reader).first
        for day in (first or match["first2"], last or match["last2"])
    ]
    return Period(ends[0] if ends[0] <= ends[1] else ends[0].replace(year=ends[0].year - 1), ends[1])


def _month(match: re.Match[str], reader: Reader) -> Period:
    number = MONTH_NUMBERS[match[2].rstrip(".")]
    year = reader.year(match, 3)
    if year is None:
        latest = month(reader.today.year, number)
        is_over = latest.last < reader.today
        has_begun = latest.first <= reader.today
        year = reader.today.year - (not (is_over if match[1] else has_begun))
    return reader.to_date(month(year, number))


def _quarter(match: re.Match[str], reader: Reader) -> Period:
    number = int(match["q"]) if match["q"] else _ORDINALS[match["nth"]]
    if number > 4:
        raise ValueError("a year has four quarters")
    return _part(match, reader, (number - 1) * 3, 3)


def _half(match: re.Match[str], reader: Reader) -> Period:
    number = int(match["q"]) if match["q"] else _ORDINALS[match["nth"]]
    if number > 2:
        raise ValueError("a year has two halves")
    return _part(match, reader, (number - 1) * 6, 6)


def _part(match: re.Match[str], reader: Reader, start: int, months: int) -> Period:
    said = match["year"] or match["before"]
    year = None
    if said:
        year = 2000 + int(said) if len(said) == 2 else int(said)
    elif match["relative"]:
        year = reader.today.year - (match["relative"] in ("last", "previous"))
    return reader.part_of_year(start, months, year, fiscal=bool(match["fiscal"]), over=bool(match["last"]))


def _fiscal_year(match: re.Match[str], reader: Reader) -> Period:
    if match["this"] or match["last"]:
        found = reader.unit("fiscal", 1 if match["last"] else 0)
        return reader.to_date(found)
    said = match["second"] or match["year"]
    if not said:  # "by fiscal year"
        raise ValueError("no year is named")
    year = 2000 + int(said) if len(said) == 2 else int(said)
    return reader.part_of_year(0, MONTHS_IN_YEAR, year, fiscal=True)


def _year(match: re.Match[str], reader: Reader) -> Period:
    return reader.to_date(Period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)))


def _numbered_week(match: re.Match[str], reader: Reader) -> Period:
    number, year = int(match[1]), int(match[2] or reader.today.year)
    first = date.fromisocalendar(year, number, 1)
    if first > reader.today and not match[2]:
        first = date.fromisocalendar(year - 1, number, 1)
    return reader.to_date(Period(first, first + (WEEK - 1) * DAY))


def _season(match: re.Match[str], reader: Reader) -> Period:
    number, year = _SEASONS[match[2]], reader.year(match, 3)

    def of(first_year: int) -> Period:
        first = date(first_year, number, 1)
        return Period(first, months_later(first, 3) - DAY)

    if year is None:
        found = of(reader.today.year)
        is_late = found.last >= reader.today if match[1] else found.first > reader.today
        return reader.to_date(of(reader.today.year - 1) if is_late else found)
    return reader.to_date(of(year))


def _holiday(match: re.Match[str], reader: Reader) -> Period:
    year = reader.year(match, 3)
    if year is not None:
        return reader.to_date(holidays.holiday(match[2], year))
    found = holidays.latest(match[2], reader.today)
    if match[1] and found.last >= reader.today:
        found = holidays.holiday(match[2], found.first.year - 1)
    return reader.to_date(found)


DATED: Readers = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"(?<![\w/.-])(0?[1-9]|1[0-2])/(20\d\d)(?![\w/])", _month_of_year),
        (
            r"\b(?:on |from )?the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|percentile))"
            r"(?: (?:to|through|until|till|-) (?:the )?(\d{1,2})(?:st|nd|rd|th)\b)?(?! (?:of|percentile))",
            _day_of_month,
        ),
        (rf"\b({holidays.PATTERN}) week\b", _week_of_holiday),
        (r"\b(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\b(?!-)", _iso),
        (r"(?<![\w/.-])(\d{1,2})([/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\w/%]|[.]\d)", _slashed),
        (rf"\b(\d{{1,2}}){_ST}(?: of)? ({MONTH}){OF_YEAR}", _day_month),
        (rf"\b({MONTH}) (?:the )?(\d{{1,2}}){_ST}\b(?!-){OF_YEAR}", _month_day),
        (
            rf"\b(?P<month>{MONTH}) (?P<first>\d{{1,2}}){_ST}{_TO}(?P<last>\d{{1,2}}){_ST}\b(?:,? (?P<year>20\d\d))?|"
            rf"\b(?P<first2>\d{{1,2}}){_ST}{_TO}(?P<last2>\d{{1,2}}){_ST}(?: of)? "
            rf"(?P<month2>{MONTH})(?:,? (?P<year2>20\d\d))?",
            _days_of_month,
        ),
        (rf"\b(?:(last) )?({MONTH}){OF_YEAR}(?! \d{{1,2}}(?!\d))", _month),
        (rf"\b(?P<before>)(?:(?P<last>last) )?q ?(?P<q>[1-4])(?P<nth>)\b{_PART_OF_YEAR}", _quarter),
        (
            r"\b(?:(?P<last>last) )?(?P<before>20\d\d)[ -]?q(?P<q>[1-4])\b"
            r"(?P<nth>)(?P<fiscal>)(?P<year>)(?P<relative>)",
            _quarter,
        ),
        (
            rf"\b(?P<before>)(?P<last>)(?P<q>){_ORDINAL.replace('(', '(?P<nth>', 1)} quarter\b{_PART_OF_YEAR}",
            _quarter,
        ),
        (rf"\b(?P<before>)(?:(?P<last>last) )?h ?(?P<q>[12])(?P<nth>)\b{_PART_OF_YEAR}", _half),
        (
            rf"\b(?P<before>)(?P<last>)(?P<q>){_ORDINAL.replace('(', '(?P<nth>', 1)} half of{_PART_OF_YEAR[:-1]}",
            _half,
        ),
        (
            rf"\b(?:(?P<this>{THIS}) |(?P<last>{LAST}) )?(?:{_FISCAL}) ?'?(?P<year>(?:20)?\d\d)?"
            r"(?:[/-](?P<second>(?:20)?\d\d))?\b",
            _fiscal_year,
        ),
        (r"\b(?:20\d\d)/(?P<second>\d\d)(?P<this>)(?P<last>)(?P<year>)\b(?!/)", _fiscal_year),
        (rf"(?<![$€£\w./-]){YEAR}(?![\w%]|[-/.,]\d)(?! (?:orders|units|items))", _year),
        (
            rf"\b(?:calendar |iso )?(?:week|wk|kw|cw)\.? ?#?(?:number )?(\d{{1,2}})\b(?:,? (?:of )?{YEAR})?",
            _numbered_week,
        ),
        (rf"\b(?:(last) )?({'|'.join(_SEASONS)})\b{OF_YEAR}", _season),
        (rf"\b(?:(last) )?({holidays.PATTERN})(?!\w){OF_YEAR}", _holiday),
    )
)
