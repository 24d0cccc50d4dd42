"""The vectors of texts that messages are compared with, made when the pages are indexed, not while somebody waits.

A file beside what the classifier learned, by the texts' hashes: it can be made again from the pages at any time, and
each replica has its own.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np

from knowledge.embedding import Embedder, Vectors

BATCH = 32
"""Texts embedded at once; a message that is being read waits for one batch at most."""
MOST = 20_000
"""Rows of a file. Texts that the pages no longer have make room only then: they may be another shop's."""

logger = logging.getLogger(__name__)


def hold(texts: Iterable[str], embedder: Embedder, folder: Path) -> None:
    """Has the embedder hold the texts' vectors, from the file in `folder` as far as it has them; the others are made
    and added to it. Raises EmbeddingError."""
    file = folder / f"texts-{embedder.fingerprint}.npz"
    digests = {_digest(text): text for text in texts}
    kept = _stored(file)
    missing = sorted((d for d in digests if d not in kept), key=lambda digest: len(digests[digest]))
    made: dict[str, Vectors] = {}
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = embedder.encode_both([digests[digest] for digest in batch])
        made |= dict(zip(batch, vectors, strict=True))
    rows = made | {digest: kept[digest] for digest in digests if digest in kept}
    if made:
        _store(file, rows | kept)
    embedder.hold({digests[digest]: row for digest, row in rows.items()})


def _stored(file: Path) -> dict[str, Vectors]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            digests: Sequence[str] = stored["digests"].tolist()
            return dict(zip(digests, stored["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        logger.warning("The vectors of texts that are compared cannot be read; they are made again.")
        return {}


def _store(file: Path, rows: Mapping[str, Vectors]) -> None:
    newest = list(rows.items())[:MOST]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".draft", delete=False) as draft:
            np.savez(
                draft,
                digests=np.array([digest for digest, _ in newest]),
                vectors=np.stack([row for _, row in newest]),
            )
        Path(draft.name).replace(file)
    except OSError:
        logger.warning(
            "The vectors of texts that are compared cannot be stored; they will be made at each start."
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
