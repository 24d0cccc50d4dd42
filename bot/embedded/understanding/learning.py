"""Learns intents from the examples: kernel ridge regression on sentence embeddings and words.

What a text is like weighs examples near to it, in meaning and in how it is put, by a Gaussian kernel on two layers of
the sentence model, and shared words by a linear one: so an intent may lie in many places (every topic of the help pages
is one), and a word that decides still counts everywhere.
"""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, solve_triangular
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import normalize
from threadpoolctl import ThreadpoolController

from bot.embedded.reading.texting import spelt_out
from bot.embedded.understanding.examples import Examples
from bot.embedded.understanding.spelling import Speller
from knowledge.embedding import Embedder

VERSION = "11"
"""Part of the key of stored weights: raise it when what a text is measured by, or the training, changes."""
MAX_CHARS = 4000

_AXES = 256
"""What is kept of the layers: the directions in which the examples differ most. It loses nothing that can be measured,
and a message is compared with every example three times as fast."""
_WIDTH = 0.7
"""How far an example reaches, as half a squared distance, its two layers' added."""
_WORDS_WEIGHT = np.float32(0.6)
_RIDGE = np.float32(0.2)
"""Chosen, like the two above, by how well examples in new voices were read by those in the older ones."""
_EMAIL = re.compile(r"\S{1,64}@\S{1,200}")
_WITH_DIGIT = re.compile(r"#?\b[\w/.-]{0,64}\d[\w/.-]{0,64}")
_ROWS = 512
_ARRAYS = ("center", "axes", "vectors", "influence", "matrix", "bias")
_COUNTED = {"n_features": 2**13, "alternate_sign": False, "binary": True, "norm": None, "dtype": np.float32}
_WORDS = HashingVectorizer(ngram_range=(1, 2), **_COUNTED)
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), **_COUNTED)

_ARITHMETIC = ThreadpoolController()
"""Kept to one thread: several wait for each other longer than a message's sums take, and add them up in another order,
while every replica has to learn the same."""

logger = logging.getLogger(__name__)
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Texts:
    """Texts as they are measured, a row each."""

    vectors: Floats
    words: csr_matrix


@dataclass(frozen=True)
class Weights:
    """What was learned: one column a label in `influence`, `matrix` and `bias`."""

    labels: tuple[str, ...]
    center: Floats
    """The mean of the examples' embeddings in both layers."""
    axes: Floats
    """The principal axes around it; shape (2 * dimension, axes)."""
    vectors: Floats
    """The examples along the axes; each has a row of `influence` on what lies near it."""
    influence: Floats
    matrix: Floats
    """One row a word or a piece of one."""
    bias: Floats
    temperature: float

    def probabilities(self, texts: Texts) -> Floats:
        """Rows that sum to 1; shape (texts, labels)."""
        return _softmax(self.scores(texts) / self.temperature)

    def scores(self, texts: Texts) -> Floats:
        with _ARITHMETIC.limit(limits=1):
            along: Floats = np.subtract(texts.vectors, self.center) @ self.axes
            near = _nearness(along, self.vectors, self._half_squares) @ self.influence
        said: Floats = near + np.asarray(texts.words @ self.matrix) + self.bias
        return said

    @cached_property
    def _half_squares(self) -> Floats:
        return _half_squares(self.vectors)


def weights(taught: Examples, embedder: Embedder, speller: Speller, cache_dir: Path | None) -> Weights:
    """Those kept in `cache_dir` for these examples and this embedder; else learned, and kept there."""
    if cache_dir is None:
        return _learned(taught, embedder, speller)
    key = hashlib.sha256(f"{VERSION} {taught.fingerprint} {embedder.fingerprint}".encode()).hexdigest()
    file = cache_dir / f"intents-{key[:16]}.npz"
    found = _stored(file)
    if found is None:
        found = _learned(taught, embedder, speller)
        _store(file, found)
    return found


def measured(embedder: Embedder, texts: Sequence[str]) -> Texts:
    """Texts in good spelling."""
    plain = [masked(text) for text in texts]
    counts = hstack([_WORDS.transform(plain), _LETTERS.transform(plain)], format="csr")
    return Texts(embedder.encode_both(texts), normalize(counts))


