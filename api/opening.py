"""Opens what the settings name: the database, the articles, the tokens of who is signed in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.auth import Tokens
from api.settings import Settings
from tools.commerce.database import Database

if TYPE_CHECKING:
    from knowledge.embedding import Embedder
    from knowledge.search import KnowledgeBase


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """The database, with its newest schema."""
    database = Database(settings.database_url.get_secret_value())
    database.migrate()
    return database


def tokens_of(settings: Settings) -> Tokens:
    secret = settings.identity_secret
    return Tokens(
        secret.get_secret_value() if secret else None, settings.identity_audience, settings.identity_issuer
    )


def open_knowledge(settings: Settings, embedder: "Embedder") -> "KnowledgeBase":
    """The shop's articles to search: by words alone until they have been indexed."""
    from knowledge.search import KnowledgeBase

    place = settings.chroma_url or settings.chroma_dir
    return KnowledgeBase.open(settings.shop_dir, embedder, place, settings.classifier_dir)
