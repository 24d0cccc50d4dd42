"""How well the embedded model understands staff who ask for figures, by questions written apart from its vocabulary."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.embedded.classifier import IntentClassifier
from bot.embedded.kpis.answering import StaffFigures
from knowledge.embedding import Embedder
from tests.bot.figure_answers import Answered, answers
from tests.bot.figure_questions import figure_questions
from tests.bot.figure_shop import build
from tools.commerce.database import Database

LEAST_RIGHT = 0.92
MOST_SILENTLY_WRONG = 2


@pytest.fixture(scope="module")
def answered(
    embedder: Embedder,
    learned_intents: Path,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Answered, ...]]:
    figures = StaffFigures(embedder, IntentClassifier.open(embedder, learned_intents).classify)
    asked = figure_questions()
    found: list[Answered] = []
    with ExitStack() as opened:
        for shop in asked.shops:
            path = tmp_path_factory.mktemp(shop.name) / "parley.db"
            path.write_bytes(sqlite_template.read_bytes())
            database = opened.enter_context(closing(Database(f"sqlite:///{path}")))
            build(shop, database)
            found += answers(figures, shop, database)
        yield tuple(found)


def test_most_questions_become_the_right_query(answered: tuple[Answered, ...]) -> None:
    right = sum(one.is_right for one in answered)

    assert right / len(answered) >= LEAST_RIGHT, f"{right} of {len(answered)}"


def test_hardly_a_figure_is_given_where_it_must_be_asked_or_refused(answered: tuple[Answered, ...]) -> None:
    wrong = [one for one in answered if one.is_silently_wrong]

    assert len(wrong) <= MOST_SILENTLY_WRONG, [one.question.say for one in wrong]
