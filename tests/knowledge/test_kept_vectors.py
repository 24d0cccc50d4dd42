"""What texts mean that messages are compared with is worked out once, and not while somebody waits for an answer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import KEPT_AT_ONCE, Embedder, Vectors
from knowledge.kept_vectors import hold

TEXTS = ("You have 30 days.", "Shipping is free over $75.", "You have 30 days.")


class CountingEmbedder(Embedder):
    """Keeps the texts whose vectors it had to compute; computes with the weights of another."""

    def __init__(self, other: Embedder) -> None:
        super().__init__()
        self._other = other
        self.computed: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self._other.fingerprint

    def _computed(self, texts: Sequence[str]) -> Vectors:
        self.computed += texts
        return self._other.encode_both(texts)


@pytest.fixture
def first(embedder: Embedder, tmp_path: Path) -> CountingEmbedder:
    counting = CountingEmbedder(embedder)
    hold(TEXTS, counting, tmp_path)
    return counting


def test_each_text_is_computed_once_and_then_known(first: CountingEmbedder, embedder: Embedder) -> None:
    again = first.encode_both(list(TEXTS))

    assert sorted(first.computed) == sorted(set(TEXTS))
    assert np.allclose(again, embedder.encode_both(list(TEXTS)), atol=1e-5)


def test_of_a_long_list_only_what_is_not_held_is_computed(first: CountingEmbedder) -> None:
    first.computed.clear()
    others = [f"Page {number}" for number in range(KEPT_AT_ONCE)]

    first.encode_both([*TEXTS, *others])

    assert first.computed == others


def test_the_next_process_computes_only_what_is_new(
    first: CountingEmbedder, embedder: Embedder, tmp_path: Path
) -> None:
    after = CountingEmbedder(embedder)
    hold((*TEXTS, "We ship to Canada."), after, tmp_path)

    assert after.computed == ["We ship to Canada."]
    assert np.array_equal(after.encode_both([TEXTS[0]]), first.encode_both([TEXTS[0]]))


def test_a_broken_file_is_made_again(first: CountingEmbedder, embedder: Embedder, tmp_path: Path) -> None:
    file = next(tmp_path.glob("texts-*.npz"))
    file.write_bytes(b"not vectors")

    after, last = CountingEmbedder(embedder), CountingEmbedder(embedder)
    hold(TEXTS, after, tmp_path)
    hold(TEXTS, last, tmp_path)

    assert sorted(after.computed) == sorted(set(TEXTS))
    assert last.computed == []
