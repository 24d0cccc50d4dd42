"""Cards of changes: what is asked before one, what is proposed, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from tools.commerce.schema import ProposalKind, ProposalStatus
from tools.facts import Facts, Money


class Need(StrEnum):
    """What only the shopper knows, and a change cannot be proposed without."""

    LINES = "lines"
    REASON = "reason"
    VARIANT = "variant"
    ADDRESS = "address"
    PAYMENT_METHOD = "payment_method"
    REFUND_TO = "refund_to"
    CAUSE = "cause"
    DETAILS = "details"


class Choice(Facts):
    """One of the answers to a question: `value` goes into the tool's argument, `label` is for people."""

    value: str
    label: str


class VersionFacts(Facts):
    """A variant of the product that a line is of."""

    sku: str
    options: dict[str, str] = Field(default_factory=dict)
    price: Money
    available: bool
    """Whether there are as many of it as the line needs."""
    own: bool = False
    """Whether it is what the line is now."""

    @property
    def label(self) -> str:
        """`Color: Blue, Size: M`."""
        return ", ".join(f"{name}: {value}" for name, value in self.options.items()) or self.sku


class Needed(Facts):
    """A question to ask before a change can be proposed; one at a time. `choices` are all there are, if any."""

    kind: Literal["needed"] = "needed"
    what: Need
    message: str
    choices: tuple[Choice, ...] = ()
    line: int | None = None
    """The order's line that it is about."""
    versions: tuple[VersionFacts, ...] = ()
    """All versions of the line's product, of which `choices` are those to be had instead."""


class RuleFacts(Facts):
    """A rule of the policy by its path, with the section that tells it."""

    path: str
    title: str | None = None
    url: str | None = None


class ProposalLine(Facts):
    line: int
    name: str
    options: str | None = None
    quantity: int
    amount: Money | None = None
    becomes: str | None = None


class AmountPart(Facts):
    """One part of what an amount is made up of; below zero where it is taken off."""

    label: str
    amount: Money


class ProposalMoney(Facts):
    """The whole: to the shopper, or below zero from the shopper. `to` says where it goes, or is taken from."""

    amount: int
    currency: str
    to: str
    text: str


class PayoutFacts(Facts):
    to: str
    amount: Money
    direction: Literal["back", "pay"]
    when: Literal["now", "after_inspection"] = "now"


class ProposalCard(Facts):
    """A change that has been priced and checked, and is not done before a person confirms it."""

    kind: Literal["proposal"] = "proposal"
    id: str
    change: ProposalKind
    status: ProposalStatus
    order_number: str | None = None
    summary: str
    lines: tuple[ProposalLine, ...] = ()
    parts: tuple[AmountPart, ...] = ()
    money: ProposalMoney | None = None
    payouts: tuple[PayoutFacts, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    next_steps: tuple[str, ...] = ()
    notice: str | None = None
    """What the shopper should know before saying yes: a like refund was made before."""
    approval: str | None = None
    """Why a support agent must approve it after the shopper has."""
    expires_at: datetime


class ReceiptCard(Facts):
    """What became of a proposal, once somebody decided."""

    kind: Literal["receipt"] = "receipt"
    proposal_id: str
    change: ProposalKind
    status: ProposalStatus
    order_number: str | None = None
    done: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    payouts: tuple[PayoutFacts, ...] = ()
