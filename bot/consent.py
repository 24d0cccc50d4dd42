"""Whether a message is a plain yes or no to what was just proposed. Code decides this, never a model.

The grammar is closed: a message is consent only if it consists of phrases of `consent.yaml` and nothing else.

    yes, ok do it, sí, 👍, yes please             a yes, in six languages' plainest words
    yes, cancel it                               a yes to a cancellation, and to nothing else
    please proceed with the return               a yes to a return, and to nothing else
    no thanks, please don't cancel it            a no
    yes but to my gift card, yes and the lamp    a new wish
    ok thanks, great, cancel it, yes no, yes?    neither: a good-bye, praise, a wish, both at once, a question

A wording that nobody wrote down is left to the model, which can only propose again: one question too many is the
price, never a change that was not agreed to.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.phrases import Phrase, meanings_of, words_of
from knowledge.plain_yaml import plain_values
from tools.commerce.schema import ProposalKind

LONGEST = 80
"""Characters. Whoever writes more has more to say than yes."""

_DONT = (("don't",), ("dont",), ("do", "not"))
_GOES_AHEAD = (
    "proceed with",
    "go ahead with",
    "confirm",
    "i confirm",
    "i agree to",
    "process",
    "go ahead and process",
)
_WHICH = ("the", "my", "this", "that")


class Consent(StrEnum):
    YES = "yes"
    NO = "no"
    NEITHER = "neither"


class _Phrases(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: tuple[str, ...]
    nod: tuple[str, ...]
    no: tuple[str, ...]
    politeness: tuple[str, ...]
    change: Mapping[ProposalKind, tuple[str, ...]]
    called: Mapping[ProposalKind, tuple[str, ...]]

    def meanings(self, kind: ProposalKind) -> dict[Phrase, str]:
        """What each phrase, as words, stands for."""
        groups = {
            "politeness": self.politeness,
            "change": self.change.get(kind, ()),
            "nod": self.nod,
            "no": self.no,
            "yes": (*self.yes, *self._goes_ahead(kind)),
        }
        named = {tuple(phrase.split()): meaning for meaning, group in groups.items() for phrase in group}
        against = {(*refusal, *phrase.split()): "no" for refusal in _DONT for phrase in groups["change"]}
        return named | against

    def _goes_ahead(self, kind: ProposalKind) -> list[str]:
        """ "Go ahead with the return", by what such a change is called."""
        called = [f"{which} {name}" for which in _WHICH for name in self.called.get(kind, ())]
        return [f"{verb} {change}" for verb in _GOES_AHEAD for change in called]


def read_consent(text: str, kind: ProposalKind) -> Consent:
    """What `text` says to a proposal of `kind`."""
    if len(text) > LONGEST or "?" in text or "¿" in text:
        return Consent.NEITHER
    said = meanings_of(words_of(text), _meanings(kind))
    if not said:
        return Consent.NEITHER
    meanings = set(said)
    if "no" in meanings:
        return Consent.NO if meanings <= {"no", "politeness"} else Consent.NEITHER
    if "yes" in meanings:
        return Consent.YES
    # "ok please" asks for it; "ok thanks" takes leave, and "cancel it" alone is a wish like any other.
    return Consent.YES if meanings == {"nod"} or said == ["nod", "change"] else Consent.NEITHER


@cache
def _meanings(kind: ProposalKind) -> Mapping[Phrase, str]:
    return _phrases().meanings(kind)


@cache
def _phrases() -> _Phrases:
    text = Path(__file__).with_name("consent.yaml").read_text("utf-8")
    return _Phrases.model_validate(plain_values(text))
