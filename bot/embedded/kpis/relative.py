"""Days by how far back they are: "last week", "the past 30 days", "two months ago", "year to date", "on Monday".

Every text is in lower case.
"""

import re
from datetime import date

from bot.embedded.kpis.days import MONTHS_IN_YEAR, months_later
from bot.embedded.kpis.reckoning import COUNT, LAST, THIS, UNIT, Reader, Readers, count_of, one_day
from tools.commerce.metrics.calendar import DAY, WEEK, Grain, Period

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PAST = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "year": 365}
"""Days of "the past month", which is not the last month."""
_BEGINNING = date(2000, 1, 1)
"""Before any shop's data."""


def _this(match: re.Match[str], reader: Reader) -> Period:
    return reader.to_date(reader.unit(match[1]))


def _to_date(match: re.Match[str], reader: Reader) -> Period:
    if match[1]:
        return reader.to_date(reader.unit("fiscal"))
    named = match[2] or {"w": "week", "m": "month", "q": "quarter", "y": "year", "fy": "fiscal"}[match[3]]
    return reader.to_date(reader.unit(named))


def _last(match: re.Match[str], reader: Reader) -> Period:
    return reader.unit(match[1], 1)


def _last_day(_: re.Match[str], reader: Reader) -> Period:
    return Period(reader.today - DAY, reader.today)


def _next_weekend(_: re.Match[str], reader: Reader) -> Period:
    saturday = reader.today + ((5 - reader.today.weekday()) % WEEK or WEEK) * DAY
    return Period(saturday, saturday + DAY)


def _next(match: re.Match[str], reader: Reader) -> Period:
    if match[0] == "tomorrow":
        return one_day(reader.today + DAY)
    if match[1] == "year":
        return Period(date(reader.today.year + 1, 1, 1), date(reader.today.year + 1, 12, 31))
    following = reader.unit(match[1]).last + DAY
    return reader.calendar.unit(following, Grain(match[1]))


def _before_last(match: re.Match[str], reader: Reader) -> Period:
    return reader.unit(match[1], 2)


def _last_many(match: re.Match[str], reader: Reader) -> Period:
    return many(count_of(match[1]), match[2], reader)


def many(count: int, unit: str, reader: Reader) -> Period:
    """The so many days before today, or whole units before the one that holds it."""
    if unit == "fortnight":
        count, unit = 14 * count, "day"
    if unit.startswith("half"):
        count, unit = 6 * count, "month"
    if not count:
        raise ValueError("of nothing there is no period")
    if unit == "day":
        return Period(reader.today - count * DAY, reader.today - DAY)
    return Period(reader.unit(unit, count).first, reader.unit(unit, 1).last)


def _past(match: re.Match[str], reader: Reader) -> Period:
    return Period(reader.today - _PAST[match[1]] * DAY, reader.today - DAY)


def _ago(match: re.Match[str], reader: Reader) -> Period:
    count, unit = count_of(match[1]), match[2]
    if unit == "day":
        return one_day(reader.today - count * DAY)
    return reader.unit(unit, count)


def _weekend(match: re.Match[str], reader: Reader) -> Period:
    """The latest that is over or has begun; "last" the latest that is over."""
    saturday = reader.today - ((reader.today.weekday() - 5) % WEEK) * DAY
    if match[1] == "last" and saturday + DAY >= reader.today:
        saturday -= WEEK * DAY
    if match[2]:
        saturday -= WEEK * DAY
    return reader.to_date(Period(saturday, saturday + DAY))


def _weekday(match: re.Match[str], reader: Reader) -> Period:
    wanted = WEEKDAYS.index(match[2])
    back = (reader.today.weekday() - wanted) % WEEK or WEEK
    day = reader.today - back * DAY
    if match[1] or match[3]:
        day -= WEEK * DAY
    if match[4]:
        week = reader.unit("week", 1)
        day = next(week.first + n * DAY for n in range(WEEK) if (week.first + n * DAY).weekday() == wanted)
    return one_day(day)


def _near(match: re.Match[str], reader: Reader) -> Period:
    back = {"today": 0, "this morning": 0, "tonight": 0, "yesterday": 1, "last night": 1}.get(match[0], 2)
    return one_day(reader.today - back * DAY)


def _same_day(match: re.Match[str], reader: Reader) -> Period:
    if match[1] == "week":
        return one_day(reader.today - WEEK * DAY)
    return one_day(months_later(reader.today, -1 if match[1] == "month" else -MONTHS_IN_YEAR))


def _always(_match: re.Match[str], reader: Reader) -> Period:
    return Period(_BEGINNING, reader.today)


RELATIVE: Readers = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            r"\b(?:(?:for|in|over|of) the (?:whole |entire |full )?|(?:whole|entire|full) )(week|month|quarter|year)\b"
            r"(?! (?:before|after|of|to|ending|end|with|\d))",
            _this,
        ),
        (r"\b(?:the )?(?:last|past) (?:24 hours|day)\b", _last_day),
        (r"\b(?:(?:this|the|next) )?(?:coming|upcoming|next) week-?end\b", _next_weekend),
        (rf"\b{THIS} (week|month|quarter|year)(?: (?:so far|to date))?\b", _this),
        (r"(?<!last )\b(week|month|quarter|year) so far\b", _this),
        (
            r"\b(?:(?:fy|fiscal|financial) (ytd|year to date|to date)|"
            r"(week|month|quarter|year)[ -]to[ -]date|(w|m|q|y|fy)td)\b",
            _to_date,
        ),
        (rf"\b{LAST} (?:full |whole |calendar )?(day|week|month|quarter|year)\b(?! to date)", _last),
        (rf"\b{LAST} half[ -]year\b", lambda _, reader: many(6, "month", reader)),
        (r"\b(?:next|coming|upcoming) (day|week|month|quarter|year)\b|\btomorrow\b", _next),
        (r"\b(?:the )?(week|month|quarter|year) before last\b", _before_last),
        (
            rf"\b(?:last|past|previous|prior|trailing|rolling) {COUNT}[ -]"
            rf"(?:full |whole |calendar |business )?{UNIT}s?\b",
            _last_many,
        ),
        (rf"\b{COUNT}[ -]{UNIT} (?:rolling|trailing)()\b", _last_many),
        (r"\b(?:the |this )?past (day|week|fortnight|month|quarter|year)\b", _past),
        (r"\blast (fortnight)\b", _past),
        (rf"\b{COUNT} (day|week|month|quarter|year)s? ago\b", _ago),
        (r"\b(?:(last|this|the|past|previous|on|over the) )?week-?ends?( before last)?\b", _weekend),
        (
            r"\b(?:(a week ago) )?(?:on |last |this |past )?("
            + "|".join(WEEKDAYS)
            + r")\b( before last)?(?:,? (?:of )?(last week))?",
            _weekday,
        ),
        (r"\b(?:yesterday|last night|today|this morning|tonight|(?:the )?day before yesterday)\b", _near),
        (r"\b(?:the )?same (?:day|time) (?:last|a) (week|month|year)(?: ago)?\b", _same_day),
        (
            r"\b(?:all[ -]time|ever|since (?:we|the shop|launch|opening|the (?:start|beginning))(?: \w+)?)\b",
            _always,
        ),
    )
)
