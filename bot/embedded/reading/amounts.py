"""Prices that a shopper sets as limits."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.embedded.reading.entities import MAX_CHARS

_MONEY = (
    r"(?:(?:usd|eur|gbp|brl|r\$|us\$|[$€£])[ ]?)?"
    r"(?<![\d.,])(\d{1,9}(?:,\d{3}){0,3}(?:[.,]\d{1,2})?)(?![.,]?\d)"
    r"(?:[ ]?(?:usd|eur|gbp|brl|[$€£]|dollars?|bucks?|euros?|pounds?|quid|reais)(?!\w))?"
)
_SIGNED = re.compile(
    r"[$€£]|\b(?:usd|eur|gbp|brl|dollars?|bucks?|euros?|pounds?|quid|reais)\b", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"[$€£][ ]?\d[\d.,]{0,15}|\b\d[\d.,]{0,15}[ ]?(?:[$€£]|(?:usd|eur|gbp|dollars?|bucks?|euros?|pounds?|quid|"
    r"reais)\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?:\b(?:between|from)[ ])?{_MONEY}[ ]?(?:-|–|to|and|until)[ ]?{_MONEY}", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from|range|budget|price[sd]?|cost)\b", re.IGNORECASE)
_MAXIMUM = re.compile(
    r"(?:\b(?:under|below|less than|cheaper than|up to|no more than|not more than|not over|at most|maximum(?: "
    r"of)?|max\.?|"
    r"within|lower than|beneath|budget(?: of| is|:)?|spend(?: about| around)?|for(?: around| about)|don't exceed|"
    r"not exceeding)|<=?)[ ](?:like |about |around |of |is )?" + _MONEY,
    re.IGNORECASE,
)
_MAXIMUM_AFTER = re.compile(
    _MONEY + r"[ ](?:or (?:less|under|cheaper|below)|max(?:imum)?|at (?:the )?most|tops)\b", re.IGNORECASE
)
_MINIMUM = re.compile(
    r"(?:\b(?:over|above|more than|at least|minimum(?: of)?|min\.?|starting (?:at|from)|upwards of|from|not under|"
    r"higher than|no less than)|>=?)[ ]" + _MONEY,
    re.IGNORECASE,
)
_MINIMUM_AFTER = re.compile(
    _MONEY + r"[ ](?:or (?:more|over|above|up)|and (?:up|above|over)|min(?:imum)?|at least|plus)\b",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[ ]?-?(?:cm|mm|m|in|inch|inches|ft|feet|kg|g|lbs?|oz|ml|l|w|watts?|days?|weeks?|months?|years?|hours?|people|"
    r"persons?|liters?|litres?|%|percent|stars?|minutes?|items?|pieces?|pages?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PriceLimits:
    """Both ends inclusive, in the shop's currency's major unit; None is open."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


def price_limits(text: str) -> PriceLimits:
    """ "between 20 and 40", "under $50", "at least 100"; sizes and durations are not prices."""
    text = " ".join(text[:MAX_CHARS].replace("’", "'").split())
    for match in _RANGE.finditer(text):
        said_as_price = _SIGNED.search(match[0]) or _BETWEEN.search(text[: match.end()])
        if said_as_price and not _UNIT_AFTER.match(text, match.end()):
            low, high = sorted((_amount(match[1]), _amount(match[2])))
            return PriceLimits(low, high)
    text = _RANGE.sub(" ", text)  # of sizes or people
    return PriceLimits(
        minimum=_first(text, _MINIMUM, _MINIMUM_AFTER), maximum=_first(text, _MAXIMUM, _MAXIMUM_AFTER)
    )


def without_prices(text: str) -> str:
    """The text with its price limits and amounts of money cut out."""
    text = " ".join(text[:MAX_CHARS].replace("’", "'").split())
    for pattern in (_RANGE, _MAXIMUM, _MAXIMUM_AFTER, _MINIMUM, _MINIMUM_AFTER):
        text = pattern.sub(lambda m: m[0] if _UNIT_AFTER.match(m.string, m.end()) else " ", text)
    return _AMOUNT.sub(" ", text)


def _first(text: str, *patterns: re.Pattern[str]) -> Decimal | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _UNIT_AFTER.match(text, match.end()):
                return _amount(match[1])
    return None


def _amount(number: str) -> Decimal:
    """ "1,200" is twelve hundred, "12,50" twelve and a half."""
    if re.fullmatch(r"\d+,\d{1,2}", number):
        return Decimal(number.replace(",", "."))
    return Decimal(number.replace(",", ""))
