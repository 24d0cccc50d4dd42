"""One turn: a message is stored under the conversation's lease, and answered once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import uuid4

from pydantic import JsonValue
from sqlalchemy.exc import SQLAlchemyError

from bot.answering import Answering, Emit
from bot.desk import Desk
from bot.errors import AnswerDelayed, ClientMessageReused, ConversationBusy, Unavailable
from bot.events import AcceptedEvent, DoneEvent
from bot.handoff_replies import heard_by_people, reopened, reply_to_handoff
from bot.photos import photos_payload
from bot.public import PHOTOS, photos_of, public_messages, reply_of
from bot.transcript import FOR_PEOPLE
from bot.verdicts import Verdict, verdict_in
from tools import crossing
from tools.commerce import reach, transcript
from tools.commerce.database import UNAVAILABLE, WriteSession
from tools.commerce.schema import Conversation, ConversationStatus, Message

log = logging.getLogger(__name__)

WAIT_SECONDS = 30.0
"""How long a message waits for the one before it."""

POLL_SECONDS = 0.05

WITH_PEOPLE = frozenset({ConversationStatus.WAITING, ConversationStatus.HUMAN})
"""Handed over: until a person gives it back, only buttons are answered."""


@dataclass(frozen=True)
class UserMessage:
    text: str
    client_message_id: str | None
    client_address: str | None
    sent_at: datetime
    live: bool = True
    """Whether somebody reads along while the answer is written."""
    verdict: Verdict | None = None
    """What it decides, where a button was pressed; of typed words it is read when they are stored."""
    photos: tuple[str, ...] = ()
    """The ids of what was uploaded before, to come with it."""


class Turn:
    """Runs once. `emit` hears every event and must not block."""

    def __init__(self, desk: Desk, conversation_id: str, message: UserMessage | None, emit: Emit) -> None:
        """`message` is None for a turn that only answers what was left unanswered."""
        self._desk = desk
        self._id = conversation_id
        self._message = message
        self._emit = emit
        self._holder = str(uuid4())
        self._is_accepted = False
        self._released = False
        address = message.client_address if message else None
        live = message is not None and message.live
        self._answering = Answering(desk, conversation_id, self._holder, address, live=live)

    async def run(self) -> None:
        """Raises ConversationError when the message cannot be taken, or not be answered now."""
        try:
            async with self._lease() as opened:
                if isinstance(opened, Message):
                    await self._take(opened)
                    return
                for left in opened:
                    await self._answering.answer(left, lambda _: None)
                if self._message:
                    await self._take(await crossing.write(self._desk.database, self._stored))
        except (transcript.TurnLost, TimeoutError, *UNAVAILABLE) as error:
            log.warning("a turn was not finished: %s", type(error).__name__)
            raise AnswerDelayed if self._is_accepted else Unavailable from error

    async def _take(self, stored: Message) -> None:
        self._is_accepted = True
        self._emit(AcceptedEvent(message=public_messages([stored])[0]))
        if stored.answered_at is None:
            reply = await self._answering.answer(stored, self._emit, release=True)
            self._released = True
        else:
            reply = await crossing.read(
                self._desk.database,
                lambda session: reply_of(session, self._id, stored.turn, self._desk.now()),
            )
        self._emit(DoneEvent(reply=reply))

    @asynccontextmanager
    async def _lease(self) -> AsyncIterator[Message | Sequence[Message]]:
        """The message, stored; or, when earlier ones were left unanswered, those instead."""
        deadline = monotonic() + WAIT_SECONDS
        while (opened := await crossing.write(self._desk.database, self._open)) is None:
            if monotonic() > deadline:
                raise ConversationBusy
            await asyncio.sleep(POLL_SECONDS)
        renewal = asyncio.create_task(self._renew())
        try:
            yield opened
        finally:
            renewal.cancel()
            await self._release()

    def _open(self, session: WriteSession) -> Message | Sequence[Message] | None:
        """Take the lease and store the message in one transaction; None while somebody else holds it."""
        if not transcript.claim_turn(session, self._id, self._holder, self._desk.now()):
            return None
        left = transcript.unanswered(session, self._id)
        return left if left or not self._message else self._stored(session)

    def _stored(self, session: WriteSession) -> Message:
        """The message's row: the one that its client_message_id has already, or a new one."""
        if self._message is None:
            raise AssertionError("only a turn with a message stores one")
        text, client_id = self._message.text, self._message.client_message_id
        earlier = client_id and transcript.message_with_client_id(session, self._id, client_id)
        if earlier:
            if (earlier.text, _photo_ids(earlier)) != (text, self._message.photos):
                raise ClientMessageReused
            return earlier
        now = self._desk.now()
        if self._message.verdict is None and (told := self._said_to_people(session, text, now)):
            return told
        verdict = self._message.verdict or verdict_in(session, self._id, text, self._message.sent_at, now)
        stored = self._accepted(session, verdict.as_payload() if verdict else {}, now)
        self._answering.look(session)
        return stored

    def _accepted(self, session: WriteSession, payload: dict[str, JsonValue], now: datetime) -> Message:
        """A new row for the message, with its photos. Raises UnknownPhoto."""
        if self._message is None:
            raise AssertionError("only a turn with a message stores one")
        text, client_id, photos = self._message.text, self._message.client_message_id, self._message.photos
        stored = transcript.accept_message(session, self._id, self._holder, text, client_id, now)
        if photos:
            payload = {**payload, PHOTOS: photos_payload(session, self._id, photos, stored.seq)}
        stored.payload = payload or None
        session.flush()
        return stored

    def _said_to_people(self, session: WriteSession, text: str, now: datetime) -> Message | None:
        """The message's row if it is not for the bot to answer: it counts as answered as soon as it is stored."""
        status = session.get_one(Conversation, self._id).status
        reply = reply_to_handoff(session, self._desk, self._id, status, text)
        is_over = status is ConversationStatus.CLOSED and reply is None
        back = reopened(session, self._desk, self._id) if is_over else None
        is_for_people = back is not None or (reply is None and status in WITH_PEOPLE)
        if reply is None and not is_for_people:
            return None
        stored = self._accepted(session, {FOR_PEOPLE: True} if is_for_people else {}, now)
        if is_for_people:
            reply = heard_by_people(session, self._desk, stored, status) or back
        if reply:
            transcript.append(session, self._id, self._holder, stored.turn, [reply], now)
        reach.note_read(session, self._id, stored.seq)
        transcript.finish_turn(session, self._id, stored.turn, now)
        session.refresh(stored)
        return stored

    async def _release(self) -> None:
        if self._released:
            return
        try:
            await crossing.write(
                self._desk.database, lambda s: transcript.release_turn(s, self._id, self._holder)
            )
        except UNAVAILABLE as error:
            log.warning("a turn's lease was left to run out: %s", type(error).__name__)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(transcript.LEASE.total_seconds() / 3)
            try:
                await crossing.write(
                    self._desk.database,
                    lambda s: transcript.renew_turn(s, self._id, self._holder, self._desk.now()),
                )
            except (transcript.TurnLost, SQLAlchemyError) as error:
                # The turn itself finds out at its next write, which names its holder.
                log.warning("a turn's lease was not renewed: %s", type(error).__name__)


def _photo_ids(message: Message) -> tuple[str, ...]:
    return tuple(photo.id for photo in photos_of(message.payload))
