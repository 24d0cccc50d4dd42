"""The next size up or down of what somebody has, where the versions offered hold it."""

import re
from collections.abc import Sequence

from bot.embedded.plain import plain
from tools.change_cards import Choice

_LETTERS = {size: place for place, size in enumerate("xxs xs s m l xl xxl xxxl".split())}
_STEPS = {"two": 2, "2": 2, "three": 3, "3": 3}
_BY_ONE = r"\b(?:an?|one|1|the next|next|(two|2|three|3)) sizes?(?: \w+)?? "
_UP = re.compile(
    rf"{_BY_ONE}(?:up|bigger|larger|higher)\b|\bsize up\b|\bnext (?:bigger|larger) size\b", re.IGNORECASE
)
_DOWN = re.compile(rf"{_BY_ONE}(?:down|smaller|lower)\b|\bsize down\b|\bnext smaller size\b", re.IGNORECASE)
_WORD = re.compile(r"[\w.]+")


def next_size(text: str, choices: Sequence[Choice], now: str) -> Choice | None:
    """`now` is the text of the options that they have; None where the text asks for no such step."""
    text = plain(text)
    found = _UP.search(text) or _DOWN.search(text)
    if not found:
        return None
    step = _STEPS.get((found[1] or "").lower(), 1) * (1 if _UP.search(text) else -1)
    own = _WORD.findall(now.lower())
    distances = [_distance(own, _WORD.findall(choice.label.lower())) for choice in choices]
    further = [
        (abs(distance), choice)
        for distance, choice in zip(distances, choices, strict=True)
        if distance is not None and distance * step > 0
    ]
    further.sort(key=lambda pair: pair[0])
    return further[abs(step) - 1][1] if len(further) >= abs(step) else None


def _distance(own: Sequence[str], other: Sequence[str]) -> float | None:
    """How many sizes apart two versions are that differ in nothing else."""
    if len(own) != len(other):
        return None
    differing = [(mine, its) for mine, its in zip(own, other, strict=True) if mine != its]
    if len(differing) != 1:
        return None
    mine, its = (_measure(word) for word in differing[0])
    return None if mine is None or its is None else its - mine


def _measure(word: str) -> float | None:
    if word in _LETTERS:
        return _LETTERS[word]
    return float(word) if re.fullmatch(r"\d{1,3}(?:\.\d)?", word) else None
