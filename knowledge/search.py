"""Finds the sections that answer a question, by meaning and by words, and says when none does."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Article, Section, load_articles, section_on
from knowledge.embedding import Embedder, EmbeddingError, Vectors
from knowledge.evidence import WORDS_THRESHOLD, Evidence, Signs
from knowledge.index import ELSEWHERE, IndexReport, IndexUnavailableError, VectorIndex, rows_of
from knowledge.kept_vectors import hold
from knowledge.quoting import best_sentences
from knowledge.sentences import plain
from knowledge.usual import UsualQuestions, usual_texts
from knowledge.words import WordIndex, content_words

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0
NEAREST_ROWS = 120
MAX_CHARS = 2000
"""Of a question; the model reads no more than some 250 words anyway."""
BEST_ROW, SECOND_ROW, TEXT_ROW = 0.5, 0.25, 0.25
FUSION_RANK, WORDS_SHARE, FUSED = 5, 0.3, 30
"""Reciprocal rank fusion: how flat it is, how much the words' ranks count, how many of them."""
VERBATIM = 0.92
"""From here on it is one of the section's own, and that section answers it."""
NEAREST_QUESTIONS = 5
KNOWN = 0.75
"""From this similarity on a question is as good as one of the section's own."""


@dataclass(frozen=True)
class Passage:
    """A section that was found; `text` is Markdown, `score` lies within 0 to 1."""

    article: str
    title: str
    anchor: str
    heading: str
    text: str
    url: str
    score: float


@dataclass(frozen=True)
class SearchResult:
    """`passages` are the nearest there are, best first, even when they don't answer the question."""

    answerable: bool
    passages: tuple[Passage, ...]
    known_as: tuple[str, ...] = ()
    """Questions of the first passage's section, nearest first, where this is one of them in nearly the same words."""


@dataclass(frozen=True)
class _Found:
    text: str
    vector: Vectors
    evidence: Evidence
    scores: Vectors
    """Of each section."""
    closest: Vectors
    """The similarity of each section's best row."""
    rows: Sequence[tuple[str, float]]
    """The nearest, best first."""


