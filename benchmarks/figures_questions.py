"""How many of the questions that staff ask become the right query, by kind, and how long it takes to read one.

The questions are tests/bot/figure_questions.yaml, written apart from the vocabulary; tests/bot/test_figure_questions.py
bounds what this measures. With `--generated`, so many random conversations with a shop that is not the demo shop are
worded and read back instead: which part of the query that was meant is lost on the way?

    python -m benchmarks.figures_questions [--json PATH] [--wrong] [--generated N [--seed S]]
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console

from benchmarks.figures import Figures, parser, publish
from bot.embedded.kpis.answering import StaffFigures
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from tests.bot.figure_answers import Answered, answers
from tests.bot.figure_questions import Shop, figure_questions
from tests.bot.figure_read_back import ReadBack, read_back
from tests.bot.figure_shop import build
from tools.commerce.database import Database

READ_BACK = "timber"
"""The shop that random questions are put to."""


def main() -> None:
    arguments = parser(__doc__ or "", "figures_questions")
    arguments.add_argument("--wrong", action="store_true", help="show every question that is misunderstood")
    arguments.add_argument("--generated", type=int, default=0, help="read back so many random conversations")
    arguments.add_argument("--seed", type=int, default=1, help="other conversations for each")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.generated:
            _show_read_back(_read_back(Path(folder), options.generated, options.seed), wrong=options.wrong)
            return
        found, seconds = _asked(Path(folder))
    if options.wrong:
        _show_wrong(found)
    publish("Questions about figures", _measured(found, seconds), options.json)


def _asked(folder: Path) -> tuple[list[Answered], list[float]]:
    """The answers, and the seconds that each took to be understood."""
    figures = _figures(folder)
    found: list[Answered] = []
    seconds: list[float] = []
    for shop in figure_questions().shops:
        with _built(shop, folder) as database:
            begun = perf_counter()
            for one in answers(figures, shop, database):
                seconds.append(perf_counter() - begun)
                found.append(one)
                begun = perf_counter()
    return found, seconds


def _read_back(folder: Path, count: int, seed: int) -> list[ReadBack]:
    shop = figure_questions().shop(READ_BACK)
    with _built(shop, folder) as database:
        return list(read_back(_figures(folder), shop, database, count=count, seed=seed))


def _figures(folder: Path) -> StaffFigures:
    embedder = Embedder()
    embedder.load()
    return StaffFigures(embedder, IntentClassifier.open(embedder, folder).classify)


@contextmanager
def _built(shop: Shop, folder: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{folder}/{shop.name}.db")) as database:
        database.migrate()
        build(shop, database)
        yield database


def _show_read_back(found: Sequence[ReadBack], *, wrong: bool) -> None:
    """How many were right, and which parts of the others were lost."""
    if wrong:
        for one in sorted(found, key=lambda one: one.differing):
            if not one.is_right:
                print("SILENT" if one.is_silently_wrong else "told  ", one.differing, one.question.say)
                print("    meant:", one.question.right.model_dump(exclude_defaults=True, mode="json"))
                print("    found:", one.found.model_dump(exclude_defaults=True, mode="json"), one.told[:120])
    for kind in ("first", "follow-up"):
        asked = [one for one in found if one.kind == kind]
        right = sum(one.is_right for one in asked)
        silent = sum(one.is_silently_wrong for one in asked)
        print(f"{kind}: {right} of {len(asked)} right ({right / len(asked):.0%}), {silent} silently wrong")
        print("   ", dict(Counter(part for one in asked for part in one.differing).most_common()))


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
