"""Refunds that the payment gateway refused. What was refused stays marked as given, so that nobody gives it twice,
until a person has it sent once more (`resending`), or gives the money another way (a dispute's outcome)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tools.cards import Refusal
from tools.commerce.changes.plan import Session
from tools.commerce.database import ReadSession
from tools.commerce.schema import EntryStatus, LedgerEntry, LedgerKind, Order, Proposal, Refund
from tools.facts import Money

MOST_SHOWN = 100
NOT_REFUSED = Refusal(
    code="not_refused", message="That refund is not one that was refused, or somebody has seen to it already."
)


@dataclass(frozen=True)
class RefusedRefund:
    entry_id: int
    conversation_id: str
    order_number: str
    amount: Money
    to: str
    """How the shopper knows it: `Visa ending in 4242`."""
    failure: str
    """The gateway's stable code."""
    decided_at: datetime


def refused_refunds(session: ReadSession, order_id: int | None = None) -> list[RefusedRefund]:
    """Of an order, or of all, the oldest first."""
    query = (
        select(LedgerEntry, Proposal.conversation_id, Order.number, Refund.label)
        .join(Proposal, Proposal.id == LedgerEntry.proposal_id)
        .join(Order, Order.id == LedgerEntry.order_id)
        .join(Refund, Refund.id == LedgerEntry.refund_id)
        .where(*_REFUSED, *([LedgerEntry.order_id == order_id] if order_id is not None else []))
        .order_by(LedgerEntry.created_at, LedgerEntry.id)
        .limit(MOST_SHOWN)
    )
    return [
        RefusedRefund(
            entry.id,
            conversation_id,
            number,
            Money.of(entry.amount_minor, entry.currency),
            label or "how it was paid",
            entry.failure or "refused",
            entry.created_at,
        )
        for entry, conversation_id, number, label in session.execute(query)
    ]


_REFUSED = (LedgerEntry.status == EntryStatus.FAILED, LedgerEntry.kind == LedgerKind.REFUND)


def find_refused(session: Session, entry_id: int, order_id: int | None = None) -> LedgerEntry | Refusal:
    """As it is now, locked where it can be."""
    of_order = () if order_id is None else (LedgerEntry.order_id == order_id,)
    query = select(LedgerEntry).where(LedgerEntry.id == entry_id, *_REFUSED, *of_order)
    found = session.scalars(query.with_for_update(), execution_options={"populate_existing": True})
    return found.one_or_none() or NOT_REFUSED
