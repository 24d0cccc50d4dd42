"""How the desk says reasons, steps, times and spans."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tools.commerce.schema import (
    DisputeKind,
    DisputeStep,
    HandoffReason,
    HandoffState,
    HandoffStep,
    OutcomeKind,
    Role,
)

REASONS: Mapping[HandoffReason, str] = {
    HandoffReason.ASKED: "Asked for a person",
    HandoffReason.NOT_UNDERSTOOD: "Not understood",
    HandoffReason.TOOL_FAILED: "Something failed",
    HandoffReason.NEEDS_A_PERSON: "Needs a person",
    HandoffReason.COMPLAINT: "Complaint",
    HandoffReason.LEGAL_THREAT: "Legal threat",
    HandoffReason.INJURY: "Injury",
    HandoffReason.CHARGEBACK: "Chargeback",
    HandoffReason.FRAUD: "Fraud",
    HandoffReason.PRIVACY: "Privacy request",
}
STATES: Mapping[HandoffState, str] = {
    HandoffState.WAITING: "Waiting for a person",
    HandoffState.TAKEN: "Taken",
    HandoffState.CLOSED: "Closed",
    HandoffState.WITHDRAWN: "The shopper went back to the assistant",
}
STEPS: Mapping[HandoffStep, str] = {
    HandoffStep.OPENED: "Handed over",
    HandoffStep.ESCALATED: "Overdue, reminder sent",
    HandoffStep.TAKEN: "Taken",
    HandoffStep.RELEASED: "Put back",
    HandoffStep.ANSWERED: "First answer",
    HandoffStep.CLOSED: "Closed",
    HandoffStep.WITHDRAWN: "Back to the assistant",
    HandoffStep.RATED: "Rated",
}


DISPUTES: Mapping[DisputeKind, str] = {
    DisputeKind.NOT_RECEIVED: "Not received",
    DisputeKind.DAMAGED: "Damaged",
    DisputeKind.NOT_AS_DESCRIBED: "Not as described",
    DisputeKind.WRONG_ITEM: "Wrong item",
    DisputeKind.MISSING_ITEM: "Missing item",
    DisputeKind.REFUND_NOT_RECEIVED: "Refund not received",
    DisputeKind.UNKNOWN_CHARGE: "Charge not recognized",
    DisputeKind.DOUBLE_CHARGE: "Charged twice",
    DisputeKind.CHARGEBACK: "Chargeback",
    DisputeKind.OTHER: "Other dispute",
}
OUTCOMES: Mapping[OutcomeKind, str] = {
    OutcomeKind.REFUND: "Refund",
    OutcomeKind.PARTIAL_REFUND: "Partial refund",
    OutcomeKind.REPLACEMENT: "Replacement",
    OutcomeKind.STORE_CREDIT: "Store credit",
    OutcomeKind.RETURN_LABEL: "Return with a free label",
    OutcomeKind.REFUSAL: "Refusal",
    OutcomeKind.CONTEST: "Contest it with the bank",
    OutcomeKind.WON: "Won: the bank ruled for the shop",
    OutcomeKind.LOST: "Lost: the bank ruled against the shop",
    OutcomeKind.ESCALATE: "Hand to a manager",
    OutcomeKind.ASK: "Ask the shopper",
}


DISPUTE_STEPS: Mapping[DisputeStep, str] = {
    DisputeStep.OPENED: "Opened",
    DisputeStep.CLAIMED_AGAIN: "Claimed again",
    DisputeStep.AMENDED: "Put right",
    DisputeStep.ESCALATED: "Handed to a manager",
    DisputeStep.PROPOSED: "Decided, waits for a second person",
    DisputeStep.CONTESTED: "Contested with the bank",
    DisputeStep.SETTLED: "Settled",
    DisputeStep.REFUSED: "Refused",
    DisputeStep.WITHDRAWN: "Withdrawn",
    DisputeStep.CORRECTED: "The bank's ruling put right",
}


def span(length: timedelta) -> str:
    """In its largest unit, rounded down, and no less than a minute: `12 min`, `3 h`, `2 days`."""
    minutes = max(int(length.total_seconds() // 60), 1)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 60 * 48:
        return f"{minutes // 60} h"
    return f"{minutes // (60 * 24)} days"


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`2:05 PM`, of another day `Mar 4, 2:05 PM`, of another year `Dec 30, 2025, 2:05 PM`."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%-I:%M %p}"
    if local.year == today.year:
        return f"{local:%b %-d, %-I:%M %p}"
    return f"{local:%b %-d, %Y, %-I:%M %p}"


def deadline(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`moment`, but of the end of a day that day: `Mar 4`, where the next one has just begun."""
    local = at.astimezone(zone)
    if local.time() != time():
        return moment(at, now, zone)
    day = local - timedelta(days=1)
    return f"{day:%b %-d}" if day.year == now.astimezone(zone).year else f"{day:%b %-d, %Y}"


def actor(name: str, colleagues: Mapping[str, str]) -> str:
    """Who took a step: staff by their name, where they have an account."""
    role, _, email = name.partition(":")
    if email and role in {Role.AGENT, Role.MANAGER}:
        return colleagues.get(email, email)
    return {"model": "the assistant", "parley": "the clock", "shopper": "the shopper"}.get(name, name)


def words(value: str) -> str:
    return value.replace("_", " ")
