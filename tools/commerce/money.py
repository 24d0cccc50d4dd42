"""Money: whole minor units and an ISO 4217 currency, never a float."""

from collections.abc import Sequence
from decimal import Decimal

from knowledge.currency import EXPONENTS, SYMBOLS


class MoneyError(ValueError):
    """An amount that its currency cannot express; `code` is stable, the message has no amount in it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def exponent(currency: str) -> int:
    """The number of decimals of `currency`. Raises MoneyError when ISO 4217 does not know it."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise MoneyError("unknown_currency", "is in a currency that ISO 4217 does not know") from None


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` in minor units, exactly. Raises MoneyError when it has more decimals than the currency."""
    decimals = exponent(currency)
    numerator, denominator = amount.as_integer_ratio()
    scale: int = 10**decimals
    minor, rest = divmod(numerator * scale, denominator)
    if rest:
        raise MoneyError("too_many_decimals", f"has more than {decimals} decimals ({currency})")
    return minor


def to_major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def format_money(minor: int, currency: str) -> str:
    """`$1,234.50`, `-€3.00`, `¥1,200`; the code after the amount where no symbol is common: `12.00 CHF`."""
    amount = f"{to_major(abs(minor), currency):,.{exponent(currency)}f}"
    return ("-" if minor < 0 else "") + in_currency(amount, currency)


def in_currency(amount: str, currency: str) -> str:
    """An amount without a sign, as people write it: `$12k`, `12k CHF`."""
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{amount}" if symbol else f"{amount} {currency}"


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` in proportion to `weights` by largest remainder; the parts sum to it exactly.

    Of equal remainders the earlier weight gets the unit. Where all weights are 0 they count as equal. No part
    exceeds its weight when `total` is at most the sum of the weights. Raises ValueError for a negative total
    or weight, and for a total with nothing to spread it over.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither the total nor a weight may be negative")
    if not weights:
        if total:
            raise ValueError("there is nothing to spread the total over")
        return []
    whole = sum(weights)
    shares = list(weights) if whole else [1] * len(weights)
    whole = whole or len(weights)
    parts = [total * share // whole for share in shares]
    remainders = [total * share % whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: -remainders[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
