"""Spans of days that a shopper names: "in March", "last week", "two weeks ago", "on 5 May 2025"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.embedded.reading.entities import MAX_CHARS

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
           "nine": 9, "ten": 10, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "several": 4}  # fmt: skip
_COUNT = r"(\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
EARLIEST = date(1990, 1, 1)
"""Where a span begins that has only an end: "before 2026"."""
_BOUND = re.compile(r"\b(?:since|starting|after|before|until|till|up to)(?: (?:the|in|about|around))?\s*$")
_BETWEEN = re.compile(
    r"\b(?:between|from) (\w{2,12}(?: \w{2,6}){0,2}) (?:and|to|until|till|through) "
    r"(\w{2,12}(?: (?:\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d)){0,2})\b"
)
_SLACK = {"day": 0, "week": 3, "month": 15, "year": 60}
"""How many days "two weeks ago" may be off, either way."""


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


_OF_NO_ORDER = re.compile(
    r"\b(?:things?|questions?|requests?|matters?|help(?: me| you| us)?|assist(?: me| you)?|how are you|doing|chat|"
    r"tasks?|issues?|(?:stopped|broke|died|quit|failed|snapped|fell apart|cracked|tore)\b[^.;,!?]{0,20}?) "
    r"(?:today|tonight|yesterday|last (?:night|week)|this (?:morning|afternoon|evening|week))\b",
    re.IGNORECASE,
)
"""When somebody talks to us, or when something broke: it tells no order."""


def period(text: str, today: date) -> Period | None:
    """The first span of past days that the text names; months and days without a year are the latest such."""
    found = _found(_read(_OF_NO_ORDER.sub(" ", text)), today)
    return found[0] if found else None


def named_span(text: str, today: date) -> tuple[Period | None, str]:
    """As `period`, with "since", "before" and "between" taken at their word; and the text without it."""
    text = _read(text)
    if between := _BETWEEN.search(text):
        ends = [_found(f"in {part}", today) for part in between.groups()]
        if ends[0] and ends[1]:
            first, last = ends[0][0].first, ends[1][0].last
            if first > last:  # from November to February
                first = ends[0][0].first.replace(year=first.year - 1)
            return Period(first, min(last, today)), f"{text[: between.start()]} {text[between.end() :]}"
    found = _found(text, today)
    if found is None:
        return None, text
    span, match = found
    before = _BOUND.search(text[: match.start()])
    start = before.start() if before else match.start()
    opening = text[start : match.end()]
    if opening.startswith(("since", "starting")):
        span = Period(span.first, today)
    elif opening.startswith("after"):
        span = Period(span.last + timedelta(days=1), today)
    elif opening.startswith(("before", "until", "till", "up to")):
        span = Period(EARLIEST, span.first - timedelta(days=1))
    return span, f"{text[:start]} {text[match.end() :]}"


def _read(text: str) -> str:
    return " ".join(text[:MAX_CHARS].lower().replace("’", "'").split())


def _found(text: str, today: date) -> tuple[Period, re.Match[str]] | None:
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            try:
                return read(match, today), match
            except (ValueError, OverflowError):
                continue  # 31 February, or a year that no calendar has
    return None


def _iso(match: re.Match[str], _today: date) -> Period:
    return _day(date(int(match[1]), int(match[2]), int(match[3])))


def _slashed(match: re.Match[str], today: date) -> Period:
    # American order, unless the first number cannot be a month, or dots say that it is the day.
    month, day = int(match[1]), int(match[3])
    if month > 12 or match[2] == ".":
        month, day = day, month
    return _in_year(month, day, match[4], today)


def _day_month(match: re.Match[str], today: date) -> Period:
    return _in_year(_MONTHS[match[2]], int(match[1]), match[3], today)


def _month_day(match: re.Match[str], today: date) -> Period:
    return _in_year(_MONTHS[match[1]], int(match[2]), match[3], today)


def _in_year(month: int, day: int, year: str | None, today: date) -> Period:
    if year is not None:
        return _day(date(int(year) + (2000 if len(year) == 2 else 0), month, day))
    found = date(today.year, month, day)
    return _day(found if found <= today else date(today.year - 1, month, day))


def _month(match: re.Match[str], today: date) -> Period:
    month = _MONTHS[match[1]]
    year = int(match[2]) if match[2] else today.year - (month > today.month)
    return _whole_month(year, month)


def _year(match: re.Match[str], _today: date) -> Period:
    return Period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))


def _ago(match: re.Match[str], today: date) -> Period:
    count = int(match[1]) if match[1].isdigit() else _COUNTS[match[1]]
    middle = today - timedelta(days=count * _DAYS[match[2]])
    slack = timedelta(days=_SLACK[match[2]])
    return Period(middle - slack, min(middle + slack, today))


def _past(match: re.Match[str], today: date) -> Period:
    count = 1 if not match[1] else int(match[1]) if match[1].isdigit() else _COUNTS[match[1]]
    return Period(today - timedelta(days=count * _DAYS[match[2]]), today)


def _last(match: re.Match[str], today: date) -> Period:
    this = match[1] == "this"
    monday = today - timedelta(days=today.weekday())
    match match[2]:
        case "week":
            return (
                Period(monday, today)
                if this
                else Period(monday - timedelta(days=7), monday - timedelta(days=1))
            )
        case "weekend":
            saturday = monday + timedelta(days=5 if this and today.weekday() > 4 else -2)
            return Period(saturday, saturday + timedelta(days=1))
        case "month":
            end = today.replace(day=1) - timedelta(days=1)
            return Period(today.replace(day=1), today) if this else _whole_month(end.year, end.month)
        case _:
            year = today.year - (not this)
            return Period(date(year, 1, 1), today if this else date(year, 12, 31))


def _weekday(match: re.Match[str], today: date) -> Period:
    back = (today.weekday() - _WEEKDAYS.index(match[1])) % 7 or 7
    return _day(today - timedelta(days=back))


def _season(match: re.Match[str], today: date) -> Period:
    month = _SEASONS[match[2]]
    year = int(match[3]) if match[3] else today.year
    first = date(year, month, 1)
    if match[3] is None and (first > today or (match[1] == "last " and _season_end(first) >= today)):
        first = date(year - 1, month, 1)
    return Period(first, _season_end(first))


def _season_end(first: date) -> date:
    turn = first.month == 12
    return _whole_month(first.year + turn, 2 if turn else first.month + 2).last


def _christmas(_match: re.Match[str], today: date) -> Period:
    year = today.year - (today < date(today.year, 12, 1))
    return Period(date(year, 12, 1), date(year, 12, 31))


def _near(match: re.Match[str], today: date) -> Period:
    back = {"today": 0, "this morning": 0, "yesterday": 1, "last night": 1, "the other day": 3}[match[0]]
    return _day(today - timedelta(days=back)) if back < 3 else Period(today - timedelta(days=7), today)


def _day(day: date) -> Period:
    return Period(day, day)


def _whole_month(year: int, month: int) -> Period:
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period]], ...] = (
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), _iso),
    (re.compile(r"(?<![\w/.-])(\d{1,2})([/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\w/]|[.]\d)"), _slashed),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? ((?:19|20)\d\d))?"), _day_month),
    (re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? ((?:19|20)\d\d))?"), _month_day),
    (re.compile(rf"\b{_COUNT} (day|week|month|year)s? (?:ago|back|earlier)\b"), _ago),
    (re.compile(rf"\b(?:last|past|previous) (?:{_COUNT} )(day|week|month|year)s?\b"), _past),
    (re.compile(r"\bpast (?:()(day|week|month|year))\b"), _past),
    (re.compile(r"\b(last|this|previous) (weekend|week|month|year)\b"), _last),
    (re.compile(r"\b(?:on|last|since) (" + "|".join(_WEEKDAYS) + r")\b"), _weekday),
    (
        re.compile(
            r"\b(?:in|over|during|since|of|from|this|before|after)?[ ]?(?:the )?(last )?\b(spring|summer|fall|"
            r"autumn|winter)\b(?: (?:of )?((?:19|20)\d\d))?"
        ),
        _season,
    ),
    (re.compile(r"\b(?:yesterday|last night|today|this morning|the other day)\b"), _near),
    (re.compile(r"\b(?:christmas|xmas)\b"), _christmas),
    (
        re.compile(
            r"\b(?:in|of|from|since|during|last|this|back in|early|late|mid|my|the|for|before|after|until) "
            rf"{_MONTH}(?: ((?:19|20)\d\d))?(?! \d)"
        ),
        _month,
    ),
    (re.compile(rf"\b{_MONTH} ((?:19|20)\d\d)\b"), _month),
    (re.compile(rf"^{_MONTH}()[.?!]?$"), _month),
    (
        re.compile(r"\b(?:in|of|from|during|since|for|all|throughout|before|after|until) ((?:19|20)\d\d)\b"),
        _year,
    ),
)
