"""A small demo shop in a scratch folder, with everything that a turn needs."""

from datetime import UTC, datetime
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from bot.agent import build_agents
from bot.conversation import Conversations
from bot.desk import Desk
from bot.models import Models, load_models
from knowledge.embedding import Embedder
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.demo import create_demo_shop
from tools.commerce.payments.embedded import EmbeddedGateway
from tools.commerce.policy import Policy

ORDERS = 2000


def scratch_desk(folder: Path, url: str | None = None, model: BaseChatModel | None = None) -> Desk:
    """`model` takes the embedded one's place."""
    now = datetime.now(UTC)
    embedder = Embedder()
    embedder.load()
    database = Database(url or f"sqlite:///{folder}/parley.db")
    database.migrate()
    create_demo_shop(database, orders=ORDERS, now=now)
    knowledge = KnowledgeBase.open(DEMO_SHOP, embedder, folder / "chroma", folder)
    knowledge.refresh()
    models = Models(model, model) if model else load_models("embedded", embedder, folder)
    shop, policy = ShopProfile.load(DEMO_SHOP), Policy.load(DEMO_SHOP)
    book = Rulebook(policy, shop.currency, LocalTime(now, shop.zone))
    settlement = Settlement(database, EmbeddedGateway(database), lambda: book)
    return Desk(
        database=database,
        knowledge=knowledge,
        shop=shop,
        policy=policy,
        agents=build_agents(models),
        order_numbers=("FW-999999",),
        settlement=settlement,
        now=lambda: now,
    )


def conversations_on(desk: Desk) -> Conversations:
    return Conversations(desk)
