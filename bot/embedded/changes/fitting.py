"""Which lines of an order the words of one part of a sentence name."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from bot.embedded.changes.comparing import compared_line
from bot.embedded.changes.draft import Line
from bot.embedded.changes.naming import names, tokens_of
from bot.embedded.changes.quantities import NUMBER
from bot.embedded.reading.content import content_words
from tools.commerce.words import words as words_of

WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")
_NUMBERED = re.compile(r"(?<=the )(\d{1,2}(?:\.5)?)s\b|\b(\d+)-[a-z]+ (?=ones?\b)", re.IGNORECASE)
""" "The 10s" are those of size 10, "the 1500-piece one" that of 1500."""
_ARTICLES = frozenset("the my our both these those".split())
_PLACES = frozenset("for in at from around into on of".split())
_COUNTED = re.compile(
    rf"\b({NUMBER}|both|all|each|some) of (?=(?:the|my|our|both|these|those)\b)", re.IGNORECASE
)
""" "One of the tops" points at the tops."""
_POINTING = frozenset({"one", "ones", "pair", "version", "variant", "please", "too", "instead", "only"})


def fitting_lines(segment: str, lines: Sequence[Line], *, asked: bool) -> list[Line]:
    """The lines that most of the segment's words name; none where only an option of another thing fits.

    Of "the white mugs black ones" the white: what tells a thing apart stands before its name.
    """
    # A turn reads its message again after every tool's answer, with lines that are equal, yet not the same.
    found = _fitting_lines(segment, tuple(lines), asked=asked)
    return [line for line in lines if line in found]


@lru_cache(maxsize=8192)
def _fitting_lines(segment: str, lines: tuple[Line, ...], *, asked: bool) -> Sequence[Line]:
    segment = _NUMBERED.sub(lambda told: f"{told[1]} ones" if told[1] else f"{told[2]} ", segment)
    if compared := compared_line(segment, lines):
        return [compared]
    words = [word.lower() for word in WORD.findall(segment)]
    fitting = _fitting(words, segment, lines, asked=asked)
    if len(fitting) > 1 and len({line.name for line in fitting}) == 1:
        name = tokens_of(fitting[0].name)
        end = next((place for place, word in enumerate(words) if names(word, name)), len(words) - 1)
        before = words[: end + 1]
        fitting = _fitting(before, " ".join(before), fitting, asked=asked) or fitting
    return fitting


def _fitting(words: Sequence[str], segment: str, lines: Sequence[Line], *, asked: bool) -> list[Line]:
    content = {word.lower() for word in WORD.findall(content_words(segment))} | _sizes(words)
    content |= set(words[-1:])  # what a part ends with is a thing, also where it is "a cream can"
    kinds = {word for word in content if not any(names(word, tokens_of(line.name)) for line in lines)}
    kinds &= _pointed_at([word.lower() for word in WORD.findall(_COUNTED.sub(r"\1 ", segment))])
    scores: list[int] = []
    for line in lines:
        named = {word for word in content if names(word, tokens_of(line.name))}
        named |= {word for word in kinds if set(words_of(word)) & set(words_of(line.category or ""))}
        optional = {
            word for word in content if names(word, tokens_of(line.options or ""), whole=True)
        } - named
        if not named and optional and not _points(optional, words, content, asked=asked):
            optional = set()
        scores.append(2 * len(named | optional) + bool(named))
    best = max(scores, default=0)
    return [line for line, score in zip(lines, scores, strict=True) if best and score == best]


def _pointed_at(words: Sequence[str]) -> set[str]:
    """Words right after "the" or "my": "the bag", of what the shop has among its bags. "For my kitchen" is no thing."""
    before = zip(("", *words), words, words[1:], strict=False)
    return {word for place, article, word in before if article in _ARTICLES and place not in _PLACES}


def _points(optional: set[str], words: Sequence[str], content: set[str], *, asked: bool) -> bool:
    """Whether an option alone points at a line: "the blue one", or "blue" in answer to which."""
    if asked and content <= optional:
        return True
    for word in optional:
        if word in words and _is_any(words[: words.index(word)]):
            continue
        after = words[words.index(word) + 1 :] if word in words else []
        if after[:1] and after[0] in _POINTING:
            return True
    return False


def _is_any(before: Sequence[str]) -> bool:
    """Whether "a" stands nearer before the word than "the" or "my": "a blue one" is none that they have."""
    articles = [word for word in before if word in {"a", "an", "the", "my", "our", "this", "that"}]
    return bool(articles) and articles[-1] in {"a", "an"}


def _sizes(words: Sequence[str]) -> set[str]:
    """Words that follow "size", and numbers before "one": they may be a single letter, or as long as an order's."""
    after = {after for word, after in pairwise(words) if word in {"size", "sizes"}}
    return after | {word for word, after in pairwise(words) if word.isdigit() and after in {"one", "ones"}}
