"""What the channels work with: made at once, and ready to answer some seconds later."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.auth import Tokens
from api.limits import OpenStreams, Slots
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
from knowledge.replies import CannedReply
from knowledge.shop_profile import ShopProfile
from tools import crossing
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.rollups.building import bring_up_to_date
from tools.commerce.transcript import NEWS

if TYPE_CHECKING:
    from bot.conversation import Conversations

log = logging.getLogger(__name__)

READY_WITHIN_SECONDS = 60.0
MOST_STREAMS = 1000
UPLOADS_AT_ONCE = 24
"""Each may hold as much as a photo may have, for as long as its sender's line takes."""
DECODED_AT_ONCE = 2
"""Each may hold 200 MB for a fraction of a second."""

Clock = Callable[[], datetime]


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
    load_conversations: Callable[["Parley"], "Conversations"]
    """Builds what answers, which takes seconds."""
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
            conversations = await asyncio.to_thread(self.load_conversations, self)
        except Exception as error:
            # SQLAlchemy's errors have a code too, but tell of tables and servers.
            is_told = isinstance(getattr(error, "code", None), str) and not isinstance(error, SQLAlchemyError)
            self.trouble = str(error) if is_told else type(error).__name__
            log.error("cannot become ready: %s", self.trouble)
            raise
        self.open(conversations)
        # Pages cite the articles: they are rendered beside the first requests, not within one.
        await asyncio.to_thread(lambda: self.library.articles)

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
