"""What other replicas tell is heard here at once: PostgreSQL's LISTEN, on a connection of its own.

It only saves waiting: whoever follows a conversation looks again after a moment anyway, so a connection that is lost
loses nothing.
"""

from collections.abc import Callable, Mapping

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from tools.commerce.database import CONNECT_TIMEOUT_SECONDS, Database

ALIVE_SECONDS = 30.0
"""A connection that was silent for so long is tried: one that is dead otherwise looks like a quiet shop."""


async def hear_replicas(database: Database, hear: Mapping[str, Callable[[str], None]]) -> None:
    """Calls what `hear` has for a channel with whatever is told on that channel, here or elsewhere.

    Goes on until it is cancelled, or the connection is lost. Raises psycopg's errors.
    """
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await AsyncConnection.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS)
    async with connection:
        for channel in hear:
            await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        while True:
            async for heard in connection.notifies(timeout=ALIVE_SECONDS):
                hear[heard.channel](heard.payload)
            await connection.execute("SELECT 1")
