"""What staff ask beside a case: of its shopper as if it were of themselves, and of what there was with them before.

An agent says "where is her parcel?" where the shopper says "where is my parcel?". Put in the shopper's place, the
question is read and answered as theirs is, of the case's orders; what only staff ask has its own answers.
"""

import re
from dataclasses import replace
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from bot.embedded.situation import Situation
from bot.embedded.wording import cases as wording
from knowledge.embedding import Embedder, Vectors
from knowledge.plain_yaml import plain_values
from tools.case_facts import CaseFacts

NEAR = 0.5
"""An example that is less alike says nothing."""

_NAMED = r"(?:customer|shopper|buyer|client)"
_THEIRS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (rf"\b(?:the|this|our) {_NAMED}['’]s\b", "her"),
        (rf"\b(?:the|this|our) {_NAMED}\b", "she"),
        (r"\b(?:she|he)['’]s\b", "I have"),
        (r"\b(?:has|does|is) (?:she|he)\b", "{verb} I"),
        (r"\b(?:she|he) (?:has|does|is)\b", "I {verb}"),
        (r"\b(did|have|had|can|could|will|would|should|may|do) they\b", r"\1 I"),
        (r"\b(?:she|he)\b", "I"),
        (r"\b(?:hers)\b", "mine"),
        (r"\bhim\b|\bher\b(?=\W*$|\W*[,.?!;]|\s+(?:a|an|the|for|to|with|on|in|about|back|money)\b)", "me"),
        (
            r"\b(?:her|his|their) (?:(?:delivery|shipping|home) )?address\b",
            "the delivery address of my order",
        ),
        (r"\b(?:her|his|their)\b", "my"),
        (r"\bwhat (did|have) I (pay|paid)\b", r"how much \1 I \2"),
    )
)
_VERBS = {"has": "have", "does": "do", "is": "am"}


class About(StrEnum):
    """What of the case is asked for."""

    BEFORE = "before"
    WHO = "who"
    ABOUT = "about"
    BOUGHT = "bought"
    OTHER = "other"


def _listed() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = plain_values(
        (Path(__file__).parent / "case_questions.yaml").read_text(encoding="utf-8")
    )
    return listed


def case_questions() -> list[str]:
    """All that a question beside a case is compared with."""
    return [text for texts in _listed().values() for text in texts]


class CaseQuestions:
    """Tells by examples what is asked for; their vectors are made once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def answer(self, situation: Situation) -> str | None:
        """Of the case itself; None for what is answered in another way. Raises NeedsTool."""
        about = self._about(situation.text)
        if about is About.OTHER:
            return None
        case = situation.ask("get_case")
        if not isinstance(case, CaseFacts):
            return None
        return _TELLING[about](case, situation.today)

    def _about(self, text: str) -> About:
        kinds, vectors = self._examples
        likeness = vectors @ self._embedder.encode([text])[0]
        nearest = int(np.argmax(likeness))
        return kinds[nearest] if float(likeness[nearest]) >= NEAR else About.OTHER

    @cached_property
    def _examples(self) -> tuple[list[About], Vectors]:
        pairs = [(About(kind), text) for kind, texts in _listed().items() for text in texts]
        return [kind for kind, _ in pairs], self._embedder.encode([text for _, text in pairs])


def in_their_place(situation: Situation) -> Situation:
    """The same, as the case's shopper would say it."""
    return replace(situation, text=first_person(situation.text))


def first_person(text: str) -> str:
    """ "what did she pay for her lamp?" as the shopper says it: "what did I pay for my lamp?"."""
    for pattern, said in _THEIRS:
        text = pattern.sub(partial(_said, said=said), text)
    return text


def is_of_shopper(text: str) -> bool:
    return first_person(text) != text


def _said(match: re.Match[str], said: str) -> str:
    verb = next((_VERBS[word] for word in match[0].lower().split() if word in _VERBS), "")
    return match.expand(said.replace("{verb}", verb))


_TELLING = {
    About.BEFORE: wording.before,
    About.WHO: wording.who,
    About.ABOUT: wording.about,
    About.BOUGHT: wording.bought,
}
