"""The embedded model's understanding, on messages that are not among its examples."""

import logging
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.distortions import flips, one_wish_texts
from benchmarks.messages import Answer, accuracy, answers, calibration_error, one_wish, questions
from bot.embedded.intents import Intent
from bot.embedded.reading.texting import spelt_out
from bot.embedded.understanding.classifier import MAX_WISHES, IntentClassifier
from bot.embedded.understanding.examples import Examples, examples
from bot.embedded.understanding.wish import UNSURE
from knowledge.embedding import Embedder


class CountingEmbedder(Embedder):
    """Keeps what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []

    def encode_both(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(tuple(texts))
        return super().encode_both(texts)


@pytest.fixture(scope="module")
def counting_embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture(scope="module")
def classifier(counting_embedder: CountingEmbedder, learned_intents: Path) -> IntentClassifier:
    return IntentClassifier.open(counting_embedder, learned_intents)


@pytest.fixture(scope="module")
def given_answers(classifier: IntentClassifier) -> tuple[Answer, ...]:
    return answers(classifier, questions())


def test_no_question_is_an_example() -> None:
    learned = {text.lower().strip(" .?!") for text in examples().texts}

    assert not [question.text for question in questions() if question.text.lower().strip(" .?!") in learned]


def test_every_intent_is_asked_about_and_has_examples() -> None:
    asked = {intent for question in questions() for intent in question.intents}

    assert asked == {intent.value for intent in Intent}
    assert min(examples().labels.count(intent.value) for intent in Intent) >= 30


@pytest.mark.parametrize(
    ("kind", "least"),
    [("single", 0.93), ("misspelt", 0.90), ("stories", 0.9), ("either", 0.9), ("several", 0.9)],
)
def test_messages_are_understood(given_answers: tuple[Answer, ...], kind: str, least: float) -> None:
    answered = [answer for answer in given_answers if answer.question.kind == kind]
    wrong = [(a.question.text, a.found, a.question.intents) for a in answered if not a.right]

    assert accuracy(answered) >= least, wrong


def test_what_is_no_business_of_the_shop_is_seldom_taken_for_a_wish(
    given_answers: tuple[Answer, ...],
) -> None:
    foreign = [a for a in given_answers if a.question.intents == (Intent.OUT_OF_SCOPE,)]
    mistaken = [a for a in foreign if not a.right and a.confidence >= UNSURE]

    assert len(foreign) >= 40
    assert len(mistaken) / len(foreign) <= 0.2, mistaken


def test_confidence_means_what_it_says(given_answers: tuple[Answer, ...]) -> None:
    simple = one_wish(given_answers)
    sure = [answer for answer in simple if answer.confidence >= 0.8]
    unsure = [answer for answer in simple if answer.confidence < UNSURE]

    assert calibration_error(simple) <= 0.12
    assert accuracy(sure) >= 0.97
    assert accuracy(unsure) <= accuracy(sure) - 0.15


@pytest.mark.parametrize(
    "message",
    ["Where is my order #W1234567?", "Where is my parcel, it was due on Monday, and still no sign of it"],
)
def test_a_sentence_that_plainly_holds_one_wish_is_embedded_once_and_as_it_stands(
    classifier: IntentClassifier, counting_embedder: CountingEmbedder, message: str
) -> None:
    counting_embedder.asked.clear()

    wish = classifier.wishes(message)[0]

    assert counting_embedder.asked == [(message,)]
    assert wish.text == message


def test_a_message_with_several_wishes_is_embedded_in_one_batch(
    classifier: IntentClassifier, counting_embedder: CountingEmbedder
) -> None:
    counting_embedder.asked.clear()

    classifier.wishes("Where is my order? Also, do you ship to Canada?")

    assert [len(texts) for texts in counting_embedder.asked] == [3]


STORY = (
    "So my cousin came over last weekend, she adores films, and she sat on my new stool and said it wobbles, and to be "
    "honest I felt it too. Years ago I had one of another make that was great but we lost it in a move. Anyway, long "
    "story short, can this go back?"
)


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("has my parcel left?", Intent.TRACK_ORDER),
        ("something for my nephew who plays left-handed", Intent.FIND_PRODUCTS),
        ("take me off that mailing list", Intent.CHANGE_PROFILE),
        ("my password won't come back to me", Intent.POLICY_QUESTION),
        (STORY, Intent.RETURN_ITEM),
    ],
)
def test_one_wish_is_read_by_the_whole_and_by_what_bears_it_where_that_is_a_guess(
    classifier: IntentClassifier, message: str, intent: Intent
) -> None:
    (wish,) = classifier.wishes(message)

    assert (wish.intent, wish.confidence >= UNSURE) == (intent, True)


def test_each_wish_keeps_its_own_words(classifier: IntentClassifier) -> None:
    first, second = classifier.wishes("Cancel order 8831 please. Also, do you ship to Canada?")

    assert (first.intent, second.intent) == (Intent.CANCEL_ORDER, Intent.POLICY_QUESTION)
    assert "8831" in first.text
    assert "8831" not in second.text


def test_a_long_story_makes_the_wish_at_its_end_no_less_sure(classifier: IntentClassifier) -> None:
    story = "My cousin came by on Sunday with her two dogs, and we sat outside until it rained and then played cards. "
    told = "Anyway, can these go back?"

    (wish,) = classifier.wishes(story + told)

    assert wish.intent is Intent.RETURN_ITEM
    assert wish.confidence >= classifier.classify("can these go back?").confidence - 0.1


def test_at_most_three_wishes_come_of_a_message(classifier: IntentClassifier) -> None:
    many = " ".join(f"Do you ship to country {n}? Is lamp {n} in stock?" for n in range(20))

    assert len(classifier.wishes(many)) == MAX_WISHES


@pytest.mark.parametrize(
    "text", ["", " ", "?", "\x00", "1" * 4000, "a " * 5000, "\U0001f600" * 50, ". " * 2000]
)
def test_no_message_is_too_odd(classifier: IntentClassifier, text: str) -> None:
    wishes = classifier.wishes(text)

    assert 1 <= len(wishes) <= MAX_WISHES
    assert all(0 <= wish.confidence <= 1 for wish in wishes)


def test_stored_weights_give_the_same_answers(
    classifier: IntentClassifier, counting_embedder: CountingEmbedder, learned_intents: Path
) -> None:
    counting_embedder.asked.clear()
    again = IntentClassifier.open(counting_embedder, learned_intents)

    assert counting_embedder.asked == []
    assert again.wishes("cancel my order") == classifier.wishes("cancel my order")


def test_damaged_weights_are_learned_again(
    counting_embedder: CountingEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taught = _every_tenth(examples())
    IntentClassifier.open(counting_embedder, tmp_path, taught)
    for kept in tmp_path.glob("intents-*.npz"):
        kept.write_bytes(b"not a zip file")

    with caplog.at_level(logging.WARNING):
        found = IntentClassifier.open(counting_embedder, tmp_path, taught)

    assert "learned again" in caplog.text
    assert found.classify("cancel my order").intent is Intent.CANCEL_ORDER


def _every_tenth(taught: Examples) -> Examples:
    return Examples(taught.texts[::10], taught.labels[::10], taught.texts[::10], "every tenth")


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("wher is my pakage", "where is my package"),
        ("plese cancle my ordr", "please cancel my order"),
        ("is teh warrenty free", "is the warranty free"),
        ("joe@exmaple.com", "joe@exmaple.com"),
        ("order FW-1O423 delivry", "order FW-1O423 delivery"),
        ("is the Ordra lamp in stock", "is the Ordra lamp in stock"),
        ("wine glasses, cash, espresso", "wine glasses, cash, espresso"),
        ("where are the lamps", "where are the lamps"),
        ("shppng cost of a tent", "shipping cost of a tent"),
        ("whereismyorder", "where is my order"),
        ("returnin a tent", "returning a tent"),
    ],
)
def test_slips_of_ordinary_words_are_repaired(classifier: IntentClassifier, text: str, repaired: str) -> None:
    assert classifier.speller.repair(text) == repaired


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WHERE IS MY ORDER FW-10423", "where is my order fw-10423"),
        ("gr8 \N{GRINNING FACE} a gift 4 my mum", "great   a gift for my mum"),
        ("\N{THUMBS UP SIGN}", "\N{THUMBS UP SIGN}"),
        ("pleaseee send 2 of size 4", "pleasee send 2 of size 4"),
        ("is it B4 or b4", "is it B4 or before"),
    ],
)
def test_what_is_typed_into_a_phone_is_read_as_words(text: str, words: str) -> None:
    assert spelt_out(text) == words


def test_a_message_typed_in_a_hurry_or_shouted_keeps_its_wish(classifier: IntentClassifier) -> None:
    shares = flips(classifier, one_wish_texts()[::10])

    assert mean(shares.values()) <= 0.08, shares
    assert max(shares.values()) <= 0.2, shares
