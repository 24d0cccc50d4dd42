"""Which conversation is whose in a thread: one for each person, and for each role that they have had."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from api.parley import Parley
from api.slack.incoming import Place, Said, message_key
from bot.register import Identity
from tools import crossing
from tools.commerce import slack
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import ConversationChannel, SlackThread

RESPONSE_URL_LASTS = timedelta(minutes=25)
"""Slack takes answers there for 30."""


class Threads:
    def __init__(self, parley: Parley) -> None:
        self._parley = parley

    async def of(self, place: Place, user_id: str, identity: Identity) -> tuple[SlackThread, bool]:
        """The conversation of that person in that thread, and whether it is new."""

        def find(session: ReadSession | WriteSession) -> SlackThread | None:
            threads = slack.thread_at(session, place.channel_id, place.thread_ts, user_id)
            return next((one for one in threads if one.role is identity.role), None)

        def add(session: WriteSession, conversation_id: str) -> None:
            session.add(
                SlackThread(
                    channel_id=place.channel_id,
                    thread_ts=place.thread_ts,
                    user_id=user_id,
                    role=identity.role,
                    is_direct=place.is_direct,
                    is_shared=place.is_shared,
                    conversation_id=conversation_id,
                )
            )

        found = await crossing.read(self._parley.database, find)
        is_new = found is None
        if is_new:
            # Two messages at once in a new thread: the second one finds what the first one made.
            with suppress(IntegrityError):
                await self._parley.register.start(identity, ConversationChannel.SLACK, beside=add)
            found = await crossing.read(self._parley.database, find)
        if found is None:
            raise AssertionError("a thread is found once it was added")
        if place.response_url or place.is_shared is not found.is_shared:
            url, until = place.response_url, self._parley.now() + RESPONSE_URL_LASTS
            await crossing.write(
                self._parley.database,
                lambda s: slack.note_place(
                    s, found.id, is_shared=place.is_shared, response_url=url, until=until
                ),
            )
        return found, is_new

    async def goes_on(self, said: Said) -> bool:
        """Whether that person's conversation in the thread exists, or is about to be begun by the thread's root."""
        place = said.place

        def work(session: ReadSession) -> bool:
            if slack.thread_at(session, place.channel_id, place.thread_ts, said.user_id):
                return True
            root = slack.waiting(session, message_key(place.channel_id, place.thread_ts))
            return root is not None and root.get("user_id") == said.user_id

        return await crossing.read(self._parley.database, work)
