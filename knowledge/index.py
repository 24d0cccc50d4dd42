"""The vectors of the shop's pages in Chroma: one for each section's text and one for each of its questions.

What is kept here can be made again from the pages at any time, so a folder that cannot be read is set aside and
built anew. The collection is named after the embedding's weights: vectors of different models never meet.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings

from knowledge.articles import Section
from knowledge.embedding import Embedder, Vectors
from knowledge.evidence import elsewhere_questions
from knowledge.sentences import plain

QUERY_SECONDS = 2.0
ELSEWHERE = "elsewhere"
"""In place of a section: a question that the pages don't answer."""
BATCH = 32
HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 32,
    "ef_search": 200,
}
"""A denser graph than Chroma's own: with that, now and then, a row could not be reached from any other."""
"""Rows embedded at once; a question that is being asked waits for one batch at most."""


class IndexUnavailableError(Exception):
    """Chroma cannot be reached or read."""

    code = "index_unavailable"


@dataclass(frozen=True)
class Row:
    """One text to find a section by."""

    id: str
    text: str

    @property
    def section(self) -> str:
        return self.id.partition("?")[0]

    @property
    def digest(self) -> str:
        return _digest(self.text)


@dataclass(frozen=True)
class IndexReport:
    """Rows by what happened to them; only the added and the changed were embedded."""

    added: int
    changed: int
    removed: int
    unchanged: int


def rows_of(sections: Iterable[Section]) -> tuple[Row, ...]:
    """The rows of the sections, and those of the questions that no page answers."""
    rows = {
        row.id: row for row in (Row(f"{ELSEWHERE}?{_digest(text)}", text) for text in elsewhere_questions())
    }
    for section in sections:
        text = f"{section.title}. {section.heading} {plain(section.text)}"
        rows[section.key] = Row(section.key, text)
        for question in section.questions or (section.heading,):
            row = Row(f"{section.key}?{_digest(question)}", question)
            rows[row.id] = row
    return tuple(rows.values())


class VectorIndex:
    """`place` is a folder, or the URL of a Chroma server. Nothing is opened before `build`."""

    def __init__(self, place: Path | str, embedder: Embedder) -> None:
        self._place = place
        self._embedder = embedder
        self._building = Lock()
        self._client: Client | None = None
        self._collection: chromadb.Collection | None = None

    def build(self, rows: Sequence[Row]) -> IndexReport:
        """Brings the index up to date with `rows`. Raises IndexUnavailableError, EmbeddingError."""
        name = f"pages-{self._embedder.fingerprint}"
        with self._building:
            self.close()
            # Chroma lets whatever its parts raise through.
            try:
                return self._build(name, rows)
            except Exception as error:
                self.close()
                if not isinstance(self._place, Path):
                    raise _unavailable(error) from error
            try:
                _set_aside(self._place)
                # Chroma remembers a folder that failed to open, and would fail again.
                SharedSystemClient.clear_system_cache()
                return self._build(name, rows)
            except Exception as error:
                self.close()
                raise _unavailable(error) from error

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Ids of rows with their cosine similarity, best first. Raises IndexUnavailableError."""
        collection = self._collection
        if collection is None:
            raise IndexUnavailableError("the index is not open")
        try:
            found = collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
            )
            distances = (found["distances"] or [[]])[0]
            return [(row, 1.0 - distance) for row, distance in zip(found["ids"][0], distances, strict=True)]
        except Exception as error:
            raise _unavailable(error) from error

    def vectors(self) -> tuple[list[str], Vectors]:
        """Every row's id and its vector; shape (rows, dimension). Raises IndexUnavailableError."""
        collection = self._collection
        if collection is None:
            raise IndexUnavailableError("the index is not open")
        try:
            kept = collection.get(include=["embeddings"])
            return kept["ids"], np.asarray(kept["embeddings"], dtype=np.float32)
        except Exception as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def _build(self, name: str, rows: Sequence[Row]) -> IndexReport:
        self._client = _connect(self._place)
        collection = self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": HNSW}
        )
        kept = collection.get(include=["metadatas"])
        digests = {
            row: (metadata or {}).get("digest")
            for row, metadata in zip(kept["ids"], kept["metadatas"] or [], strict=True)
        }
        stale = [row for row in rows if digests.get(row.id) != row.digest]
        # Texts of like length share a batch, for the longest sets its time.
        stale.sort(key=lambda row: len(row.text))
        for start in range(0, len(stale), BATCH):
            batch = stale[start : start + BATCH]
            collection.upsert(
                ids=[row.id for row in batch],
                embeddings=self._embedder.encode([row.text for row in batch]),
                metadatas=[{"section": row.section, "digest": row.digest} for row in batch],
            )
        gone = sorted(digests.keys() - {row.id for row in rows})
        if gone:
            collection.delete(ids=gone)
        self._collection = collection
        changed = sum(row.id in digests for row in stale)
        return IndexReport(len(stale) - changed, changed, len(gone), len(rows) - len(stale))


def _connect(place: Path | str) -> Client:
    settings = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        place.mkdir(parents=True, exist_ok=True)
        return cast(Client, chromadb.PersistentClient(str(place), settings=settings))
    # Chroma's own client waits without end, so a server that hangs is noticed before it is made.
    httpx.get(f"{place.rstrip('/')}/api/v2/heartbeat", timeout=QUERY_SECONDS).raise_for_status()
    url = urlsplit(place)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    client = cast(Client, chromadb.HttpClient(url.hostname or "", port, ssl=secure, settings=settings))
    session = client._server._session  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to its timeout
    session.timeout = httpx.Timeout(QUERY_SECONDS)
    return client


def _set_aside(folder: Path) -> None:
    broken = folder.with_name(f"{folder.name}.broken")
    if broken.is_dir():
        shutil.rmtree(broken)
    if folder.exists():
        folder.rename(broken)


def _unavailable(error: Exception) -> IndexUnavailableError:
    return IndexUnavailableError(f"{type(error).__name__}: {error}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
