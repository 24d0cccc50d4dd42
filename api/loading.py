"""Builds what answers: weights, models, the index of articles. Importing this takes seconds: see `api.bootstrap`."""

import logging

from api.opening import open_knowledge
from api.parley import Parley
from bot.agent import build_agents
from bot.conversation import Conversations
from bot.desk import Desk
from bot.garbage import spare_what_stays
from bot.models import load_models
from knowledge.embedding import Embedder
from knowledge.index import IndexUnavailableError
from tools.commerce.order_numbers import common_shapes

log = logging.getLogger(__name__)


def load_conversations(parley: Parley) -> Conversations:
    """Raises EmbeddingError, ShopFileError, ModelUnavailable, KnowledgeError."""
    settings = parley.settings
    embedder = Embedder(settings.embedding_model)
    models = load_models(
        settings.model,
        embedder,
        settings.classifier_dir,
        base_url=settings.model_base_url,
        timeout_seconds=settings.model_timeout_seconds,
    )
    with parley.database.reading() as session:
        order_numbers = common_shapes(session)
    knowledge = open_knowledge(settings, embedder)
    try:
        knowledge.refresh()
    except IndexUnavailableError as error:
        # Orders can be answered without it, and articles are found by their words meanwhile.
        log.warning("the index of articles is not available: %s", error)
    desk = Desk(
        database=parley.database,
        knowledge=knowledge,
        shop=parley.shop,
        policy=parley.policy,
        agents=build_agents(models),
        order_numbers=order_numbers,
        settlement=parley.settlement,
        now=parley.now,
        chat_url=parley.shop.widget.page_url or settings.public_url,
    )
    spare_what_stays()
    return Conversations(desk)
