"""Money as people write it, and as it is counted: integer minor units of an ISO 4217 currency."""

from decimal import Decimal, InvalidOperation

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES
WST XCD YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS = {code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()}
"""How many decimals each currency has, by ISO 4217."""

SYMBOLS = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "CNY": "CN¥",
    "EUR": "€",
    "GBP": "£",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "MX$",
    "NZD": "NZ$",
    "USD": "$",
}


def exponent(currency: str) -> int:
    """The number of decimals of `currency`. Raises ValueError when ISO 4217 does not know it."""
    if currency not in EXPONENTS:
        raise ValueError(f"ISO 4217 knows no currency {currency!r}")
    return EXPONENTS[currency]


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
