"""Search by words: BM25 over the sections, tolerant of endings and spelling slips."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import log as ln

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

logging.getLogger("bm25s").setLevel(logging.WARNING)

_WORD = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
SHORTEST_REPAIRED = 5
_FUNCTION_WORDS = """
    a about after again all also already am an and any anybody anyone anything are as at be because
    been before being but by can cannot could did do does doing don done else ever every for from
    get gets getting give given go goes going got had has have having hello her here hers hey hi him
    his how i if im in into is isn it its just kind let like ll make many may maybe me might mine
    more most much must my need no nor not now of off ok okay on once one only or other our ours out
    over please really same say see should so some somebody someone something than thank thanks that
    the their them then there these they thing things this those through to too up us ve very want
    wanted was way we well were what whats when where which while who whom whose why will with
    without won would wouldn yes yet you your yours re s t d m shop store fernway guys know tell
    possible actually currently
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_BRITISH = {
    "colour": "color",
    "cheque": "check",
    "postcode": "zip",
    "jewellery": "jewelry",
    "parcel": "package",
}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A crude root, equal for the forms of one word: returned, returning, returns; canceled, cancelled."""
    word = _BRITISH.get(word, word)
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def content_words(text: str) -> list[str]:
    """Stems of the words that carry meaning, in their order."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return [stem(word) for word in _WORD.findall(plain) if word not in FUNCTION_WORDS]


class WordIndex:
    """BM25 over documents given as their texts."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._spellings = frozenset(word for text in documents for word in _WORD.findall(text.lower()))
        self._candidates = sorted(word for word in self._spellings if len(word) >= SHORTEST_REPAIRED - 1)
        words = [content_words(document) for document in documents]
        self._sets = [frozenset(document) for document in words]
        self._rarity = {
            word: ln(1 + len(words) / sum(word in document for document in self._sets))
            for word in frozenset[str]().union(*self._sets)
        }
        self._unknown = ln(1 + len(words))
        self._bm25 = bm25s.BM25()
        self._bm25.index(words, show_progress=False)

    def repaired(self, text: str, is_word: Callable[[str], bool]) -> str:
        """The text with slips put right where a word of the documents is close; `is_word` knows real words."""
        return _WORD.sub(lambda match: self._repaired(match[0], is_word), text)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """One score for each document; 0 where no word is shared."""
        known = [word for word in words if word in self._rarity]
        if not known:
            return np.zeros(len(self._sets), dtype=np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores

    def coverage(self, words: Sequence[str], document: int) -> float:
        """Share of the question, weighted by the words' rarity, that the document speaks of; 0 to 1."""
        distinct = set(words)
        total = sum(self._rarity.get(word, self._unknown) for word in distinct)
        found = sum(self._rarity[word] for word in distinct if word in self._sets[document])
        return found / total if total else 0.0

    def _repaired(self, word: str, is_word: Callable[[str], bool]) -> str:
        lower = word.lower()
        if len(word) < SHORTEST_REPAIRED or lower in self._spellings or is_word(lower):
            return word
        match = process.extractOne(
            lower, self._candidates, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.75
        )
        return match[0] if match and match[0][0] == lower[0] else word
