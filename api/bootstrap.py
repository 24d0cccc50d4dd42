"""The composition root: builds everything once, from the settings.

Whatever imports LangChain, Chroma or sentence-transformers is built in `api.loading`, which is imported in a thread
while the server already answers: those imports take seconds, and opening a conversation needs none of them. Keep
such imports out of every module that this one or `api.app` imports.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.auth import Tokens
from api.limits import OpenStreams, Slots, turns_at_once
from api.mail import Delivery, SmtpServer
from api.metrics import Metrics
from api.paces import Paces
from api.pages import Library
from api.problems import Problem
from api.settings import Settings
from api.turns import Turns
from bot.photos import Photos
from bot.presence import PRESENCE, Presence
from bot.register import Register
from bot.replicas import hear_replicas
from knowledge.replies import CannedReply, load_replies
from knowledge.shop_profile import ShopProfile
from tools import crossing
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.disputes.policy_versions import keep_policy
from tools.commerce.handoffs import routing
from tools.commerce.metrics.targets import Targets
from tools.commerce.payments.opening import open_gateway
from tools.commerce.policy import Policy
from tools.commerce.rollups.building import bring_up_to_date
from tools.commerce.transcript import NEWS

if TYPE_CHECKING:
    from bot.conversation import Conversations
    from knowledge.embedding import Embedder
    from knowledge.search import KnowledgeBase

log = logging.getLogger(__name__)

READY_WITHIN_SECONDS = 60.0
MOST_STREAMS = 1000
UPLOADS_AT_ONCE = 24
"""Each may hold as much as a photo may have, for as long as its sender's line takes."""
DECODED_AT_ONCE = 2
"""Each may hold 200 MB for a fraction of a second."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Parley:
    """What the channels work with."""

    settings: Settings
    database: Database
    shop: ShopProfile
    policy: Policy
    tokens: Tokens
    library: Library
    replies: tuple[CannedReply, ...]
    """Of the agents at the desk."""
    register: Register
    """Opens and reads conversations; becomes the same as `conversations` once there is a desk."""
    metrics: Metrics
    photos: Photos
    turns: Turns
    paces: Paces
    now: Clock
    settlement: Settlement
    """Moves the money of changes that were carried out."""
    uploads: Slots = field(default_factory=lambda: Slots(UPLOADS_AT_ONCE))
    decoding: Slots = field(default_factory=lambda: Slots(DECODED_AT_ONCE))
    streams: OpenStreams = field(default_factory=lambda: OpenStreams(MOST_STREAMS))
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is to end: streams that would go on forever end themselves."""
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _conversations: "Conversations | None" = None
    trouble: str | None = None
    """Why it cannot become ready, in a sentence."""
    presence: Presence = field(init=False)
    """Who is at a conversation, and who is typing."""

    def __post_init__(self) -> None:
        self.presence = Presence(self.database, self._tell_news)

    async def load(self) -> None:
        """Build what answers, in a thread."""
        try:
            conversations = await asyncio.to_thread(self._loaded)
        except Exception as error:
            # SQLAlchemy's errors have a code too, but tell of tables and servers.
            is_told = isinstance(getattr(error, "code", None), str) and not isinstance(error, SQLAlchemyError)
            self.trouble = str(error) if is_told else type(error).__name__
            log.error("cannot become ready: %s", self.trouble)
            raise
        self.open(conversations)
        # Pages cite the articles: they are rendered beside the first requests, not within one.
        await asyncio.to_thread(lambda: self.library.articles)

    def _loaded(self) -> "Conversations":
        from api.loading import load_conversations

        return load_conversations(self)

    def open(self, conversations: "Conversations") -> None:
        """From now on `conversations` answer."""
        self.register = self._conversations = conversations
        self._ready.set()

    async def resume(self) -> None:
        """Takes up what a killed process, this one's predecessor or another replica, left unanswered."""
        if self._conversations and (resumed := await self._conversations.resume_abandoned()):
            log.info("resumed conversations=%d", resumed)

    async def settle(self) -> None:
        """Moves money that is still to be moved; for that nothing needs to be loaded."""
        await asyncio.to_thread(self.settlement.settle_due)

    async def sum_up_days(self) -> None:
        """Where the shop's daily sums are stale: after an import that was killed, in another time zone, by another
        version of Parley."""
        await asyncio.to_thread(bring_up_to_date, self.database, self.shop.zone)

    async def tend_proposals(self) -> None:
        """Closes what nobody decided in time, and tells what shoppers have yet to be told."""
        if self._conversations:
            await self._conversations.tend_proposals()

    async def tend_watches(self) -> None:
        """Tells staff the alerts and digests that are due."""
        if self._conversations:
            await self._conversations.tend_watches()

    async def hear_replicas(self) -> None:
        """Wakes whoever follows a conversation when another replica tells of something in it."""
        hear = {NEWS: self._tell_news, PRESENCE: self.presence.hear}
        await hear_replicas(self.database, hear)

    def _tell_news(self, conversation_id: str) -> None:
        self.register.tell_news(conversation_id)

    async def tend_handoffs(self) -> None:
        """Does what is due in conversations with people: who waits too long, who is silent, who has left."""
        if self._conversations:
            await self._conversations.tend_handoffs()

    def rulebook(self) -> Rulebook:
        """The shop's rules as of now."""
        return Rulebook(self.policy, self.shop.currency, LocalTime(self.now(), self.shop.zone))

    async def conversations(self) -> "Conversations":
        """Waits until they can be answered. Raises Problem `not-ready` when that takes too long, or cannot be."""
        if self._conversations is None and self.trouble is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(READY_WITHIN_SECONDS):
                    await self._ready.wait()
        if self._conversations is None:
            raise Problem("not-ready", retry_after=10)
        return self._conversations

    async def finish(self, within_seconds: float) -> None:
        """Ends endless streams, and waits for the turns that run."""
        self.stopping.set()
        if self._conversations is not None:
            await self._conversations.finish_running(within_seconds)

    async def missing(self) -> list[str]:
        """What keeps it from answering, in words; nothing when it can."""
        missing = []
        try:
            await crossing.read(self.database, lambda session: session.execute(text("SELECT 1")).scalar())
        except SQLAlchemyError:
            missing.append("The database does not answer.")
        if self._conversations is None:
            missing.append(self.trouble or "The weights and the index of the articles are being loaded.")
        return missing

    def delivery(self) -> Delivery | None:
        """Delivers e-mail; None when there is no mail server and it stays in the outbox."""
        url, sender = self.settings.smtp_url, self.settings.mail_from or self.shop.contact.email
        if url is None:
            return None
        return Delivery(self.database, SmtpServer(url.get_secret_value(), sender), self.now)


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
    )


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


def open_knowledge(settings: Settings, embedder: "Embedder") -> "KnowledgeBase":
    """The shop's articles to search: by words alone until they have been indexed."""
    from knowledge.search import KnowledgeBase

    place = settings.chroma_url or settings.chroma_dir
    return KnowledgeBase.open(settings.shop_dir, embedder, place, settings.classifier_dir)
