"""The periods of a text: what `spans` and `dates` name, with the words around them taken at their meaning.

"Since Easter", "the 10 days before Black Friday", "between March and May", "the first week of April".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.embedded.kpis.days import months_later, years_later
from bot.embedded.kpis.reckoning import COUNT, UNIT, Reader, count_of
from bot.embedded.kpis.spans import Named, named_spans
from tools.commerce.metrics.calendar import DAY, WEEK, Grain, Period

_RANGE = re.compile(
    r" ?(?:-|–|to|through|thru|until|till|up to|up until) ?(?:and including )?(?:the )?(?:end of )?"
)
_AND = re.compile(r" ?(?:and|&) ?(?:the )?")
_BETWEEN = re.compile(r"\b(?:between|from) (?:the )?$")
_CHANGED = re.compile(
    r"\b(?:chang\w+|grow\w*|grew|increas\w+|decreas\w+|improv\w+|ris\w+|rose|fall\w*|fell|drop\w*|go|went|gone|"
    r"mov\w+|swing\w*|swung|gap|shift\w*|differ\w*|difference|compar\w+|develop\w*|up|down)(?: \w+){0,4} $"
)
"""Before "from March to April", which then are two periods."""
_FROM = re.compile(r"\bfrom (?:the )?(?:start of |beginning of )?$")
_SINCE = re.compile(
    r"\b(?:ever )?(?:since|starting(?: from| on)?|as of|beginning)(?: the)?(?: (?:start|begin|beginning) of)? $"
)
_ONWARDS = re.compile(
    r" (?:on|onwards?|forward|to (?:date|today|now)|until (?:today|now)|till (?:today|now))\b"
)
_UNTIL = re.compile(r"\b(?:until|till|up to|up until|through)(?: (?:the )?end of)? (?:the )?$")
_MANY = rf"(?:(?:the )?(?:{COUNT} |last )?{UNIT}s? )?"
_BEFORE = re.compile(
    rf"\b{_MANY}(?:right |just |immediately )?"
    r"(?:before|leading up to|leading into|up to|prior to|ahead of|preceding) (?:the )?$"
)
_RUN_UP = re.compile(r"\b(?:in )?(?:the )?(?:run[- ]?up|lead[- ]?up) to (?:the )?$")
_AFTER = re.compile(rf"\b{_MANY}(?:right |just |immediately )?(?:after|following|from) (?:the )?$")
_WEEK_OF = re.compile(
    r"\b(?:in )?(?:the )?(?<!first )(?<!last )(?<!each )(?<!every )(?<!per )(?<!by )(week|weekend) "
    r"(?:of|with|containing|commencing|starting|beginning)(?: on)? (?:the )?$"
)
_WEEK_ENDING = re.compile(r"\b(?:the )?(?:week|7 days|seven days) (?:ending|ended)(?: on)? (?:the )?$")
_PART_OF = re.compile(rf"\b(?:the )?(first|last|final) (?:{COUNT} )?{UNIT}s? (?:of|in) (?:the )?$")
_THIRD = re.compile(
    r"\b(?:the )?(?<!came )(?<!come )(?<!arrived )(?<!delivered )(?<!were )"
    r"(?:(early|mid|late)[ -]?|(beginning|start|middle|end) of (?:the )?)$"
)
_HALF_OF = re.compile(r"\b(?:the )?(first|1st|second|2nd|last) half of (?:the )?$")
"""What "came late last month" did not come in the last third of it."""
_LEAD = re.compile(
    r"\b(?:in|on|during|over|for|of|throughout|the|all of|"
    r"(?<!each )(?<!every )(?<!per )(?<!by )month of|whole|entire|full|at|back) $"
)
_RUN_UP_DAYS = 14
SATURDAY = 5


def periods(text: str, reader: Reader) -> tuple[Named, ...]:
    """In their order; the words that belong to each are within its ends. `text` is in lower case."""
    found = [_around(text, one, reader) for one in _ranged(text, named_spans(text, reader))]
    kept: list[Named] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            kept.pop()  # "the week before Easter": the week stood alone as well
        kept.append(_with_lead(text, one))
    return tuple(kept)


def _ranged(text: str, found: Sequence[Named]) -> list[Named]:
    ranged: list[Named] = []
    for one in found:
        last = ranged[-1] if ranged else None
        if last is not None and (start := _range_start(text, last, one)) is not None:
            first = last.period.first
            if first > one.period.last:  # from November to February
                first = years_later(first, -1)
            ranged[-1] = Named(Period(first, one.period.last), start, one.end)
        else:
            ranged.append(one)
    return ranged


def _range_start(text: str, first: Named, second: Named) -> int | None:
    """Where a range of the two begins, if they are one."""
    link = text[first.end : second.start]
    opening = _BETWEEN.search(text[: first.start])
    if opening and first.period.days > 1 and _CHANGED.search(text[: opening.start()]):
        return None
    if _RANGE.fullmatch(link) or (opening and _AND.fullmatch(link)):
        return opening.start() if opening else first.start
    return None


def _around(text: str, one: Named, reader: Reader) -> Named:
    """With the words before it taken at their meaning: the first that mean something."""
    before = text[: one.start]
    if (found := _FROM.search(before)) and (on := _ONWARDS.match(text[one.end :])):
        return Named(_up_to_today(one.period.first, reader), found.start(), one.end + on.end())
    for pattern, meant in _MEANT:
        if (found := pattern.search(before)) and (period := meant(found, one.period, reader)):
            return Named(period, found.start(), one.end)
    return one


def _with_lead(text: str, one: Named) -> Named:
    while found := _LEAD.search(text[: one.start]):
        one = replace(one, start=found.start())
    return one


def _up_to_today(first: date, reader: Reader) -> Period:
    return Period(first, max(first, reader.today))


def _since(_: re.Match[str], span: Period, reader: Reader) -> Period:
    return _up_to_today(span.first, reader)


def _week_ending(_: re.Match[str], span: Period, _reader: Reader) -> Period:
    return Period(span.last - (WEEK - 1) * DAY, span.last)


def _week_of(found: re.Match[str], span: Period, reader: Reader) -> Period:
    week = reader.calendar.unit(span.first, Grain.WEEK)
    if found[1] == "week":
        return reader.to_date(week)
    saturday = next(week.first + n * DAY for n in range(WEEK) if (week.first + n * DAY).weekday() == SATURDAY)
    return reader.to_date(Period(saturday, saturday + DAY))


def _run_up(_: re.Match[str], span: Period, _reader: Reader) -> Period:
    return Period(span.first - _RUN_UP_DAYS * DAY, span.first - DAY)


def _before(found: re.Match[str], span: Period, _: Reader) -> Period | None:
    if found[2]:
        count = count_of(found[1]) if found[1] else 1
        return Period(_later(span.first, -count, found[2]), span.first - DAY)
    return None if found[0].startswith("up to") else _open(span.first - DAY)


def _after(found: re.Match[str], span: Period, reader: Reader) -> Period | None:
    if found[2]:
        count = count_of(found[1]) if found[1] else 1
        return reader.to_date(Period(span.last + DAY, _later(span.last, count, found[2])))
    return None if found[0].startswith("from") else _up_to_today(span.last + DAY, reader)


def _until(_: re.Match[str], span: Period, _reader: Reader) -> Period:
    return _open(span.last)


def _open(last: date) -> Period:
    """Up to a day: from the beginning of that year."""
    return Period(date(last.year, 1, 1), last)


def _later(day: date, count: int, unit: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit, 6 if unit.startswith("half") else 0)
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit, 0)
    return months_later(day, months * count) + days * count * DAY


def _part(found: re.Match[str], span: Period, reader: Reader) -> Period:
    span = _whole(span)
    count = count_of(found[2]) if found[2] else 1
    if found[1] == "first":
        return reader.to_date(Period(span.first, min(_later(span.first, count, found[3]) - DAY, span.last)))
    return Period(max(_later(span.last + DAY, -count, found[3]), span.first), span.last)


def _third(found: re.Match[str], span: Period, reader: Reader) -> Period | None:
    """Of a month: its first ten days, the next ten, and the rest."""
    if not _is_in_month(span):
        return None
    which, tenth, twentieth = found[1] or found[2], span.first + 9 * DAY, span.first + 19 * DAY
    if which in ("early", "beginning", "start"):
        return reader.to_date(Period(span.first, tenth))
    if which in ("mid", "middle"):
        return reader.to_date(Period(tenth + DAY, twentieth))
    return reader.to_date(Period(twentieth + DAY, _whole(span).last))


def _is_in_month(span: Period) -> bool:
    return (
        span.first.day == 1
        and span.days > 1
        and (span.first.month, span.first.year) == (span.last.month, span.last.year)
    )


def _whole(span: Period) -> Period:
    """The month, where it is one that is still under way."""
    if span.first.day > 1 or (span.first.month, span.first.year) != (span.last.month, span.last.year):
        return span
    return Period(span.first, months_later(span.first, 1) - DAY)


def _half(found: re.Match[str], span: Period, reader: Reader) -> Period:
    """Of the first half, the smaller of an uneven number of days."""
    whole = _whole(span)
    middle = whole.first + (whole.days // 2) * DAY
    halves = Period(whole.first, middle - DAY), Period(middle, whole.last)
    return reader.to_date(halves[found[1] not in ("first", "1st")])


_MEANT: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Period, Reader], Period | None]], ...] = (
    (_SINCE, _since),
    (_PART_OF, _part),
    (_WEEK_ENDING, _week_ending),
    (_WEEK_OF, _week_of),
    (_RUN_UP, _run_up),
    (_BEFORE, _before),
    (_AFTER, _after),
    (_UNTIL, _until),
    (_THIRD, _third),
    (_HALF_OF, _half),
)
