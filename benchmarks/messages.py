"""Messages with what they want, none of which is among the examples, and how well they were understood."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import yaml
from sklearn.metrics import roc_auc_score

from bot.embedded.intents import Intent
from bot.embedded.understanding.classifier import IntentClassifier

TESTS = Path(__file__).parent.parent / "tests" / "bot"
QUESTIONS = TESTS / "understanding_questions.yaml"
"""By those who write the examples: what they measure by while they work on them."""
UTTERANCES = TESTS / "utterances.yaml"
"""By others, apart from the examples: how well strangers are understood."""
DICTATED = TESTS / "dictated_utterances.yaml"
"""By somebody else again, who speaks to a phone; nobody looked at what goes wrong there while writing examples."""
LATER = TESTS / "later_utterances.yaml"
"""By four more people, written before the examples in voices like theirs."""
FOURTH = TESTS / "fourth_utterances.yaml"
"""By five more people."""
FIFTH = TESTS / "fifth_utterances.yaml"
"""By three more, measured once when all else was done."""
SIXTH = TESTS / "sixth_utterances.yaml"
"""By eleven more, most of whom write in a way of their own: some English learned late, keywords, a lawyer's."""
SEVENTH = TESTS / "seventh_utterances.yaml"
"""By ten more; a message in seven has two wishes."""
HELD_OUT = (UTTERANCES, DICTATED, LATER, FOURTH, FIFTH, SIXTH, SEVENTH)
SURE = 0.8
SEVERAL = "several"
"""The kind of messages with more than one wish."""

Texts: TypeAlias = list[str]


@dataclass(frozen=True)
class Question:
    """A message and its wishes in order; `any_of` when each of the intents alone is right."""

    text: str
    kind: str
    """What kind of message, or who writes it."""
    intents: tuple[str, ...]
    any_of: bool = False
    articles: tuple[str, ...] = ()
    """Those of the demo shop's pages that answer; empty where none has to."""
    near: bool = False
    """Not the shop's business, but sounds like it."""

    @property
    def is_ours(self) -> bool:
        return Intent.OUT_OF_SCOPE not in self.intents


@dataclass(frozen=True)
class Answer:
    question: Question
    found: tuple[str, ...]
    confidence: float
    is_ours: float
    """The classifier's own score that it is the shop's business; only its order counts."""

    @property
    def right(self) -> bool:
        if self.question.any_of:
            return len(set(self.found)) == 1 and self.found[0] in self.question.intents
        return self.found == self.question.intents


@dataclass(frozen=True)
class Confusion:
    meant: str
    found: str
    times: int


@dataclass(frozen=True)
class Scores:
    questions: int
    accuracy: float
    by_kind: dict[str, float]
    by_intent: dict[str, float]
    auroc: dict[str, float]
    """How well the shop's business is told from `all` that is not, from what is `far` from it, and what is `near`."""
    calibration_error: float
    """Expected calibration error, ten bins."""
    sure_and_wrong: float
    """Share answered wrongly with a confidence of 0.8 or more."""
    confusions: tuple[Confusion, ...]


def questions() -> tuple[Question, ...]:
    stored = yaml.safe_load(QUESTIONS.read_text())
    grouped = [
        Question(text, kind, (intent,))
        for kind in ("single", "misspelt", "stories")
        for intent, texts in stored[kind].items()
        for text in texts
    ]
    either = [Question(row["text"], "either", tuple(row["intents"]), any_of=True) for row in stored["either"]]
    several = [Question(row["text"], SEVERAL, tuple(row["intents"])) for row in stored[SEVERAL]]
    return (*grouped, *either, *several)


def one_wish(given: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in given if answer.question.kind != SEVERAL)


def utterances(file: Path = UTTERANCES) -> tuple[Question, ...]:
    stored: dict[str, dict[str, Texts | dict[str, Texts]]] = yaml.safe_load(file.read_text())
    return tuple(question for source, by_intent in stored.items() for question in _said_by(source, by_intent))


def _said_by(source: str, by_intent: dict[str, Texts | dict[str, Texts]]) -> Iterator[Question]:
    for intent, lists in by_intent.items():
        if intent == "either":
            for row in lists:
                assert isinstance(row, dict)
                yield Question(
                    row["text"], source, tuple(row["intents"]), True, _pages(row.get("article", "none"))
                )
        elif intent == SEVERAL:
            for row in lists:
                assert isinstance(row, dict)
                yield Question(row["text"], SEVERAL, tuple(row["intents"]))
        elif isinstance(lists, dict):
            for group, texts in lists.items():
                pages = _pages(group) if intent == Intent.POLICY_QUESTION else ()
                yield from (Question(text, source, (intent,), True, pages, group == "near") for text in texts)
        else:
            yield from (Question(text, source, (intent,), True) for text in lists)


def _pages(named: str) -> tuple[str, ...]:
    return () if named == "none" else tuple(named.split(", "))


def answers(classifier: IntentClassifier, asked: Iterable[Question]) -> tuple[Answer, ...]:
    return tuple(read(classifier, question) for question in asked)


def read(classifier: IntentClassifier, question: Question) -> Answer:
    wishes = classifier.wishes(question.text)
    found = tuple(wish.intent.value for wish in wishes)
    return Answer(question, found, wishes[0].confidence, classifier.is_ours(question.text))


def scores(given: Sequence[Answer]) -> Scores:
    wrong = [answer for answer in given if not answer.right]
    confused = Counter((answer.question.intents[0], " + ".join(answer.found)) for answer in wrong)
    return Scores(
        questions=len(given),
        accuracy=accuracy(given),
        by_kind=_by(given, lambda answer: answer.question.kind),
        by_intent=_by(given, lambda answer: answer.question.intents[0]),
        auroc=auroc(given),
        calibration_error=calibration_error(given),
        sure_and_wrong=sum(answer.confidence >= SURE for answer in wrong) / len(given),
        confusions=tuple(Confusion(*pair, times) for pair, times in confused.most_common()),
    )


def accuracy(given: Sequence[Answer]) -> float:
    return sum(answer.right for answer in given) / len(given)


def _by(given: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, float]:
    groups: dict[str, list[Answer]] = {}
    for answer in given:
        groups.setdefault(key(answer), []).append(answer)
    return {name: accuracy(group) for name, group in groups.items()}


def auroc(given: Sequence[Answer]) -> dict[str, float]:
    ours = [answer for answer in given if answer.question.is_ours]
    foreign = [answer for answer in given if not answer.question.is_ours]
    groups = {
        "all": foreign,
        "far": [answer for answer in foreign if not answer.question.near],
        "near": [answer for answer in foreign if answer.question.near],
    }
    return {
        name: float(
            roc_auc_score(
                [True] * len(ours) + [False] * len(group), [answer.is_ours for answer in (*ours, *group)]
            )
        )
        for name, group in groups.items()
        if group
    }


def calibration_error(given: Sequence[Answer], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy, weighted by how many fall in each bin."""
    confidence = np.array([answer.confidence for answer in given])
    right = np.array([answer.right for answer in given], dtype=np.float64)
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[places == b].mean() - right[places == b].mean()) * (places == b).sum()
        for b in range(bins)
        if (places == b).any()
    ]
    return float(sum(gaps) / len(given))
