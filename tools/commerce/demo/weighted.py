"""Drawing from weighted choices, fast enough for millions of draws."""

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Choices with their weights; a draw costs one random number and a binary search."""

    __slots__ = ("_cumulative", "_total", "_values")

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = [(value, weight) for value, weight in weights if weight > 0]
        if not pairs:
            raise ValueError("nothing to draw from")
        self._values = [value for value, _ in pairs]
        self._cumulative = list(accumulate(weight for _, weight in pairs))
        self._total = self._cumulative.pop()

    def draw(self, rng: Random) -> T:
        return self._values[bisect(self._cumulative, rng.random() * self._total)]

    def at(self, fraction: float) -> T:
        """The choice at `fraction` (0 to 1, exclusive) of the total weight."""
        return self._values[bisect(self._cumulative, fraction * self._total)]
