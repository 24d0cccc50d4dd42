"""Which chat model: the embedded one, or any that LangChain's `init_chat_model` knows."""

from dataclasses import dataclass
from pathlib import Path

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from bot.embedded.answering.cases import case_questions
from bot.embedded.kpis.meaning import ways_to_name_figures
from bot.embedded.model import EmbeddedChatModel
from bot.embedded.understanding.classifier import IntentClassifier
from knowledge.embedding import Embedder
from knowledge.kept_vectors import hold
from tools import languages

EMBEDDED = "embedded"


class ModelUnavailable(Exception):
    """The chosen model cannot be used: its name is unknown, or its package is not installed."""

    code = "model_unavailable"


@dataclass(frozen=True)
class Models:
    """The model that answers, and the embedded one that steps in when a provider fails."""

    chosen: BaseChatModel
    embedded: BaseChatModel

    @property
    def is_embedded(self) -> bool:
        return self.chosen is self.embedded


def load_models(
    name: str,
    embedder: Embedder,
    cache_dir: Path | None,
    *,
    base_url: str | None = None,
    timeout_seconds: float = 15,
) -> Models:
    """`name` is `embedded`, or `provider:model` as in `openai:gpt-…`. Raises ModelUnavailable, EmbeddingError.

    What the embedded model learns is kept in `cache_dir`.
    """
    embedded = EmbeddedChatModel(classifier=IntentClassifier.open(embedder, cache_dir), embedder=embedder)
    if cache_dir:
        hold((*ways_to_name_figures(), *case_questions()), embedder, cache_dir)
    languages.load()
    if name == EMBEDDED:
        return Models(embedded, embedded)
    try:
        # Retries are the guard's, which knows when to fall back; the client makes none of its own.
        if base_url:
            chosen = init_chat_model(name, timeout=timeout_seconds, max_retries=0, base_url=base_url)
        else:
            chosen = init_chat_model(name, timeout=timeout_seconds, max_retries=0)
    except (ImportError, ValueError) as error:
        raise ModelUnavailable(f"MODEL={name}: {error}") from error
    return Models(chosen, embedded)
