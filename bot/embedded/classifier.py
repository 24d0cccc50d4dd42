"""Learns intents from the examples: sentence embeddings and the words themselves, into a logistic regression."""

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
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.embedded.clauses import clauses
from bot.embedded.examples import CONTEXT, examples
from bot.embedded.intents import PLEASANTRIES, Intent
from bot.embedded.spelling import Speller
from knowledge.embedding import Embedder

VERSION = "1"
"""Part of the key of stored weights: raise it when the features or the training change."""
UNSURE = 0.4
"""Below this confidence a wish is a guess."""
MAX_WISHES = 3
MAX_CHARS = 4000

_WORDS = HashingVectorizer(ngram_range=(1, 2), n_features=2**13, alternate_sign=False, token_pattern=r"\w+")
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), n_features=2**13, alternate_sign=False)
_LEXICAL_WEIGHT = 0.6
_EMAIL = re.compile(r"\S{1,64}@\S{1,200}")
_WITH_DIGIT = re.compile(r"#?\b[\w/.-]{0,64}\d[\w/.-]{0,64}")

logger = logging.getLogger(__name__)
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Wish:
    """One thing wanted. `text` is the stretch of the message that says so, its story included."""

    intent: Intent
    confidence: float
    """Calibrated, 0 to 1; under UNSURE it is a guess."""
    text: str
    runner_up: Intent


@dataclass(frozen=True)
class Weights:
    """Logits = features @ matrix + bias, one column a label; divided by temperature before the softmax."""

    labels: tuple[str, ...]
    matrix: Floats
    bias: Floats
    temperature: float


class IntentClassifier:
    """Names what a message wants. Safe to share between threads."""

    def __init__(self, embedder: Embedder, weights: Weights, speller: Speller) -> None:
        self._embedder = embedder
        self._weights = weights
        self._speller = speller
        self._intents = [Intent(label) for label in weights.labels if label != CONTEXT]
        self._columns = [column for column, label in enumerate(weights.labels) if label != CONTEXT]
        self._context = weights.labels.index(CONTEXT)

    @classmethod
    def open(cls, embedder: Embedder, cache_dir: Path | None) -> "IntentClassifier":
        """Loads the weights kept in `cache_dir`, else learns them (some seconds) and keeps them there.

        Raises EmbeddingError when the embedding model cannot be used.
        """
        speller = Speller.of_texts(examples().texts)
        key = hashlib.sha256(
            f"{VERSION} {examples().fingerprint} {embedder.fingerprint}".encode()
        ).hexdigest()[:16]
        file = cache_dir / f"intents-{key}.npz" if cache_dir else None
        weights = _load(file) if file else None
        if weights is None:
            weights = learn(embedder, speller)
            if file:
                _save(file, weights)
        return cls(embedder, weights, speller)

    @property
    def speller(self) -> Speller:
        return self._speller

    def classify(self, text: str) -> Wish:
        """The one wish that the whole text is likeliest to hold."""
        return self._wish(text, self._probabilities([text])[0])

    def wishes(self, message: str) -> tuple[Wish, ...]:
        """At most three wishes in the order they stand, at least one; a story belongs to its wish."""
        message = message[:MAX_CHARS]
        whole = self.classify(message)
        pieces = clauses(message)
        if len(pieces) < 2:
            return (whole,)
        probabilities = self._probabilities(pieces)
        bearing = [
            None if self._tells_only(row) else self._wish(piece, row)
            for piece, row in zip(pieces, probabilities, strict=True)
        ]
        return _gathered(message, pieces, bearing) or (whole,)

    def _tells_only(self, row: Floats) -> bool:
        return int(row.argmax()) == self._context or bool(row[self._columns].max() < UNSURE)

    def _wish(self, text: str, row: Floats) -> Wish:
        chances = row[self._columns] / max(float(row[self._columns].sum()), 1e-9)
        best, second = (int(index) for index in np.argsort(-chances)[:2])
        return Wish(self._intents[best], float(chances[best]), text, self._intents[second])

    def _probabilities(self, texts: Sequence[str]) -> Floats:
        features = _features(self._embedder, self._speller, texts)
        logits = np.asarray(features @ self._weights.matrix) + self._weights.bias
        return _softmax(logits / self._weights.temperature)


