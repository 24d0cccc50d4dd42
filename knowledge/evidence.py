"""Whether what was found answers the question, or is only the nearest of what there is.

A cosine alone says little: "what is the exchange rate of the euro" is as near to a page on currencies as a true
question. So the shop's texts are weighed against `elsewhere.txt`, questions that no shop's pages answer, by a
linear classifier over the vectors, together with the share of the words that the best sections speak of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from knowledge.embedding import Vectors

ELSEWHERE = Path(__file__).with_name("elsewhere.txt")
WEIGHTS = (3.509, 4.680, 1.074, -8.942)
INTERCEPT = -0.330
"""Fitted by `benchmarks/retrieval.py --fit` on its development questions, with the threshold below."""
THRESHOLD = 0.468
WORDS_THRESHOLD = 0.8
"""Share of the question's words that must be found when there are words alone."""
NEIGHBORS = 3


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
    """Tells the shop's own matters from everything else, by `coefficients` over a question's vector."""

    def __init__(self, coefficients: Vectors, intercept: float, elsewhere: Vectors) -> None:
        self._coefficients = coefficients
        self._intercept = intercept
        self._elsewhere = elsewhere

    @classmethod
    def learn(cls, ours: Vectors, elsewhere: Vectors) -> Self:
        """From the vectors of the shop's texts and of `elsewhere_questions`."""
        vectors = np.vstack([ours, elsewhere])
        labels = np.repeat([1, 0], [len(ours), len(elsewhere)])
        model = LogisticRegression(C=10, max_iter=1000, class_weight="balanced").fit(vectors, labels)
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]), elsewhere)

    def signs(self, vector: Vectors, similarity: float, coverage: float) -> Signs:
        """`vector` has shape (dimension,)."""
        ours = float(vector @ self._coefficients) + self._intercept
        nearest = np.sort(self._elsewhere @ vector)[-NEIGHBORS:]
        return Signs(similarity, coverage, ours, float(nearest.mean()))


def elsewhere_questions() -> Sequence[str]:
    return ELSEWHERE.read_text(encoding="utf-8").splitlines()
