"""The day by which a shopper hopes to have something: "by Friday", "this week", "before March 14"."""

import re
from datetime import date, timedelta

from bot.embedded.reading.entities import MAX_CHARS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {day[:3]: place for place, day in enumerate(_WEEKDAYS)} | {"tues": 1, "wednes": 2, "thurs": 3}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = re.compile(
    r"\b(before |next )?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"\b(before )?(?:the )?(" + "|".join(_MONTHS) + r")[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    r"\b(before )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? (" + "|".join(_MONTHS) + r")[a-z]{0,6}\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(before )?the (\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_NEAR = (
    (re.compile(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b", re.IGNORECASE), 0),
    (re.compile(r"\bday after tomorrow\b", re.IGNORECASE), 2),
    (re.compile(r"\btomm?orr?ow\b", re.IGNORECASE), 1),
)
_NEXT_WEEK = re.compile(r"\bnext week\b", re.IGNORECASE)
_BEFORE_WEEKEND = re.compile(r"\b(?:before|by) the weekend\b", re.IGNORECASE)
_THIS_WEEK = re.compile(r"\bthis week(?:end)?\b|\bend of the week\b|\bthe weekend\b", re.IGNORECASE)


def deadline(text: str, today: date) -> date | None:
    """The last day that would still do; None when the text names none."""
    text = " ".join(text[:MAX_CHARS].split())
    for pattern, ahead in _NEAR:
        if pattern.search(text):
            return today + timedelta(days=ahead)
    if _BEFORE_WEEKEND.search(text):
        return _coming(4, today)
    if _NEXT_WEEK.search(text):
        return _coming(6, today) + timedelta(days=7)
    if _THIS_WEEK.search(text):
        return _coming(6, today)
    return _calendar_day(text, today) or _weekday(text, today)


def _weekday(text: str, today: date) -> date | None:
    match = _WEEKDAY.search(text)
    if not match:
        return None
    day = _coming(_SHORT.get(match[2].lower(), _SHORT[match[2].lower()[:3]]), today)
    said = (match[1] or "").strip().lower()
    if said == "next" and day - today < timedelta(days=7 - today.weekday()):
        return day + timedelta(days=7)
    return day - timedelta(days=said == "before")


def _calendar_day(text: str, today: date) -> date | None:
    try:
        if match := _MONTH_DAY.search(text):
            found = _next_date(_MONTHS.index(match[2].lower()) + 1, int(match[3]), today)
        elif match := _DAY_MONTH.search(text):
            found = _next_date(_MONTHS.index(match[3].lower()) + 1, int(match[2]), today)
        elif match := _DAY.search(text):
            day = int(match[2])
            month = today.month if day >= today.day else today.month % 12 + 1
            found = _next_date(month, day, today)
        else:
            return None
    except ValueError:
        return None  # February 31
    return found - timedelta(days=bool(match[1]))


def _next_date(month: int, day: int, today: date) -> date:
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _coming(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)
