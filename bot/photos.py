"""Photos as every channel hands them in and fetches them: checked, encoded anew, kept with the conversation.

For that no model is needed, so nothing imported here may import LangChain.
"""

from collections.abc import Callable
from datetime import datetime

from anyio import to_thread
from pydantic import JsonValue

from bot.errors import UnknownConversation, UnknownPhoto
from bot.events import PublicPhoto
from tools import crossing
from tools.commerce import transcript
from tools.commerce.database import Database, WriteSession
from tools.commerce.photos import encoding, keeping
from tools.commerce.schema import Photo


class Photos:
    """`now` tells the time."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def add(self, conversation_id: str, data: bytes) -> PublicPhoto:
        """Keep a picture for a message that is still to be sent; the same one again is the same photo.

        Raises PhotoRefused, keeping.TooManyPhotos or UnknownConversation.
        """
        picture = await to_thread.run_sync(encoding.as_kept, data)

        def work(session: WriteSession) -> PublicPhoto:
            if transcript.conversation(session, conversation_id) is None:
                raise UnknownConversation
            return public(keeping.add(session, conversation_id, picture, self._now()))

        return await crossing.write(self._database, work)

    async def content(self, conversation_id: str, photo_id: str) -> bytes:
        """A JPEG. Raises UnknownPhoto."""
        found = await crossing.read(
            self._database, lambda session: keeping.content(session, conversation_id, photo_id)
        )
        if found is None:
            raise UnknownPhoto
        return found

    async def drop_unsent(self) -> None:
        """Delete what was uploaded and never sent."""
        await crossing.write(self._database, lambda session: keeping.drop_unsent(session, self._now()))


def public(photo: Photo) -> PublicPhoto:
    return PublicPhoto(id=photo.sha256, width=photo.width, height=photo.height)


def photos_payload(
    session: WriteSession, conversation_id: str, ids: tuple[str, ...], message_seq: int
) -> list[JsonValue]:
    """What a message's payload keeps of the photos that come with it from now on. Raises UnknownPhoto."""
    attached = keeping.attach(session, conversation_id, ids, message_seq)
    if attached is None:
        raise UnknownPhoto
    return [public(photo).model_dump() for photo in attached]
