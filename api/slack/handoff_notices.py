"""Handoffs in the staff's channel: one message for each, which changes as it is taken, put back, overdue or settled.

Nothing of what the shopper said stands in it, nor who they are: many people read a channel.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from api.slack.answers import Answer
from api.slack.drawing import rich, section, words
from api.slack.sending import Sender, SlackRefused, SlackUnavailable
from api.slack.staff import Staff
from knowledge.shop_profile import ShopProfile
from tools import crossing
from tools.commerce.database import Database
from tools.commerce.handoffs import notices
from tools.commerce.schema import Handoff, HandoffNotice, HandoffReason, HandoffState

log = logging.getLogger(__name__)

TAKE = "take"
HANDOFF_EVENT = "parley_handoff"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
CLOCK_MARGIN = timedelta(minutes=1)

WHY = {
    HandoffReason.ASKED: "asked for a person",
    HandoffReason.NOT_UNDERSTOOD: "the assistant did not understand",
    HandoffReason.TOOL_FAILED: "something did not work",
    HandoffReason.NEEDS_A_PERSON: "only a person can do it",
    HandoffReason.COMPLAINT: "complaint",
    HandoffReason.LEGAL_THREAT: "legal threat",
    HandoffReason.INJURY: "injury",
    HandoffReason.CHARGEBACK: "chargeback",
    HandoffReason.FRAUD: "fraud",
    HandoffReason.PRIVACY: "privacy request",
}


class HandoffNotices:
    """Does nothing while `staff.yaml` names no channel for it. `desk_url` leads to a case, with `{id}` in it."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        staff: Staff,
        shop: ShopProfile,
        now: Callable[[], datetime],
        desk_url: str | None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._staff = staff
        self._shop = shop
        self._now = now
        self._desk_url = desk_url

    async def tend(self) -> None:
        """Bring every notice up to date: once each, on whichever replica."""
        channel_id = self._staff.handoff_channel
        if channel_id is None:
            return
        for handoff_id in await crossing.read(self._database, lambda s: notices.behind(s, self._now())):
            await self._show(handoff_id, channel_id)

    async def _show(self, handoff_id: str, channel_id: str) -> None:
        holder = str(uuid4())
        claimed = await crossing.write(
            self._database, lambda s: notices.claim(s, handoff_id, channel_id, holder, self._now())
        )
        if claimed is None:
            return
        handoff, before = claimed
        ts = before.ts
        try:
            ts = await self._post(handoff, before)
        except SlackUnavailable as error:
            pause = max(min(FIRST_PAUSE * 2**before.tries, LONGEST_PAUSE), error.wait or FIRST_PAUSE)
            log.warning("a handoff could not be told in Slack yet reason=%s", error)
            until = self._now() + pause
            await crossing.write(self._database, lambda s: notices.pause(s, handoff_id, holder, until))
            return
        except SlackRefused as error:
            # An archived channel, or one that the bot is not in: nobody is there to be told.
            log.error("a handoff cannot be told in Slack reason=%s", error.reason)
        shown = notices.standing(handoff)
        await crossing.write(self._database, lambda s: notices.note_shown(s, handoff_id, holder, ts, shown))

    async def _post(self, handoff: Handoff, notice: HandoffNotice) -> str:
        """Where it stands. Raises SlackUnavailable, SlackRefused."""
        answer, channel_id = self._drawn(handoff), notice.channel_id
        common: dict[str, Any] = {"channel": channel_id, "text": answer.text, "blocks": answer.blocks}
        # A first try may have been made, and its end not been heard of.
        ts = notice.ts or (await self._found(channel_id, handoff) if notice.tries else None)
        if ts:
            await self._sender.call(self._sender.client.chat_update, ts=ts, **common)
            return ts
        metadata = {"event_type": HANDOFF_EVENT, "event_payload": {"handoff": handoff.id}}
        posted = await self._sender.call(
            self._sender.client.chat_postMessage, metadata=metadata, unfurl_links=False, **common
        )
        return str(posted["ts"])

    async def _found(self, channel_id: str, handoff: Handoff) -> str | None:
        since = (handoff.opened_at - CLOCK_MARGIN).timestamp()
        found = await self._sender.call(
            self._sender.client.conversations_history,
            channel=channel_id,
            oldest=f"{since:.6f}",
            include_all_metadata=True,
            limit=200,
        )
        sought = {"event_type": HANDOFF_EVENT, "event_payload": {"handoff": handoff.id}}
        return next((str(m["ts"]) for m in found["messages"] if m.get("metadata") == sought), None)

    def _drawn(self, handoff: Handoff) -> Answer:
        headline, details = self._told(handoff)
        blocks: list[Block] = [rich(section(words(headline, bold=True), words(f"\n{details}")))]
        buttons = [*self._take(handoff), *self._open(handoff)]
        if buttons:
            blocks.append(ActionsBlock(elements=buttons))
        return Answer(f"{headline}. {details}", blocks)

    def _told(self, handoff: Handoff) -> tuple[str, str]:
        why = WHY[handoff.reason]
        since = f"Since {self._clock(handoff.opened_at)}"
        match handoff.state:
            case HandoffState.WAITING if handoff.escalations:
                return f"Still waiting for a person: {why}", f"{since}. Nobody has taken it in time."
            case HandoffState.WAITING:
                by = self._clock(handoff.answer_by)
                return f"A shopper is waiting for a person: {why}", f"{since}, to be taken by {by}."
            case HandoffState.TAKEN:
                return f"Taken: {why}", f"{handoff.taken_by} is on it."
            case HandoffState.CLOSED:
                return f"Settled: {why}", f"By {handoff.taken_by}."
            case HandoffState.WITHDRAWN:
                return f"No longer needed: {why}", "The shopper went back to the assistant."

    def _take(self, handoff: Handoff) -> list[ButtonElement]:
        if handoff.state is not HandoffState.WAITING:
            return []
        value = json.dumps({"handoff": handoff.id})
        return [ButtonElement(text="Take it", action_id=TAKE, value=value, style="primary")]

    def _open(self, handoff: Handoff) -> list[ButtonElement]:
        is_open = handoff.state in {HandoffState.WAITING, HandoffState.TAKEN}
        if self._desk_url is None or not is_open:
            return []
        url = self._desk_url.replace("{id}", handoff.id)
        return [ButtonElement(text="Open on the desk", action_id="open", url=url)]

    def _clock(self, moment: datetime) -> str:
        local = moment.astimezone(self._shop.zone)
        day = "" if local.date() == self._now().astimezone(self._shop.zone).date() else f"{local:%A} "
        return f"{day}{local:%-I:%M %p}"
