"""A grammar of wordings, kept as data: templates with slots, of which parts fall away where nothing is told."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part
from tools.commerce.policy import RefundMethod

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_SLOT = re.compile(r"\{([A-Za-z_']+)\}")
_FILE = Path(__file__).parent / "wording.yaml"

Slots = Mapping[str, str]


class Answers(Part):
    refund_to: Mapping[RefundMethod, str]


class Wording(Part):
    """Of `goals` by name, the templates; the rest are parts that these are made of."""

    goals: Mapping[str, tuple[str, ...]]
    swap: tuple[str, ...]
    version_words: Mapping[str, tuple[str, ...]]
    piecemeal: Mapping[str, tuple[str, ...]]
    connectors: tuple[str, ...]
    around: tuple[str, ...]
    reasons: Mapping[str, tuple[str, ...]]
    refund_to: Mapping[RefundMethod, tuple[str, ...]]
    answers: Answers
    streets: tuple[str, ...]


@cache
def wording() -> Wording:
    return read_yaml(_FILE).validated(Wording)


def filled(template: str, slots: Slots) -> str:
    """With the slots' texts in it; `[parts]` with an empty slot fall away. Raises KeyError for an unknown slot."""

    def told(match: re.Match[str]) -> str:
        return match[1] if all(_text(slot, slots) for slot in _SLOT.findall(match[1])) else ""

    text = _SLOT.sub(lambda match: _text(match[1], slots), _OPTIONAL.sub(told, template))
    return re.sub(r"  +", " ", text).strip()


def needs(template: str) -> frozenset[str]:
    """The slots that must have a text: those outside brackets."""
    return frozenset(slot[0].lower() + slot[1:] for slot in _SLOT.findall(_OPTIONAL.sub("", template)))


def worded(templates: Sequence[str], slots: Slots, rng: Random) -> str:
    """One of the templates that has all it needs."""
    fitting = [one for one in templates if all(slots.get(slot) for slot in needs(one))]
    return filled(rng.choice(fitting), slots)


def joined(first: str, second: str, rng: Random) -> str:
    """Two wishes in one message."""
    template = rng.choice(wording().connectors)
    small = second if re.match(r"I\b|[A-Z0-9-]{3,}", second) else second[:1].lower() + second[1:]
    ended = first if first[-1] in ".?!" else f"{first}."
    return filled(template, {"first": ended, "second": small})


def around(text: str, rng: Random) -> str:
    return rng.choice(wording().around).format(text)


def _text(slot: str, slots: Slots) -> str:
    text = slots.get(slot[0].lower() + slot[1:], "")
    return text[:1].upper() + text[1:] if slot[0].isupper() else text
