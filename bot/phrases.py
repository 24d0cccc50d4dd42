"""Closed grammars: whether a message is made up of listed phrases, and of nothing else."""

import re
import unicodedata
from collections.abc import Mapping

_BREAK = re.compile(r"[\s.,;:!\-–—()\"“”…]+")
_DECORATION = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\ufe0f": None})
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")

Phrase = tuple[str, ...]
"""Its words."""


def words_of(text: str) -> list[str]:
    """In lower case, without punctuation."""
    plain = unicodedata.normalize("NFKC", text.translate(_DECORATION)).casefold()
    plain = _SKIN_TONES.sub("", plain)
    return [word for word in _BREAK.split(plain) if word]


def meanings_of(words: list[str], meanings: Mapping[Phrase, str]) -> list[str]:
    """The meanings of the phrases that `words` are made up of, longest first; none when a word is left over."""
    longest = max(map(len, meanings))
    said: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            meaning = meanings.get(tuple(words[at : at + size]))
            if meaning:
                said.append(meaning)
                at += size
                break
        else:
            return []
    return said
