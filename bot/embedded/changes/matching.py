"""Which of the answers that a question came with somebody means."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.embedded.changes.quantities import NUMBER
from bot.embedded.reading.content import content_words
from bot.embedded.reading.plain import plain
from bot.embedded.reading.references import Pick, selection
from tools.change_cards import Choice

ALIKE = 88
_COUNTS = re.compile(rf"\b{NUMBER} of (?:them|those|these|the|my)\b", re.IGNORECASE)
"""How many of the things are meant, not which answer."""
_WORD = re.compile(r"[^\W_](?:[\w'.-]*[^\W_])?")
_EMPTY = frozenset(
    "a an the my your our to on in of it its for is be and or with i i'd like want make please instead size color "
    "colour one ones that this them those rather change changed switch swap exchange use put pay paid get give me can "
    "could you it's they're that's "
    "ending ends into from back just actually no yes ok okay but version variant go take same other".split()
)
_GENERAL = frozenset(
    "another different bigger smaller larger else something new better next up down two money refund order back there "
    "not don't too s m l xl exchanged swapped replaced changed exchange swap both all each them items things".split()
)
_TARGET = re.compile(
    r"\b(?:for|to|into|with|make (?:it|that|them)|want|like|prefer|need) (.+?)(?: (?:instead of|rather than|not) .*)?$",
    re.IGNORECASE,
)
_NOT_TARGET = re.compile(
    r"\b(?:instead of|rather than|not) [^,.;]+|\bfrom \S+(?= to\b)|\b(?:too|bit|little|so|way|much) [\w-]+|"
    r"\b(?:ordered|bought|got|received|have|has|is|was) (?:\w+ ){0,3}?in \S+",
    re.IGNORECASE,
)
"""What is complained of, or there now, is not what is wanted."""


def match(text: str, choices: Sequence[Choice], *, asked: bool) -> Choice | None:
    """The one choice that the text names; None where none does, or several do.

    `asked` where the text answers the question, so that "the second" and a lone number count.
    """
    if exact := labelled(text, choices):
        return exact
    text = plain(text)
    if asked and (chosen := placed(text, choices)):
        return chosen
    wanted = _NOT_TARGET.sub(" ", text)
    target = _TARGET.search(wanted)
    for said in ([target[1]] if target else []) + [wanted]:
        if found := _named(_words(said), choices):
            return found
    return None


def labelled(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice of which the text is the label, as a button says it."""
    said = plain(text).casefold()
    return next((choice for choice in choices if plain(choice.label).casefold() == said), None)


def names_other(text: str, own: str) -> bool:
    """Whether the text says what it should become in words that neither are general nor of `own`."""
    target = _TARGET.search(_NOT_TARGET.sub(" ", plain(text)))
    words = _words(content_words(target[1])) - _GENERAL if target else frozenset[str]()
    return any(not _has(_words(own), word) for word in words)


def placed(text: str, choices: Sequence[Choice]) -> Choice | None:
    """ "The second one", "2", "the last": a place in the list."""
    chosen = selection(text)
    if chosen is None or _COUNTS.search(text):
        return None
    if chosen.pick is Pick.NTH and chosen.place <= len(choices):
        return choices[chosen.place - 1]
    return choices[-1] if chosen.pick in {Pick.LAST, Pick.LATEST} else None


def _named(words: frozenset[str], choices: Sequence[Choice]) -> Choice | None:
    told = [_words(choice.label) | _words(choice.value.replace("_", " ")) for choice in choices]
    common = frozenset.intersection(*told) if len(told) > 1 else frozenset[str]()
    scores = [sum(_has(own - common, word) for word in words) for own in told]
    best = max(scores, default=0)
    if best == 0:
        return None
    fitting = [choice for choice, score in zip(choices, scores, strict=True) if score == best]
    return fitting[0] if len(fitting) == 1 else None


def _has(own: frozenset[str], word: str) -> bool:
    if word in own:
        return True
    return len(word) >= 4 and any(len(other) >= 4 and fuzz.ratio(word, other) >= ALIKE for other in own)


def _words(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word for word in words if word not in _EMPTY)
