"""What became of a proposal, in words. Only code says that something was done, and only from the records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.shop_profile import ShopProfile
from tools.change_cards import ProposalCard
from tools.commerce.changes import showing
from tools.commerce.changes.decisions import Decision
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.sentences import given_to, refused_by_gateway
from tools.commerce.money import format_money
from tools.commerce.schema import (
    EntryStatus,
    LedgerEntry,
    LedgerKind,
    Proposal,
    ProposalKind,
    ProposalStatus,
)

ASK = "Shall I go ahead?"
NOT_DONE = "Nothing is done yet."


def outcome_text(
    proposal: Proposal,
    entries: Sequence[LedgerEntry],
    decision: Decision,
    now: datetime,
    shop: ShopProfile,
) -> str:
    """The answer to somebody's `decision`, by how the proposal stands after it."""
    status = showing.status_at(proposal, now)
    if status is ProposalStatus.ACCEPTED:
        return _done(proposal, entries, was_declined=decision is Decision.DECLINE)
    if status is ProposalStatus.NEEDS_APPROVAL:
        return _waiting(proposal, now, shop)
    if status is ProposalStatus.FAILED:
        return _failed(proposal)
    if status is ProposalStatus.EXPIRED:
        return _expired(proposal, shop.zone)
    if status is ProposalStatus.OPEN:
        return f"I couldn't do that just now, and nothing was changed. Please confirm it again: {summary_of(proposal)}"
    return _declined(proposal, decision)


def asked_again(card: ProposalCard) -> str:
    return f"Just to be sure we mean the same: {card.summary} {ASK}"


def not_done_yet(card: ProposalCard) -> str:
    """What is added to an answer that shows a proposal without saying what it is."""
    return f"{card.summary} {NOT_DONE} {ASK}"


def says_not_done(summary: str, text: str) -> bool:
    """Whether `text` says what is proposed in the shop's own words, and after that that it is not done."""
    return NOT_DONE in text.partition(summary)[2]


def summary_of(proposal: Proposal) -> str:
    return str(proposal.plan["summary"])


def _done(proposal: Proposal, entries: Sequence[LedgerEntry], *, was_declined: bool) -> str:
    outcome: Mapping[str, Sequence[str]] = proposal.outcome or {}
    begin = "That has been done already:" if was_declined else "Done."
    steps = outcome.get("next_steps", ())
    refused = refused_by_gateway(entries)
    money = [*_charged(entries), *([] if refused else _given_back(proposal))]
    return " ".join([begin, *outcome.get("done", ()), *money, *steps, *refused])


def _given_back(proposal: Proposal) -> list[str]:
    """How much goes back, and where; the next steps say when."""
    if proposal.kind is ProposalKind.REFUND:
        return []  # that is what was done
    plan = Plan.model_validate(proposal.plan)
    back = [one for one in plan.movements if one.kind in {LedgerKind.REFUND, LedgerKind.CREDIT}]
    if not back:
        return []
    after = " once it has been checked" if any(one.after_inspection for one in back) else ""
    return [f"We give back {given_to(back, plan.currency)}{after}."]


def _charged(entries: Sequence[LedgerEntry]) -> list[str]:
    charged = [entry for entry in entries if entry.kind is LedgerKind.CHARGE]
    told = []
    for entry in charged:
        amount = format_money(entry.amount_minor, entry.currency)
        if entry.status is EntryStatus.SETTLED:
            told.append(f"{amount} was paid.")
        elif entry.status is EntryStatus.PENDING:
            told.append(f"The payment of {amount} is not confirmed yet; it all stands once it is.")
    return told


def _waiting(proposal: Proposal, now: datetime, shop: ShopProfile) -> str:
    card = showing.card(proposal, now)
    about = f" with the number {card.order_number}" if card.order_number else ""
    return " ".join(
        part
        for part in (
            "Thank you. Someone on our team has to approve this before it is done.",
            card.approval,
            f"Photos, or whatever else helps, can come here in the chat or go to {shop.contact.email}{about}.",
            "Nothing changes until then, and the answer comes here.",
        )
        if part
    )


def _failed(proposal: Proposal) -> str:
    message = str((proposal.outcome or {}).get("message") or "It is no longer possible.")
    return f"I couldn't do that: {message} Nothing was changed. Tell me if I should look at it again."


def _expired(proposal: Proposal, zone: ZoneInfo) -> str:
    if proposal.closed_because == "superseded":
        return "A newer proposal has taken the place of that one, so I did nothing."
    until = proposal.expires_at.astimezone(zone).strftime("%-I:%M %p")
    return (
        f"That offer was good until {until} and has expired, so nothing was changed. "
        "Tell me if you still want it, and I'll check it again."
    )


def _declined(proposal: Proposal, decision: Decision) -> str:
    if proposal.closed_because == "not_approved":
        return "Our team has not approved this, so nothing was changed. I can put you in touch with them."
    if decision is Decision.CONFIRM:
        return (
            "That was declined before, so nothing was changed. "
            "Tell me if you want it after all, and I'll check it again."
        )
    return "All right, I've left everything as it is."
