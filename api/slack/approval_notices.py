"""Changes that a rule leaves to a person, decided in the staff's channel.

What is said of one is its kind, the order, the money and the rule: no name, no address, no word of the shopper's.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, PlainTextObject
from sqlalchemy import select

from api.slack.answers import Answer
from api.slack.drawing import facts
from api.slack.mrkdwn import escaped
from api.slack.notices import Drawn, case_address, clock, open_button
from api.slack.staff import Staff
from knowledge.shop_profile import ShopProfile
from tools.change_cards import ProposalCard
from tools.commerce import notices
from tools.commerce.changes import showing
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import AuditEvent, AuditRow, NoticeKind, Proposal, ProposalKind, ProposalStatus

APPROVE = "approve"
ENDS = {
    ProposalStatus.ACCEPTED: "Approved",
    ProposalStatus.DECLINED: "Declined",
    ProposalStatus.EXPIRED: "No longer waiting: its time ran out",
    ProposalStatus.FAILED: "Not done: it no longer can be",
}
_DECIDED = (AuditEvent.APPROVED, AuditEvent.REJECTED)


class ApprovalBoard:
    """`desk_url` is where the desk is, if that is known."""

    kind = NoticeKind.APPROVAL

    def __init__(self, staff: Staff, shop: ShopProfile, desk_url: str | None) -> None:
        self._staff = staff
        self._shop = shop
        self._desk_url = desk_url

    def behind(self, session: ReadSession, now: datetime) -> Sequence[str]:
        return notices.approvals_behind(session, now) if self._staff.approval_channel else ()

    def drawn(self, session: WriteSession, subject_id: str, now: datetime) -> Drawn | None:
        channel_id = self._staff.approval_channel
        if channel_id is None:
            return None
        proposal = session.get_one(Proposal, subject_id)
        card = showing.card(proposal, now)
        is_waiting = proposal.status is ProposalStatus.NEEDS_APPROVAL
        headline = f"{self._headline(session, proposal)}: {_what(card)}"
        rows = [("Why", card.approval or "")]
        if is_waiting:
            is_of_desk = proposal.kind is ProposalKind.DISPUTE_OUTCOME
            by = _actor(session, proposal, AuditEvent.CONFIRMED) if is_of_desk else "the shopper"
            at = self._clock(proposal.confirmed_at or proposal.created_at, now)
            rows += [
                ("Decided by" if is_of_desk else "Confirmed by", f"{by}, {at}"),
                ("To be decided by", self._clock(proposal.expires_at, now)),
            ]
        blocks: list[Block] = [facts(headline, rows)]
        if is_waiting:
            address = case_address(session, self._desk_url, proposal.conversation_id)
            blocks.append(ActionsBlock(elements=[*_buttons(card), *open_button(address)]))
        answer = Answer(escaped(f"{headline}. {card.approval or ''}".strip()), blocks)
        return Drawn(channel_id, notices.approval_standing(proposal), answer, proposal.created_at)

    def _headline(self, session: WriteSession, proposal: Proposal) -> str:
        if proposal.status is ProposalStatus.NEEDS_APPROVAL:
            return "To be approved"
        actor = _actor(session, proposal, *_DECIDED)
        return f"{ENDS[ProposalStatus(proposal.status)]}{f' by {actor}' if actor else ''}"

    def _clock(self, moment: datetime, now: datetime) -> str:
        return clock(moment, now, self._shop.zone)


def _actor(session: WriteSession, proposal: Proposal, *events: AuditEvent) -> str:
    """The e-mail of the member of staff who did the last of these; empty where nobody did."""
    did = select(AuditRow.actor).where(AuditRow.proposal_id == proposal.id, AuditRow.event.in_(events))
    return (session.scalar(did.order_by(AuditRow.number.desc()).limit(1)) or "").partition(":")[2]


def _buttons(card: ProposalCard) -> list[ButtonElement]:
    told = "The shopper is told that it is not done."
    return [
        _button(card, Decision.CONFIRM, "Approve", "primary", "It is carried out at once."),
        _button(card, Decision.DECLINE, "Decline", "danger", told),
    ]


def _button(card: ProposalCard, decision: Decision, label: str, style: str, follows: str) -> ButtonElement:
    asked = ConfirmObject(
        title=f"{label} this?",
        text=PlainTextObject(text=f"{_what(card)}. {follows}"),
        confirm=label,
        deny="Not yet",
        style=style,
    )
    value = json.dumps({"approval": card.id, "decision": decision})
    return ButtonElement(
        text=label, action_id=f"{APPROVE}:{decision}", value=value, style=style, confirm=asked
    )


def _what(card: ProposalCard) -> str:
    """`refund of $120.00, order A-1`."""
    kind = card.change.replace("_", " ")
    money = f" of {card.money.text}" if card.money else ""
    order = f", order {card.order_number}" if card.order_number else ""
    return f"{kind}{money}{order}"
