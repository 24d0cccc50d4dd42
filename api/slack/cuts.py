"""The next obvious questions about a figure, as buttons that say them."""

from dataclasses import dataclass
from datetime import timedelta

from tools.cards import Card
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.kpi_cards import ExplanationCard, KpiCard, Span

TELLING = (
    Dimension.CHANNEL,
    Dimension.CATEGORY,
    Dimension.COUNTRY,
    Dimension.REASON,
    Dimension.CARRIER,
    Dimension.WAREHOUSE,
)
"""What figures are most often split by, the most frequent first."""

MOST_SPLITS = 2
A_YEAR = timedelta(days=350)


@dataclass(frozen=True)
class Cut:
    """`words` are sent as a message of whoever presses it."""

    label: str
    words: str


def cuts(card: Card) -> tuple[Cut, ...]:
    """None for a card that tells no figures."""
    if isinstance(card, ExplanationCard):
        return _over_time(card.span, card.compared_to)
    if not isinstance(card, KpiCard):
        return ()
    return (*_splits(card), *_over_time(card.span, card.compared_to), *_reasons(card))


def _splits(card: KpiCard) -> list[Cut]:
    known = [BY_NAME[metric.name].dimensions for metric in card.metrics if metric.name in BY_NAME]
    possible = frozenset.intersection(*known) if known else frozenset()
    fresh = [one for one in TELLING if one in possible and one not in card.dimensions]
    return [Cut(f"By {one.value}", f"by {one.value}") for one in fresh[:MOST_SPLITS]]


def _over_time(span: Span | None, compared_to: Span | None) -> tuple[Cut, ...]:
    if span is None or (compared_to and span.first - compared_to.first > A_YEAR):
        return ()
    return (Cut("Against last year", "compared with last year"),)


def _reasons(card: KpiCard) -> tuple[Cut, ...]:
    """Why it changed can be asked of one figure that did."""
    if len(card.metrics) > 1 or not card.total[0].change_text:
        return ()
    return (Cut("Why?", "why?"),)
