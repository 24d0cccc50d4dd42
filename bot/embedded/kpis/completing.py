"""From what a message says to a whole question: what is left unsaid is as it was before, or as people expect."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.embedded.kpis import acts, cues
from bot.embedded.kpis.naming import allowed
from bot.embedded.kpis.question import Act, Days, Only, Question
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.reckoning import Reader
from bot.embedded.kpis.sizes import is_money, sized
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.tokens import root
from tools.commerce.metrics.calendar import DAY, Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Better
from tools.commerce.metrics.query import MOST_DIMENSIONS, Comparison

DEFAULT_DAYS = 30
"""Before today, where no period is named."""
COARSEST: tuple[tuple[int, Grain], ...] = (
    (31, Grain.DAY),
    (217, Grain.WEEK),
    (1100, Grain.MONTH),
    (4000, Grain.QUARTER),
)
"""Up to so many days, a course over time is shown by this unit: some 6 to 31 points."""
SCORECARD = ("net_sales", "orders", "average_order_value", "conversion_rate", "return_rate")
"""For "how are we doing?"."""
_OF_PRODUCTS = (Dimension.CATEGORY, Dimension.BRAND)
_COHORTS = frozenset(
    {"retention_30d", "retention_90d", "retention_180d", "retention_365d", "customer_lifetime_value"}
)


def completed(
    reading: Reading, metrics: Sequence[str], filters: tuple[Only, ...], reader: Reader
) -> Question:
    """A question that stands alone."""
    period = _period(reading, reader)
    question = Question(
        act=Act.EXPLAIN if acts.asks_why(reading.text.lower()) else Act.SHOW,
        metrics=tuple(metrics),
        period=Days.of(period or default_period(reader)),
        dimensions=reading.dimensions[:MOST_DIMENSIONS],
        filters=filters,
        compare=reading.compare,
        grain=reading.grain,
    )
    question = by_reason(compared(question, reading, reader), reading)
    question = _by_product(question, reading.text.lower())
    question = sized(ranked(question, reading), reading)
    question = in_course(question, reading)
    return fitting(parted(question, reading))


def by_reason(question: Question, reading: Reading) -> Question:
    """ "Return reasons", "why do people send things back?"."""
    wants = root("reason") in reading.roots or acts.asks_reasons(reading.text.lower())
    if not wants or question.dimensions or Dimension.REASON not in allowed(question.metrics):
        return question
    return question.but(dimensions=(Dimension.REASON,))


def _by_product(question: Question, text: str) -> Question:
    """ "Which guitars sell best?" asks for products of that category."""
    if question.dimensions or Dimension.PRODUCT not in allowed(question.metrics):
        return question
    named = (name for one in question.filters if one.dimension in _OF_PRODUCTS for name in one.members)
    if any(re.search(rf"\bwhich (?:of (?:the|our) )?{re.escape(name.lower())}\b", text) for name in named):
        return question.but(dimensions=(Dimension.PRODUCT,))
    return question


def default_period(reader: Reader) -> Period:
    return Period(reader.today - DEFAULT_DAYS * DAY, reader.today - DAY)


def _period(reading: Reading, reader: Reader) -> Period | None:
    spans = reading.spans
    if not spans and reading.other and reading.compare is None:
        like = reader.unit_of(reading.other)  # "against Q1": this quarter
        return reader.to_date(reader.calendar.unit(reader.today, like)) if like else None
    if not spans:
        unit = next((unit for sign, unit in _MOVES.items() if sign in reading.roots), None)
        return reader.unit(unit, 1) if unit else None
    return (
        Period(min(one.first for one in spans), max(one.last for one in spans))
        if len(spans) > 1
        else spans[0]
    )


COUNTED_BY = {Dimension.SOURCE: "visits", Dimension.REASON: "returns"}
"""The figure that is meant where only a cut is named: "biggest traffic source"."""
_BY_VALUE = "net_sales"
_MOVES = {"mom": "month", "wow": "week", "qoq": "quarter"}
"""Comparisons that name their unit."""
MOST_BEST = 10
"""Of "best sellers", where no number is said."""


_SOLD = ("units", "net_sales")


def default_metric(reading: Reading) -> str | None:
    """Of a ranking that names no figure: "top 10 products", "the best day"; or of "brands that sold over $5k"."""
    if reading.bounds_members and (is_money(reading.bounds) or "sell" in reading.roots):
        return _BY_VALUE if is_money(reading.bounds) else "units"
    if reading.rank and reading.grain and not reading.dimensions:
        return _BY_VALUE
    if reading.rank is None or not reading.dimensions:
        return None
    return COUNTED_BY.get(reading.dimensions[0], _BY_VALUE)


def compared(question: Question, reading: Reading, reader: Reader) -> Question:
    """With the other period as what the tool calls it, where it has a name."""
    if reading.other is None or question.period is None:
        is_open = reading.moved and question.compare is None and question.act is Act.SHOW
        return question.but(compare=Comparison.PREVIOUS) if is_open else question
    if reading.other == question.period.period:  # "February against last February"
        return question.but(compare=Comparison.YEAR_BEFORE)
    period, other = question.period.period, reading.other
    if other.first > period.first and other.days > 1:  # "Q2 vs Q1", said in the second quarter's first days
        other = reader.calendar.year_before(other)
    if other.first == reader.calendar.before(period).first:
        return question.but(compare=Comparison.PREVIOUS)
    if other.first == reader.calendar.year_before(period).first:
        return question.but(compare=Comparison.YEAR_BEFORE)
    return question.but(compare=None, against=Days.of(other))


def ranked(question: Question, reading: Reading) -> Question:
    """The largest or the smallest; of what is better low, the best are the smallest."""
    rank = reading.rank
    if rank and not question.dimensions and "seller" in reading.roots and question.metrics[0] in _SOLD:
        question = question.but(dimensions=(Dimension.PRODUCT,))
        rank = replace(rank, count=rank.count or MOST_BEST)
    if rank is None or not question.dimensions or question.act is not Act.SHOW:
        return question
    is_low = rank.low
    better = BY_NAME[question.metrics[0]].better
    if rank.bad:
        is_low = better is not Better.DOWN
    elif rank.good:
        is_low = better is Better.DOWN
    return question.but(top=rank.count, ascending=is_low)


def in_course(question: Question, reading: Reading) -> Question:
    wants = reading.course or reading.running or acts.as_chart(reading.text.lower())
    if question.grain is None and _COHORTS.intersection(question.metrics) and "cohort" in reading.roots:
        return question.but(grain=Grain.MONTH)
    if (
        not wants
        or question.grain
        or question.period is None
        or (question.dimensions and not reading.running)
    ):
        return question.but(running=reading.running)
    return question.but(grain=suiting(question.period.period), running=reading.running)


def suiting(period: Period) -> Grain:
    return next((grain for most, grain in COARSEST if period.days <= most), Grain.YEAR)


def parted(question: Question, reading: Reading) -> Question:
    """Shares are of a dimension; "the share of the app" is that of all channels."""
    adds_up = all(BY_NAME[name].is_amount for name in question.metrics)
    if not (reading.share and adds_up) or question.act is not Act.SHOW:
        return _set_against(question, reading)
    if question.dimensions:  # "the share of repeat customers" by kind is that of all kinds
        others = tuple(
            one
            for one in question.filters
            if one.exclude or len(one.members) > 1 or one.dimension not in question.dimensions
        )
        return question.but(shares=True, filters=others)
    if question.filters:
        *kept, last = question.filters
        return question.but(dimensions=(last.dimension,), filters=tuple(kept), shares=True)
    return question


APART = spoken("apart")
_CHOICE = re.compile(
    r"\b(?:who|which|slower|faster|better|worse|higher|lower|more|less|cheaper|bigger|smaller|later|earlier|quicker|busier|stronger|weaker)\b.*\b(?:or|than)\b"
)
"""Before names that are to be held against each other: "who's slower, A or B?"."""


def _set_against(question: Question, reading: Reading) -> Question:
    """ "Web vs app" is split by what the two are members of."""
    several = [one for one in question.filters if len(one.members) > 1 and not one.exclude]
    low = reading.text.lower()
    are_opposed = cues.opposes(reading.undated) or _CHOICE.search(low) or APART.search(low)
    if not several or question.dimensions or not are_opposed:
        return question
    return question.but(dimensions=(several[0].dimension,))


def fitting(question: Question) -> Question:
    """Without what figures that are known as of now only cannot have."""
    if question.has_history:
        return question
    return question.but(period=None, grain=None, compare=None, against=None, running=False)


def splittable(question: Question) -> Question:
    """With only the dimensions and filters that its figures can have."""
    can = allowed(question.metrics)
    return question.but(
        dimensions=tuple(one for one in question.dimensions if one in can),
        filters=tuple(one for one in question.filters if one.dimension in can),
    )


def with_filters(before: Sequence[Only], new: Sequence[Only]) -> tuple[Only, ...]:
    """New filters take the place of those of their dimension."""
    renewed: set[Dimension] = {one.dimension for one in new}
    return (*(one for one in before if one.dimension not in renewed), *new)
