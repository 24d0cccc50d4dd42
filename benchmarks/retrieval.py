"""How well the pages are searched: recall, answers to unanswerable questions, time.

    .venv/bin/python -m benchmarks.retrieval [--json PATH] [--shop FOLDER] [--misses] [--fit]

`--fit` prints weights for knowledge/evidence.py, fitted on the development questions and those to other shops' pages
that are marked so. The other shops are always judged by the threshold that is in force.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase, Passage
from knowledge.shop_profile import DEMO_SHOP

QUESTIONS = Path(__file__).with_name("retrieval_questions.yaml")
STRANGERS = Path(__file__).with_name("retrieval_strangers.yaml")
SHOPS = Path(__file__).parents[1] / "bot" / "evaluation" / "scenarios" / "shops"
RESULTS = Path(__file__).parent / "results" / "retrieval.json"
STRANGERS_WEIGHT = 2.5
"""What a question to another shop counts for in the fit; there are fewer of them."""
Labelled = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Questions:
    answerable: tuple[Labelled, ...]
    unanswerable: tuple[str, ...]


Known = tuple[KnowledgeBase, Questions, float]
"""Pages, what they are asked, and what each question counts for."""


def read_questions(part: str) -> Questions:
    content = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))[part]
    answerable = tuple((question, frozenset(sections)) for question, *sections in content["answerable"])
    return Questions(answerable, tuple(content["unanswerable"]))


def measure(knowledge: KnowledgeBase, questions: Questions) -> dict[str, Any]:
    answered = [(knowledge.search(question), sections) for question, sections in questions.answerable]
    wrong = [question for question in questions.unanswerable if knowledge.search(question).answerable]
    ranks = [rank_of(sections, result.passages) for result, sections in answered]
    # An answer counts when the bot would give it and one of its first three sections is right.
    useful = [result.answerable and rank < 3 for (result, _), rank in zip(answered, ranks, strict=True)]
    return {
        "answerable": len(answered),
        "unanswerable": len(questions.unanswerable),
        **{f"recall_at_{k}": mean(rank < k for rank in ranks) for k in (1, 3, 5)},
        "wrong_answer_rate": len(wrong) / len(questions.unanswerable),
        "false_unknown_rate": mean(not result.answerable for result, _ in answered),
        "answered_with_right_section_at_3": mean(useful),
    }


def _together(measured: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The shops' mean of each rate, and the sum of each count."""
    return {
        name: (sum if name in {"answerable", "unanswerable"} else mean)([one[name] for one in measured])
        for name in measured[0]
    }


def rank_of(sections: frozenset[str], passages: Sequence[Passage]) -> int:
    keys = [f"{passage.article}#{passage.anchor}" for passage in passages]
    return next((rank for rank, key in enumerate(keys) if key in sections), len(keys) + 100)


def times(knowledge: KnowledgeBase, embedder: Embedder, questions: Questions) -> dict[str, float]:
    """Milliseconds a search, with the embedding already in its cache and with a new sentence."""
    warm, cold = [], []
    for question, _ in questions.answerable:
        start = time.perf_counter()
        knowledge.search(f"{question} {'?' * 3}")
        cold.append((time.perf_counter() - start) * 1000)
        embedder.encode([question])
        start = time.perf_counter()
        knowledge.search(question)
        warm.append((time.perf_counter() - start) * 1000)
    return {
        "search_ms_median": median(warm),
        "search_ms_p99": float(np.percentile(warm, 99)),
        "with_embedding_ms_median": median(cold),
        "with_embedding_ms_p99": float(np.percentile(cold, 99)),
    }


def strangers(part: str) -> dict[str, Questions]:
    """By the name of the shop's folder."""
    content = yaml.safe_load(STRANGERS.read_text(encoding="utf-8"))[part]
    return {
        shop: Questions(
            tuple((question, frozenset({section})) for question, section in asked if section),
            tuple(question for question, section in asked if not section),
        )
        for shop, asked in content.items()
    }


def with_strangers(knowledge: KnowledgeBase, embedder: Embedder, folder: Path) -> Iterator[Known]:
    """Each shop's pages with the questions that the weights are fitted on."""
    yield knowledge, read_questions("development"), 1.0
    for shop, questions in strangers("fitted").items():
        yield opened(shop, embedder, folder), questions, STRANGERS_WEIGHT


