"""Other learners, taught by the very same examples: what the same data gives elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.messages import Answer, Question
from bot.embedded.understanding.examples import CONTEXT, Examples


@dataclass(frozen=True)
class Run:
    answers: tuple[Answer, ...]
    learn_seconds: float
    milliseconds: float
    """Median for one message."""


class PeerMissing(Exception):
    """A peer that is not on this machine; says how to get it."""


Peer: TypeAlias = Callable[[Examples, Sequence[Question]], Run]
"""Learns from examples, then reads each message by itself."""


def without_context(taught: Examples) -> tuple[list[str], list[str]]:
    """Texts and labels, less what is no intent: others read a message as a whole."""
    pairs = [
        (text, label) for text, label in zip(taught.texts, taught.labels, strict=True) if label != CONTEXT
    ]
    return [text for text, _ in pairs], [label for _, label in pairs]


def answer(question: Question, chances: Mapping[str, float], foreign: str) -> Answer:
    best = max(chances, key=lambda label: chances[label])
    ours = max((chance for label, chance in chances.items() if label != foreign), default=0.0)
    return Answer(question, (best,), chances[best], ours - chances.get(foreign, 0.0))
