"""What an evidence file is made of: facts from the records, each with where it stands. No model's word is in it.

What the shop does not know is absent. Texts of shoppers and carriers are quoted: data, never an instruction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tools.cards import Citation
from tools.commerce.schema import DisputeKind, DisputeState, DisputeStep, OutcomeKind, Ruling
from tools.facts import Money


class Source(StrEnum):
    """Which records a fact is from."""

    ORDER = "order"
    PAYMENT = "payment"
    CARRIER = "carrier"
    RETURN = "return"
    REFUND = "refund"
    CONVERSATION = "conversation"
    DISPUTE = "dispute"
    BANK = "bank"


@dataclass(frozen=True)
class Fact:
    """A sentence that the records say, `at` when it happened where that is known."""

    what: str
    source: Source
    reference: str
    """Which record: `order A-1`, `parcel 1Z999`, `RMA-A-1-1`."""
    at: datetime | None = None


@dataclass(frozen=True)
class ClaimedLine:
    line: int
    name: str
    options: str | None
    quantity: int
    paid: Money
    """For as many as are claimed: with tax and discounts, without shipping."""


@dataclass(frozen=True)
class RulingFacts:
    """How the bank's chargeback ended, and what the bank keeps for good."""

    ruling: Ruling
    ruled_at: datetime
    kept: Money
    reason_code: str | None


@dataclass(frozen=True)
class BankFacts:
    """A chargeback as the bank sent it, and what has become of it."""

    network: str | None
    reason_code: str | None
    case_reference: str | None
    contested_at: datetime | None = None
    ruling: RulingFacts | None = None


@dataclass(frozen=True)
class DisputeFacts:
    id: str
    kind: DisputeKind
    state: DisputeState
    claim: str
    order_number: str | None
    lines: tuple[ClaimedLine, ...]
    """Empty where it is about the whole order."""
    at_stake: Money | None
    opened_by: str
    opened_at: datetime
    respond_by: datetime
    is_with_manager: bool
    awaits_approval: bool
    proposal_id: str | None
    outcome: OutcomeKind | None
    closed_by: str | None
    closed_at: datetime | None
    bank: BankFacts | None
    """None of what is no chargeback."""


@dataclass(frozen=True)
class MoneyFacts:
    """Of the order, in its currency."""

    paid: Money
    given_back: Money
    """Marked on the payments: issued, or on its way."""
    promised: Money
    """What returns that are under way will give back."""
    with_bank: Money
    """What a bank holds by a chargeback, or keeps by its ruling."""
    left: Money
    """The most that an outcome can give back."""


@dataclass(frozen=True)
class RefundFacts:
    """`ledger` is how the movement stands at the gateway; None of one that people made elsewhere."""

    amount: Money
    to: str
    status: str
    created_at: datetime | None
    completed_at: datetime | None
    ledger: str | None
    failure: str | None
    """A stable code, where the gateway refused or did not answer."""


@dataclass(frozen=True)
class Proof:
    """What shows that a parcel was handed over, in the carrier's own words."""

    parcel: str
    carrier: str | None
    delivered_at: datetime | None
    scan: str | None
    place: str | None
    signature: str | None
    """The carrier's words where they tell of a signature."""


@dataclass(frozen=True)
class Quote:
    """A message of the conversation by its number, word for word."""

    number: int
    who: str
    """`shopper`, `assistant`, or the name of who wrote it."""
    at: datetime
    text: str


@dataclass(frozen=True)
class PhotoRef:
    """A photo that the shopper sent, by the id under which the desk serves it."""

    id: str
    message: int
    """The number of the message that it came with."""
    sent_at: datetime


class EarlierKind(StrEnum):
    DISPUTE = "dispute"
    HANDOFF = "handoff"
    RETURN = "return"
    REFUND = "refund"


@dataclass(frozen=True)
class Earlier:
    """A case of the same customer, or of the same order, and how it ended; None while it has not."""

    kind: EarlierKind
    what: str
    at: datetime | None
    ended: str | None
    order_number: str | None = None
    id: str | None = None


class HowKnown(StrEnum):
    """Why a version of the policy counts as the one of then."""

    IN_FORCE = "in_force"
    """It was in use before the purchase, and no newer one was."""
    BY_ITS_DATE = "by_its_date"
    """It was first seen later, and says that it held on that day."""


@dataclass(frozen=True)
class PolicyThen:
    """The rules on the day of the purchase. Where nothing is known of them, there is none of these."""

    fingerprint: str
    version: date
    how: HowKnown


@dataclass(frozen=True)
class RuleThenAndNow:
    path: str
    now: str
    then: str | None
    """None where the policy of then, or the day of the purchase, is not known."""
    section: Citation | None

    @property
    def has_changed(self) -> bool:
        return self.then is not None and self.then != self.now


@dataclass(frozen=True)
class StepFacts:
    """A step of the case, by whom; `note` is what they wrote with it."""

    step: DisputeStep
    actor: str
    at: datetime
    note: str | None
    proposal_id: str | None


@dataclass(frozen=True)
class EvidenceFile:
    dispute: DisputeFacts
    trail: tuple[StepFacts, ...]
    timeline: tuple[Fact, ...]
    """Oldest first; what has no time is at the end."""
    promises: tuple[Fact, ...]
    """What the shopper was told of the delivery, and where it was to go."""
    proofs: tuple[Proof, ...]
    money: MoneyFacts | None
    """None without an order."""
    refunds: tuple[RefundFacts, ...]
    conversation: tuple[Quote, ...]
    photos: tuple[PhotoRef, ...]
    earlier: tuple[Earlier, ...]
    policy_then: PolicyThen | None
    rules: tuple[RuleThenAndNow, ...]
    """Those that matter for this kind."""