def opened(shop: str, embedder: Embedder, folder: Path) -> KnowledgeBase:
    knowledge = KnowledgeBase.open(SHOPS / shop, embedder, folder / shop)
    knowledge.refresh()
    return knowledge


def fit(shops: Iterable[Known]) -> str:
    """Of a shop of few pages the first section must be right; of one of many, that several answer is no fault."""
    values, labels, counted = [], [], []
    for knowledge, questions, weight in shops:
        answered = [
            (question, _is_first(knowledge, question, s, weight)) for question, s in questions.answerable
        ]
        for question, is_right in (*answered, *((question, False) for question in questions.unanswerable)):
            if signs := knowledge.signs(question):
                values.append(signs.values)
                labels.append(is_right)
                counted.append(weight)
    model = LogisticRegression(C=10, max_iter=5000, class_weight="balanced").fit(values, labels, counted)
    weights = [f"{weight:.3f}" for weight in model.coef_[0]]
    plain, by_size = ", ".join(weights[:7]), ", ".join(weights[7:])
    return f"WEIGHTS = ({plain})\nWEIGHTS_BY_SIZE = ({by_size})\nINTERCEPT = {model.intercept_[0]:.3f}"


def _is_first(knowledge: KnowledgeBase, question: str, sections: frozenset[str], weight: float) -> bool:
    return weight == 1.0 or rank_of(sections, knowledge.search(question).passages) == 0


def misses(knowledge: KnowledgeBase, questions: Questions) -> list[str]:
    lines = []
    for question, sections in questions.answerable:
        result = knowledge.search(question)
        found = [f"{passage.article}#{passage.anchor}" for passage in result.passages[:3]]
        if not result.answerable or not sections & set(found):
            lines.append(
                f"{'ranked' if result.answerable else 'silent'}: {question} -> {found}, not {set(sections)}"
            )
    lines += [f"wrong: {q}" for q in questions.unanswerable if knowledge.search(q).answerable]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=RESULTS)
    parser.add_argument("--shop", type=Path, default=DEMO_SHOP)
    parser.add_argument("--misses", action="store_true", help="print what the development part got wrong")
    parser.add_argument("--fit", action="store_true", help="print new weights and stop")
    options = parser.parse_args()
    console = Console()
    embedder = Embedder()
    with tempfile.TemporaryDirectory() as folder:
        knowledge = KnowledgeBase.open(options.shop, embedder, Path(folder) / "chroma")
        embedder.load()
        start = time.perf_counter()
        report = knowledge.refresh()
        seconds = time.perf_counter() - start
        parts = {part: read_questions(part) for part in ("development", "held_out")}
        if options.fit:
            console.print(fit(with_strangers(knowledge, embedder, Path(folder))), highlight=False)
            return
        results: dict[str, Any] = {part: measure(knowledge, questions) for part, questions in parts.items()}
        others = {
            part: [
                measure(opened(shop, embedder, Path(folder)), asked)
                for shop, asked in strangers(part).items()
            ]
            for part in ("fitted", "held_out")
        }
        results["other_shops"] = {part: _together(measured) for part, measured in others.items()}
        results["time"] = times(knowledge, embedder, parts["held_out"])
        results["index"] = {"rows": report.added, "seconds": seconds}
        if options.misses:
            for line in misses(knowledge, parts["development"]):
                console.print(line, highlight=False, markup=False)
    show(console, results)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def show(console: Console, results: dict[str, Any]) -> None:
    parts = {
        "development": results["development"],
        "held out": results["held_out"],
        "other shops": results["other_shops"]["fitted"],
        "other shops, held out": results["other_shops"]["held_out"],
    }
    table = Table("", *parts, title="Searching the pages")
    for name in results["held_out"]:
        row = [part[name] for part in parts.values()]
        table.add_row(name, *(str(v) if isinstance(v, int) else f"{v:.3f}" for v in row))
    console.print(table)
    for name, value in (results["time"] | results["index"]).items():
        console.print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")


if __name__ == "__main__":
    main()
