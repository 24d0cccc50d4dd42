"""How well the embedded model understands staff who ask for figures, by questions written apart from its vocabulary."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.embedded.classifier import IntentClassifier
from bot.embedded.kpis.answering import StaffFigures
from knowledge.embedding import Embedder
from tests.bot.figure_answers import Answered, answers
from tests.bot.figure_questions import figure_questions
from tools.commerce.database import Database

LEAST_RIGHT = 0.93
MOST_SILENTLY_WRONG = 2


@pytest.fixture(scope="module")
def answered(
    embedder: Embedder, learned_intents: Path, figure_databases: Mapping[str, Database]
) -> tuple[Answered, ...]:
    figures = StaffFigures(embedder, IntentClassifier.open(embedder, learned_intents).classify)
    return tuple(
        one
        for shop in figure_questions().shops
        for one in answers(figures, shop, figure_databases[shop.name])
    )


def test_most_questions_become_the_right_query(answered: tuple[Answered, ...]) -> None:
    right = sum(one.is_right for one in answered)

    assert right / len(answered) >= LEAST_RIGHT, f"{right} of {len(answered)}"


def test_hardly_a_figure_is_given_where_it_must_be_asked_or_refused(answered: tuple[Answered, ...]) -> None:
    wrong = [one for one in answered if one.is_silently_wrong]

    assert len(wrong) <= MOST_SILENTLY_WRONG, [one.question.say for one in wrong]
