"""The parcel of a return is back: what waited for it happens now, once."""

from collections.abc import Sequence

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tools.cards import Refusal
from tools.commerce.changes import audit, ledger
from tools.commerce.changes.closing import note
from tools.commerce.changes.permission import denied
from tools.commerce.changes.plan import CannotApply, Plan, order_of
from tools.commerce.changes.rulebook import Rulebook, is_being_paid
from tools.commerce.database import WriteSession
from tools.commerce.money import format_money
from tools.commerce.schema import (
    AuditEvent,
    LedgerEntry,
    OrderLine,
    Proposal,
    Return,
    ReturnStatus,
    Stock,
)
from tools.principal import Principal

WAITING = frozenset(
    {ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED}
)


def receive(
    session: WriteSession, rma: str, by: Principal, book: Rulebook, *, is_accepted: bool = True
) -> str | Refusal:
    """What staff found: a sentence on what happens now. A return that was closed before stays as it is."""
    if refused := denied(by, "record what came back"):
        return refused
    proposal_id = session.scalar(select(Return.proposal_id).where(Return.rma == rma.strip()))
    if proposal_id is None:
        return Refusal(code="return_unknown", message=f"No return opened here has the number {rma}.")
    # Locked in the order in which a decision locks them.
    proposal = session.get_one(Proposal, proposal_id, with_for_update=True)
    plan = Plan.model_validate(proposal.plan)
    order_of(session, plan)
    found = session.scalars(
        select(Return).where(Return.rma == rma.strip()).options(selectinload(Return.lines)).with_for_update()
    ).one()
    if found.status not in WAITING:
        return Refusal(code="return_closed", message=f"{found.rma} was {found.status.value} before.")
    if is_being_paid(session, found.order_id):
        return Refusal(code="payment_under_way", message=f"{found.rma} waits: a payment is still on its way.")
    entries: Sequence[LedgerEntry] = ()
    if is_accepted:
        later = [movement for movement in plan.movements if movement.after_inspection]
        try:
            with session.begin_nested():
                entries = ledger.record(session, proposal, later, book.now, return_id=found.id)
        except CannotApply as error:
            return Refusal(code=error.code, message=f"{found.rma} stays open. {error.message}")
        _put_back(session, found)
    found.received_at = found.received_at or book.now
    found.closed_at = book.now
    found.status = ReturnStatus.COMPLETED if is_accepted else ReturnStatus.REJECTED
    details: dict[str, JsonValue] = {
        "rma": found.rma,
        "accepted": is_accepted,
        "money": [f"{entry.kind} {entry.amount_minor} {entry.currency}" for entry in entries],
    }
    note(session, proposal, AuditEvent.RETURN_RECEIVED, audit.agent(by.staff_email), book, details)
    return _told(found, entries, is_accepted=is_accepted)


def _put_back(session: WriteSession, found: Return) -> None:
    """What came back is in stock again, where the shop keeps figures; people put aside what can't be sold."""
    lines = [(session.get_one(OrderLine, part.order_line_id), part.quantity) for part in found.lines]
    # Variants in the order in which every change locks them.
    for line, quantity in sorted(lines, key=lambda known: known[0].variant_id or 0):
        stock = session.scalars(
            select(Stock)
            .where(Stock.variant_id == line.variant_id)
            .order_by(Stock.warehouse_id)
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if stock is not None:
            stock.on_hand += quantity


def _told(found: Return, entries: Sequence[LedgerEntry], *, is_accepted: bool) -> str:
    if not is_accepted:
        return f"{found.rma} is closed: what came back was not accepted, and nothing is refunded."
    if not entries:
        return f"{found.rma} is completed."
    sums = " and ".join(format_money(entry.amount_minor, entry.currency) for entry in entries)
    return f"{found.rma} is completed: {sums} goes back now."
