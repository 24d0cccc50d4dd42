"""Whether words name a thing of an order: by its name, misspelt or in the plural, or by another word for it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from bot.embedded.changes.draft import Line
from bot.embedded.reading.content import content_words
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Likeness
from tools.commerce.words import words

ALIKE = 84
"""Of 100: how alike two longer words must be to count as the same, misspelt."""
SHORTEST_MISSPELT = 4
SHORTEST_PART = 5
LIKE = 0.45
CLEARLY = 0.1
"""How close in meaning a word must be to a line's name, and how much closer than to any other's."""
MOST_WORDS = 8

_SAME_THING = tuple(
    frozenset(names.split())
    for names in (
        "tee t-shirt tshirt",
        "backpack rucksack",
        "sofa couch",
        "tv television",
        "bike bicycle",
        "sneaker trainer",
        "sweater jumper pullover",
        "puzzle jigsaw",
        "pants trousers",
        "earphone earbud",
        "hoodie hoody",
    )
)
"""Several names that people have for one thing."""
_DOING = re.compile(r"\b(?:i|we|i'm|we're|i am|we are|was|were) ([^\W\d_]+)", re.IGNORECASE)
"""What somebody does names no thing: "I'm writing from the train" is about no book."""
_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")
_ENDING = re.compile(r"(?<=[a-z]{2})(?:'s|ies|es|s)$")
_DIMINUTIVE = re.compile(r"(?<=[a-z]{4})(?:y|ie|ies)$")


@lru_cache(maxsize=20_000)
def names(word: str, tokens: frozenset[str], *, whole: bool = False) -> bool:
    """Whether the word is one of the tokens, in the singular or plural, shortened, or misspelt."""
    if word in tokens:
        return True
    stem = _stem(word)
    one_form = {stem, *_forms(word)}
    if any(one_form & same and same & {_stem(token) for token in tokens} for same in _SAME_THING):
        return True
    if not whole and any(_stem(token) == stem or _forms(token) == _forms(word) for token in tokens):
        return True
    if len(word) < SHORTEST_MISSPELT:
        return False
    if not whole and len(stem) >= SHORTEST_PART and any(_stem(token).endswith(stem) for token in tokens):
        return True  # the watch is the smartwatch
    short = _DIMINUTIVE.sub("", word)
    return any(
        len(token) >= SHORTEST_MISSPELT
        and token[0] == word[0]
        and (
            fuzz.ratio(_heard(stem), _heard(_stem(token))) >= ALIKE
            or (short != word and token.startswith(short))
        )
        for token in tokens
    )


def described(text: str, lines: Sequence[Line]) -> int:
    """How many options of these lines stand right before their names: one in "the wireless headphones"."""
    words = [word.lower() for word in _WORD.findall(plain(text))]
    return sum(
        names(after, tokens_of(line.name)) and names(word, tokens_of(line.options or ""), whole=True)
        for line in lines
        for word, after in pairwise(words)
    )


def contradicts(text: str, line: Line) -> bool:
    """Whether a version that this one is not stands right before its name: "the red headphones" of black ones."""
    name = tokens_of(line.name)
    others = {token for values in line.comes_in.values() for value in values for token in tokens_of(value)}
    others -= name | tokens_of(line.options or "")
    said = [word.lower() for word in _WORD.findall(plain(text))]
    return any(word in others and names(after, name) for word, after in pairwise(said))


@lru_cache(maxsize=20_000)
def tokens_of(text: str) -> frozenset[str]:
    """Its words, in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def in_the_orders_words(text: str, lines: Sequence[Line], likeness: Likeness) -> str:
    """The text with the word that is likest to one line's name, "pots" for a planter, put as that name."""
    called = {line.name: [line.name, *([line.category] if line.category else [])] for line in lines}
    labels = [label for own in called.values() for label in own]
    things = content_words(_DOING.sub(" ", plain(text)))
    said = [word for word in dict.fromkeys(_WORD.findall(things)) if len(word) > 2 and word.isalpha()][
        :MOST_WORDS
    ]
    if not said:
        return text
    best = (0.0, "", "")
    for word, row in zip(said, likeness([word.lower() for word in said], labels), strict=True):
        scores = dict(zip(labels, row, strict=True))
        ranked = sorted(
            ((max(scores[label] for label in own), name) for name, own in called.items()), reverse=True
        )
        margin = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else LIKE)
        if ranked[0][0] >= LIKE and margin >= CLEARLY:
            best = max(best, (ranked[0][0], word, ranked[0][1]))
    if not best[1]:
        return text
    plural = "s" if best[1].endswith("s") and not best[2].endswith("s") else ""
    return re.sub(rf"\b{re.escape(best[1])}\b", f"{best[2]}{plural}".replace("\\", ""), text, count=1)


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    return words(word)


def _heard(word: str) -> str:
    """ "Headfones" are written as one hears them."""
    return word.replace("ph", "f")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)
