"""The composition root: builds everything once, from the settings.

Whatever imports LangChain, Chroma or sentence-transformers is built in `api.loading`, which is imported in a thread
while the server already answers: those imports take seconds, and opening a conversation needs none of them. Keep
such imports out of every module that this one or `api.app` imports.
"""

from typing import TYPE_CHECKING

from api.limits import Slots, turns_at_once
from api.metrics import Metrics
from api.opening import open_database, tokens_of, utc_now
from api.paces import Paces
from api.pages import Library
from api.parley import Clock, Parley
from api.settings import Settings
from api.turns import Turns
from bot.photos import Photos
from bot.register import Register
from knowledge.replies import load_replies
from knowledge.shop_profile import ShopProfile
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.disputes.policy_versions import keep_policy
from tools.commerce.handoffs import routing
from tools.commerce.metrics.targets import Targets
from tools.commerce.payments.opening import open_gateway
from tools.commerce.policy import Policy

if TYPE_CHECKING:
    from bot.conversation import Conversations


def build(settings: Settings, now: Clock = utc_now) -> Parley:
    """Everything but the desk, quickly. Raises ShopFileError, and SQLAlchemyError without a database."""
    database = open_database(settings)
    metrics = Metrics()
    shop, policy = ShopProfile.load(settings.shop_dir), Policy.load(settings.shop_dir)
    Targets.of(shop)  # a wrong target is told now, not with the first question
    routing.check(shop)
    keep_policy(database, policy, settings.shop_dir, now())
    return Parley(
        settings=settings,
        database=database,
        shop=shop,
        policy=policy,
        tokens=tokens_of(settings),
        library=Library(settings.shop_dir),
        replies=load_replies(settings.shop_dir),
        register=Register(database, now),
        photos=Photos(database, now),
        metrics=metrics,
        turns=Turns(Slots(turns_at_once(settings.model, settings.max_concurrent_turns)), metrics),
        paces=Paces.of(settings),
        now=now,
        settlement=_settlement(settings, database, shop, policy, now),
        load_conversations=_load_conversations,
    )


def _load_conversations(parley: Parley) -> "Conversations":
    from api.loading import load_conversations

    return load_conversations(parley)


def _settlement(
    settings: Settings, database: Database, shop: ShopProfile, policy: Policy, now: Clock
) -> Settlement:
    """Raises GatewayUnavailable."""
    key = settings.stripe_api_key
    gateway = open_gateway(
        settings.payment_gateway,
        database,
        key.get_secret_value() if key else None,
        settings.stripe_api_base,
    )
    return Settlement(database, gateway, lambda: Rulebook(policy, shop.currency, LocalTime(now(), shop.zone)))
