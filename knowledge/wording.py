"""How the shop's values are worded, in American English: the Jinja filters of the pages, and lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from functools import partial

from knowledge.currency import spoken, to_minor

Number = int | Mapping[str, int]
"""A whole number, or a range {min, max}."""

COUNTRIES = {
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FR": "France",
    "GB": "the United Kingdom",
    "IE": "Ireland",
    "IT": "Italy",
    "JP": "Japan",
    "MX": "Mexico",
    "NL": "the Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "SE": "Sweden",
    "US": "the United States",
}
REGIONS = {"AK": "Alaska", "HI": "Hawaii", "PR": "Puerto Rico", "GU": "Guam"}


def span(value: Number) -> str:
    if isinstance(value, int):
        return str(value)
    low, high = value["min"], value["max"]
    return str(high) if low == high else f"{low} to {high}"


def counted(value: Number, unit: str) -> str:
    """3 days, 1 day, 3 to 6 business days."""
    text = span(value)
    return f"{text} {unit}{'' if text == '1' else 's'}"


def months(value: int) -> str:
    return counted(value // 12, "year") if value % 12 == 0 else counted(value, "month")


def times(value: int) -> str:
    """once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(value) or counted(value, "time")


def percent(value: int) -> str:
    return f"{value}%"


def clock(value: int | time) -> str:
    """2 p.m., 8:30 a.m.; an integer is an hour."""
    moment = time(value) if isinstance(value, int) else value
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'a.m.' if moment.hour < 12 else 'p.m.'}"


def day(value: str) -> str:
    """November 1, from 11-01."""
    moment = date.fromisoformat(f"2024-{value}")
    return f"{moment:%B} {moment.day}"


def words(values: Iterable[str], conjunction: str = "and") -> str:
    """Names as a list in a sentence: a, b, and c."""
    names = [COUNTRIES.get(value) or REGIONS.get(value) or value.replace("_", " ") for value in values]
    if len(names) <= 2:
        return f" {conjunction} ".join(names)
    return f"{', '.join(names[:-1])}, {conjunction} {names[-1]}"


def each(values: Mapping[str, int], wording: Callable[[int], str]) -> str:
    """45 days for Furniture and 60 days for Outdoor Clothing."""
    return words([f"{wording(value)} for {name.replace('_', ' ')}" for name, value in values.items()])


def filters(currency: str) -> dict[str, Callable[..., str]]:
    units: dict[str, Callable[..., str]] = {
        "days": partial(counted, unit="day"),
        "business_days": partial(counted, unit="business day"),
        "hours": partial(counted, unit="hour"),
        "minutes": partial(counted, unit="minute"),
        "years": partial(counted, unit="year"),
        "months": months,
        "percent": percent,
        "times": times,
    }
    return {
        **units,
        "money": lambda amount: spoken(to_minor(amount, currency), currency),
        "span": span,
        "clock": clock,
        "day": day,
        "words": words,
        "each": lambda values, unit: each(values, units[unit]),
    }


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
