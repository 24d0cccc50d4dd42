"""Following a conversation: its messages as they are stored, for whichever channel draws them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from fastapi.sse import KEEPALIVE_COMMENT

from api.bootstrap import Parley
from api.turns import HEARTBEAT_SECONDS
from bot.events import PublicMessage
from tools.change_cards import ReceiptCard
from tools.commerce.schema import ConversationStatus

NEWS_SECONDS = 1.0
"""Another replica's messages are seen this late at most, where the database does not tell of them at once."""

Draw = Callable[[PublicMessage, ConversationStatus], bytes]


async def follow_conversation(
    parley: Parley, conversation_id: str, after: int, draw: Draw, *, by_shopper: bool = False
) -> AsyncIterator[bytes]:
    """Each message after the one numbered `after`, drawn; in every pause a comment as sign of life.

    What is given `by_shopper`'s own chat counts as read.
    """
    with parley.streams.opened():
        # Headers reach the client with the first bytes, not with the first message.
        yield KEEPALIVE_COMMENT
        clock = asyncio.get_running_loop().time
        spoken_at = clock()
        while not parley.stopping.is_set():
            status, messages = await parley.register.news(conversation_id, after)
            for message in messages:
                yield draw(message, status)
                after, spoken_at = message.id, clock()
            if by_shopper:
                await note_read(parley, conversation_id, messages)
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
