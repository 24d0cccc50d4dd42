"""Whether what was found answers the question, or is only the nearest of what there is.

A cosine alone says little: "what is the exchange rate of the euro" is as near to a page on currencies as a true
question. So the shop's texts are weighed against `elsewhere.txt`, questions that no shop's pages answer, by a
linear classifier over the vectors and the words, together with the share of the words that the best sections speak of.

A small shop's few rows make nearly everything look foreign. So it counts as well whether a question is one that any
shop is asked and this one's pages tell, or don't (`usual.py`), and how far its section stands out among the others. How
much each of these says depends on how many sections there are: among many, the next one is near wherever a question has
an answer.
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
from knowledge.usual import UsualQuestions

ELSEWHERE = Path(__file__).with_name("elsewhere.txt")
WEIGHTS = (4.114, 2.720, -0.156, -8.501, 11.160, 5.716, -2.800)
WEIGHTS_BY_SIZE = (-2.805, 0.211, 1.367, -5.674, 0.081, -0.020, 1.995, 3.207)
INTERCEPT = -1.895
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
    told: float
    """How near it is to what any shop is asked and these pages tell,"""
    untold: float
    """and to what they don't tell."""
    sections: int
    """How many there are."""

    @property
    def values(self) -> tuple[float, ...]:
        """What is weighed: each sign, and then how much of a large shop it is, alone and with each sign."""
        signs = (
            self.similarity,
            self.coverage,
            self.ours,
            self.elsewhere,
            self.margin,
            self.told,
            self.untold,
        )
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

    def __init__(self, model: LogisticRegression, elsewhere: Vectors, usual: UsualQuestions) -> None:
        self._model = model
        self._elsewhere = elsewhere
        self.usual = usual

    @classmethod
    def learn(
        cls, texts: Sequence[str], vectors: Vectors, is_elsewhere: NDArray[np.bool_], usual: UsualQuestions
    ) -> Self:
        """From the shop's texts, the `elsewhere_questions` among them, and what any shop is asked."""
        model = LogisticRegression(C=10, max_iter=200, tol=1e-3, class_weight="balanced")
        return cls(model.fit(_features(texts, vectors), ~is_elsewhere), vectors[is_elsewhere], usual)

    def signs(self, text: str, vector: Vectors, scores: Vectors, best: int, coverage: float) -> Signs:
        """`vector` has shape (dimension,); `scores` are those of the sections, `best` is the one that was found."""
        ours = float(self._model.decision_function(_features([text], vector[np.newaxis]))[0])
        others = np.delete(scores, best)
        told, untold = self.usual.told(vector)
        return Signs(
            similarity=float(scores.max()),
            coverage=coverage,
            ours=ours,
            elsewhere=_nearness(self._elsewhere, vector),
            margin=float(scores[best] - others.max()) if others.size else 0.0,
            told=told,
            untold=untold,
            sections=len(scores),
        )


def _nearness(questions: Vectors, vector: Vectors) -> float:
    return float(np.sort(questions @ vector)[-NEIGHBORS:].mean())


def _features(texts: Sequence[str], vectors: Vectors) -> csr_matrix:
    counts = (table.transform(texts) * WORDS_WEIGHT for table in (_WORDS, _LETTERS))
    return hstack([csr_matrix(vectors), *counts], format="csr")


def elsewhere_questions() -> Sequence[str]:
    return ELSEWHERE.read_text(encoding="utf-8").splitlines()
