"""A message that goes on with the question before: "by country?", "only web", "and the month before?", "why?"."""

import re
from collections.abc import Sequence

from bot.embedded.kpis import acts
from bot.embedded.kpis.completing import (
    APART,
    compared,
    default_metric,
    default_period,
    fitting,
    in_course,
    parted,
    ranked,
    splittable,
    suiting,
    with_filters,
)
from bot.embedded.kpis.naming import allowed
from bot.embedded.kpis.question import Act, Days, Only, Question
from bot.embedded.kpis.reading import HIGHER, Reading
from bot.embedded.kpis.reckoning import NUMBERS, Reader, count_of
from bot.embedded.kpis.sizes import sized
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.vocabulary import vocabulary
from tools.commerce.metrics.calendar import DAY, Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import MOST_DIMENSIONS

FRAGMENT = 4
"""So few words are no question by themselves."""
_LEAD = spoken("lead")
_BEFORE_THAT = spoken("before_that")
_AFTER_THAT = spoken("after_that")
_ANY = spoken("any")
_TOTAL = spoken("total")
_TOO = spoken("too")
ADDS = re.compile(r"\W*(?:and |also |please )*(?:add|plus|include|with)\b")
_MORE = re.compile(r"\bmake (?:it|that|them) (\d{1,3}|[a-z]+)\b")
_BACK = spoken("points_back")
_BOTH = spoken("both")
_WHICH_ONES = spoken("which_ones")
_BY_VALUE = spoken("by_value", whole_words=False)
_IN_MONEY = {
    "units": "net_sales",
    "orders": "net_sales",
    "returns": "refunds",
    "return_rate": "return_rate_by_value",
    "return_rate_by_order": "return_rate_by_value",
    "stock_units": "inventory_value",
}
"""What counts, and the money of the same."""
_AS_RATE = spoken("as_rate")
_UNITS_DROPPED = spoken("no_course")
_UNCOMPARED = re.compile(r"\b(?:without|drop|no|remove) (?:the )?comparison\b")


def leads(reading: Reading) -> bool:
    """Whether its first words go on with something: "and …", "what about …", "only …"."""
    return bool(_LEAD.match(reading.text.lower()))


def points_back(reading: Reading) -> bool:
    """Whether it names what was told before: "of them", "over the same days"."""
    return bool(_BACK.search(reading.text.lower()))


def goes_on(reading: Reading, before: Question | None) -> bool:
    """Whether it leans on the question before."""
    if before is None:
        return False
    text = reading.text.lower()
    if acts.POLICY.search(text) and not reading.has_strong_signs:
        return False
    if not reading.metrics:
        if default_metric(reading) and not allowed(before.metrics).issuperset(reading.dimensions):
            return False  # "top product this year?", after a figure that has no products
        return (
            leads(reading)
            or reading.has_signs
            or bool(reading.rank or (reading.unread and reading.words <= FRAGMENT))
            or _points(text)
        )
    return leads(reading) or points_back(reading) or not reading.spans


def _points(text: str) -> bool:
    return bool(
        _BEFORE_THAT.search(text)
        or _AFTER_THAT.search(text)
        or _ANY.search(text)
        or APART.search(text)
        or _BOTH.search(text)
        or _WHICH_ONES.search(text)
        or _BY_VALUE.search(text)
        or _AS_RATE.search(text)
        or acts.asks_why(text)
        or acts.as_chart(text)
        or acts.as_table(text)
    )


def followed(
    reading: Reading,
    metrics: Sequence[str],
    filters: tuple[Only, ...],
    before: Question,
    earlier: Question | None,
    reader: Reader,
) -> Question:
    """The question before with what is said now in its place; `earlier` is the one before that: "both"."""
    text = reading.text.lower()
    if reading.is_ninetieth:
        metrics = [HIGHER.get(name, name) for name in before.metrics]
    if _BY_VALUE.search(text):
        metrics = [_IN_MONEY.get(name, name) for name in before.metrics]
    if _AS_RATE.search(text):
        rates = {above: rate for (above, _), rate in vocabulary().ratios.items()}
        metrics = [rates.get(name, name) for name in before.metrics]
    if reading.bounds and set(metrics) <= set(before.metrics):  # "those under 10 units", of units and sales
        metrics = [*metrics, *(name for name in before.metrics if name not in metrics)]
    stays = before.act is Act.EXPLAIN and not (metrics or reading.dimensions or reading.grain or reading.rank)
    question = before.but(act=Act.EXPLAIN if acts.asks_why(text) or stays else Act.SHOW)
    if metrics:
        adds = bool(ADDS.match(text) or (_TOO.search(text) and not reading.dimensions))
        named = tuple(dict.fromkeys((*before.metrics, *metrics))) if adds else tuple(metrics)
        question = splittable(_freed(question.but(metrics=named, size=None), reading))
    question = _when(question, reading, text, reader)
    question = _filtered(question, filters, text)
    is_same = not metrics or tuple(metrics) == before.metrics
    if earlier and not filters and is_same and _BOTH.search(text):
        question = _joined(question, earlier)
    question = _cut(question, reading, text)
    question = compared(_set_beside(question, reading, text), reading, reader)
    if question.act is Act.EXPLAIN:
        return question.but(
            dimensions=reading.dimensions,
            metrics=question.metrics[:1],
            grain=None,
            top=None,
            shares=False,
            running=False,
        )
    return _drawn(question, reading, text)


