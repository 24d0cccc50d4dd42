"""Handoffs in the staff's channel: taken there, and shown as they are taken, put back, overdue or settled.

Nothing of what the shopper said stands in it, nor who they are: many people read a channel.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from api.slack.answers import Answer
from api.slack.drawing import rich, section, words
from api.slack.mrkdwn import escaped
from api.slack.notices import Drawn, clock, open_button
from api.slack.staff import Staff
from knowledge.shop_profile import ShopProfile
from tools.commerce import notices
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import lifecycle, routing
from tools.commerce.photos import keeping
from tools.commerce.schema import Handoff, HandoffReason, HandoffState, NoticeKind

TAKE = "take"

WHY = {
    HandoffReason.ASKED: "by request",
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


class HandoffBoard:
    """`desk_url` is where the desk is, if that is known."""

    kind = NoticeKind.HANDOFF

    def __init__(self, staff: Staff, shop: ShopProfile, desk_url: str | None) -> None:
        self._staff = staff
        self._shop = shop
        self._desk_url = desk_url

    def behind(self, session: ReadSession, now: datetime) -> Sequence[str]:
        return notices.handoffs_behind(session, now) if self._staff.has_channels else ()

    def drawn(self, session: WriteSession, subject_id: str, now: datetime) -> Drawn | None:
        handoff = session.get_one(Handoff, subject_id)
        channel_id = self._staff.handoff_channel(handoff.skill)
        if channel_id is None:
            return None
        headline, details = self._told(handoff, now)
        if handoff.state is HandoffState.WAITING:
            details += _photos(keeping.count_sent(session, handoff.conversation_id))
        blocks: list[Block] = [rich(section(words(headline, bold=True), words(f"\n{details}")))]
        if buttons := self._buttons(handoff):
            blocks.append(ActionsBlock(elements=buttons))
        answer = Answer(escaped(f"{headline}. {details}"), blocks)
        is_waiting = handoff.state is HandoffState.WAITING
        reminder = handoff.escalations + handoff.releases if is_waiting else 0
        return Drawn(
            channel_id, notices.handoff_standing(handoff), answer, handoff.opened_at, reminder=reminder
        )

    def _told(self, handoff: Handoff, now: datetime) -> tuple[str, str]:
        why, zone = WHY[handoff.reason], self._shop.zone
        since = f"Since {clock(handoff.opened_at, now, zone)}"
        match handoff.state:
            case HandoffState.WAITING if handoff.escalations:
                times = "once" if handoff.releases == 1 else f"{handoff.releases} times"
                late = f"Put back {times}." if handoff.releases else "Nobody has taken it in time."
                return (
                    f"Still waiting for a person: {why}",
                    f"{since}. {late}{self._needs(handoff)}",
                )
            case HandoffState.WAITING:
                by = clock(handoff.answer_by, now, zone)
                told = f"{since}, to be taken by {by}.{self._needs(handoff)}"
                return f"A shopper is waiting for a person: {why}", told
            case HandoffState.TAKEN:
                return f"Taken: {why}", f"{handoff.taken_by} is on it."
            case HandoffState.CLOSED:
                return f"Settled: {why}", f"By {handoff.taken_by}."
            case HandoffState.WITHDRAWN:
                return f"No longer needed: {why}", "The shopper went back to the assistant."

    def _needs(self, handoff: Handoff) -> str:
        asked = routing.asks_for(handoff, self._shop.language, {})
        return f" ({asked})" if asked else ""

    def _buttons(self, handoff: Handoff) -> list[ButtonElement]:
        if handoff.state not in lifecycle.OPEN:
            return []
        address = f"{self._desk_url}/cases/{handoff.id}" if self._desk_url else None
        value = json.dumps({"handoff": handoff.id})
        take = ButtonElement(text="Take it", action_id=TAKE, value=value, style="primary")
        return [*([take] if handoff.state is HandoffState.WAITING else []), *open_button(address)]


def _photos(count: int) -> str:
    """How many, and no more: what they show is for the desk."""
    return f" With {count} photo{'s' if count > 1 else ''}." if count else ""
