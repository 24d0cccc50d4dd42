"""A message that goes on with the question before: "by country?", "only web", "and the month before?", "why?"."""

import re
from collections.abc import Sequence

from bot.embedded.kpis import acts
from bot.embedded.kpis.completing import (
    compared,
    fitting,
    in_course,
    parted,
    ranked,
    splittable,
    suiting,
    with_filters,
)
from bot.embedded.kpis.question import Act, Days, Only, Question
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.reckoning import Reader
from tools.commerce.metrics.calendar import DAY, Period
from tools.commerce.metrics.query import MOST_DIMENSIONS

FRAGMENT = 4
"""So few words are no question by themselves."""
_LEAD = re.compile(
    r"^\W*(?:ok(?:ay)?|so|and|now|then|also|but|great|thanks|thank you|cool|hm+|right|alright|well|yes|please|pls|can you|could you)*\W*"
    r"(?:and|what about|how about|same|the same|only|just|but|also|instead|now|or|not|without|excluding|except|as a|by|per|"
    r"in |for |on |via |with |from |split|break|show (?:it|that|this|me (?:that|it|the same))|do (?:that|the same)|make (?:it|that)|drop|remove|"
    r"why|how come|what drove|all |everything|top \d|bottom \d|the (?:month|week|day|year|quarter|previous|one|period) before|vs\.?|versus|against|compared?|daily|weekly|monthly|trend|share)\b",
)
_BEFORE_THAT = re.compile(
    r"\b(?:the )?(?:(?:one|period|same) )?(day|week|month|quarter|year|period|one)s? (?:before|prior|earlier)(?: that| then)?\W*$|"
    r"\b(?:the )?(?:previous|prior|preceding) (day|week|month|quarter|year|period|one)\W*$"
)
_AFTER_THAT = re.compile(
    r"\b(?:the )?(?:(day|week|month|quarter|year|period|one) after(?: that)?|(?:next|following) (day|week|month|quarter|year|period|one))\W*$"
)
_ANY = re.compile(
    r"\b(?:all|every|any) (?:channels?|devices?|categor\w+|products?|countr\w+|regions?|states?|carriers?|brands?|warehouses?|sellers?|sources?|reasons?)\b|"
    r"\b(?:no|without(?: the| any)?|drop the|remove the|clear the) filters?\b|\b(?:overall|in total|altogether|everywhere|everything|the whole shop|for all|across the board)\b"
)
_TOTAL = re.compile(
    r"\b(?:just|only) the total\b|\bin total\b|\boverall\b|\b(?:the )?total\W*$|\bnot split\b|\bwithout the split\b|\baltogether\b"
)
_TOO = re.compile(
    r"\b(?:too|as well|also|additionally|on top|then by|and (?:also )?by|within (?:that|each))\b"
)
_UNCOMPARED = re.compile(r"\b(?:without|drop|no|remove) (?:the )?comparison\b")


def goes_on(reading: Reading, before: Question | None) -> bool:
    """Whether it leans on the question before."""
    if before is None:
        return False
    text = reading.text.lower()
    if not reading.metrics:
        return (
            bool(_LEAD.match(text))
            or reading.has_signs
            or bool(reading.rank or (reading.unread and reading.words <= FRAGMENT))
            or _points(text)
        )
    return bool(_LEAD.match(text)) or (reading.words <= FRAGMENT and not reading.spans)


def _points(text: str) -> bool:
    return bool(
        _BEFORE_THAT.search(text)
        or _AFTER_THAT.search(text)
        or _ANY.search(text)
        or acts.as_chart(text)
        or acts.as_table(text)
    )


def followed(
    reading: Reading, metrics: Sequence[str], filters: tuple[Only, ...], before: Question, reader: Reader
) -> Question:
    """The question before with what is said now in its place."""
    text = reading.text.lower()
    question = before.but(act=Act.EXPLAIN if acts.asks_why(text) else Act.SHOW)
    if metrics:
        question = splittable(question.but(metrics=tuple(metrics)))
    question = _when(question, reading, text, reader)
    if _ANY.search(text):
        question = question.but(filters=_without(question.filters, text))
    question = question.but(filters=with_filters(question.filters, filters))
    if reading.dimensions:
        kept = question.dimensions if _TOO.search(text) else ()
        found = tuple(dict.fromkeys((*kept, *reading.dimensions)))[-MOST_DIMENSIONS:]
        question = question.but(
            dimensions=found, grain=reading.grain if not kept else question.grain, top=None, ascending=False
        )
    elif _TOTAL.search(text):
        question = question.but(dimensions=(), grain=None, top=None, ascending=False, shares=False)
    if reading.grain:
        question = question.but(
            grain=reading.grain, top=None if question.top and not reading.rank else question.top
        )
    if reading.compare:
        question = question.but(compare=reading.compare, against=None)
    if _UNCOMPARED.search(text):
        question = question.but(compare=None, against=None)
    question = compared(question, reading, reader)
    if question.act is Act.EXPLAIN:
        kept = reading.dimensions
        return question.but(
            dimensions=kept, metrics=question.metrics[:1], grain=None, top=None, shares=False, running=False
        )
    if reading.rank:
        question = ranked(question, reading)
    running = question.running
    question = in_course(question, reading)
    return fitting(parted(question.but(running=running or question.running), reading))


def _when(question: Question, reading: Reading, text: str, reader: Reader) -> Question:
    if reading.spans:
        first, last = min(one.first for one in reading.spans), max(one.last for one in reading.spans)
        days = Days(first=first.isoformat(), last=last.isoformat())
        regrained = (
            question.grain and suiting(Period(first, last))
            if question.grain and reading.grain is None
            else question.grain
        )
        is_too_coarse = (
            question.grain is not None and len(reader.calendar.split(Period(first, last), question.grain)) < 2
        )
        return question.but(period=days, grain=regrained if is_too_coarse else question.grain, against=None)
    if question.period is None:
        return question
    period = question.period.period
    if (found := _BEFORE_THAT.search(text)) and reading.compare is None:
        return question.but(period=Days.of(_shifted(period, found[1] or found[2], -1, reader)), against=None)
    if found := _AFTER_THAT.search(text):
        return question.but(
            period=Days.of(reader.to_date(_shifted(period, found[1] or found[2], 1, reader))), against=None
        )
    return question


def _shifted(period: Period, unit: str, way: int, reader: Reader) -> Period:
    """The period so much earlier or later; a whole unit stays a whole unit."""
    if unit == "year" and way < 0:
        return reader.calendar.year_before(period)
    if way < 0:
        return reader.calendar.before(period)
    first = period.last + DAY
    grain = reader.unit_of(period)
    return reader.calendar.unit(first, grain) if grain else Period(first, first + (period.days - 1) * DAY)


_SAID_AS = {"channel": "channel", "device": "device", "categor": "category", "product": "product", "countr": "country", "region": "region",
            "state": "region", "carrier": "carrier", "brand": "brand", "warehouse": "warehouse", "seller": "seller", "source": "source", "reason": "reason"}  # fmt: skip


def _without(filters: tuple[Only, ...], text: str) -> tuple[Only, ...]:
    """Without those of the dimension that is freed, or without any."""
    freed = [name for start, name in _SAID_AS.items() if re.search(rf"\b(?:all|every|any) {start}", text)]
    return tuple(one for one in filters if freed and one.dimension.value not in freed)
