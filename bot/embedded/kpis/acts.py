"""What is wanted of figures: to see them, to know why they changed, what they mean, or to be told of them later."""

from bot.embedded.kpis.spoken import spoken
from bot.embedded.reading.entities import emails

WHY = spoken("why")
REASONS = spoken("reasons")
_CHANGED = spoken("changed")
DEFINE = spoken("define")
CATALOG = spoken("catalog")
OVERVIEW = spoken("overview")
PERSONAL = spoken("personal")
WHO_RANKS = spoken("who_ranks")
POLICY = spoken("policy")
NUMBERS = spoken("numbers")
"""Figures, without saying which."""
IN_STOCK = spoken("in_stock")
"""A question to the catalog: is it to be had?"""
NAMES_POLICY = spoken("names_policy")
WATCH = spoken("watch")
DIGEST = spoken("digest")
LISTS = spoken("lists")
STOPS = spoken("stops")
_ORDER = spoken("order")
_AS_CHART = spoken("as_chart")
_AS_TABLE = spoken("as_table")


def asks_why(text: str) -> bool:
    """Whether it asks what changed a figure. "Why do people return things?" asks for reasons, not for a change."""
    return bool(WHY.search(text)) and not asks_reasons(text)


def asks_reasons(text: str) -> bool:
    return bool(WHY.search(text) and REASONS.search(text)) and not _CHANGED.search(text)


def is_of_one_order(text: str) -> bool:
    return bool(_ORDER.search(text) or emails(text))


def as_chart(text: str) -> bool:
    return bool(_AS_CHART.search(text))


def as_table(text: str) -> bool:
    return bool(_AS_TABLE.search(text))
