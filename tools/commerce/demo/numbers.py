"""Order numbers that cannot be told from one another's: `FW-104233`."""

from collections.abc import Collection
from hashlib import blake2b

PREFIX = "FW-"
# At most one number in forty is in use.
_SPARSE = 40


class OrderNumbers:
    """A keyed permutation (a Feistel network), so the k-th order's number is found without remembering any.

    Numbers in `taken` are never given out. `numbers(k)` is unique for each k below `orders`.
    """

    def __init__(self, seed: int, orders: int, taken: Collection[str] = ()) -> None:
        key = seed.to_bytes(16, "big", signed=True)
        size, self._half, self._first = 1 << 18, 9, 100_000
        while size < orders * _SPARSE:
            size, self._half, self._first = size << 4, self._half + 2, self._first * 10
        self._mask = (1 << self._half) - 1
        self._rounds = [
            int.from_bytes(blake2b(bytes([n]), key=key, digest_size=8).digest(), "big") | 1 for n in range(4)
        ]
        self._taken = frozenset(taken)

    def number(self, k: int) -> str:
        found = f"{PREFIX}{self._first + self._permuted(k)}"
        while found in self._taken:
            k = self._permuted(k)
            found = f"{PREFIX}{self._first + self._permuted(k)}"
        return found

    def _permuted(self, k: int) -> int:
        left, right = k >> self._half, k & self._mask
        for factor in self._rounds:
            mixed = (right + 1) * factor
            left, right = right, left ^ ((mixed >> 29 ^ mixed >> 11) & self._mask)
        return left << self._half | right
