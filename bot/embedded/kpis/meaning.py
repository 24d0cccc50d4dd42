"""Which figure is meant where none is named: by how close the question is to the ways in which each is spoken of."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.embedded.kpis.vocabulary import vocabulary
from knowledge.embedding import Embedder, Vectors
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension

SURE = 0.62
"""From this likeness on, one figure is meant, if no other is nearly as like."""
APART = 0.06
DOUBTFUL = 0.5
"""From here on, the figure is asked about rather than unknown."""
NARROWED = 0.12
"""So much less likeness is enough where a name or a cut leaves few figures to choose from."""
FEW = 12


@dataclass(frozen=True)
class Likely:
    """Metrics by how like the question is to them, the most first; `likeness` of each, at most 1."""

    metrics: tuple[str, ...]
    likeness: tuple[float, ...]

    def among(self, cut: Set[Dimension]) -> "Likely":
        """Only those that can be told apart by all of these; all where none can."""
        fitting = [
            pair
            for pair in zip(self.metrics, self.likeness, strict=True)
            if cut <= BY_NAME[pair[0]].dimensions
        ]
        return Likely(tuple(m for m, _ in fitting), tuple(one for _, one in fitting)) if fitting else self

    @property
    def sure(self) -> str | None:
        first, second = (*self.likeness, 0.0)[:2]
        return self.metrics[0] if first >= SURE - self._eased and first - second >= APART else None

    @property
    def _eased(self) -> float:
        return NARROWED if len(self.metrics) <= FEW else 0.0

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Those to choose between; none where nothing is close."""
        best = self.likeness[0]
        if best < DOUBTFUL - self._eased:
            return ()
        return tuple(m for m, one in zip(self.metrics, self.likeness, strict=True) if one >= best - APART)[:3]


def ways_to_name_figures() -> list[str]:
    """All that a question is compared with."""
    return [text for spoken in vocabulary().spoken.values() for text in spoken]


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
            self._vectors = self._embedder.encode(ways_to_name_figures())
        return self._vectors
