"""Whether what was found answers the question, or is only the nearest of what there is.

A cosine alone says little: "what is the exchange rate of the euro" is as near to a page on currencies as a true
question. So the shop's texts are weighed against `elsewhere.txt`, questions that no shop's pages answer, by a
linear classifier over the vectors and the words, together with the share of the words that the best sections speak of.

A small shop's few rows make nearly everything look foreign. So it counts as well whether a question is one that any
shop is asked (`common.txt`), and how far its section stands out among the others. How much each of these says
depends on how many sections there are: among many, the next one is near wherever a question has an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.embedding import Vectors

ELSEWHERE = Path(__file__).with_name("elsewhere.txt")
COMMON = Path(__file__).with_name("common.txt")
WEIGHTS = (7.394, 3.253, -0.217, -6.819, 13.660, 4.211)
WEIGHTS_BY_SIZE = (-3.624, 0.115, 1.469, -6.090, -1.983, 0.735, 4.264)
INTERCEPT = -4.636
"""Fitted by benchmarks/retrieval.py on questions to shops with few sections and to one with many."""
THRESHOLD = 0.4
FEW, MANY = 20, 200
"""Sections. The weights hold for few of them, with those `_BY_SIZE` added for many, by degrees in between."""
WORDS_THRESHOLD = 0.8
"""Share of the question's words that must be found when there are words alone."""
NEIGHBORS = 3
WORDS_WEIGHT = np.float32(0.6)
_COUNTED = {"n_features": 2**13, "alternate_sign": False, "dtype": np.float32}
_WORDS = HashingVectorizer(ngram_range=(1, 2), **_COUNTED)
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), **_COUNTED)


@dataclass(frozen=True)
class Signs:
    """What speaks for an answer. Within 0 to 1, but for `ours` (log odds) and `margin` (which may be negative)."""

    similarity: float
    coverage: float
    ours: float
    elsewhere: float
    margin: float
    """By how much the section is nearer than the next one."""
    common: float
    sections: int
    """How many there are."""

    @property
    def values(self) -> tuple[float, ...]:
        """What is weighed: each sign, and then how much of a large shop it is, alone and with each sign."""
        signs = (self.similarity, self.coverage, self.ours, self.elsewhere, self.margin, self.common)
        size = min(max(log(max(self.sections, 1) / FEW) / log(MANY / FEW), 0.0), 1.0)
        return (*signs, *(size * sign for sign in signs), size)

    @property
    def probability(self) -> float:
        weighted = sum(
            weight * value for weight, value in zip((*WEIGHTS, *WEIGHTS_BY_SIZE), self.values, strict=True)
        )
        return 1.0 / (1.0 + exp(-(weighted + INTERCEPT)))

    @property
    def answerable(self) -> bool:
        return self.probability >= THRESHOLD


class Evidence:
    """Tells the shop's own matters from everything else, by a question's vector and its words."""

    def __init__(self, model: LogisticRegression, elsewhere: Vectors, common: Vectors) -> None:
        self._model = model
        self._elsewhere = elsewhere
        self._common = common

    @classmethod
    def learn(
        cls, texts: Sequence[str], vectors: Vectors, is_elsewhere: NDArray[np.bool_], common: Vectors
    ) -> Self:
        """From the shop's texts, the `elsewhere_questions` among them, and the `common_questions`' vectors."""
        model = LogisticRegression(C=10, max_iter=200, tol=1e-3, class_weight="balanced")
        return cls(model.fit(_features(texts, vectors), ~is_elsewhere), vectors[is_elsewhere], common)

    def signs(self, text: str, vector: Vectors, scores: Vectors, best: int, coverage: float) -> Signs:
        """`vector` has shape (dimension,); `scores` are those of the sections, `best` is the one that was found."""
        ours = float(self._model.decision_function(_features([text], vector[np.newaxis]))[0])
        others = np.delete(scores, best)
        return Signs(
            similarity=float(scores.max()),
            coverage=coverage,
            ours=ours,
            elsewhere=_nearness(self._elsewhere, vector),
            margin=float(scores[best] - others.max()) if others.size else 0.0,
            common=_nearness(self._common, vector),
            sections=len(scores),
        )


def _nearness(questions: Vectors, vector: Vectors) -> float:
    return float(np.sort(questions @ vector)[-NEIGHBORS:].mean())


def _features(texts: Sequence[str], vectors: Vectors) -> csr_matrix:
    counts = (table.transform(texts) * WORDS_WEIGHT for table in (_WORDS, _LETTERS))
    return hstack([csr_matrix(vectors), *counts], format="csr")


def elsewhere_questions() -> Sequence[str]:
    return ELSEWHERE.read_text(encoding="utf-8").splitlines()


def common_questions() -> Sequence[str]:
    return COMMON.read_text(encoding="utf-8").splitlines()
