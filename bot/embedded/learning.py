"""Learns intents from the examples: sentence embeddings and the words, into a logistic regression."""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from bot.embedded.examples import Examples
from bot.embedded.spelling import Speller
from knowledge.embedding import Embedder

VERSION = "4"
"""Part of the key of stored weights: raise it when the features or the training change."""
MAX_CHARS = 4000

_LEXICAL_WEIGHT = 0.6
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
    """Softmax((features @ matrix + bias) / temperature), one column a label."""

    labels: tuple[str, ...]
    matrix: Floats
    bias: Floats
    temperature: float

    def probabilities(self, features: csr_matrix) -> Floats:
        """Rows that sum to 1; shape (texts, labels)."""
        return _softmax((np.asarray(features @ self.matrix) + self.bias) / self.temperature)


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
    known = features(embedder.encode(texts), [masked(text) for text in texts])
    model = LogisticRegression(C=8.0, max_iter=200, tol=1e-3, class_weight="balanced")
    kept, left_out = train_test_split(np.arange(len(texts)), test_size=0.2, stratify=labels, random_state=7)
    logits = model.fit(known[kept], labels[kept]).decision_function(known[left_out])
    names = [str(label) for label in model.classes_]
    temperature = _temperature(logits, np.array([names.index(label) for label in labels[left_out]]))
    model.fit(known, labels)
    return Weights(
        labels=tuple(names),
        matrix=np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=temperature,
    )


def _temperature(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss."""
    candidates = np.geomspace(0.2, 3.0, 40)
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(logits / t)[rows, truth] + 1e-9).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _softmax(logits: NDArray[np.floating]) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _stored(file: Path) -> Weights | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            labels = tuple(str(label) for label in kept["labels"])
            return Weights(labels, kept["matrix"], kept["bias"], float(kept["temperature"]))
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
                matrix=found.matrix,
                bias=found.bias,
                temperature=np.float64(found.temperature),
            )
        Path(draft.name).replace(file)
    except OSError:
        logger.warning("The intent weights cannot be stored; they will be learned at each start.")
