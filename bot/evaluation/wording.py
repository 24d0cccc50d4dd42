"""Other words for the same: a deterministic model meets another shopper in each trial."""

from collections.abc import Sequence
from random import Random

_AROUND = (
    "{}",
    "Hi, {}",
    "Hello! {}",
    "{} Thanks!",
    "Good morning, {}",
    "hey {}",
    "Hi there. {} Thank you in advance.",
    "Excuse me, {}",
)
_GIVEN = ("{}", "It's {}", "{}.", "Sure: {}", "{} please", "That would be {}")
_YES = ("yes", "Yes, please.", "ok, go ahead", "Sure", "yes please do", "Sounds good")
_NO = ("no", "No, thanks.", "No thank you", "nope")
FACTS_AS_THEY_ARE = frozenset({"order_number", "email", "postcode", "code", "name", "phone"})


def varied(wordings: Sequence[str], trial: int, *, whole: bool) -> str:
    """The wording of this trial, from 1; the first is as written. `whole` may get a greeting around it."""
    text = wordings[(trial - 1) % len(wordings)]
    if trial <= len(wordings) or not whole:
        return text
    rng = Random(f"{trial}:{text}")  # noqa: S311 - the same words for the same trial
    around = rng.choice(_AROUND[1:])
    if text[-1].isalnum():
        text = f"{text}."
    begins_small = text[1:2].islower() and text[:2] not in {"I ", "I'"} and around.endswith(", {}")
    return around.format(text[0].lower() + text[1:] if begins_small else text)


def given(fact: str, value: str, trial: int) -> str:
    """An answer to a question."""
    if trial == 1:
        return value
    around = _GIVEN[:4] if fact in FACTS_AS_THEY_ARE else _GIVEN[:3]
    return Random(f"{trial}:{value}").choice(around).format(value)  # noqa: S311


def yes(trial: int) -> str:
    return _YES[(trial - 1) % len(_YES)]


def no(trial: int) -> str:
    return _NO[(trial - 1) % len(_NO)]