def _freed(question: Question, reading: Reading) -> Question:
    """Without what asked for one member: the next figure is not of "the worst carrier" by another measure."""
    if question.top != 1 or reading.rank or reading.dimensions:
        return question
    return question.but(dimensions=(), top=None, ascending=False)


def _joined(question: Question, earlier: Question) -> Question:
    """With the members that the last two questions were of, held against each other."""
    for one in question.filters:
        for other in earlier.filters:
            if (
                one.dimension == other.dimension
                and not (one.exclude or other.exclude)
                and one.members != other.members
            ):
                both = Only(
                    dimension=one.dimension, members=tuple(dict.fromkeys((*other.members, *one.members)))
                )
                split = question.dimensions or (one.dimension,)
                return question.but(filters=with_filters(question.filters, (both,)), dimensions=split)
    return question


def _filtered(question: Question, filters: tuple[Only, ...], text: str) -> Question:
    kept = _without(question.filters, text) if _ANY.search(text) else question.filters
    if ADDS.match(text):
        filters = tuple(_with_those_of(kept, one) for one in filters)
    return question.but(filters=with_filters(kept, filters))


def _with_those_of(before: Sequence[Only], one: Only) -> Only:
    """ "Add France": the members that count already, too."""
    there = [
        m for it in before if (it.dimension, it.exclude) == (one.dimension, one.exclude) for m in it.members
    ]
    return one.but(members=tuple(dict.fromkeys((*there, *one.members))))


def _cut(question: Question, reading: Reading, text: str) -> Question:
    """By what it is split now."""
    if reading.dimensions:
        kept = question.dimensions if _TOO.search(text) else ()
        found = tuple(dict.fromkeys((*kept, *reading.dimensions)))[-MOST_DIMENSIONS:]
        stays = kept or (question.dimensions and question.grain)
        grain = question.grain if stays else reading.grain
        question = question.but(dimensions=found, grain=grain, size=None, top=None, ascending=False)
    elif _WHICH_ONES.search(text) and not question.dimensions:
        finest = Dimension.PRODUCT if question.has_history else Dimension.VARIANT
        question = splittable(question.but(dimensions=(finest,)))
    elif _TOTAL.search(text):
        question = question.but(dimensions=(), grain=None, size=None, top=None, ascending=False, shares=False)
    if _UNITS_DROPPED.search(text):
        return question.but(grain=None, running=False)
    if reading.grain:
        top = question.top if reading.rank else None
        question = question.but(grain=reading.grain, top=top)
    return question


def _set_beside(question: Question, reading: Reading, text: str) -> Question:
    if _UNCOMPARED.search(text):
        return question.but(compare=None, against=None)
    return question.but(compare=reading.compare, against=None) if reading.compare else question


def _drawn(question: Question, reading: Reading, text: str) -> Question:
    """As many members, in such an order, over time or in shares."""
    if (more := _MORE.search(text)) and question.top and (more[1].isdigit() or more[1] in NUMBERS):
        question = question.but(top=count_of(more[1]))
    if reading.rank:
        question = ranked(question, reading)
    question = sized(question, reading)
    running = question.running
    question = in_course(question, reading)
    return fitting(parted(question.but(running=running or question.running), reading))


def _when(question: Question, reading: Reading, text: str, reader: Reader) -> Question:
    if reading.spans:
        first, last = min(one.first for one in reading.spans), max(one.last for one in reading.spans)
        days = Days(first=first.isoformat(), last=last.isoformat())
        units = reader.calendar.split(Period(first, last), question.grain) if question.grain else ()
        grain = suiting(Period(first, last)) if len(units) == 1 else question.grain
        return question.but(period=days, grain=grain, against=None)
    if question.period is None:  # after a figure that is known as of now only
        return question.but(period=Days.of(default_period(reader))) if question.has_history else question
    period = question.period.period
    if (found := _BEFORE_THAT.search(text)) and reading.compare is None:
        return question.but(period=Days.of(_shifted(period, found[1] or found[2], -1, reader)), against=None)
    if found := _AFTER_THAT.search(text):
        return question.but(
            period=Days.of(reader.to_date(_shifted(period, found[1] or found[2], 1, reader))), against=None
        )
    return question


_UNITS = {"week": 7, "month": 28, "quarter": 90}
"""Fewer days are no such unit, but may be one that is under way."""


def _shifted(period: Period, unit: str, way: int, reader: Reader) -> Period:
    """The period so much earlier or later; a whole unit stays a whole unit."""
    if unit == "year" and way < 0:
        return reader.calendar.year_before(period)
    if way < 0 and unit in _UNITS and period.days < _UNITS[unit]:
        around = reader.calendar.unit(period.first, Grain(unit))
        if around.first < period.first:  # "the month before", of a week
            return reader.calendar.unit(around.first - DAY, Grain(unit))
    if way < 0:
        return reader.calendar.before(period)
    first = period.last + DAY
    grain = reader.unit_of(period)
    return reader.calendar.unit(first, grain) if grain else Period(first, first + (period.days - 1) * DAY)


_SAID_AS = {
    **{
        one: one
        for one in ("channel", "device", "product", "region", "carrier", "brand", "warehouse", "seller")
    },
    "source": "source",
    "reason": "reason",
    "categor": "category",
    "countr": "country",
    "state": "region",
}


def _without(filters: tuple[Only, ...], text: str) -> tuple[Only, ...]:
    """Without those of the dimension that is freed, or without any."""
    freed = [name for start, name in _SAID_AS.items() if re.search(rf"\b(?:all|every|any) {start}", text)]
    return tuple(one for one in filters if freed and one.dimension.value not in freed)
