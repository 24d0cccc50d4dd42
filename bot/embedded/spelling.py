"""Repairs slips of the pen in ordinary words; names, numbers and e-mails stay as they are."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.embedded.content import content_words

MAX_CHARS = 4000
SHORTEST = 4
LONG = 8
"""Two slips are repaired where both words are at least this long."""
_SHORTHAND = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "wat": "what",
    "wen": "when",
    "wher": "where",
    "teh": "the",
    "ppl": "people",
    "smth": "something",
    "sth": "something",
    "bak": "back",
    "mny": "many",
    "meny": "many",
    "oder": "order",
    "hav": "have",
    "wanna": "want to",
    "dont": "don't",
    "cant": "can't",
    "wheres": "where's",
    "whats": "what's",
    "thx": "thanks",
}
"""What people type in chats, and slips that happen to be words elsewhere."""
_WORD = re.compile(r"[a-zA-Z']{1,60}")
_TOKEN = re.compile(r"\S{1,200}")
_SENTENCE_END = ".!?:;\n"


class Speller:
    """Repairs towards the words of `texts`; leaves alone whatever `is_word`. Safe to share between threads."""

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        self._count = Counter(word for text in texts for word in _words(text))
        self._targets = tuple(
            sorted(word for word in self._count if len(word) >= SHORTEST and word.isalpha())
        )
        self._nearest = lru_cache(maxsize=4096)(self._nearest_uncached)

    def repair(self, text: str) -> str:
        """The text with misspelt ordinary words replaced by the nearest known one; unchanged when in doubt."""
        if len(text) > MAX_CHARS:
            return text
        return _TOKEN.sub(lambda token: self._token(token, text), text)

    def is_gibberish(self, text: str) -> bool:
        """Whether it is several words that should say something, none of which anybody knows."""
        words = _words(content_words(self.repair(text[:MAX_CHARS])))
        is_sentence = 2 * len(words) < len(_words(text[:MAX_CHARS]))
        if len(words) < 2 or is_sentence or any(c.isdigit() or c == "@" for c in text):
            return False
        return not any(word in self._count or word in _SHORTHAND or self._is_word(word) for word in words)

    def _token(self, token: re.Match[str], text: str) -> str:
        if "@" in token[0] or any(c.isdigit() for c in token[0]):
            return token[0]
        before = text[max(0, token.start() - 8) : token.start()].rstrip(" \"'(")
        if token[0][0].isupper() and before and before[-1] not in _SENTENCE_END:
            return token[0]  # a name
        return _WORD.sub(lambda word: self._word(word[0]), token[0])

    def _word(self, word: str) -> str:
        lower = word.lower()
        if lower in self._count or lower in _SHORTHAND:
            return _SHORTHAND.get(lower, word)
        if len(word) < SHORTEST or "'" in word or self._is_word(lower):
            return word
        nearest = self._nearest(lower)
        if nearest is None:
            return word
        return nearest.capitalize() if word[0].isupper() else nearest

    def _nearest_uncached(self, word: str) -> str | None:
        allowed = 2 if len(word) >= LONG else 1
        near = process.extract(
            word, self._targets, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=20
        )
        # A slip seldom hits the first letter, and "lamps" is no slip of "lamp".
        fitting = [
            (distance, -self._count[found], found)
            for found, distance, _ in near
            if found[0] == word[0] and not _inflected(word, found) and (distance == 1 or len(found) >= LONG)
        ]
        return min(fitting)[2] if fitting else None


def _words(text: str) -> list[str]:
    return [word.strip("'") for word in _WORD.findall(text.lower())]


def _inflected(word: str, known: str) -> bool:
    short, long = sorted((word, known), key=len)
    return long in {short + ending for ending in ("s", "d", "es", "ed", "er", "ly", "y", "n")}
