"""Figures as people read them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from tools.commerce.metrics.metric import Unit
from tools.commerce.money import format_money

_DECIMALS = {
    Unit.COUNT: 0,
    Unit.PER: 2,
    Unit.SECONDS: 1,
    Unit.MINUTES: 1,
    Unit.HOURS: 1,
    Unit.DAYS: 1,
    Unit.SCORE: 2,
}
_FINEST = 7
"""Decimals of a percentage."""
_SUFFIX = {Unit.SECONDS: " s", Unit.MINUTES: " min", Unit.HOURS: " h", Unit.DAYS: " days"}


class Measured(Protocol):
    """What a metric and its facts in a card have in common."""

    @property
    def unit(self) -> Unit: ...


def figure(metric: Measured, value: Decimal, currency: str) -> str:
    """`$1,204.50`, `7.3%`, `1,204`, `2.4 days`."""
    match metric.unit:
        case Unit.MONEY:
            return format_money(int(value.quantize(Decimal(1), ROUND_HALF_UP)), currency)
        case Unit.SHARE:
            return percent(value)
        case unit:
            return f"{_rounded(value, _DECIMALS[unit]):,}{_SUFFIX.get(unit, '')}"


def difference(metric: Measured, value: Decimal, currency: str) -> str:
    """Like `figure`, with its sign; of a share in percentage points: `+1.2 pp`."""
    sign = "-" if value < 0 else "+"
    if metric.unit is Unit.SHARE:
        return f"{sign}{_rounded(abs(value) * 100, 2)} pp"
    return f"{sign}{figure(metric, abs(value), currency)}"


def percent(share: Decimal) -> str:
    """With so many decimals that what is not all or none does not look so: `99.96%`, not `100.0%`."""
    value = share * 100
    decimals = 1
    while decimals < _FINEST and _rounded(value, decimals) in (0, 100) and value not in (0, 100):
        decimals += 1
    return f"{_rounded(value, decimals):,}%"


def change(share: Decimal) -> str:
    return f"{'-' if share < 0 else '+'}{percent(abs(share))}"


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
