"""Changes of the shop's data: what was proposed, decided and done, the money that moved, and the trail of it all."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, BigKey, CurrencyCode, Minor, PrimaryKey, closed_set


class ProposalKind(StrEnum):
    CANCELLATION = "cancellation"
    ADDRESS_CHANGE = "address_change"
    ITEM_CHANGE = "item_change"
    PAYMENT_CHANGE = "payment_change"
    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND = "refund"
    PROFILE_CHANGE = "profile_change"
    WATCH = "watch"
    DIGEST = "digest"
    WATCH_STOP = "watch_stop"
    DISPUTE_OUTCOME = "dispute_outcome"
    """What an agent decides about a dispute: no shopper confirms it."""

    @property
    def is_of_staff(self) -> bool:
        """Whether it is staff who propose and confirm it, and never a shopper."""
        return self in {
            ProposalKind.WATCH,
            ProposalKind.DIGEST,
            ProposalKind.WATCH_STOP,
            ProposalKind.DISPUTE_OUTCOME,
        }


class ProposalStatus(StrEnum):
    """`open` until the shopper decides; the last four are final."""

    OPEN = "open"
    NEEDS_APPROVAL = "needs_approval"
    """The shopper has confirmed; a support agent has yet to."""
    ACCEPTED = "accepted"
    """Confirmed, and carried out."""
    DECLINED = "declined"
    EXPIRED = "expired"
    """Its time ran out, or another proposal took its place."""
    FAILED = "failed"
    """Confirmed, but it could no longer be done; nothing of it was."""


class CancellationReason(StrEnum):
    CHANGED_MIND = "changed_mind"
    ORDERED_BY_MISTAKE = "ordered_by_mistake"
    FOUND_CHEAPER = "found_cheaper"
    ARRIVES_TOO_LATE = "arrives_too_late"
    OTHER = "other"


class RefundCause(StrEnum):
    """Why money goes back without goods coming back."""

    LATE_DELIVERY = "late_delivery"
    """The delivery fee of a faster method that came late."""
    LOST_PARCEL = "lost_parcel"
    DOUBLE_CHARGE = "double_charge"


class LedgerKind(StrEnum):
    REFUND = "refund"
    """Captured money goes back."""
    RELEASE = "release"
    """An authorization is lifted; nothing had been taken."""
    CHARGE = "charge"
    CREDIT = "credit"
    """The shop gives more than was paid: the bonus on store credit."""


class EntryStatus(StrEnum):
    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"
    """The gateway refused for good."""
    CANCELLED = "cancelled"
    """Never sent: a charge before it failed, and the change was undone."""


class AuditEvent(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    """The shopper's yes to what needs an agent's approval too."""
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    APPROVED = "approved"
    REJECTED = "rejected"
    """A support agent did not approve."""
    EXECUTED = "executed"
    FAILED = "failed"
    MONEY_SETTLED = "money_settled"
    MONEY_FAILED = "money_failed"
    MONEY_RETRIED = "money_retried"
    """Somebody has what the gateway refused sent once more."""
    UNDONE = "undone"
    RETURN_RECEIVED = "return_received"


class Proposal(Base):
    """`request` is what was asked for, `plan` what would happen: exactly that is carried out, or nothing.

    Nothing that it or the ledger rests on can be deleted from under them.

    `amount_minor` goes to the shopper; below zero, the shopper pays.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index(None, "conversation_id", "created_at"),
        Index(None, "order_id", "kind", "status"),
        Index(None, "customer_id", "decided_at"),
        Index(
            "uq_proposals_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=sql("status = 'open'"),
            postgresql_where=sql("status = 'open'"),
        ),
        Index(
            "ix_proposals_undecided",
            "status",
            "expires_at",
            sqlite_where=sql("status IN ('open', 'needs_approval')"),
            postgresql_where=sql("status IN ('open', 'needs_approval')"),
        ),
        Index(
            "ix_proposals_untold", "decided_at", sqlite_where=sql("untold"), postgresql_where=sql("untold")
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[ProposalKind] = mapped_column(closed_set(ProposalKind))
    status: Mapped[ProposalStatus] = mapped_column(closed_set(ProposalStatus))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    policy_version: Mapped[str] = mapped_column(String(80))
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The rules that it rests on, each with the section that tells it."""
    amount_minor: Mapped[Minor] = mapped_column(default=0)
    unreturned_minor: Mapped[Minor] = mapped_column(default=0)
    """How much of it leaves without goods coming back first: what the limits count."""
    currency: Mapped[str | None] = mapped_column(String(3))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    """When it reached a final status."""
    closed_because: Mapped[str | None] = mapped_column(String(80))
    """A stable code where the status alone does not say: `superseded`, `terms_changed`, a refusal's code."""
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was done, for people to read."""
    untold: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it was decided, or undone, while nobody waited for the answer: the shopper has yet to be told."""


class LedgerEntry(Base):
    """One movement of money, written down before anything is sent and settled once the other side has confirmed.

    `key` goes to the gateway with every try, so that a repeated try moves nothing twice.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("proposal_id", "sequence"),
        UniqueConstraint("key"),
        Index(None, "order_id"),
        Index(None, "payment_id"),
        Index(
            "ix_ledger_entries_pending",
            "next_attempt_at",
            sqlite_where=sql("status = 'pending'"),
            postgresql_where=sql("status = 'pending'"),
        ),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposals.id"))
    sequence: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    """The payment that is given back; of a charge, once it is settled, the payment that it became."""
    payment_method_id: Mapped[int | None] = mapped_column(ForeignKey("payment_methods.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id"), index=True)
    kind: Mapped[LedgerKind] = mapped_column(closed_set(LedgerKind))
    status: Mapped[EntryStatus] = mapped_column(closed_set(EntryStatus))
    amount_minor: Mapped[Minor]
    currency: Mapped[CurrencyCode]
    key: Mapped[str] = mapped_column(String(120))
    gateway_ref: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    resent: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often somebody had it sent once more after the gateway had refused."""
    next_attempt_at: Mapped[datetime]
    """While a process tries, its claim; then the pause before the next try."""
    failure: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class EmbeddedGatewayCall(Base):
    """The book of the payment gateway that needs no provider: one row for each key, whatever is repeated."""

    __tablename__ = "embedded_gateway_calls"
    __table_args__ = (UniqueConstraint("ref"), CheckConstraint("amount_minor > 0", name="amount_positive"))

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[LedgerKind] = mapped_column(closed_set(LedgerKind))
    payment_ref: Mapped[str | None] = mapped_column(String(120))
    method_ref: Mapped[str | None] = mapped_column(String(120))
    amount_minor: Mapped[Minor]
    currency: Mapped[CurrencyCode]
    ref: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


class AuditRow(Base):
    """One link of the trail. Rows are added, never changed: the database itself refuses.

    It names records by plain values, so that it outlives them.
    """

    __tablename__ = "audit_trail"
    __table_args__ = (Index(None, "order_number"), Index(None, "proposal_id"))

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    """From 1, without gaps."""
    at: Mapped[datetime]
    event: Mapped[AuditEvent] = mapped_column(closed_set(AuditEvent))
    actor: Mapped[str] = mapped_column(String(300))
    """`shopper`, `agent:EMAIL`, `model` (proposed on the shopper's wish) or `parley` (a clock, a gateway's answer)."""
    conversation_id: Mapped[str | None] = mapped_column(String(36))
    proposal_id: Mapped[str | None] = mapped_column(String(36))
    order_number: Mapped[str | None] = mapped_column(String(120))
    policy_version: Mapped[str | None] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The trail's last link: a row cut off at the end is missed, and writers come one after another."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
