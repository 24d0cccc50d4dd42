"""How well, how surely and how fast the embedded model understands, and what other learners make of the same examples.

    python -m benchmarks.understanding [--json PATH] [--peers] [--wrong]

"Same writers" are the questions of tests/bot/understanding_questions.yaml, by those who write the examples;
"others" are those of tests/bot/utterances.yaml, written apart from them. `--peers` adds learners of scikit-learn, and
NLP.js and Rasa where benchmarks/peers/outside.py finds them; all are taught by every example, then by ten an intent.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.messages import Answer, Question, Scores, accuracy, one_wish, questions, scores, utterances
from benchmarks.peers import Peer, PeerMissing, Run, here, outside
from bot.embedded.understanding.examples import Examples, examples
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP

RESULTS = Path(__file__).parent / "results" / "understanding.json"
SEED = 7
CONFUSIONS_SHOWN = 25


@dataclass(frozen=True)
class Measured:
    """One learner after one lesson."""

    same_writers: Scores
    others: Scores
    learn_seconds: float
    milliseconds: float


@dataclass(frozen=True)
class Pages:
    """Where a help page answers an utterance: what searching the demo shop's pages for it gives."""

    questions: int
    first: float
    """The right article's section came first, and is sure enough to be quoted."""
    among_three: float
    unanswered: float


def ten_each(taught: Examples) -> Examples:
    chosen = Random(SEED)
    pairs = list(zip(taught.texts, taught.labels, strict=True))
    kept = [
        (text, label)
        for label in dict.fromkeys(taught.labels)
        for text in chosen.sample([text for text, of in pairs if of == label], 10)
    ]
    texts, labels = tuple(text for text, _ in kept), tuple(label for _, label in kept)
    return Examples(texts, labels, texts, f"ten of {taught.fingerprint}")


def run(peer: Peer, taught: Examples) -> tuple[Measured, Run]:
    same, other = questions(), utterances()
    done = peer(taught, (*same, *other))
    measured = Measured(
        scores(one_wish(done.answers[: len(same)])),
        scores(done.answers[len(same) :]),
        done.learn_seconds,
        done.milliseconds,
    )
    return measured, done


def pages(embedder: Embedder, asked: tuple[Question, ...]) -> Pages:
    answerable = [question for question in asked if question.articles]
    with TemporaryDirectory() as folder:
        knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, Path(folder) / "chroma")
        knowledge.refresh()
        found = [knowledge.search(question.text) for question in answerable]
    named = [
        [passage.article in question.articles for passage in result.passages[:3]] if result.answerable else []
        for question, result in zip(answerable, found, strict=True)
    ]
    return Pages(
        questions=len(answerable),
        first=mean(bool(right) and right[0] for right in named),
        among_three=mean(any(right) for right in named),
        unanswered=mean(not result.answerable for result in found),
    )


def peers(console: Console) -> Iterator[tuple[str, Mapping[str, Measured]]]:
    lessons = {"all": examples(), "ten": ten_each(examples())}
    for name, peer in {**here.LEARNERS, **outside.LEARNERS}.items():
        try:
            yield name, {lesson: run(peer, taught)[0] for lesson, taught in lessons.items()}
        except PeerMissing as missing:
            console.print(f"{name} is left out: {missing}", markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=RESULTS)
    parser.add_argument(
        "--peers", action="store_true", help="measure other learners beside it (some minutes)"
    )
    parser.add_argument("--wrong", action="store_true", help="print every message that was misunderstood")
    options = parser.parse_args()
    console = Console()
    measured, done = run(here.parley, examples())
    searched = pages(Embedder(), utterances())
    show(console, measured, done.answers, searched)
    results: dict[str, object] = {"parley": asdict(measured), "pages": asdict(searched)}
    if options.peers:
        beside = dict(peers(console))
        show_peers(console, beside)
        results["peers"] = {
            name: {lesson: asdict(m) for lesson, m in by_lesson.items()} for name, by_lesson in beside.items()
        }
    if options.wrong:
        for answer in done.answers:
            if not answer.right:
                meant = " or ".join(answer.question.intents)
                found = " + ".join(answer.found)
                console.print(
                    f"{answer.confidence:.2f} {found} for {meant}: {answer.question.text}",
                    markup=False,
                    soft_wrap=True,
                )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n")


def show(console: Console, measured: Measured, given: tuple[Answer, ...], searched: Pages) -> None:
    same, others = measured.same_writers, measured.others
    table = Table(
        "", "same writers", "others", title="Understanding messages that are not among the examples"
    )
    table.add_row("messages with one wish", str(same.questions), str(others.questions))
    table.add_row("right intent", f"{same.accuracy:.3f}", f"{others.accuracy:.3f}")
    table.add_row("AUROC, the shop's or not", *(f"{scored.auroc['all']:.3f}" for scored in (same, others)))
    table.add_row("of what is far, near", "", f"{others.auroc['far']:.3f}, {others.auroc['near']:.3f}")
    table.add_row("calibration error", f"{same.calibration_error:.3f}", f"{others.calibration_error:.3f}")
    table.add_row("sure and wrong", f"{same.sure_and_wrong:.3f}", f"{others.sure_and_wrong:.3f}")
    several = [answer for answer in given if answer.question.kind == "several"]
    table.add_row("several wishes, all right", f"{accuracy(several):.3f}", "")
    table.add_row("right page first, in three", "", f"{searched.first:.3f}, {searched.among_three:.3f}")
    table.add_row("seconds to learn", f"{measured.learn_seconds:.1f}", "")
    table.add_row("milliseconds a message", f"{measured.milliseconds:.1f}", "")
    console.print(table)
    by_group = Table("intent", "right", "source", "right", title="Others' messages")
    left, right = sorted(others.by_intent.items()), list(others.by_kind.items())
    for place, (intent, share) in enumerate(left):
        source, of_source = right[place] if place < len(right) else ("", None)
        by_group.add_row(intent, f"{share:.3f}", source, "" if of_source is None else f"{of_source:.3f}")
    console.print(by_group)
    confusions = Table("meant", "found", "times", title="Others' messages: taken for something else")
    for pair in others.confusions[:CONFUSIONS_SHOWN]:
        confusions.add_row(pair.meant, pair.found, str(pair.times))
    console.print(confusions)


def show_peers(console: Console, beside: Mapping[str, Mapping[str, Measured]]) -> None:
    for lesson, title in (("all", "Taught by every example"), ("ten", "Taught by ten examples an intent")):
        table = Table(
            "learner",
            "same writers",
            "others",
            "AUROC",
            "calibration error",
            "sure and wrong",
            "ms",
            "learned in s",
            title=title,
        )
        for name, by_lesson in beside.items():
            m = by_lesson[lesson]
            shares = (
                m.same_writers.accuracy,
                m.others.accuracy,
                m.others.auroc["all"],
                m.others.calibration_error,
                m.others.sure_and_wrong,
            )
            cells = [f"{share:.3f}" for share in shares]
            table.add_row(name, *cells, f"{m.milliseconds:.1f}", f"{m.learn_seconds:.1f}")
        console.print(table)


if __name__ == "__main__":
    main()
