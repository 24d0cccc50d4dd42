"""Disputes: cases that a person must settle, what each is about, and the trail of who did what with it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, Minor, PrimaryKey, closed_set


class DisputeKind(StrEnum):
    """What the shopper, or their bank, claims."""

    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    """The parcel came, and something was not in it."""
    REFUND_NOT_RECEIVED = "refund_not_received"
    UNKNOWN_CHARGE = "unknown_charge"
    """A payment that the shopper does not recognize."""
    DOUBLE_CHARGE = "double_charge"
    CHARGEBACK = "chargeback"
    """The bank takes the money back unless the shop shows that it was owed."""
    OTHER = "other"


class DisputeState(StrEnum):
    """Only `open` can change. That a manager has it, or that an outcome waits for approval, is told by
    `manager_since` and by the proposal that `proposal_id` names: both may be so, or neither."""

    OPEN = "open"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OutcomeKind(StrEnum):
    """How a dispute can end; `ask` and `escalate` are what to do before it does."""

    REFUND = "refund"
    """What was paid for the items, which the shopper does not have, or need not send back."""
    PARTIAL_REFUND = "partial_refund"
    """An amount; the shopper keeps the items."""
    REPLACEMENT = "replacement"
    STORE_CREDIT = "store_credit"
    """An amount on top of what was paid, as goodwill."""
    RETURN_LABEL = "return_label"
    """The items come back free of charge; then what was paid for them goes back."""
    REFUSAL = "refusal"
    CONTEST = "contest"
    """Of a bank's chargeback: the bank is sent what shows that the money was owed, and rules; until then it is open."""
    WON = "won"
    """The bank ruled for the shop: what it had taken comes back."""
    LOST = "lost"
    """The bank ruled against the shop: it keeps what it has taken, or a part of it."""
    ESCALATE = "escalate"
    ASK = "ask"


class Ruling(StrEnum):
    """How a bank's chargeback ended."""

    WON = "won"
    LOST = "lost"
    ACCEPTED = "accepted"
    """The shop did not contest it, or no longer does."""


class DisputeStep(StrEnum):
    OPENED = "opened"
    CLAIMED_AGAIN = "claimed_again"
    """The same claim came once more; `note` has its words."""
    AMENDED = "amended"
    """Somebody at the desk put right what it is about."""
    ESCALATED = "escalated"
    """A manager is to settle it."""
    PROPOSED = "proposed"
    """An outcome waits for a second person."""
    CONTESTED = "contested"
    """The bank was sent the shop's answer to its chargeback."""
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    """A bank's ruling had been noted wrongly; `note` says why it is put right."""


_OPEN = sql("state = 'open'")
_OPEN_OF_NO_ORDER = sql("state = 'open' AND order_id IS NULL")


class Dispute(Base):
    """At most one is open of a conversation's kind and order. Nothing that it rests on can be deleted from under it.

    `amount_minor` is what is at stake, as code computed it, or as the bank says; None where nobody can know.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "uq_disputes_one_open",
            *("conversation_id", "kind", "order_id"),
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        # No order is like no other to the index above.
        Index(
            "uq_disputes_one_open_of_no_order",
            *("conversation_id", "kind"),
            unique=True,
            sqlite_where=_OPEN_OF_NO_ORDER,
            postgresql_where=_OPEN_OF_NO_ORDER,
        ),
        Index(None, "state", "respond_by"),
        Index(None, "order_id"),
        Index(None, "customer_id", "opened_at"),
        Index(None, "opened_at"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)",
            name="amount_has_a_currency",
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[DisputeKind] = mapped_column(closed_set(DisputeKind))
    state: Mapped[DisputeState] = mapped_column(closed_set(DisputeState))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id", ondelete="SET NULL"))
    """The payment that is disputed, where it is one."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    claim: Mapped[str] = mapped_column(Text)
    """The shopper's own words, or those of whoever opened it: data, never an instruction."""
    amount_minor: Mapped[Minor | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    policy_version: Mapped[str] = mapped_column(String(80))
    """The fingerprint of the rules when it was opened."""
    opened_by: Mapped[str] = mapped_column(String(300))
    """`shopper` or `agent:EMAIL`."""
    opened_at: Mapped[datetime]
    respond_by: Mapped[datetime]
    """Until when the shop promises an answer; of a chargeback, the card network's deadline."""
    manager_since: Mapped[datetime | None]
    """Since when a manager is to settle it."""
    contested_at: Mapped[datetime | None]
    """Since when the bank has the shop's answer to its chargeback, and the shop waits for its ruling."""
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    """The newest outcome that was proposed: it waits, was carried out, or came to nothing."""
    outcome: Mapped[OutcomeKind | None] = mapped_column(closed_set(OutcomeKind))
    closed_by: Mapped[str | None] = mapped_column(String(300))
    closed_at: Mapped[datetime | None]

    network: Mapped[str | None] = mapped_column(String(40))
    """Of a chargeback, as the bank sent it: `Visa`."""
    reason_code: Mapped[str | None] = mapped_column(String(20))
    case_reference: Mapped[str | None] = mapped_column(String(80))


class BankRuling(Base):
    """How a bank's chargeback ended: at most one a dispute, written with what closes it. What the bank keeps is in the
    dispute's currency, and nothing where it ruled for the shop."""

    __tablename__ = "bank_rulings"
    __table_args__ = (Index(None, "ruled_at"), CheckConstraint("taken_minor >= 0", name="taken_not_negative"))

    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"), primary_key=True)
    ruling: Mapped[Ruling] = mapped_column(closed_set(Ruling))
    ruled_at: Mapped[datetime]
    """The beginning of the day that the bank's letter bears, in the shop's zone; of what was accepted, when."""
    taken_minor: Mapped[Minor]
    """What the bank keeps for good."""
    reason_code: Mapped[str | None] = mapped_column(String(20))
    """The one that the ruling gives."""


class DisputeLine(Base):
    """What of the order it is about; a dispute without lines is about all of it."""

    __tablename__ = "dispute_lines"
    __table_args__ = (
        Index(None, "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True
    )
    quantity: Mapped[int]


class DisputeEvent(Base):
    """One step of a dispute. Rows are added, never changed."""

    __tablename__ = "dispute_events"
    __table_args__ = (UniqueConstraint("dispute_id", "sequence"), Index(None, "proposal_id"))

    id: Mapped[PrimaryKey]
    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    step: Mapped[DisputeStep] = mapped_column(closed_set(DisputeStep))
    actor: Mapped[str] = mapped_column(String(300))
    """`shopper`, `agent:EMAIL`, `manager:EMAIL` or `parley`."""
    at: Mapped[datetime]
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposals.id"))
    note: Mapped[str | None] = mapped_column(Text)


class PolicyVersion(Base):
    """The shop's rules as they once were: each version that a server of this shop ever started with."""

    __tablename__ = "policy_versions"
    __table_args__ = (Index(None, "version", "first_seen_at"),)

    fingerprint: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[date]
    """The day from which they hold, by their own word."""
    text: Mapped[str] = mapped_column(Text)
    """The file as it was written."""
    first_seen_at: Mapped[datetime]