def masked(text: str) -> str:
    """Lower case, e-mails and numbers replaced by one word each."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _WITH_DIGIT.sub("00", _EMAIL.sub("emailaddress", text)).lower().replace("'", "")


def _learned(taught: Examples, embedder: Embedder, speller: Speller) -> Weights:
    """The temperature comes from what those examples that stand last are taken for by the others alone: as the kernel's
    triangular factor holds that of each of its leading squares, one factor serves for both."""
    names = sorted(set(taught.labels))
    truth = np.array([names.index(label) for label in taught.labels])
    kept, left_out = train_test_split(np.arange(len(truth)), test_size=0.2, stratify=truth, random_state=7)
    order = np.concatenate([kept, left_out])
    texts = measured(embedder, [speller.repair(spelt_out(taught.texts[place])) for place in order])
    targets = np.eye(len(names), dtype=np.float32)[truth[order]]
    bias = targets.mean(axis=0)
    with _ARITHMETIC.limit(limits=1):
        center = texts.vectors.mean(axis=0)
        axes = _principal(texts.vectors - center)
        vectors = (texts.vectors - center) @ axes
        factor = _factor(vectors, texts.words)
        halfway = solve_triangular(factor, targets - bias, lower=True, check_finite=False)
        influence = solve_triangular(factor, halfway, lower=True, trans="T", check_finite=False)
        told = factor[len(kept) :, : len(kept)] @ halfway[: len(kept)] + bias
    return Weights(
        labels=tuple(names),
        center=center,
        axes=axes,
        vectors=vectors,
        influence=influence,
        matrix=_WORDS_WEIGHT * (texts.words.T @ influence),
        bias=bias,
        temperature=_temperature(told, truth[left_out]),
    )


def _factor(vectors: Floats, words: csr_matrix) -> Floats:
    """The lower triangle whose square is the ridged kernel; above it, anything."""
    kernel = _nearness(vectors, vectors, _half_squares(vectors))
    for row in range(0, len(kernel), _ROWS):  # all at once would hold it twice
        kernel[row : row + _ROWS] += _WORDS_WEIGHT * (words[row : row + _ROWS] @ words.T).toarray()
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    # Symmetric, so its transpose is the same in the order that LAPACK overwrites.
    factor: Floats = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)[0]
    return factor


def _principal(centered: Floats) -> Floats:
    """The directions of most variance, as columns."""
    _, directions = np.linalg.eigh(centered.T @ centered)
    kept: Floats = np.ascontiguousarray(directions[:, -_AXES:])
    return kept


def _nearness(vectors: Floats, others: Floats, half_squares: Floats) -> Floats:
    """`half_squares` are those of `others`."""
    near: Floats = vectors @ others.T
    near -= _half_squares(vectors)[:, np.newaxis]
    near -= half_squares
    near /= _WIDTH
    return np.exp(near, out=near)


def _half_squares(vectors: Floats) -> Floats:
    halves: Floats = np.einsum("ij,ij->i", vectors, vectors) / 2
    return halves


def _temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The temperature with the least log loss."""
    candidates = np.geomspace(0.01, 1.0, 60)
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(scores / t)[rows, truth] + 1e-9).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _softmax(scores: NDArray[np.floating]) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _stored(file: Path) -> Weights | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            labels = tuple(str(label) for label in kept["labels"])
            arrays = {name: kept[name] for name in _ARRAYS}
            return Weights(labels=labels, temperature=float(kept["temperature"]), **arrays)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        logger.warning("The stored intent weights cannot be read; they are learned again.")
        return None


def _store(file: Path, found: Weights) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".draft", delete=False) as draft:
            np.savez(
                draft,
                labels=np.array(found.labels),
                temperature=np.float64(found.temperature),
                **{name: getattr(found, name) for name in _ARRAYS},
            )
        Path(draft.name).replace(file)
    except OSError:
        logger.warning("The intent weights cannot be stored; they will be learned at each start.")
