"""What is typed into a phone, as it would be written in a letter: "gr8, c u 2day!!!" in words."""

import re

_SAID_WITH_DIGITS = {
    "b4": "before",
    "gr8": "great",
    "l8": "late",
    "l8r": "later",
    "m8": "mate",
    "w8": "wait",
    "upd8": "update",
    "2day": "today",
    "2moro": "tomorrow",
    "2morrow": "tomorrow",
    "2nite": "tonight",
    "4get": "forget",
    "4got": "forgot",
    "any1": "anyone",
    "every1": "everyone",
    "some1": "someone",
    "no1": "no one",
}
_WITH_DIGIT = re.compile(r"(?<![\w#/.-])(?:[a-z]{1,6}\d[a-z]?|\d[a-z]{2,6})(?![\w/.-])")
_TO_OR_FOR = re.compile(
    r"(?<=[a-z]) ([24]) "
    r"(?=(?:my|me|u|you|ur|your|the|a|an|it|this|that|her|him|his|mum|mom|get|return|rtn|send|be)\b)"
)
_DRAWN_OUT = re.compile(r"([a-zA-Z])\1{2,}")
_PICTURE = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+")
SHOUTED = 2
"""So many words in capitals, and none in others, are a raised voice rather than names."""


def spelt_out(text: str) -> str:
    """In small letters where all are capitals, without pictures beside words, "2 u" and "gr8" in words. For
    understanding only: a quantity is read from what was typed."""
    if any(character.isalpha() for character in text):
        text = _PICTURE.sub(" ", text).strip()
    if text.isupper() and len(text.split()) >= SHOUTED:
        text = text.lower()
    text = _DRAWN_OUT.sub(r"\1\1", text)
    text = _TO_OR_FOR.sub(lambda digit: " to " if digit[1] == "2" else " for ", text)
    return _WITH_DIGIT.sub(lambda word: _SAID_WITH_DIGITS.get(word[0], word[0]), text)
