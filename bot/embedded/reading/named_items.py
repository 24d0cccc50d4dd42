"""Which orders, and which lines of an order, hold what a text names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.embedded.reading.content import content_words
from tools.cards import LineFacts, OrderSummary
from tools.commerce.words import words

SAME_WORDS = 85
"""Of 100: how well the words for an item must fit the name of one to mean it."""
SHORTEST_NAME = 3
"""Letters."""
_PARTS = re.compile(r"\band\b|\bor\b|\bplus\b|[,;&]", re.IGNORECASE)
_TELLING = r"(?:with|containing|including|that (?:has|had|contains|contained|includes|included)|where i (?:got|bought))"
_THING = (
    r"(?: (?!(?:for|to|into|in|on|from|is|are|was|were|should|instead|and|but|or|please|can|could|i|i'd|because|as|"
    r"since|which|that|has|have|be|back|also|except|apart|without|then|go|goes|going|gets?|arrives?|comes?|needs?|will|"
    r"would|must|may|today|yesterday)\b)[\w'-]+){1,5}"
)
_TOLD_ORDER = re.compile(
    rf"\b(?P<order>order|purchase) (?:{_TELLING}|for|of)(?P<things>{_THING}"
    rf"(?:(?:,| and) (?:the|my|both){_THING}(?=\W*$|[,.;!?]))?)|"
    rf"\b(?P<parcel>delivery|parcel|shipment|package) {_TELLING}(?P<held>{_THING})|"
    r"(?<=\bthe |.\bmy )(?P<thing>(?!(?:last|latest|new|newest|other|first|second|third|whole|entire|full|same|pending|"
    r"open|old|older|oldest|previous|recent|current|next|whole|original|big|small|large|rest|of)\b)[^\W\d_]{3,}) "
    r"(?P<called>order|purchase)\b(?! (?:number|confirmation|status|history|total|date))",
    re.IGNORECASE,
)
_TOLD_ONE = re.compile(rf"\b(?:one|order|purchase) {_TELLING}{_THING}", re.IGNORECASE)


def told_order(text: str) -> str:
    """The words for things by which an order is told: "the tent" of "the order with the tent", or "the tent order"."""
    told = _TOLD_ORDER.search(text)
    return (told["things"] or told["held"] or told["thing"]) if told else ""


def without_told_order(text: str) -> str:
    """Without what only tells which order is meant: "cancel the order with the tent" is not about the tent alone."""
    return _TOLD_ORDER.sub(lambda told: told["order"] or told["parcel"] or told["called"], text)


def only_tells_order(text: str) -> bool:
    """Whether an answer to "which order?" tells it by what is in it, and nothing else: "the one with the pump"."""
    told = _TOLD_ONE.search(text)
    return told is not None and not content_words(text[: told.start()] + " " + text[told.end() :])


@dataclass(frozen=True, order=True)
class _Fit:
    """How many parts of what was said name something, how well at best, and with how many words in common."""

    parts: int = 0
    score: float = 0.0
    words: int = 0


def with_items(text: str, orders: Sequence[OrderSummary]) -> list[OrderSummary]:
    """The orders that hold most of what the text names: "my lamp", "the order with the tent and the stove"."""
    parts = [said for part in named_parts(text) if len(said := _in_one_form(part)) >= SHORTEST_NAME]
    for is_bare in (True, False):
        fits = [_fit(parts, order.items, is_bare=is_bare) for order in orders]
        best = max(fits, default=_Fit())
        if best.parts:
            return [order for order, fit in zip(orders, fits, strict=True) if fit == best]
    return [order for order in orders if set(parts) & {_in_one_form(kind) for kind in order.kinds}]


def named_parts(text: str) -> list[str]:
    """The words for things in each part of the text: "the boots and my old earbuds" are two."""
    return [words for part in _PARTS.split(text) if (words := content_words(part))]


def _fit(parts: Sequence[str], items: Sequence[str], *, is_bare: bool) -> _Fit:
    """How these items, by their bare names or with their options too, fit the parts of what was said.

    One word in common names a thing perfectly: of "the black shoes"
    the black ones fit better than the red.
    """
    whole = [_in_one_form(item) for item in items]
    names = [_in_one_form(item.split(" (")[0]) for item in items] if is_bare else whole
    found: list[tuple[float, int]] = []
    for part in parts:
        scores = [fuzz.partial_token_set_ratio(part, name) for name in names]
        held = [
            (score, _words_held(part, item))
            for score, item in zip(scores, whole, strict=True)
            if score >= SAME_WORDS
        ]
        found += [max(held)] if held else []
    best = max((score for score, _ in found), default=0.0)
    return _Fit(len(found), best, sum(held for _, held in found))


def lines_named(text: str, lines: Sequence[LineFacts]) -> list[LineFacts]:
    """The lines that the text names, part by part: "the boots and the earbuds"."""
    told = [_in_one_form(f"{line.name} {line.options or ''}") for line in lines]
    named: dict[int, LineFacts] = {}
    for part in named_parts(text):
        said = _in_one_form(part)
        scores = [fuzz.partial_token_set_ratio(said, own) for own in told]
        best = max(scores, default=0.0)
        fitting = [
            (line, _words_held(said, own))
            for line, own, score in zip(lines, told, scores, strict=True)
            if score >= SAME_WORDS and score == best
        ]
        most = max((held for _, held in fitting), default=0)
        named |= {line.line: line for line, held in fitting if held == most}
    return list(named.values())


def _in_one_form(text: str) -> str:
    """Without plurals, and as the catalog spells it."""
    return " ".join(words(text))


def _words_held(said: str, item: str) -> int:
    held = set(item.split())
    return sum(word in held for word in said.split())
