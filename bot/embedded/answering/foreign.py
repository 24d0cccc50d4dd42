"""A message in another language: the embedded model knows English alone, so a person goes on, and it is said so."""

from functools import cache, lru_cache
from pathlib import Path

from bot.embedded.answering.handing_over import TOOL, hand_over
from bot.embedded.answers import Answer
from bot.embedded.situation import Situation, Slot
from knowledge.plain_yaml import plain_values
from tools.commerce.schema import HandoffReason
from tools.languages import NAMES, language_of

OWN = "en"
TEXTS_KEPT = 256
FILE = Path(__file__).parents[1] / "wording" / "languages.yaml"


def language(situation: Situation) -> str | None:
    """The language of the message, where that is surely another one; what answers a question may be a name."""
    if situation.memory.asked not in {None, Slot.WISH}:
        return None
    found = _language_of(situation.text)
    return None if found == OWN else found


def to_people(situation: Situation, code: str) -> Answer:
    """In their language, as far as we have the words, and in ours."""
    if TOOL not in situation.tools:
        return Answer("I'm sorry, I only understand English.", understood=False)
    theirs = _sentences().get(code, "")
    return hand_over(
        situation,
        HandoffReason.NOT_UNDERSTOOD,
        f"{theirs}\n\nI only understand English, and you seem to write {NAMES[code]}.".strip(),
    )


@lru_cache(maxsize=TEXTS_KEPT)
def _language_of(text: str) -> str | None:
    # A turn plans anew after every tool's answer, always with the same message.
    return language_of([text])


@cache
def _sentences() -> dict[str, str]:
    """By the code of their language."""
    sentences: dict[str, str] = plain_values(FILE.read_text(encoding="utf-8"))
    return sentences
