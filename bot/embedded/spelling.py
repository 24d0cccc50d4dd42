"""Repairs slips of the pen in ordinary words; names, numbers and e-mails stay as they are."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

MAX_CHARS = 4000
_WORD = re.compile(r"[a-zA-Z']{1,60}")
_TOKEN = re.compile(r"\S{1,200}")
_SENTENCE_END = ".!?:\n"
SHORTEST = 4
LONG = 8
"""From this length on, two slips are repaired."""


class Speller:
    """Knows the words it is given, in lower case. Safe to share between threads."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._targets = tuple(
            sorted(word for word in self._known if len(word) >= SHORTEST and word.isalpha())
        )
        self._repaired = lru_cache(maxsize=4096)(self._nearest)

    @classmethod
    def of_texts(cls, texts: Iterable[str], extra: Iterable[str] = ()) -> "Speller":
        return cls({word for text in (*texts, *extra) for word in words(text)})

    def repair(self, text: str) -> str:
        """The text with misspelt ordinary words replaced by the nearest known one; unchanged when in doubt."""
        if len(text) > MAX_CHARS:
            return text
        return _TOKEN.sub(lambda match: self._token(match, text), text)

    def _token(self, match: re.Match[str], text: str) -> str:
        token = match[0]
        if "@" in token or any(c.isdigit() for c in token):
            return token
        before = text[: match.start()].rstrip(" \"'(")
        if token[:1].isupper() and before and before[-1] not in _SENTENCE_END:
            return token  # a name
        return _WORD.sub(lambda word: self._word(word[0]), token)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if len(word) < SHORTEST or lower in self._known or "'" in word:
            return word
        nearest = self._repaired(lower)
        return nearest.capitalize() if nearest and word[0].isupper() else nearest or word

    def _nearest(self, word: str) -> str | None:
        allowed = 2 if len(word) >= LONG else 1
        found = process.extract(
            word, self._targets, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=2
        )
        # Slips seldom change the first letter, and two equally near words mean that we don't know.
        found = [hit for hit in found if hit[0][0] == word[0] and _inflection(word) != hit[0]]
        if not found or (len(found) == 2 and found[0][1] == found[1][1]):
            return None
        return str(found[0][0])


def words(text: str) -> list[str]:
    return [word.strip("'") for word in _WORD.findall(text.lower())]


def _inflection(word: str) -> str:
    """The word without a plural's or tense's ending: "lamps" is no slip of "lamp"."""
    return word[:-1] if word.endswith(("s", "d")) else word
