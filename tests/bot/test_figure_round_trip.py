"""Random questions to a shop that is not the demo shop, in several voices, read back as the queries that were meant."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.embedded.kpis.answering import StaffFigures
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from tests.bot.figure_questions import figure_questions
from tests.bot.figure_read_back import ReadBack, read_back
from tools.commerce.database import Database

CONVERSATIONS, SEED = 100, 2026
LEAST_RIGHT = 0.9
MOST_SILENTLY_WRONG = 2


@pytest.fixture(scope="module")
def found(
    embedder: Embedder, learned_intents: Path, figure_databases: Mapping[str, Database]
) -> tuple[ReadBack, ...]:
    figures = StaffFigures(embedder, IntentClassifier.open(embedder, learned_intents).classify)
    shop = figure_questions().shop("timber")
    return tuple(read_back(figures, shop, figure_databases[shop.name], count=CONVERSATIONS, seed=SEED))


def test_most_random_questions_are_read_back_as_they_were_meant(found: tuple[ReadBack, ...]) -> None:
    right = sum(one.is_right for one in found)

    assert len(found) > CONVERSATIONS
    assert right / len(found) >= LEAST_RIGHT, f"{right} of {len(found)}"


def test_hardly_another_figure_than_was_asked_for_is_given_without_a_word(
    found: tuple[ReadBack, ...],
) -> None:
    wrong = [one for one in found if one.is_silently_wrong]

    assert len(wrong) <= MOST_SILENTLY_WRONG, [(one.question.say, one.differing) for one in wrong]
