"""Learns intents from the examples: sentence embeddings and the words, into a logistic regression.

One intent covers many matters: what a shop's pages answer goes from gift cards to passwords, and no single direction
in the space of sentences leads to all of them. So each label's examples are cut into groups of like ones, the
regression tells the groups apart, and the shares of a label's groups are added up.
"""

import hashlib
import logging
import re
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from bot.embedded.examples import Examples
from bot.embedded.spelling import Speller
from knowledge.embedding import Embedder

VERSION = "5"
"""Part of the key of stored weights: raise it when the features or the training change."""
MAX_CHARS = 4000

_LEXICAL_WEIGHT = 0.6
_LEXICAL_DIMENSIONS = 256
"""The words' and letters' counts are condensed to so many numbers while learning, which makes it ten times as fast."""
_GROUP_SIZE = 30
"""Examples in a group, about. Of 20, 30, 45 and 60, the one that understood strangers best."""
_SEED = 7
_GROUP_MARK = "/"
_EMAIL = re.compile(r"\S{1,64}@\S{1,200}")
_WITH_DIGIT = re.compile(r"#?\b[\w/.-]{0,64}\d[\w/.-]{0,64}")
_WORDS = HashingVectorizer(ngram_range=(1, 2), n_features=2**13, alternate_sign=False, dtype=np.float32)
_LETTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 4), n_features=2**13, alternate_sign=False, dtype=np.float32
)

logger = logging.getLogger(__name__)
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Softmax((features @ matrix + bias) / temperature), one column a group; `columns` names the label of each."""

    columns: tuple[str, ...]
    matrix: Floats
    bias: Floats
    temperature: float

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    def probabilities(self, features: csr_matrix) -> Floats:
        """Rows that sum to 1; shape (texts, labels)."""
        shares = _softmax((np.asarray(features @ self.matrix) + self.bias) / self.temperature)
        return np.asarray(shares @ self._sums)

    @cached_property
    def _sums(self) -> Floats:
        """1 where a column is a group of a label; shape (columns, labels)."""
        return np.array(
            [[column == label for label in self.labels] for column in self.columns], dtype=np.float32
        )


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


def features(vectors: Floats, plain: Sequence[str]) -> csr_matrix:
    """Embeddings beside the words' and letters' counts; `plain` comes from `masked`."""
    words = _WORDS.transform(plain) * np.float32(_LEXICAL_WEIGHT)
    letters = _LETTERS.transform(plain) * np.float32(_LEXICAL_WEIGHT)
    return hstack([csr_matrix(vectors), words, letters], format="csr")


def masked(text: str) -> str:
    """Lower case, e-mails and numbers replaced by one word each."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _WITH_DIGIT.sub("00", _EMAIL.sub("emailaddress", text)).lower().replace("'", "")


def _learned(taught: Examples, embedder: Embedder, speller: Speller) -> Weights:
    """The temperature comes from predictions on examples left out of the fit."""
    texts, labels = [speller.repair(text) for text in taught.texts], np.array(taught.labels)
    vectors = embedder.encode(texts)
    known = features(vectors, [masked(text) for text in texts])
    kept, left_out = train_test_split(
        np.arange(len(texts)), test_size=0.2, stratify=labels, random_state=_SEED
    )
    # Sums over several threads differ in their last digits, and every replica has to learn the same.
    with threadpool_limits(limits=1):
        groups = _groups(vectors, labels)
        trial = _fitted(known[kept], groups[kept])
        temperature = _temperature(trial, known[left_out], labels[left_out])
        return replace(_fitted(known, groups), temperature=temperature)


def _groups(vectors: Floats, labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """Each example's label with the number of its group."""
    groups = labels.astype(object)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        count = max(1, len(own) // _GROUP_SIZE)
        places = KMeans(count, n_init=2, random_state=_SEED).fit_predict(vectors[own])
        groups[own] = [f"{label}{_GROUP_MARK}{place}" for place in places]
    return groups.astype(str)


def _fitted(known: csr_matrix, groups: NDArray[np.str_]) -> Weights:
    dimensions = known.shape[1] - _WORDS.n_features - _LETTERS.n_features
    lexical = known[:, dimensions:]
    condensing = TruncatedSVD(
        min(_LEXICAL_DIMENSIONS, *(size - 1 for size in lexical.shape)), random_state=_SEED
    )
    dense = np.hstack([known[:, :dimensions].toarray(), condensing.fit_transform(lexical)], dtype=np.float32)
    model = LogisticRegression(C=8.0, max_iter=40, tol=1e-3)
    with warnings.catch_warnings(category=ConvergenceWarning, action="ignore"):  # stopped early on purpose
        model.fit(dense, groups)
    of_vectors, of_words = model.coef_[:, :dimensions], model.coef_[:, dimensions:] @ condensing.components_
    return Weights(
        columns=tuple(str(group).partition(_GROUP_MARK)[0] for group in model.classes_),
        matrix=np.ascontiguousarray(np.hstack([of_vectors, of_words]).T, dtype=np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=1.0,
    )


def _temperature(trial: Weights, left_out: csr_matrix, truth: NDArray[np.str_]) -> float:
    """The temperature with the least log loss."""
    candidates = [float(t) for t in np.geomspace(0.2, 3.0, 40)]
    place = {label: column for column, label in enumerate(trial.labels)}
    rows, right = np.arange(len(truth)), [place[label] for label in truth]
    shares = (replace(trial, temperature=t).probabilities(left_out)[rows, right] for t in candidates)
    losses = [-np.log(share + 1e-9).mean() for share in shares]
    return candidates[int(np.argmin(losses))]


def _softmax(logits: NDArray[np.floating]) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _stored(file: Path) -> Weights | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            columns = tuple(str(label) for label in kept["columns"])
            return Weights(columns, kept["matrix"], kept["bias"], float(kept["temperature"]))
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
                columns=np.array(found.columns),
                matrix=found.matrix,
                bias=found.bias,
                temperature=np.float64(found.temperature),
            )
        Path(draft.name).replace(file)
    except OSError:
        logger.warning("The intent weights cannot be stored; they will be learned at each start.")
