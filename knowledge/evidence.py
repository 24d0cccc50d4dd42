"""Whether what was found answers the question, or is only the nearest of what there is.

A cosine alone says little: "what is the exchange rate of the euro" is as near to a page on currencies as a true
question. So the shop's texts are weighed against `elsewhere.txt`, questions that no shop's pages answer, by a
linear classifier over the vectors and the words, together with the share of the words that the best sections speak of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.embedding import Vectors

ELSEWHERE = Path(__file__).with_name("elsewhere.txt")
WEIGHTS = (4.091, 4.388, 1.272, -9.275)
INTERCEPT = 0.256
"""Fitted by `benchmarks/retrieval.py --fit` on its development questions, with the threshold below."""
THRESHOLD = 0.567
WORDS_THRESHOLD = 0.8
"""Share of the question's words that must be found when there are words alone."""
NEIGHBORS = 3
WORDS_WEIGHT = np.float32(0.6)
_COUNTED = {"n_features": 2**13, "alternate_sign": False, "dtype": np.float32}
_WORDS = HashingVectorizer(ngram_range=(1, 2), **_COUNTED)
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), **_COUNTED)


@dataclass(frozen=True)
class Signs:
    """What speaks for an answer. `similarity`, `coverage` and `elsewhere` lie within 0 to 1, `ours` is log odds."""

    similarity: float
    coverage: float
    ours: float
    elsewhere: float

    @property
    def values(self) -> tuple[float, float, float, float]:
        return (self.similarity, self.coverage, self.ours, self.elsewhere)

    @property
    def probability(self) -> float:
        weighted = sum(weight * value for weight, value in zip(WEIGHTS, self.values, strict=True))
        return 1.0 / (1.0 + exp(-(weighted + INTERCEPT)))

    @property
    def answerable(self) -> bool:
        return self.probability >= THRESHOLD


class Evidence:
    """Tells the shop's own matters from everything else, by a question's vector and its words."""

    def __init__(self, model: LogisticRegression, elsewhere: Vectors) -> None:
        self._model = model
        self._elsewhere = elsewhere

    @classmethod
    def learn(cls, texts: Sequence[str], vectors: Vectors, is_elsewhere: NDArray[np.bool_]) -> Self:
        """From the shop's texts, and the `elsewhere_questions` among them."""
        model = LogisticRegression(C=10, max_iter=200, tol=1e-3, class_weight="balanced")
        return cls(model.fit(_features(texts, vectors), ~is_elsewhere), vectors[is_elsewhere])

    def signs(self, text: str, vector: Vectors, similarity: float, coverage: float) -> Signs:
        """`vector` has shape (dimension,)."""
        ours = float(self._model.decision_function(_features([text], vector[np.newaxis]))[0])
        nearest = np.sort(self._elsewhere @ vector)[-NEIGHBORS:]
        return Signs(similarity, coverage, ours, float(nearest.mean()))


def _features(texts: Sequence[str], vectors: Vectors) -> csr_matrix:
    counts = (table.transform(texts) * WORDS_WEIGHT for table in (_WORDS, _LETTERS))
    return hstack([csr_matrix(vectors), *counts], format="csr")


def elsewhere_questions() -> Sequence[str]:
    return ELSEWHERE.read_text(encoding="utf-8").splitlines()
