"""What the staff's channels are told: one message for each handoff and each approval, which changes with it.

What is overdue is posted again, so that it is seen: the new message takes the place of the old one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ButtonElement
from sqlalchemy import select

from api.slack.answers import Answer
from api.slack.sending import Sender, SlackRefused, SlackUnavailable, pause_after
from tools import crossing
from tools.commerce import notices
from tools.commerce.database import Database, ReadSession, WriteSession
from tools.commerce.schema import ChannelNotice, Handoff, NoticeKind

log = logging.getLogger(__name__)

NOTICE_EVENT = "parley_notice"
CLOCK_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Drawn:
    """A notice as it should be: `standing` is all that it tells, `reminder` counts up when it is to be seen anew."""

    channel_id: str
    standing: str
    answer: Answer
    since: datetime
    """It cannot have been posted before."""
    reminder: int = 0


class Board(Protocol):
    """One kind of notices."""

    kind: NoticeKind

    def behind(self, session: ReadSession, now: datetime) -> Sequence[str]: ...

    def drawn(self, session: WriteSession, subject_id: str, now: datetime) -> Drawn | None:
        """None where no channel is to be told of it."""
        ...


class Notices:
    def __init__(
        self, database: Database, sender: Sender, now: Callable[[], datetime], boards: Sequence[Board]
    ) -> None:
        self._database = database
        self._sender = sender
        self._now = now
        self._boards = boards

    async def tend(self) -> None:
        """Bring every notice up to date: once each, on whichever replica."""
        for board in self._boards:
            for subject_id in await self._behind(board):
                await self._show(board, subject_id)

    async def _behind(self, board: Board) -> Sequence[str]:
        return await crossing.read(self._database, lambda session: board.behind(session, self._now()))

    async def _show(self, board: Board, subject_id: str) -> None:
        holder = str(uuid4())

        def work(session: WriteSession) -> tuple[Drawn, ChannelNotice] | None:
            drawn = board.drawn(session, subject_id, self._now())
            if drawn is None:
                return None
            before = notices.claim(session, board.kind, subject_id, drawn.channel_id, holder, self._now())
            return (drawn, before) if before else None

        claimed = await crossing.write(self._database, work)
        if claimed is None:
            return
        drawn, before = claimed
        ts = before.ts
        try:
            ts = await self._post(drawn, before)
        except SlackUnavailable as error:
            pause = max(pause_after(before.tries), error.wait or timedelta())
            log.warning("a notice could not be told in Slack yet reason=%s", error)
            until = self._now() + pause
            await crossing.write(self._database, lambda s: notices.pause(s, holder, until))
            return
        except SlackRefused as error:
            # An archived channel, or one that the bot is not in: nobody is there to be told.
            log.error("a notice cannot be told in Slack reason=%s", error.reason)
        await crossing.write(
            self._database, lambda s: notices.note_shown(s, holder, ts, drawn.standing, drawn.reminder)
        )

    async def _post(self, drawn: Drawn, notice: ChannelNotice) -> str:
        """Where it stands. Raises SlackUnavailable, SlackRefused."""
        channel_id, answer = notice.channel_id, drawn.answer
        common: dict[str, Any] = {"channel": channel_id, "text": answer.text, "blocks": answer.blocks}
        is_seen_anew = notice.ts is None or drawn.reminder > notice.posts
        ts = None if is_seen_anew else notice.ts
        metadata = {
            "event_type": NOTICE_EVENT,
            "event_payload": {"kind": notice.kind, "id": notice.subject_id, "reminder": drawn.reminder},
        }
        if is_seen_anew and notice.tries:
            # A first try may have been made, and its end not been heard of.
            ts = await self._found(channel_id, drawn.since, metadata)
        if ts:
            await self._sender.call(self._sender.client.chat_update, ts=ts, **common)
        else:
            posted = await self._sender.call(
                self._sender.client.chat_postMessage, metadata=metadata, unfurl_links=False, **common
            )
            ts = str(posted["ts"])
        if notice.ts and notice.ts != ts:
            with suppress(SlackRefused):  # it is gone already
                await self._sender.call(self._sender.client.chat_delete, channel=channel_id, ts=notice.ts)
        return ts

    async def _found(self, channel_id: str, since: datetime, metadata: Mapping[str, object]) -> str | None:
        found = await self._sender.call(
            self._sender.client.conversations_history,
            channel=channel_id,
            oldest=f"{(since - CLOCK_MARGIN).timestamp():.6f}",
            include_all_metadata=True,
            limit=200,
        )
        return next((str(m["ts"]) for m in found["messages"] if m.get("metadata") == metadata), None)


def case_address(session: WriteSession, desk_url: str | None, conversation_id: str) -> str | None:
    """The page of the conversation's newest case; the queue's where it has none."""
    cases = select(Handoff.id).where(Handoff.conversation_id == conversation_id)
    newest = session.scalar(cases.order_by(Handoff.opened_at.desc()).limit(1)) if desk_url else None
    return f"{desk_url}/cases/{newest}" if newest else desk_url


def open_button(address: str | None) -> list[ButtonElement]:
    """To the desk, where its address is known."""
    return [ButtonElement(text="Open on the desk", action_id="open", url=address)] if address else []


def clock(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`2:05 PM`, of another day of these weeks `Monday 2:05 PM`, else `Dec 16, 2:05 PM`."""
    local = moment.astimezone(zone)
    time_of_day = f"{local:%-I:%M %p}"
    day = _day(local.date(), now.astimezone(zone).date())
    return f"{day}{' ' if day.isalpha() else ', '}{time_of_day}" if day else time_of_day


def deadline(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`clock`, but of the end of a day that day, where the next one has just begun."""
    local = moment.astimezone(zone)
    if local.time() != time():
        return clock(moment, now, zone)
    return _day(local.date() - timedelta(days=1), now.astimezone(zone).date()) or "today"


def _day(day: date, today: date) -> str:
    """Empty of today; its name only where no other day is meant by that."""
    away = abs((day - today).days)
    if away == 0:
        return ""
    return f"{day:%A}" if away < 7 else f"{day:%b %-d}"
