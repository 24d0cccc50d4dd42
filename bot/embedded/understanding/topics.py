"""What a question is about, for one that goes on with it: "how long is a return, and what does it cost?"."""

import re
from collections.abc import Iterable

from bot.embedded.reading.clauses import asks, clauses
from bot.embedded.reading.plain import plain
from knowledge.words import FUNCTION_WORDS

LONGEST_LIST = 12
"""Words of "opening hours and phone number", which asks two things without a verb."""
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_ASKED = frozenset(
    """
    long much cost costs take takes taking fast soon quick quickly free expensive cheap day days time fee fees price
    charge charged pay paid work works exactly usually normally total many often late early far big left
    """.split()
)
"""What is asked of a thing, and does not name it."""
_GOES_ON = re.compile(
    r"\W*(?:and|what about|how about) (?:on|for|to|with|in|from|by|at|if|when)\b", re.IGNORECASE
)
_AND = re.compile(r"(?<!\s)\s+(?:and|&|plus)\s+|,\s+|\s?/\s?", re.IGNORECASE)


def topic(question: str) -> str:
    """The words that name what a question is about; "" where it leans on what was said before."""
    words = [word.lower() for word in _WORD.findall(plain(question))]
    return " ".join(word for word in words if word not in FUNCTION_WORDS | _ASKED)


def in_context(question: str, before: str) -> str:
    """The question with the topic of the one before, where it names none of its own or goes on: "and on chairs?"."""
    if topic(question) and not goes_on(question):
        return question
    return f"{question.rstrip(' ?.!')} {topic(before)}".rstrip()


def goes_on(question: str) -> bool:
    """Whether it asks the same of something else: "and on chairs?", "what about to Mexico?"."""
    return bool(_GOES_ON.match(question))


def questions(text: str) -> tuple[str, ...]:
    """Each question of a text, as it can be understood alone."""
    found: list[str] = []
    for piece in _asking(clauses(text)):
        found.append(in_context(piece, found[-1]) if found else piece)
    return tuple(found)


def listed(text: str) -> tuple[str, ...]:
    """What a short question names one after the other: "return window and return fee"; () for one thing."""
    if len(text.split()) > LONGEST_LIST:
        return ()
    parts = tuple(part for part in _AND.split(text) if topic(part))
    return parts if len(parts) > 1 else ()


def _asking(pieces: Iterable[str]) -> Iterable[str]:
    return (piece for piece in pieces if asks(piece))
