"""Following a conversation: its messages as they are stored, for whichever channel draws them."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi.sse import KEEPALIVE_COMMENT

from api.bootstrap import Parley
from api.turns import HEARTBEAT_SECONDS
from bot.events import PublicMessage
from tools.commerce.schema import ConversationStatus

NEWS_SECONDS = 1.0
"""Another replica's messages are seen this late at most, where the database does not tell of them at once."""

Draw = Callable[[PublicMessage, ConversationStatus], bytes]


async def follow_conversation(
    parley: Parley, conversation_id: str, after: int, draw: Draw
) -> AsyncIterator[bytes]:
    """Each message after the one numbered `after`, drawn; in every pause a comment as sign of life."""
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
            if clock() - spoken_at >= HEARTBEAT_SECONDS:
                yield KEEPALIVE_COMMENT
                spoken_at = clock()
            await parley.register.wait_for_news(conversation_id, NEWS_SECONDS)
