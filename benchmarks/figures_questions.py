"""How many of the questions that staff ask become the right query, by kind, and how long it takes to read one.

The questions are tests/bot/figure_questions.yaml, written apart from the vocabulary; tests/bot/test_figure_questions.py
bounds what this measures.

    python -m benchmarks.figures_questions [--json PATH] [--wrong]
"""

import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console

from benchmarks.figures import Figures, parser, publish
from bot.embedded.kpis.answering import StaffFigures
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from tests.bot.figure_answers import Answered, answers
from tests.bot.figure_questions import figure_questions
from tests.bot.figure_shop import build
from tools.commerce.database import Database


def main() -> None:
    arguments = parser(__doc__ or "", "figures_questions")
    arguments.add_argument("--wrong", action="store_true", help="show every question that is misunderstood")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found, seconds = _asked(Path(folder))
    if options.wrong:
        _show_wrong(found)
    publish("Questions about figures", _measured(found, seconds), options.json)


def _asked(folder: Path) -> tuple[list[Answered], list[float]]:
    """The answers, and the seconds that each took to be understood."""
    embedder = Embedder()
    embedder.load()
    figures = StaffFigures(embedder, IntentClassifier.open(embedder, folder).classify)
    found: list[Answered] = []
    seconds: list[float] = []
    for shop in figure_questions().shops:
        with closing(Database(f"sqlite:///{folder}/{shop.name}.db")) as database:
            database.migrate()
            build(shop, database)
            begun = perf_counter()
            for one in answers(figures, shop, database):
                seconds.append(perf_counter() - begun)
                found.append(one)
                begun = perf_counter()
    return found, seconds


def _measured(found: list[Answered], seconds: list[float]) -> Figures:
    asked, right = Counter(one.kind for one in found), Counter(one.kind for one in found if one.is_right)
    shares = {kind: f"{right[kind]} of {asked[kind]}" for kind in asked}
    return {
        **shares,
        "share_right": round(sum(right.values()) / len(found), 3),
        "silently_wrong": sum(one.is_silently_wrong for one in found),
        "p50_ms": round(float(np.percentile(seconds, 50)) * 1000, 1),
        "p99_ms": round(float(np.percentile(seconds, 99)) * 1000, 1),
    }


def _show_wrong(found: list[Answered]) -> None:
    console = Console()
    for one in found:
        if not one.is_right:
            console.print(f"[{one.kind}] {one.question.say}", markup=False)
            console.print(f"    right: {one.question.right}", markup=False, style="dim")
            console.print(f"    found: {one.found}", markup=False, style="dim")


if __name__ == "__main__":
    main()
