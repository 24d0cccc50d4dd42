"""The card of a conversation that was handed over to a person."""

from typing import Literal

from tools.commerce.schema import HandoffReason
from tools.facts import Facts

A_PERSON = "Talk to a person"
"""Offered to be picked wherever only a person can go on."""
BACK_TO_ASSISTANT = "Go back to the assistant"
"""Said while nobody has taken it yet, it withdraws the handoff."""


class HandoffCard(Facts):
    """`message` says truly what happens next; `within_minutes` is of opening hours, None while nobody is there."""

    kind: Literal["handoff"] = "handoff"
    reason: HandoffReason
    taken: bool = False
    """Whether a person is on it already."""
    open_now: bool
    opens_next: str | None = None
    within_minutes: int | None = None
    ahead: int = 0
    """How many others have waited longer."""
    email: str
    phone: str | None = None
    message: str
