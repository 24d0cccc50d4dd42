"""Which sentences of a section answer a question: those that are near to it, and hold the fact that it asks for."""

import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from knowledge.embedding import Embedder, EmbeddingError, Vectors
from knowledge.sentences import plain
from knowledge.words import content_words

SHORT = 260
"""Characters up to which a section is quoted whole: each of its few sentences says something."""
FIRST_SENTENCE_BONUS = 0.08
FACT_BONUS = 0.12


class Fact(StrEnum):
    """What the sentence that answers must hold."""

    COST = "cost"
    TIME = "time"


_ASKS = {
    Fact.COST: re.compile(
        r"\bhow much\b|\b(?:costs?|fees?|prices?|priced|charges?|rates?|pay|free|expensive|penalt(?:y|ies))\b",
        re.IGNORECASE,
    ),
    Fact.TIME: re.compile(
        r"\bhow (?:long|soon|fast|quick(?:ly)?|many (?:days|weeks|months|hours|years))\b|\b(?:when|times?|hours|days?|"
        r"weeks?|months?|years?|deadline|period|window|until|till|late|duration|expires?|expired|expiry)\b",
        re.IGNORECASE,
    ),
}
_HOLDS = {
    Fact.COST: re.compile(
        r"[$€£¥]\s?\d|\d\s?(?:[€£%]|percent\b)|\bfree\b|\bno (?:fee|charge|cost)\b|\bat no cost\b",
        re.IGNORECASE,
    ),
    Fact.TIME: re.compile(
        r"\b\d+ (?:business |working )?(?:minute|hour|day|week|month|year)s?\b|\b\d+ [ap]\.m|\bright away\b|"
        r"\bat once\b|\bnever\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|"
        r"December) \d",
        re.IGNORECASE,
    ),
}


def best_sentences(
    question: str, sentences: Sequence[str], limit: int, embedder: Embedder
) -> tuple[str, ...]:
    """The sentences that answer best, in the order of the text; the first has a small advantage. A short
    text is quoted whole."""
    if len(sentences) <= limit or sum(map(len, sentences)) <= SHORT:
        return tuple(sentences)
    ranks = _closeness(question, sentences, embedder)
    ranks[0] += FIRST_SENTENCE_BONUS
    asked = [fact for fact, pattern in _ASKS.items() if pattern.search(question)]
    ranks[[any(_HOLDS[fact].search(one) for fact in asked) for one in sentences]] += FACT_BONUS
    chosen = sorted(np.argsort(-ranks, kind="stable")[:limit])
    return tuple(sentences[position] for position in chosen)


def _closeness(question: str, sentences: Sequence[str], embedder: Embedder) -> Vectors:
    try:
        vectors = embedder.encode([plain(one) for one in sentences])
        closeness: Vectors = vectors @ embedder.encode([question])[0]
    except EmbeddingError:
        asked = set(content_words(question))
        return np.array([len(asked & set(content_words(one))) for one in sentences], dtype=np.float32)
    return closeness
