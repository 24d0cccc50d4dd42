"""Figures as numbers on an axis, and as short text beside a mark."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tools.commerce.metrics import showing
from tools.commerce.metrics.metric import Unit
from tools.commerce.money import exponent, in_currency
from tools.kpi_cards import MetricFacts

_SUFFIXES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(1000), "k"))
_COMPACT_FROM = Decimal(10) ** 7
_WHOLE_FROM = Decimal(100)
"""Of so much money, nobody reads the cents off a chart."""
_AXIS_SUFFIX = {
    Unit.SHARE: "%",
    Unit.SECONDS: " s",
    Unit.MINUTES: " min",
    Unit.HOURS: " h",
    Unit.DAYS: " d",
}


@dataclass(frozen=True)
class Scale:
    """How the values of one metric are plotted: money in major units, shares in percent."""

    metric: MetricFacts
    currency: str

    def plotted(self, value: Decimal) -> float:
        match self.metric.unit:
            case Unit.MONEY:
                return float(value.scaleb(-exponent(self.currency)))
            case Unit.SHARE:
                return float(value * 100)
            case _:
                return float(value)

    def text(self, value: Decimal) -> str:
        """`$84,210`, `$12.50`, `$0`, `$1.25B`, `7.3%`: as in the card, but no longer than a label may be."""
        is_money = self.metric.unit is Unit.MONEY
        amount = value.scaleb(-exponent(self.currency)) if is_money else value
        if abs(amount) >= _COMPACT_FROM:
            return self._signed(amount, _compact(abs(amount)))
        if is_money and (not amount or abs(amount) >= _WHOLE_FROM):
            return self._signed(amount, f"{abs(amount).quantize(Decimal(1), ROUND_HALF_UP):,}")
        return showing.figure(self.metric, value, self.currency)

    def difference(self, value: Decimal) -> str:
        """`+$8,210`, `-1.2 pp`."""
        if self.metric.unit is Unit.SHARE:
            return showing.difference(self.metric, value, self.currency)
        return f"{'-' if value < 0 else '+'}{self.text(abs(value))}"

    def tick(self, plotted: float, largest: float, step: float) -> str:
        """A short label for the axis: `$12k`, `7.5%`. All of an axis share `largest` and `step`."""
        divisor, suffix = next(
            ((float(d), s) for d, s in _SUFFIXES if largest >= d and (step >= d or largest >= 10 * d)),
            (1.0, ""),
        )
        shown = step / divisor
        decimals = next((n for n in range(4) if abs(round(shown, n) - shown) < shown * 1e-6), 4)
        amount = f"{abs(plotted) / divisor:,.{decimals}f}{suffix}" if plotted else "0"
        return self._signed(Decimal(repr(plotted)), amount)

    def _signed(self, value: Decimal, amount: str) -> str:
        sign = "-" if value < 0 else ""
        if self.metric.unit is Unit.MONEY:
            return sign + in_currency(amount, self.currency)
        return f"{sign}{amount}{_AXIS_SUFFIX.get(self.metric.unit, '')}"


def _compact(amount: Decimal) -> str:
    """Three digits that count: `12.3M`, `1.25B`."""
    divisor, suffix = next((d, s) for d, s in _SUFFIXES if amount >= d)
    scaled = amount / divisor
    decimals = 2 if scaled < 10 else 1 if scaled < 100 else 0
    return f"{scaled:,.{decimals}f}{suffix}"