class KnowledgeBase:
    """The shop's pages, to read and to search. Safe to share between threads.

    It searches by words alone until `refresh` has run, and whenever Chroma fails; then it tries again by itself.
    """

    def __init__(
        self, articles: Iterable[Article], embedder: Embedder, index: VectorIndex, kept_in: Path | None = None
    ) -> None:
        self._articles = {article.slug: article for article in articles}
        self._sections = [section for article in self._articles.values() for section in article.sections]
        self._position = {section.key: position for position, section in enumerate(self._sections)}
        self._rows = rows_of(self._sections)
        self._texts = {row.id: row.text for row in self._rows}
        self._words = WordIndex([_document(section) for section in self._sections])
        self._embedder = embedder
        self._index = index
        self._kept_in = kept_in
        self._evidence: Evidence | None = None
        self._recovery = Lock()
        self._retry_at = 0.0

    @classmethod
    def open(
        cls, shop_dir: Path, embedder: Embedder, chroma: Path | str, kept_in: Path | None = None
    ) -> Self:
        """`chroma` is a folder or a server's URL, `kept_in` the folder for the vectors of what is quoted (None: made
        when they are needed); neither is touched yet. Raises ShopFileError."""
        return cls(load_articles(shop_dir), embedder, VectorIndex(chroma, embedder), kept_in)

    def refresh(self) -> IndexReport:
        """Brings the index up to date with the pages. Raises IndexUnavailableError, EmbeddingError."""
        with self._recovery:
            return self._refresh()

    def close(self) -> None:
        self._evidence = None
        self._retry_at = float("inf")
        self._index.close()

    def articles(self) -> tuple[Article, ...]:
        return tuple(self._articles.values())

    def article(self, slug: str) -> Article | None:
        return self._articles.get(slug)

    def section_on(self, rule: str) -> Section | None:
        """The section to link when a rule decides."""
        return section_on(rule, self._sections)

    def search(self, question: str, limit: int = 5) -> SearchResult:
        """Never raises: what stops a search by meaning leaves a search by words."""
        text = self._words.repaired(question[:MAX_CHARS], self._is_word)
        words = content_words(text)
        by_words = self._words.scores(words)
        found = self._by_meaning(text)
        if found is None:
            order = [int(i) for i in np.argsort(-by_words, kind="stable") if by_words[i] > 0][:limit]
            coverage = self._coverage(words, order[:1])
            answerable = coverage >= WORDS_THRESHOLD and len(set(words)) > 1
            return SearchResult(answerable, self._passages(order, [coverage] * limit))
        order = _fused(found.scores, by_words)[:limit]
        is_own = float(found.closest[order[0]]) >= VERBATIM
        says_something = any(map(str.isalnum, text))
        answerable = is_own or (says_something and self._signs(found, words, order).answerable)
        known_as = self._known_as(found, order[0]) if answerable else ()
        passages = self._passages(order, [float(found.scores[i]) for i in order])
        return SearchResult(answerable, passages, known_as)

    def signs(self, question: str) -> Signs | None:
        """What `search` judges by; None when there are words alone. To fit and to explain the judgement."""
        text = self._words.repaired(question[:MAX_CHARS], self._is_word)
        found = self._by_meaning(text)
        if found is None:
            return None
        words = content_words(text)
        return self._signs(found, words, _fused(found.scores, self._words.scores(words)))

    def best_sentences(self, question: str, passage: Passage, limit: int = 2) -> tuple[str, ...]:
        """The sentences that answer best, in the order of the text; the first has a small advantage."""
        section = self._sections[self._position[f"{passage.article}#{passage.anchor}"]]
        # As it was searched for: the embedder still has that.
        asked = self._words.repaired(question[:MAX_CHARS], self._is_word)
        return best_sentences(asked, section.sentences, limit, self._embedder)

    def _by_meaning(self, text: str) -> _Found | None:
        """None when that cannot be had now."""
        evidence = self._evidence
        if evidence is None:
            self._recover()
            return None
        try:
            vector = self._embedder.encode([text])[0]
            rows = self._index.nearest(vector, min(NEAREST_ROWS, len(self._rows)))
        except (IndexUnavailableError, EmbeddingError) as error:
            self._evidence = None
            self._retry_at = monotonic() + RETRY_SECONDS
            log.warning("searching by words alone for now: %s", error)
            return None
        best = self._best_rows(rows, evidence.usual.nearest(vector, len(self._sections)))
        weights = np.array([BEST_ROW, SECOND_ROW, TEXT_ROW], dtype=np.float32)
        return _Found(text, vector, evidence, best @ weights, best[:, 0], rows)

    def _known_as(self, found: _Found, section: int) -> tuple[str, ...]:
        if found.closest[section] < KNOWN:
            return ()
        key = f"{self._sections[section].key}?"
        return tuple(self._texts[row] for row, _ in found.rows if row.startswith(key))[:NEAREST_QUESTIONS]

    def _signs(self, found: _Found, words: Sequence[str], order: Sequence[int]) -> Signs:
        coverage = self._coverage(words, order[:3])
        return found.evidence.signs(found.text, found.vector, found.scores, order[0], coverage)

    def _best_rows(self, rows: Sequence[tuple[str, float]], usual: Vectors) -> Vectors:
        """The similarity of each section's best row, its second best, and its text; shape (sections, 3). `usual` has
        that of the question that any shop is asked."""
        floor = rows[-1][1]
        best = np.full((len(self._sections), 3), floor, dtype=np.float32)
        for row, cosine in rows:
            position = self._position.get(row.partition("?")[0])
            if position is None:
                continue  # no page's question, or a row of a page that this process does not have
            scores = best[position]
            scores[1] = max(scores[1], min(scores[0], cosine))
            scores[0] = max(scores[0], cosine)
            if "?" not in row:
                scores[2] = cosine
        best[:, 1] = np.maximum(best[:, 1], np.minimum(best[:, 0], usual))
        best[:, 0] = np.maximum(best[:, 0], usual)
        return best

    def _recover(self) -> None:
        """Starts to rebuild in the background, unless that runs already or was tried a moment ago."""
        if monotonic() < self._retry_at or not self._recovery.acquire(blocking=False):
            return
        Thread(target=self._rebuild, name="knowledge-index", daemon=True).start()

    def _refresh(self) -> IndexReport:
        self._evidence = None
        if self._kept_in:
            hold(self._compared(), self._embedder, self._kept_in)
        report = self._index.build(self._rows)
        rows, vectors = self._index.vectors()
        # Another process may have put in rows of pages that this one does not have.
        ours = [place for place, row in enumerate(rows) if row in self._texts]
        elsewhere = np.array([rows[place].startswith(f"{ELSEWHERE}?") for place in ours])
        texts = [self._texts[rows[place]] for place in ours]
        usual = UsualQuestions.learn(self._sections, self._embedder)
        self._evidence = Evidence.learn(texts, vectors[ours], elsewhere, usual)
        return report

    def _compared(self) -> Iterator[str]:
        """What questions are compared with: those of the sections, every sentence that may be quoted, and what any shop
        is asked."""
        yield from usual_texts(self._sections)
        for section in self._sections:
            yield from section.questions

    def _rebuild(self) -> None:
        try:
            self._refresh()
            log.info("searching by meaning again")
        except (IndexUnavailableError, EmbeddingError) as error:
            log.warning("the index of the pages cannot be built: %s", error)
        finally:
            self._retry_at = monotonic() + RETRY_SECONDS
            self._recovery.release()

    def _is_word(self, word: str) -> bool:
        # Before the model is there, no word is doubted: a search must not wait for it.
        return not self._embedder.ready or self._embedder.knows(word)

    def _coverage(self, words: Sequence[str], sections: Sequence[int]) -> float:
        return max((self._words.coverage(words, section) for section in sections), default=0.0)

    def _passages(self, order: Sequence[int], scores: Sequence[float]) -> tuple[Passage, ...]:
        return tuple(
            Passage(
                article=section.article,
                title=section.title,
                anchor=section.anchor,
                heading=section.heading,
                text=section.text,
                url=section.url,
                score=min(max(score, 0.0), 1.0),
            )
            for section, score in zip((self._sections[i] for i in order), scores, strict=False)
        )


def _document(section: Section) -> str:
    return f"{section.title} {section.heading} {plain(section.text)} {' '.join(section.questions)}"


def _fused(meaning: NDArray[np.float32], words: NDArray[np.float32]) -> list[int]:
    """Reciprocal rank fusion of two scorings, best first."""
    fused = np.zeros(len(meaning))
    fused[np.argsort(-meaning, kind="stable")] += 1 / (FUSION_RANK + np.arange(len(meaning)))
    ranked = [i for i in np.argsort(-words, kind="stable")[:FUSED] if words[i] > 0]
    fused[ranked] += WORDS_SHARE / (FUSION_RANK + np.arange(len(ranked)))
    return [int(i) for i in np.argsort(-fused, kind="stable")]
