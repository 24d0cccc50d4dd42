"""How well, how surely and how fast the embedded model understands: `python -m benchmarks.understanding`.

The questions are those of tests/bot/understanding_questions.yaml, none of which is among the examples.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import yaml

from bot.embedded.classifier import IntentClassifier
from knowledge.embedding import Embedder

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "tests" / "bot" / "understanding_questions.yaml"
RESULTS = ROOT / "benchmarks" / "results" / "understanding.json"


@dataclass(frozen=True)
class Question:
    """A message and its wishes in order; `any_of` when each of the intents alone is right."""

    text: str
    kind: str
    intents: tuple[str, ...]
    any_of: bool = False


@dataclass(frozen=True)
class Answer:
    question: Question
    found: tuple[str, ...]
    confidence: float

    @property
    def right(self) -> bool:
        if self.question.any_of:
            return len(self.found) == 1 and self.found[0] in self.question.intents
        return self.found == self.question.intents


@dataclass(frozen=True)
class Report:
    questions: int
    accuracy: dict[str, float]
    """By kind of question; `one_wish` is single, misspelt, story and either together."""
    by_intent: dict[str, float]
    calibration_error: float
    """Expected calibration error over messages with one wish, ten bins."""
    sure_and_wrong: float
    """Share of one-wish messages answered wrongly with a confidence of 0.8 or more."""
    unsure: float
    learn_seconds: float
    load_milliseconds: float
    milliseconds_with_embedding: float
    milliseconds_beyond_embedding: float


def questions(file: Path = QUESTIONS) -> tuple[Question, ...]:
    stored = yaml.safe_load(file.read_text())
    grouped = [
        Question(text, kind, (intent,))
        for kind in ("single", "misspelt", "stories")
        for intent, texts in stored[kind].items()
        for text in texts
    ]
    either = [Question(row["text"], "either", tuple(row["intents"]), any_of=True) for row in stored["either"]]
    several = [Question(row["text"], "several", tuple(row["intents"])) for row in stored["several"]]
    return (*grouped, *either, *several)


def answers(classifier: IntentClassifier, asked: Sequence[Question]) -> tuple[Answer, ...]:
    found = []
    for question in asked:
        wishes = classifier.wishes(question.text)
        found.append(Answer(question, tuple(w.intent.value for w in wishes), wishes[0].confidence))
    return tuple(found)


def accuracy(given: Sequence[Answer]) -> float:
    return sum(answer.right for answer in given) / len(given)


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


def one_wish(given: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in given if answer.question.kind != "several")


def measure(embedder: Embedder) -> tuple[Report, tuple[Answer, ...]]:
    embedder.load()
    with TemporaryDirectory() as folder:
        start = perf_counter()
        IntentClassifier.open(embedder, Path(folder))
        learned = perf_counter()
        classifier = IntentClassifier.open(embedder, Path(folder))
        loaded = perf_counter()
    given = answers(classifier, questions())
    simple = one_wish(given)
    kinds = dict.fromkeys(answer.question.kind for answer in given)
    intents = Counter(answer.question.intents[0] for answer in simple)
    wrong = [answer for answer in simple if not answer.right]
    total, beyond = _milliseconds(classifier, embedder)
    report = Report(
        questions=len(given),
        accuracy={"one_wish": accuracy(simple)}
        | {kind: accuracy([a for a in given if a.question.kind == kind]) for kind in kinds},
        by_intent={
            intent: accuracy([a for a in simple if a.question.intents[0] == intent])
            for intent in sorted(intents)
        },
        calibration_error=calibration_error(simple),
        sure_and_wrong=sum(answer.confidence >= 0.8 for answer in wrong) / len(simple),
        unsure=sum(answer.confidence < 0.4 for answer in simple) / len(simple),
        learn_seconds=learned - start,
        load_milliseconds=(loaded - learned) * 1000,
        milliseconds_with_embedding=total,
        milliseconds_beyond_embedding=beyond,
    )
    return report, given


def _milliseconds(classifier: IntentClassifier, embedder: Embedder) -> tuple[float, float]:
    """Medians for a one-wish message: with its embedding still to be made, and when it is at hand."""
    texts = [f"{question.text} " for question in questions() if question.kind == "single"]
    first: list[float] = []
    again: list[float] = []
    for text in texts:
        for times in (first, again):
            start = perf_counter()
            classifier.wishes(text)
            times.append((perf_counter() - start) * 1000)
        embedder.encode([text])
    return float(np.median(first)), float(np.median(again))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULTS)
    parser.add_argument("--wrong", action="store_true", help="print every message that was misunderstood")
    arguments = parser.parse_args()
    report, given = measure(Embedder())
    for kind, share in report.accuracy.items():
        print(f"{kind:24}{share:8.3f}")
    print()
    for intent, share in report.by_intent.items():
        print(f"{intent:24}{share:8.3f}")
    print()
    for name, value in asdict(report).items():
        if isinstance(value, int | float):
            print(f"{name:32}{value:10.3f}")
    if arguments.wrong:
        for answer in given:
            if not answer.right:
                print(
                    f"{answer.confidence:.2f} {answer.found} for {answer.question.intents}: {answer.question.text}"
                )
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(asdict(report), indent=2) + "\n")


if __name__ == "__main__":
    main()
