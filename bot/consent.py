"""Whether a message is a plain yes or no to what was just proposed. Code decides this, never a model.

The grammar is closed: a message is consent only if it consists of phrases of `consent.yaml` and nothing else.

    yes, ok do it, sí, 👍, yes please             a yes, in six languages' plainest words
    yes, cancel it                               a yes to a cancellation, and to nothing else
    please proceed with the return               a yes to a return, and to nothing else
    no thanks, please don't cancel it            a no
    yes please. Also, where is my tent?          a yes, and after it something else
    yes but to my gift card, yes and the lamp    a new wish
    ok thanks, great, cancel it, yes no, yes?    neither: a good-bye, praise, a wish, both at once, a question

A wording that nobody wrote down is left to the model, which can only propose again: one question too many is the
price, never a change that was not agreed to.
"""

import re
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

LONGEST_BESIDES = 300
"""Characters of what is wanted after a yes."""
_SENTENCE = re.compile(r"(?<=[.!])\s+")
_OPENS = re.compile(
    r"(?:(?:and )?(?:also|then|next|finally|lastly)|additionally|in addition|besides|after that|while you're at it|"
    r"(?:one|another) (?:more|other) thing|(?:and )?i(?:'d| would)? also)\b",
    re.IGNORECASE,
)
_ASKS_ELSEWHERE = re.compile(
    r"(?:(?:and|also|oh|by the way|btw)\W+)*(?:where(?:'s| is| are)|when (?:will|does|is)|what(?:'s| is) the status)\b"
    r"[^.!?]*\?\s*$",
    re.IGNORECASE,
)
_BEARS_ON_IT = re.compile(
    r"\b(?:it|its|them|they|this|that|these|those|ones?|both|same|instead|rather|but|only|except|without|unless|if|"
    r"wait|not|no|first|before|until|too|as well|money|difference|credit|cards?|fees?|refund\w*|paypal|visa|"
    r"mastercard|how much)\b|n't\b",
    re.IGNORECASE,
)
"""Words by which what follows a yes may be about what the yes is to: then it is no plain yes."""
_WHY = re.compile(
    r"\s*\bfor the same reason\b|"
    r"[,;.]?\s*(?:because |since |as )?i (?:changed my mind|no longer|(?:really |just )?don't (?:need|want|like))"
    r"[^.;]*",
    re.IGNORECASE,
)
_RATHER_THAN = re.compile(r"\brather than (?:the |my |in )?\w+(?=\W*$)", re.IGNORECASE)
_THAT_ORDER = re.compile(r"\b(?:that|this|the same) (?:order|purchase)\b", re.IGNORECASE)
_OTHER_ORDER = re.compile(
    r"\b(?:the|my) (?:\w+ )?other order\b|\border (?:with|containing|that (?:has|had)) \w", re.IGNORECASE
)
"""What is said of another order belongs into no proposal about this one."""
_ACTS: Mapping[ProposalKind, str] = {
    ProposalKind.CANCELLATION: r"cancel|remove|drop|take (?:\w+ ){1,4}(?:off|out)",
    ProposalKind.RETURN: r"return|send (?:\w+ ){1,4}back",
    ProposalKind.EXCHANGE: r"exchange|swap|replace",
    ProposalKind.ITEM_CHANGE: r"(?:like|want|need|have|get) (?:the|my) (?:[\w-]+ ){1,4}in|"
    r"change (?!the address|my address|the payment)|make|switch|upgrade",
    ProposalKind.ADDRESS_CHANGE: r"address|deliver|ship|send (?:[\w-]+ ){1,8}to",
}
"""How each kind of change is asked for. More of the same kind may belong into the same proposal."""
_ACTS_ALIKE = (
    {ProposalKind.EXCHANGE, ProposalKind.ITEM_CHANGE},
    {ProposalKind.RETURN, ProposalKind.REFUND},
)

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


def besides(text: str, kind: ProposalKind) -> str:
    """What is wanted after a plain yes to a proposal of `kind`: a look-up, or another kind of change.

    Empty where there is nothing, and where it may be about the proposal itself: then `text` is no plain yes.
    """
    sentences = _SENTENCE.split(text.replace("’", "'").strip())
    for end in range(len(sentences) - 1, 0, -1):
        said, rest = " ".join(sentences[:end]), " ".join(sentences[end:])
        if read_consent(said, kind) is Consent.YES:
            return rest if len(rest) <= LONGEST_BESIDES and _is_elsewhere(rest, kind) else ""
    return ""


def _is_elsewhere(rest: str, kind: ProposalKind) -> bool:
    if _BEARS_ON_IT.search(_RATHER_THAN.sub(" ", _THAT_ORDER.sub("my order", _WHY.sub(" ", rest)))):
        return False
    if _ASKS_ELSEWHERE.match(rest):
        return True
    alike = next((kinds for kinds in _ACTS_ALIKE if kind in kinds), {kind})
    acts = {other for other, words in _ACTS.items() if re.search(rf"\b(?:{words})\b", rest, re.IGNORECASE)}
    return bool(_OPENS.match(rest) and acts and (_OTHER_ORDER.search(rest) or not acts & alike))


@cache
def _meanings(kind: ProposalKind) -> Mapping[Phrase, str]:
    return _phrases().meanings(kind)


@cache
def _phrases() -> _Phrases:
    text = Path(__file__).with_name("consent.yaml").read_text("utf-8")
    return _Phrases.model_validate(plain_values(text))
