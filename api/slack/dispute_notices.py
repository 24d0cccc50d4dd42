"""Disputes in the staff's channel: what each is about, how much is at stake, and until when it is to be answered.

Nothing of what the shopper said stands in it, nor who they are. An outcome that waits for a second person is told
as an approval.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block
from sqlalchemy import select

from api.slack.answers import Answer
from api.slack.drawing import facts
from api.slack.mrkdwn import escaped
from api.slack.notices import Drawn, case_address, deadline, open_button
from api.slack.staff import Staff
from knowledge.shop_profile import ShopProfile
from tools.commerce import notices
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes.claims import reference_of
from tools.commerce.disputes.listing import is_unanswered
from tools.commerce.handoffs.lifecycle import open_handoff
from tools.commerce.schema import Dispute, DisputeState, NoticeKind, Order, OutcomeKind
from tools.facts import Money

HEADLINES = {
    DisputeState.OPEN: "Dispute",
    DisputeState.SETTLED: "Dispute settled",
    DisputeState.REFUSED: "Dispute refused",
    DisputeState.WITHDRAWN: "Dispute withdrawn",
}


class DisputeBoard:
    """`desk_url` is where the desk is, if that is known."""

    kind = NoticeKind.DISPUTE

    def __init__(self, staff: Staff, shop: ShopProfile, desk_url: str | None) -> None:
        self._staff = staff
        self._shop = shop
        self._desk_url = desk_url

    def behind(self, session: ReadSession, now: datetime) -> Sequence[str]:
        return notices.disputes_behind(session, now) if self._staff.has_channels else ()

    def drawn(self, session: WriteSession, subject_id: str, now: datetime) -> Drawn | None:
        dispute = session.get_one(Dispute, subject_id)
        handoff = open_handoff(session, dispute.conversation_id)
        skill = self._shop.people.routing.get(dispute.kind) or (handoff.skill if handoff else None)
        channel_id = self._staff.handoff_channel(skill)
        if channel_id is None:
            return None
        reminder = session.scalar(select(notices.reminders()).where(Dispute.id == dispute.id)) or 0
        is_open = dispute.state is DisputeState.OPEN
        headline = f"{_headline(dispute)}: {dispute.kind.replace('_', ' ')}"
        rows = [
            *self._about(session, dispute),
            *(self._open(dispute, now) if is_open else self._end(dispute)),
        ]
        blocks: list[Block] = [facts(headline, rows)]
        address = case_address(session, self._desk_url, dispute.conversation_id)
        if is_open and (buttons := open_button(address)):
            blocks.append(ActionsBlock(elements=buttons))
        text = ". ".join([headline, *(f"{label}: {value}" for label, value in rows)])
        standing = notices.dispute_standing(dispute, reminder)
        return Drawn(
            channel_id, standing, Answer(escaped(text), blocks), dispute.opened_at, reminder if is_open else 0
        )

    def _about(self, session: WriteSession, dispute: Dispute) -> list[tuple[str, str]]:
        order = session.get(Order, dispute.order_id) if dispute.order_id else None
        rows = [("Case", reference_of(dispute)), *([("Order", order.number)] if order else [])]
        if dispute.amount_minor is not None and dispute.currency:
            rows.append(("At stake", Money.of(dispute.amount_minor, dispute.currency).text))
        return rows

    def _open(self, dispute: Dispute, now: datetime) -> list[tuple[str, str]]:
        if not is_unanswered(dispute):
            return [("Contested", "the bank is to rule")]
        label = "Answer by" if dispute.respond_by > now else "Was to be answered by"
        rows = [(label, deadline(dispute.respond_by, now, self._shop.zone))]
        return [*rows, ("For", "a manager")] if dispute.manager_since else rows

    def _end(self, dispute: Dispute) -> list[tuple[str, str]]:
        by = (dispute.closed_by or "").partition(":")[2]
        outcome = dispute.outcome.replace("_", " ") if dispute.outcome else ""
        return [row for row in (("Outcome", outcome), ("By", by)) if row[1]]


def _headline(dispute: Dispute) -> str:
    if dispute.outcome in {OutcomeKind.WON, OutcomeKind.LOST}:
        return f"Dispute {dispute.outcome}"
    return HEADLINES[DisputeState(dispute.state)]
