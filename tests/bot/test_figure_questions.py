"""How well the embedded model understands staff who ask for figures, by questions written apart from its vocabulary."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.embedded.kpis.answering import StaffFigures
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from tests.bot.figure_answers import Analyst, Answered, answers
from tests.bot.figure_questions import figure_questions
from tools.commerce.database import Database

LEAST_RIGHT = 0.93
MOST_SILENTLY_WRONG = 2


@pytest.fixture(scope="module")
def figures(embedder: Embedder, learned_intents: Path) -> StaffFigures:
    return StaffFigures(embedder, IntentClassifier.open(embedder, learned_intents).classify)


@pytest.fixture(scope="module")
def answered(figures: StaffFigures, figure_databases: Mapping[str, Database]) -> tuple[Answered, ...]:
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


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("products that sold under 5 units last month", "none at all"),
        ("stock there", "not known by country"),
        ("and how many weeks is that", "“and how many weeks is that”"),
        ("orders over 50 francs by channel last month", "“over 50” is not applied"),
        ("sell-through in cookware last month", "as it is now only"),
        ("net sales last month vs usual", "nothing is compared"),
        ("net sales on weekends this year", "“on weekends”"),
        ("refunds per order in August", "refunds divided by orders"),
        ("net sales in USD last month", "“USD”"),
        ("net sales in CHF last month", ""),
        ("Portugal then", "“Portugal”"),
        ("tents then", "“tents”"),
    ],
)
def test_what_was_said_and_has_no_part_in_the_answer_is_told(
    figures: StaffFigures, figure_databases: Mapping[str, Database], question: str, told: str
) -> None:
    shop = figure_questions().shop("pantry")
    analyst = Analyst(figures, shop, figure_databases[shop.name])

    analyst.asks("net sales in Blorp last month")
    if question == "stock there":
        analyst.asks("net sales in Austria last month")
    analyst.asks(question)

    assert told in analyst.told
    notes = ("“", "compared", "divided", "as it is now", "none at all", "not known by")
    assert bool(told) is any(note in analyst.told for note in notes)