def _gathered(message: str, pieces: Sequence[str], bearing: Sequence[Wish | None]) -> tuple[Wish, ...]:
    """Joins stories to the wish that follows (or the last one), drops pleasantries, merges repeats."""
    substance = [w is not None and w.intent not in PLEASANTRIES for w in bearing]
    if not any(substance):
        return ()
    found: list[Wish] = []
    pending: list[str] = []
    for piece, wish, counts in zip(pieces, bearing, substance, strict=True):
        if wish is None:
            pending.append(piece)
        elif counts and found and found[-1].intent == wish.intent:
            found[-1] = _joined(found[-1], [found[-1].text, *pending, piece])
            pending = []
        elif counts:
            found.append(_joined(wish, [*pending, piece]) if wish is not None else wish)
            pending = []
    if pending:
        found[-1] = _joined(found[-1], [found[-1].text, *pending])
    if len(found) == 1:
        only = found[0]
        return (Wish(only.intent, only.confidence, message, only.runner_up),)
    return tuple(found[:MAX_WISHES])


def _joined(wish: Wish, texts: Sequence[str]) -> Wish:
    return Wish(wish.intent, wish.confidence, " ".join(texts), wish.runner_up)


def learn(embedder: Embedder, speller: Speller) -> Weights:
    """Fits the examples; the temperature comes from predictions on examples left out of the fit."""
    texts, labels = list(examples().texts), np.array(examples().labels)
    features = _features(embedder, speller, texts)
    model = LogisticRegression(C=8.0, max_iter=300, class_weight="balanced")
    folds = StratifiedKFold(4, shuffle=True, random_state=7)
    logits = cross_val_predict(model, features, labels, cv=folds, method="decision_function")
    model.fit(features, labels)
    known = [str(label) for label in model.classes_]
    truth = np.array([known.index(label) for label in labels])
    return Weights(
        labels=tuple(known),
        matrix=np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=_temperature(logits, truth),
    )


def _temperature(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss."""
    candidates = np.geomspace(0.2, 3.0, 40)
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(logits / t)[rows, truth] + 1e-9).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _features(embedder: Embedder, speller: Speller, texts: Sequence[str]) -> csr_matrix:
    plain = [_plain(text, speller) for text in texts]
    parts = [
        csr_matrix(embedder.encode(texts)),
        _WORDS.transform(plain).astype(np.float32) * _LEXICAL_WEIGHT,
        _LETTERS.transform(plain).astype(np.float32) * _LEXICAL_WEIGHT,
    ]
    return hstack(parts, format="csr")


def _plain(text: str, speller: Speller) -> str:
    """Lower case, slips repaired, e-mails and numbers masked."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).replace("’", "'")
    text = _WITH_DIGIT.sub("0", _EMAIL.sub("emailaddress", text))
    return speller.repair(text).lower().replace("'", "")


def _softmax(logits: NDArray[np.floating]) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)


def _load(file: Path) -> Weights | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return Weights(
                tuple(str(label) for label in kept["labels"]),
                kept["matrix"],
                kept["bias"],
                float(kept["temperature"]),
            )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        logger.warning("The stored intent weights cannot be read; they are learned again.")
        return None


def _save(file: Path, weights: Weights) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as draft:
            np.savez(
                draft,
                labels=np.array(weights.labels),
                matrix=weights.matrix,
                bias=weights.bias,
                temperature=np.float64(weights.temperature),
            )
        Path(draft.name).replace(file)
    except OSError:
        logger.warning(
            "The intent weights cannot be stored in the cache folder; they are learned at each start."
        )
