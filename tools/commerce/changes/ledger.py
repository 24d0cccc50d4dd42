"""The money of accepted proposals: written down with the change itself, and moved once.

Every movement is an entry. In the transaction of the change the entry is written, and what it gives back is marked
on the payment by a guarded update, so that the database refuses to give back more than was paid. What the shop
holds itself (store credit, gift cards) is moved there and then; the rest waits for the gateway. After a charge
that waits, everything waits: nothing is given before what is owed was paid.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import CursorResult, Update, func, select, update

from tools.commerce.changes.charged_back import taken_of_payment
from tools.commerce.changes.giving_back import label_of
from tools.commerce.changes.plan import CannotApply, Movement
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    EntryStatus,
    LedgerEntry,
    LedgerKind,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    Proposal,
    Refund,
    RefundStatus,
)


def entries_of(session: ReadSession | WriteSession, proposal_id: str) -> Sequence[LedgerEntry]:
    """In the order in which they are settled."""
    query = select(LedgerEntry).where(LedgerEntry.proposal_id == proposal_id)
    return session.scalars(query.order_by(LedgerEntry.sequence)).all()


def record(
    session: WriteSession,
    proposal: Proposal,
    movements: Sequence[Movement],
    now: datetime,
    *,
    return_id: int | None = None,
) -> list[LedgerEntry]:
    """Write the movements down, and settle what needs no gateway. Raises CannotApply; then nothing may be kept."""
    first = _next_sequence(session, proposal)
    entries = [
        _entry(session, proposal, sequence, movement, now, return_id)
        for sequence, movement in enumerate(movements, start=first)
    ]
    settle_balances(session, proposal.id, now)
    return entries


def settle_balances(session: WriteSession, proposal_id: str, now: datetime) -> None:
    """Settle what the shop holds itself, up to the first charge that waits for the gateway."""
    for entry in entries_of(session, proposal_id):
        if entry.status is not EntryStatus.PENDING:
            continue
        if _is_balance(session, entry):
            _move_balance(session, entry)
            settle(session, entry, now, gateway_ref=None)
        elif entry.kind is LedgerKind.CHARGE:
            return


def settle(session: WriteSession, entry: LedgerEntry, now: datetime, gateway_ref: str | None) -> None:
    """It has been done: the entry, its refund or its payment say so."""
    entry.status = EntryStatus.SETTLED
    entry.settled_at = now
    entry.gateway_ref = gateway_ref
    entry.failure = None
    if entry.refund_id is not None:
        refund = session.get_one(Refund, entry.refund_id)
        refund.status, refund.completed_at = RefundStatus.ISSUED, now
    if entry.kind is LedgerKind.RELEASE and entry.payment_id is not None:
        payment = session.get_one(Payment, entry.payment_id, populate_existing=True)
        if payment.refunded_minor == payment.amount_minor:
            payment.status = PaymentStatus.VOIDED
    if entry.kind is LedgerKind.CHARGE:
        _add_payment(session, entry, now, gateway_ref)
    session.flush()


def refuse(session: WriteSession, entry: LedgerEntry, code: str) -> None:
    """The gateway will never do it. What it was to give back stays marked as given, for a person to look at."""
    entry.status, entry.failure = EntryStatus.FAILED, code
    if entry.refund_id is not None:
        session.get_one(Refund, entry.refund_id).status = RefundStatus.FAILED


def reopen(session: WriteSession, entry: LedgerEntry, now: datetime) -> None:
    """What the gateway refused is to be sent once more, with the same key: it stays marked as given meanwhile."""
    entry.status, entry.failure = EntryStatus.PENDING, None
    entry.resent += 1
    entry.next_attempt_at = now
    if entry.refund_id is not None:
        session.get_one(Refund, entry.refund_id).status = RefundStatus.PENDING


def call_off(session: WriteSession, entry: LedgerEntry) -> None:
    """It was never sent, or was refused, and never will be: what it marked is free again."""
    entry.status = EntryStatus.CANCELLED
    if entry.payment_id is not None:
        _run(
            session,
            update(Payment)
            .where(Payment.id == entry.payment_id)
            .values(refunded_minor=Payment.refunded_minor - entry.amount_minor),
        )
    if entry.refund_id is not None:
        session.get_one(Refund, entry.refund_id).status = RefundStatus.FAILED


def _next_sequence(session: WriteSession, proposal: Proposal) -> int:
    last = select(func.max(LedgerEntry.sequence)).where(LedgerEntry.proposal_id == proposal.id)
    return (session.scalar(last) or 0) + 1


def _entry(
    session: WriteSession,
    proposal: Proposal,
    sequence: int,
    movement: Movement,
    now: datetime,
    return_id: int | None,
) -> LedgerEntry:
    if movement.payment_id is not None:
        _mark_given_back(session, movement.payment_id, movement.amount_minor)
    method_id = movement.payment_method_id
    if movement.to_new_store_credit:
        method_id = _store_credit(session, proposal).id
    entry = LedgerEntry(
        proposal_id=proposal.id,
        sequence=sequence,
        order_id=proposal.order_id,
        payment_id=movement.payment_id,
        payment_method_id=method_id,
        refund_id=_refund(session, proposal, movement, method_id, now, return_id),
        kind=movement.kind,
        status=EntryStatus.PENDING,
        amount_minor=movement.amount_minor,
        currency=proposal.currency,
        key=f"{proposal.id}:{sequence}",
        next_attempt_at=now,
        created_at=now,
    )
    session.add(entry)
    session.flush()
    return entry


def _mark_given_back(session: WriteSession, payment_id: int, amount_minor: int) -> None:
    """No more than was paid, less what a bank has taken by a chargeback. Raises CannotApply `more_than_paid`."""
    after = Payment.refunded_minor + amount_minor
    marked = _run(
        session,
        update(Payment)
        .where(Payment.id == payment_id, after + taken_of_payment() <= Payment.amount_minor)
        .values(refunded_minor=after),
    )
    if marked != 1:
        raise CannotApply("more_than_paid", "That would be more than what is left of the payment.")


def _refund(
    session: WriteSession,
    proposal: Proposal,
    movement: Movement,
    method_id: int | None,
    now: datetime,
    return_id: int | None,
) -> int | None:
    """The refund that shoppers and staff see; None for what is no refund."""
    if movement.kind is not LedgerKind.REFUND or movement.payment_id is None or proposal.order_id is None:
        return None
    source: Payment | PaymentMethod = session.get_one(Payment, movement.payment_id)
    if method_id is not None:
        source = session.get_one(PaymentMethod, method_id)
    refund = Refund(
        ref=f"R-{uuid4()}",
        order_id=proposal.order_id,
        payment_id=movement.payment_id,
        return_id=return_id,
        kind=source.kind,
        label=movement.to,
        status=RefundStatus.PENDING,
        amount_minor=movement.amount_minor,
        currency=proposal.currency,
        reason=proposal.kind.value,
        created_at=now,
    )
    session.add(refund)
    session.flush()
    return refund.id


def _store_credit(session: WriteSession, proposal: Proposal) -> PaymentMethod:
    """The customer's store credit in the proposal's currency, opened where there is none."""
    mine = select(PaymentMethod).where(
        PaymentMethod.customer_id == proposal.customer_id,
        PaymentMethod.kind == PaymentMethodKind.STORE_CREDIT,
        PaymentMethod.currency == proposal.currency,
    )
    found = session.scalars(mine.order_by(PaymentMethod.id).limit(1)).one_or_none()
    if found is None:
        found = PaymentMethod(
            ref=f"store-credit-{uuid4()}",
            customer_id=proposal.customer_id,
            kind=PaymentMethodKind.STORE_CREDIT,
            balance_minor=0,
            currency=proposal.currency,
        )
        session.add(found)
        session.flush()
    return found


def _is_balance(session: WriteSession, entry: LedgerEntry) -> bool:
    """Whether the shop itself holds what it moves to or from."""
    if entry.payment_method_id is None:
        return False
    return session.get_one(PaymentMethod, entry.payment_method_id).balance_minor is not None


def _move_balance(session: WriteSession, entry: LedgerEntry) -> None:
    change = -entry.amount_minor if entry.kind is LedgerKind.CHARGE else entry.amount_minor
    after = PaymentMethod.balance_minor + change
    moved = _run(
        session,
        update(PaymentMethod)
        .where(
            PaymentMethod.id == entry.payment_method_id,
            PaymentMethod.currency == entry.currency,
            after >= 0,
        )
        .values(balance_minor=after),
    )
    if moved != 1:
        raise CannotApply("balance_too_low", "There is not enough left on it to pay that.")


def _add_payment(session: WriteSession, entry: LedgerEntry, now: datetime, gateway_ref: str | None) -> None:
    """What was charged is a payment of the order from then on: it can be given back like the others."""
    method = session.get_one(PaymentMethod, entry.payment_method_id)
    last = session.scalar(select(func.max(Payment.sequence)).where(Payment.order_id == entry.order_id)) or 0
    payment = Payment(
        order_id=entry.order_id,
        sequence=last + 1,
        payment_method_id=method.id,
        kind=method.kind,
        label=label_of(method),
        status=PaymentStatus.CAPTURED,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        occurred_at=now,
        gateway_ref=gateway_ref,
    )
    session.add(payment)
    session.flush()
    entry.payment_id = payment.id


def _run(session: WriteSession, statement: Update) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": "fetch"})
    return cast("CursorResult[object]", done).rowcount
