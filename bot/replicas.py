"""What another replica stores in a conversation is heard here at once: PostgreSQL's LISTEN, on a connection of its own.

It only saves waiting: whoever follows a conversation looks again after a moment anyway, so a connection that is lost
loses nothing.
"""

from collections.abc import Callable

from psycopg import AsyncConnection

from tools.commerce.database import CONNECT_TIMEOUT_SECONDS, Database
from tools.commerce.transcript import NEWS

ALIVE_SECONDS = 30.0
"""A connection that was silent for so long is tried: one that is dead otherwise looks like a quiet shop."""


async def hear_replicas(database: Database, tell: Callable[[str], None]) -> None:
    """Calls `tell` with the conversation's id for everything that is stored, here or elsewhere.

    Goes on until it is cancelled, or the connection is lost. Raises psycopg's errors.
    """
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await AsyncConnection.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS)
    async with connection:
        await connection.execute(f"LISTEN {NEWS}")
        while True:
            async for heard in connection.notifies(timeout=ALIVE_SECONDS):
                tell(heard.payload)
            await connection.execute("SELECT 1")
