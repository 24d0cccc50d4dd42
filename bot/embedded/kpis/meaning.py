"""Which figure is meant where none is named: by how close the question is to the ways in which each is spoken of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.embedded.kpis.vocabulary import vocabulary
from knowledge.embedding import Embedder, Vectors

SURE = 0.62
"""From this likeness on, one figure is meant, if no other is nearly as like."""
APART = 0.06
DOUBTFUL = 0.5
"""From here on, the figure is asked about rather than unknown."""


@dataclass(frozen=True)
class Likely:
    """Metrics by how like the question is to them, the most first; `likeness` of each, at most 1."""

    metrics: tuple[str, ...]
    likeness: tuple[float, ...]

    @property
    def sure(self) -> str | None:
        first, second = self.likeness[:2]
        return self.metrics[0] if first >= SURE and first - second >= APART else None

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Those to choose between; none where nothing is close."""
        best = self.likeness[0]
        if best < DOUBTFUL:
            return ()
        return tuple(m for m, one in zip(self.metrics, self.likeness, strict=True) if one >= best - APART)[:3]


class Meanings:
    """Safe to share between threads; learned when it is first asked."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._spoken = vocabulary().spoken
        self._vectors: Vectors | None = None

    def likely(self, text: str) -> Likely:
        vectors = self._learned()
        scores = vectors @ self._embedder.encode([text])[0]
        best: dict[str, float] = {}
        for name, score in zip(self._names, scores.tolist(), strict=True):
            best[name] = max(best.get(name, -1.0), score)
        ranked = sorted(best, key=lambda name: -best[name])
        return Likely(tuple(ranked), tuple(best[name] for name in ranked))

    @property
    def _names(self) -> Sequence[str]:
        return [name for name, spoken in self._spoken.items() for _ in spoken]

    def _learned(self) -> Vectors:
        if self._vectors is None:
            self._vectors = np.asarray(
                self._embedder.encode([text for spoken in self._spoken.values() for text in spoken])
            )
        return self._vectors
