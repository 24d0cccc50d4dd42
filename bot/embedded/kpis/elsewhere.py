"""Whether a message is about something else than figures, whatever figure it may name."""

import re
from collections.abc import Callable

from bot.embedded.intents import Intent
from bot.embedded.kpis import acts
from bot.embedded.kpis.meaning import DOUBTFUL, SURE, Meanings
from bot.embedded.kpis.reading import Reading
from bot.embedded.understanding.wish import Wish

_MAYBE_FIGURES = frozenset({Intent.OUT_OF_SCOPE, Intent.ORDER_TOTALS, Intent.SMALL_TALK, Intent.CAPABILITIES})
"""What a question about figures is taken for by those who know shoppers only."""
_LIKELY = 0.5
_OWN = re.compile(r"\b(?:my|mine)\b")
_SPOKEN_OF_BY_SHOPPERS = frozenset(
    {
        "returns",
        "refunds",
        "orders",
        "stock_units",
        "stock_outs",
        "reviews",
        "review_score",
        "delivery_time_median",
        "fulfilment_time_median",
        "on_time_delivery",
        "discount_rate",
        "cancellations",
        "conversations",
        "customers",
    }
)
"""Figures whose names stand in questions to the help pages and the catalog too."""


def is_of_the_shop(
    reading: Reading, meanings: Meanings, classify: Callable[[str], Wish], *, follows: bool
) -> bool:
    """Whether the shop's pages or catalog are asked, whatever figure it may name."""
    low = reading.text.lower()
    is_policy = bool(acts.POLICY.search(low))
    if reading.has_strong_signs or acts.WHY.search(low) or (reading.has_signs and not is_policy):
        return False
    if not reading.metrics:
        if is_policy or follows or acts.OVERVIEW.search(low):
            return is_policy
        likeness = meanings.likely(reading.undated).likeness[0]
        return likeness < SURE and (likeness < DOUBTFUL or _is_wish(reading, classify))
    if reading.words <= reading.metric_words:
        return False
    if reading.metrics == ("stock_units",):
        return is_policy or bool(acts.IN_STOCK.search(low))
    is_filtered = any(one.led for one in reading.unread) and not _OWN.search(low)
    is_plain = (
        is_filtered or reading.metric_words > 1 or not _SPOKEN_OF_BY_SHOPPERS.issuperset(reading.metrics)
    )
    if is_plain and not is_policy:
        return False
    return _is_wish(reading, classify)


def _is_wish(reading: Reading, classify: Callable[[str], Wish]) -> bool:
    """Whether shoppers would plainly want something else by it."""
    wish = classify(reading.text)
    return wish.intent not in _MAYBE_FIGURES and wish.confidence >= _LIKELY
