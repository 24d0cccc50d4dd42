"""Parley's own classifier, and learners of scikit-learn: TF-IDF with two classifiers, neighbors among embeddings."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.messages import Question, read
from benchmarks.peers import Peer, Run, answer, without_context
from bot.embedded.intents import Intent
from bot.embedded.understanding.classifier import IntentClassifier
from bot.embedded.understanding.examples import Examples
from knowledge.embedding import Embedder

Vectorize: TypeAlias = Callable[[Sequence[str]], object]


class Classifier(Protocol):
    classes_: NDArray[np.str_]

    def fit(self, texts: object, labels: Sequence[str]) -> object: ...
    def predict_proba(self, texts: object) -> NDArray[np.float64]: ...


def parley(taught: Examples, asked: Sequence[Question]) -> Run:
    embedder = Embedder()
    embedder.load()
    start = perf_counter()
    classifier = IntentClassifier.open(embedder, None, taught)
    learned = perf_counter() - start
    answers, times = [], []
    for question in asked:
        start = perf_counter()
        classifier.wishes(question.text)
        times.append(perf_counter() - start)
        answers.append(read(classifier, question))
    return Run(tuple(answers), learned, median(times) * 1000)


def _sklearn(make: Callable[[], Classifier]) -> Peer:
    def run(taught: Examples, asked: Sequence[Question]) -> Run:
        return _run(make(), list, taught, asked)

    return run


def neighbors(taught: Examples, asked: Sequence[Question]) -> Run:
    embedder = Embedder()
    embedder.load()
    nearest: Classifier = KNeighborsClassifier(n_neighbors=5, weights="distance", metric="cosine")
    return _run(nearest, embedder.encode, taught, asked)


def _run(classifier: Classifier, vectors: Vectorize, taught: Examples, asked: Sequence[Question]) -> Run:
    texts, labels = without_context(taught)
    start = perf_counter()
    classifier.fit(vectors(texts), labels)
    learned = perf_counter() - start
    answers, times = [], []
    for question in asked:
        start = perf_counter()
        chances = classifier.predict_proba(vectors([question.text]))[0]
        times.append(perf_counter() - start)
        by_label = {str(label): float(c) for label, c in zip(classifier.classes_, chances, strict=True)}
        answers.append(answer(question, by_label, Intent.OUT_OF_SCOPE))
    return Run(tuple(answers), learned, median(times) * 1000)


def _tf_idf(classifier: object) -> Classifier:
    """Words and pairs of words beside pieces of words, which forgive slips of the keyboard."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    pipeline: Classifier = make_pipeline(make_union(words, letters), classifier)
    return pipeline


def _regression() -> Classifier:
    return _tf_idf(LogisticRegression(C=10, max_iter=500, class_weight="balanced"))


def _vectors() -> Classifier:
    # Platt's scaling gives the margins the chances that the table compares.
    return _tf_idf(CalibratedClassifierCV(LinearSVC(class_weight="balanced"), cv=3))


LEARNERS: Mapping[str, Peer] = {
    "parley": parley,
    "TF-IDF, logistic regression": _sklearn(_regression),
    "TF-IDF, linear SVC": _sklearn(_vectors),
    "embeddings, 5 neighbors": neighbors,
}
