"""Everything that a turn needs, built once by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.agent import Agent
from knowledge.search import KnowledgeBase
from knowledge.shop_profile import ShopProfile
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import Role


@dataclass(frozen=True)
class Desk:
    database: Database
    knowledge: KnowledgeBase
    shop: ShopProfile
    policy: Policy
    agents: Mapping[Role, Agent]
    order_numbers: tuple[str, ...]
    """The shapes of the shop's order numbers, for the models."""
    settlement: Settlement
    """Moves the money of what was carried out."""
    now: Callable[[], datetime]
    chat_url: str | None = None
    """A page with the chat, for e-mails to lead to."""

    @property
    def local_time(self) -> LocalTime:
        return LocalTime(self.now(), self.shop.zone)
