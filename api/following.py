"""Following a conversation: its messages as they are stored, and who else is there, for whoever draws them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from fastapi.sse import KEEPALIVE_COMMENT

from api.parley import Parley
from api.turns import HEARTBEAT_SECONDS
from bot.events import PublicMessage
from bot.presence import BEAT_SECONDS, SHOPPER, Hint, Present
from tools.change_cards import ReceiptCard
from tools.commerce.schema import ConversationStatus

NEWS_SECONDS = 1.0
"""Another replica's messages are seen this late at most, where the database does not tell of them at once."""
WITH_PEOPLE = frozenset({ConversationStatus.WAITING, ConversationStatus.HUMAN})
"""Only in such conversations does it matter who is there."""

Draw = Callable[[PublicMessage, ConversationStatus], bytes]


@dataclass
class Follower:
    """Who follows a conversation, and how messages and who else is there are drawn for them."""

    hint: Hint
    """That they are there."""
    draw: Draw
    draw_others: Callable[[Sequence[Present]], bytes]
    _next_beat: float = field(default=0.0, init=False)
    _shown: bytes = field(default=b"", init=False)

    async def look_round(self, parley: Parley, now: float) -> bytes | None:
        """Says that they are there when that is due; who else is, if that has changed."""
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            await parley.presence.tell(self.hint)
        present = parley.presence.at(self.hint.conversation_id)
        others = self.draw_others([one for one in present if one.who != self.hint.who])
        if others == self._shown:
            return None
        self._shown = others
        return others


async def follow_conversation(parley: Parley, after: int, follower: Follower) -> AsyncIterator[bytes]:
    """Each message after the one numbered `after`, drawn; in every pause a comment as sign of life.

    What is given to the shopper's own chat counts as read.
    """
    conversation_id = follower.hint.conversation_id
    with parley.streams.opened():
        # Headers reach the client with the first bytes, not with the first message.
        yield KEEPALIVE_COMMENT
        clock = asyncio.get_running_loop().time
        spoken_at = clock()
        while not parley.stopping.is_set():
            status, messages = await parley.register.news(conversation_id, after)
            for message in messages:
                yield follower.draw(message, status)
                after, spoken_at = message.id, clock()
            if follower.hint.who == SHOPPER:
                await note_read(parley, conversation_id, messages)
            if status in WITH_PEOPLE and (others := await follower.look_round(parley, clock())):
                yield others
                spoken_at = clock()
            if clock() - spoken_at >= HEARTBEAT_SECONDS:
                yield KEEPALIVE_COMMENT
                spoken_at = clock()
            await parley.register.wait_for_news(conversation_id, NEWS_SECONDS)


async def note_read(parley: Parley, conversation_id: str, messages: Sequence[PublicMessage]) -> None:
    """The shopper's chat was given these: of what nobody waited for, they need no e-mail."""
    unasked = [
        message
        for message in messages
        if message.role == "agent" or any(isinstance(card, ReceiptCard) for card in message.cards)
    ]
    if unasked:
        await parley.register.note_read(conversation_id, unasked[-1].id)
