"""How well the pages are searched: recall, answers to unanswerable questions, time.

    .venv/bin/python -m benchmarks.retrieval [--json PATH] [--shop FOLDER] [--misses] [--fit]

`--fit` prints weights for knowledge/evidence.py, fitted on the development questions alone.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
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
RESULTS = Path(__file__).parent / "results" / "retrieval.json"
WRONG_ANSWERS = 0.02
"""The wrong-answer rate that the fitted threshold allows on the development questions."""
Labelled = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Questions:
    answerable: tuple[Labelled, ...]
    unanswerable: tuple[str, ...]


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


def fit(knowledge: KnowledgeBase, questions: Questions) -> str:
    yes = [knowledge.signs(question) for question, _ in questions.answerable]
    no = [knowledge.signs(question) for question in questions.unanswerable]
    values = np.array([signs.values for signs in (*yes, *no) if signs is not None])
    labels = np.repeat([1, 0], [len(yes), len(no)])
    model = LogisticRegression(C=10, max_iter=5000, class_weight="balanced").fit(values, labels)
    probabilities = model.predict_proba(values)[:, 1]
    worst = np.sort(probabilities[labels == 0])[::-1]
    threshold = worst[int(WRONG_ANSWERS * len(worst))]
    weights = ", ".join(f"{weight:.3f}" for weight in model.coef_[0])
    return f"WEIGHTS = ({weights})\nINTERCEPT = {model.intercept_[0]:.3f}\nTHRESHOLD = {threshold:.3f}"


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
            console.print(fit(knowledge, parts["development"]), highlight=False)
            return
        results: dict[str, Any] = {part: measure(knowledge, questions) for part, questions in parts.items()}
        results["time"] = times(knowledge, embedder, parts["held_out"])
        results["index"] = {"rows": report.added, "seconds": seconds}
        if options.misses:
            for line in misses(knowledge, parts["development"]):
                console.print(line, highlight=False, markup=False)
    show(console, results)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def show(console: Console, results: dict[str, Any]) -> None:
    table = Table("", "development", "held out", title="Searching the pages")
    for name in results["held_out"]:
        row = [results[part][name] for part in ("development", "held_out")]
        table.add_row(name, *(str(v) if isinstance(v, int) else f"{v:.3f}" for v in row))
    console.print(table)
    for name, value in (results["time"] | results["index"]).items():
        console.print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")


if __name__ == "__main__":
    main()
