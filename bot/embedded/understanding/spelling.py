"""Repairs slips of the pen in ordinary words; names, numbers and e-mails stay as they are."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.embedded.reading.content import content_words

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
    "thnx": "thanks",
    "ty": "thank you",
    "tysm": "thank you so much",
    "yh": "yes",
    "idk": "I don't know",
    "dunno": "don't know",
    "lemme": "let me",
    "gimme": "give me",
    "gonna": "going to",
    "gotta": "have to",
    "cuz": "because",
    "cos": "because",
    "coz": "because",
    "rn": "right now",
    "soz": "sorry",
    "abt": "about",
    "asap": "as soon as possible",
    "gtg": "have to go",
    "cya": "see you",
    "nvm": "never mind",
    "hw": "how",
    "wht": "what",
    "wld": "would",
    "cld": "could",
    "shd": "should",
    "frm": "from",
    "nw": "new",
    "pkg": "package",
    "pkgs": "packages",
    "rtn": "return",
    "rtns": "returns",
    "bk": "back",
    "sz": "size",
    "clr": "color",
    "colr": "color",
    "blk": "black",
    "lrg": "large",
    "acct": "account",
    "addr": "address",
    "qty": "quantity",
    "msg": "message",
    "nr": "number",
    "avail": "available",
    "humn": "human",
    "im": "I'm",
    "ive": "I've",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "arent": "aren't",
    "couldnt": "couldn't",
    "wouldnt": "wouldn't",
    "shouldnt": "shouldn't",
    "thats": "that's",
    "youre": "you're",
    "hows": "how's",
}
"""What people type in chats, and slips that happen to be words elsewhere."""
_VOWELS = frozenset("aeiouy")
_COMMON = 12
"""How often the examples must have a word for letters that are left out, or run together, to be taken for it."""
_WORD = re.compile(r"[a-zA-Z']{1,60}")
_TOKEN = re.compile(r"\S{1,200}")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z][a-z]")
_SENTENCE_END = ".!?:;\n"
_LONGEST_RUN = 30
_FEWEST_RUN_TOGETHER = 7


class Speller:
    """Repairs towards the words of `texts`; leaves alone whatever `is_word`. Safe to share between threads.

    Letters that are left out, or words run together, are repaired towards words that are there `common` times."""

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool], common: int = _COMMON) -> None:
        self._is_word = is_word
        self._count = Counter(word for text in texts for word in _words(text))
        self._targets = tuple(
            sorted(word for word in self._count if len(word) >= SHORTEST and word.isalpha())
        )
        self._common = frozenset(
            word
            for word, times in self._count.items()
            if times >= common and word.isalpha() and (len(word) > 1 or word in {"a", "i"})
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
        if _INNER_CAPITAL.search(token[0]):
            return token[0]  # "StarTrack"
        return _WORD.sub(lambda word: self._word(word[0]), token[0])

    def _word(self, word: str) -> str:
        lower = word.lower()
        if lower in self._count or lower in _SHORTHAND:
            return _SHORTHAND.get(lower, word)
        if "'" in word or self._is_word(lower):
            return word
        nearest = self._nearest(lower)
        if nearest is None:
            return word
        return nearest.capitalize() if word[0].isupper() else nearest

    def _nearest_uncached(self, word: str) -> str | None:
        return self._slip(word) or self._without_vowels(word) or self._run_together(word)

    def _without_vowels(self, word: str) -> str | None:
        """The word that these are the consonants of, and some of its vowels: "cncl" for "cancel"."""
        if len(word) < SHORTEST - 1:
            return None
        meant = [
            w
            for w in self._common
            if w[0] == word[0] and _consonants(w) == _consonants(word) and _stands_in(word, w)
        ]
        return max(meant, key=lambda found: self._count[found], default=None)

    def _run_together(self, word: str) -> str | None:
        """The common words that are written as one: "whereismy" for "where is my"; the fewest of them."""
        if not _FEWEST_RUN_TOGETHER <= len(word) <= _LONGEST_RUN:
            return None
        ways: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(1, len(word) + 1):
            found = [
                (*ways[start], word[start:end])
                for start in range(end)
                if start in ways and word[start:end] in self._common
            ]
            if found:
                ways[end] = min(found, key=len)
        return " ".join(ways[len(word)]) if len(word) in ways else None

    def _slip(self, word: str) -> str | None:
        if len(word) < SHORTEST:
            return None
        if word.endswith("in") and self._count[word + "g"]:
            return word + "g"
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


def _consonants(word: str) -> str:
    """Those after the first letter, a double one once."""
    kept = [letter for letter in word[1:] if letter not in _VOWELS]
    return "".join(letter for place, letter in enumerate(kept) if place == 0 or kept[place - 1] != letter)


def _stands_in(short: str, whole: str) -> bool:
    """Whether the letters of the one stand in the other in this order."""
    left = iter(whole)
    return len(short) < len(whole) and all(letter in left for letter in short)


def _inflected(word: str, known: str) -> bool:
    short, long = sorted((word, known), key=len)
    return long in {short + ending for ending in ("s", "d", "es", "ed", "er", "ly", "y", "n")}
