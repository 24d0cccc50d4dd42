"""What strangers say: messages by eight kinds of people, written apart from the examples and never learned from."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.messages import (
    DICTATED,
    FIFTH,
    FOURTH,
    HELD_OUT,
    LATER,
    SEVENTH,
    SIXTH,
    Answer,
    accuracy,
    answers,
    one_wish,
    scores,
    utterances,
)
from bot.embedded.intents import Intent
from bot.embedded.understanding.classifier import IntentClassifier
from bot.embedded.understanding.examples import examples
from knowledge.embedding import Embedder
from knowledge.shop_profile import DEMO_SHOP

TRIVIAL = 3
"""Everybody says "show my orders" and "many thanks" in the same words."""
SAME = 0.97
"""The cosine from which on two sentences say the same in the same words."""


@pytest.fixture(scope="module")
def given_answers(embedder: Embedder, learned_intents: Path) -> tuple[Answer, ...]:
    return answers(IntentClassifier.open(embedder, learned_intents), utterances())


def test_strangers_are_understood(given_answers: tuple[Answer, ...]) -> None:
    measured = scores(given_answers)

    assert measured.accuracy >= 0.89, measured.confusions
    assert min(measured.by_kind.values()) >= 0.78, measured.by_kind


@pytest.mark.parametrize(
    ("file", "messages", "least"),
    [
        (DICTATED, 150, 0.94),
        (LATER, 150, 0.86),
        (FOURTH, 150, 0.92),
        (FIFTH, 60, 0.8),
        (SIXTH, 180, 0.89),
        (SEVENTH, 170, 0.9),
    ],
)
def test_who_was_not_heard_before_is_understood(
    embedder: Embedder, learned_intents: Path, file: Path, messages: int, least: float
) -> None:
    asked = answers(IntentClassifier.open(embedder, learned_intents), utterances(file))
    measured = scores(one_wish(asked))

    assert measured.questions >= messages
    assert measured.accuracy >= least, measured.confusions


def test_what_is_the_shops_business_is_told_from_what_is_not(given_answers: tuple[Answer, ...]) -> None:
    measured = scores(given_answers)

    assert measured.auroc["far"] >= 0.98
    assert measured.auroc["all"] >= 0.97


def test_who_is_sure_is_right(given_answers: tuple[Answer, ...]) -> None:
    measured = scores(given_answers)
    sure = [answer for answer in given_answers if answer.confidence >= 0.95]

    assert measured.calibration_error <= 0.08
    assert measured.sure_and_wrong <= 0.03
    assert accuracy(sure) >= 0.95


def test_six_hundred_are_asked_over_all_intents_and_by_many_people() -> None:
    asked = utterances()
    people = Counter(question.kind for question in asked)

    assert len(asked) >= 600
    assert len({question.text for question in asked}) == len(asked)
    assert {intent for question in asked for intent in question.intents} == {
        intent.value for intent in Intent
    }
    assert len(people) >= 6
    assert min(people.values()) >= 75
    assert sum(not question.is_ours for question in asked) >= 80


def test_every_page_that_should_answer_exists() -> None:
    pages = {file.stem for file in (DEMO_SHOP / "articles").glob("*.md")}

    assert {page for question in utterances() for page in question.articles} == pages


def test_none_is_learned_from(embedder: Embedder) -> None:
    asked = [question.text for file in HELD_OUT for question in utterances(file)]
    asked = [text for text in asked if len(text.split()) > TRIVIAL]
    # Only what shares most of its letters can be nearly the same; to embed every example would take long.
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    taught = letters.fit_transform(examples().texts)
    alike = (letters.transform(asked) @ taught.T).tocoo()
    close = alike.data > 0.6
    pairs = [
        (asked[row], examples().texts[column])
        for row, column in zip(alike.row[close], alike.col[close], strict=True)
    ]
    left, right = (embedder.encode(list(texts)) for texts in zip(*pairs, strict=True))

    assert not [
        pair
        for pair, cosine in zip(pairs, np.sum(left * right, axis=1), strict=True)
        if cosine > SAME or _plain(pair[0]) == _plain(pair[1])
    ]


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
