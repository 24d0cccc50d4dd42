"""A shopper's text in the form that the readers know: short enough, one blank between words, whole contractions."""

import re

from bot.embedded.reading.entities import MAX_CHARS

_CONTRACTIONS = {
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "isnt": "isn't",
    "wasnt": "wasn't",
    "arent": "aren't",
    "werent": "weren't",
    "wont": "won't",
    "wouldnt": "wouldn't",
    "cant": "can't",
    "couldnt": "couldn't",
    "havent": "haven't",
    "hasnt": "hasn't",
    "im": "i'm",
    "ive": "i've",
    "thats": "that's",
}
_UNMARKED = re.compile(rf"\b(?:{'|'.join(_CONTRACTIONS)})\b", re.IGNORECASE)


def plain(text: str) -> str:
    """The first MAX_CHARS characters, on one line; people leave apostrophes out."""
    text = " ".join(text[:MAX_CHARS].replace("’", "'").split())
    return _UNMARKED.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    written = _CONTRACTIONS[found[0].lower()]
    return written.capitalize() if found[0][0].isupper() else written
