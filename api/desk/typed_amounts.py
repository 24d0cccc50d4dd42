"""Amounts as people type them into the desk's forms."""

import re
from decimal import Decimal

from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.money import MoneyError, to_minor

_AMOUNT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2})(\.[0-9]{1,4})?")
"""So short that it fits everywhere, and with no exponent: `1e99999999` is a number, too."""


def typed_minor(typed: str, currency: str) -> int:
    """In minor units of `currency`, above zero. Raises DisputeError."""
    amount = typed.strip()
    try:
        minor = to_minor(Decimal(amount.replace(",", "")), currency) if _AMOUNT.fullmatch(amount) else 0
    except MoneyError:
        minor = 0
    if minor <= 0:
        raise DisputeError("malformed", f"Write the amount as a number, like 12.50, in {currency}.")
    return minor
