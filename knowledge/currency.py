"""Money as people write it, and as it is counted: integer minor units of an ISO 4217 currency."""

from decimal import Decimal, InvalidOperation

EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimal places of the currencies that do not have two."""

SYMBOLS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$"}


def exponent(currency: str) -> int:
    return EXPONENTS.get(currency, 2)


def to_minor(amount: str, currency: str) -> int:
    """Minor units of a decimal string such as "5.95". Raises ValueError if it is no such amount."""
    try:
        minor = Decimal(amount).scaleb(exponent(currency))
    except InvalidOperation:
        raise ValueError(f"{amount!r} is not an amount such as '5.95'") from None
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"{amount!r} has more decimal places than {currency}")
    return int(minor)


def spoken(minor: int, currency: str) -> str:
    """As a sentence gives it: $75, $5.95, 12.50 CHF."""
    places = exponent(currency)
    amount = Decimal(abs(minor)).scaleb(-places)
    number = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.{places}f}"
    symbol = SYMBOLS.get(currency)
    return f"{'-' if minor < 0 else ''}{f'{symbol}{number}' if symbol else f'{number} {currency}'}"
