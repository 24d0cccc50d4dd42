"""How many, in words or digits: "one of the two mugs", "both", "two instead of one"."""

import re

from bot.embedded.reading.plain import plain

MOST = 1000
_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
NUMBER = (
    r"(?<![$€£¥])(\d{1,3}|"
    + "|".join(_WORDS)
    + r")(?![\w.,-]*\d)(?! ?(?:dollars?|bucks|euros?|pounds?|quid)\b)"
)
"""Nothing that is a sum of money."""
_PRONOUN = re.compile(
    r"(?<!make )\b(?:the|this|that|which|other|another|(?:a|the) (?!of)[\w-]{1,20}|each|every|first|second|third|"
    r"last) ones?\b(?! of\b)",
    re.IGNORECASE,
)
_NOT_NEEDED = re.compile(
    rf"\b(?:don't|do not|didn't|no longer) (?:really )?(?:need|want) (?:both|{NUMBER})\b", re.IGNORECASE
)
_STEPS = re.compile(rf"\b{NUMBER} (?:more |less )?(?:sizes?|steps?|notch(?:es)?)\b", re.IGNORECASE)
"""How much bigger, not how many."""
_INSTEAD_OF = re.compile(
    rf"\b{NUMBER}\b[^.;]{{0,30}}? (?:instead of|rather than|not) (?:just |only )?{NUMBER}\b", re.IGNORECASE
)
_FROM_TO = re.compile(rf"\bfrom {NUMBER} to {NUMBER}\b", re.IGNORECASE)
_SET = re.compile(
    rf"\b(?:quantity|amount|number)\b[^.;]{{0,40}}?\b(?:to|of|be|=|is) {NUMBER}\b|"
    rf"\b(?:make|change|set|increase|reduce|lower|raise|decrease|bump|up) (?:it|that|them|those|this)?(?: up|"
    rf" down)? ?(?:to|a|into)? ?{NUMBER}\b|"
    rf"\b(?:just|only|actually) (?:want |need )?{NUMBER}\b|"
    rf"\b(?:want(?:ed)?|need(?:ed)?|like|have|get|take) (?:just |only )?{NUMBER}\b"
    rf"(?! (?:more|less|fewer|extra|additional))|"
    rf"^\W*(?:(?:no|ok|actually|sorry|wait|rather|but|then)\W+)*{NUMBER}"
    rf"(?: of (?:them|those|these|it))?(?: please)?\W*$|\bto {NUMBER}\W*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"\b(?:{NUMBER}|an?|another) (?:more|extra|additional)\b|\badd (?:another|one|an extra)\b|\banother one\b|"
    rf"\b(an) extra\b",
    re.IGNORECASE,
)
_FEWER = re.compile(rf"\b(?:{NUMBER}) (?:less|fewer)\b", re.IGNORECASE)
_JUST = re.compile(
    rf"\b(?:just|only) (?:(?:want|need|like) (?:to )?)?(?:return|cancel|send back|give back)? ?{NUMBER}\b",
    re.IGNORECASE,
)
"""After "there are three of them"."""
_OF_THEM = re.compile(rf"\b{NUMBER} of (?:the |my |those |these |them|it)", re.IGNORECASE)
_COUNTED = re.compile(rf"\b{NUMBER}(?:[ ]?x)? ", re.IGNORECASE)


def number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word.lower()]


def part_of(text: str) -> int | None:
    """How many of a thing are meant: "one of the mugs", "2 mugs", "just one"; "the blue one" counts nothing."""
    text = _STEPS.sub(" ", _PRONOUN.sub(" ", _NOT_NEEDED.sub(" ", plain(text))))
    for pattern in (_JUST, _OF_THEM, _SET, _COUNTED):
        if found := _number_in(pattern, text):
            return found
    return None


def some_of(text: str) -> int | None:
    """The number in "one of them", "two of the mugs"."""
    return _number_in(_OF_THEM, plain(text))


def wanted(text: str, now: int) -> int | None:
    """How many there should be instead of the `now` there are."""
    text = _PRONOUN.sub(" ", plain(text))
    if match := _INSTEAD_OF.search(text):
        return number(match[1])
    if match := _FROM_TO.search(text):
        return number(match[2])
    if match := _FEWER.search(text):
        return now - number(match[1])
    if match := _MORE.search(text):
        return now + (number(match[1]) if match[1] else 1)
    return _number_in(_SET, text)


def _number_in(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    said = next((group for group in match.groups() if group), None) if match else None
    found = number(said) if said else None
    return found if found is not None and 0 < found <= MOST else None
