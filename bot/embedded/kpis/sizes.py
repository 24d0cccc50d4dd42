"""How large a figure is to be, as people say it: a threshold, or which members are wanted."""

import re
from decimal import Decimal

from bot.embedded.kpis.question import Act, Question, Size
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.spoken import spoken
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.metric import Better, Metric, Unit
from tools.commerce.metrics.query import Side

_NUMBER = re.compile(
    r"(?<![\w.])[$€£¥]? ?(\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.(\d{1,6}))? ?(%|percent|pct|k|thousand|m|mio|million)?"
    r"(?: ?(month|week|day|hour|hr|minute|min|second|sec)s?)?\b",
)
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000}
_SECONDS = {
    "month": 30 * 86_400,
    "week": 7 * 86_400,
    "day": 86_400,
    "hour": 3_600,
    "hr": 3_600,
    "minute": 60,
    "min": 60,
    "second": 1,
    "sec": 1,
}
_UNIT_SECONDS = {Unit.DAYS: 86_400, Unit.HOURS: 3_600, Unit.MINUTES: 60, Unit.SECONDS: 1}
_IS_MONEY = re.compile(r"[$€£¥]")
_AT_LEAST, _AT_MOST = spoken("at_least"), spoken("at_most")
_SMALL = spoken("smaller_than")
_WORSE, _BETTER = spoken("worse_than"), spoken("better_than")


def without_numbers(text: str) -> str:
    return _NUMBER.sub(" ", text)


def has_number(text: str) -> bool:
    return bool(_NUMBER.search(text))


def threshold(text: str, unit: Unit) -> str | None:
    """The first number that can be of the unit, as the tools take it: `8%`, `1000`, days of hours."""
    for match in _NUMBER.finditer(text):
        whole, decimals, scale, span = match.groups()
        value = Decimal(re.sub(r"[, ]", "", whole) + (f".{decimals}" if decimals else ""))
        is_share = scale in ("%", "percent", "pct")
        if is_share and unit is not Unit.SHARE:
            continue
        if unit is Unit.SHARE:
            return f"{_plain(value * 100 if value < 1 and scale is None else value)}%"
        if span and (own := _UNIT_SECONDS.get(unit)):
            return _plain(value * _SECONDS[span] / own)
        return _plain(value * _TIMES.get(scale or "", 1))
    return None


def sized(question: Question, reading: Reading) -> Question:
    """With only the members whose figure is as large as is said, where members are what the size is said of:
    "orders over 100 by channel" may be of each order."""
    if not reading.bounds:
        return question
    is_of_members = reading.bounds_members or not reading.dimensions
    if question.act is not Act.SHOW or not (question.dimensions and is_of_members):
        return question.but(size=None)
    return question.but(size=_size(reading.bounds, BY_NAME[question.metrics[0]]))


def is_money(said: str) -> bool:
    return bool(_IS_MONEY.search(said))


def _size(said: str, metric: Metric) -> Size | None:
    """None where what is said is of another unit than the metric."""
    spans = any(match[4] for match in _NUMBER.finditer(said))
    if (is_money(said) and metric.unit is not Unit.MONEY) or (spans and metric.unit not in _UNIT_SECONDS):
        return None
    value = threshold(said, metric.unit)
    return Size(side=_side(said, metric), value=value) if value else None


def _side(said: str, metric: Metric) -> Side:
    if _AT_LEAST.search(said):
        return Side.AT_LEAST
    if _AT_MOST.search(said):
        return Side.AT_MOST
    is_low = metric.better is Better.DOWN
    if _SMALL.search(said) or (_BETTER.search(said) and is_low) or (_WORSE.search(said) and not is_low):
        return Side.BELOW
    return Side.ABOVE


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
