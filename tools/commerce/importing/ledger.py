"""An order's payments and refunds on their way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.commerce.importing.before import Before
from tools.commerce.importing.insertion import Row
from tools.commerce.importing.records import OrderRecord, PaymentRecord, RefundRecord
from tools.commerce.importing.references import KnownMethod
from tools.commerce.importing.target import Entry
from tools.commerce.schema import PaymentStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """A row of `refunds` but for the ids of what it refers to."""

    row: Row
    sequence: int | None
    rma: str | None


def payment_rows(
    entry: Entry[OrderRecord],
    currency: str,
    methods: Mapping[str, KnownMethod],
    customer_id: int | None,
) -> list[Row]:
    """Rows without their `order_id`, and with nothing given back yet."""
    rows: list[Row] = []
    for n, payment in enumerate(entry.record.payments):
        method = entry.known(f"payments[{n}].payment_method", payment.payment_method, methods)
        if method and method.customer_id != customer_id:
            entry.reject(f"payments[{n}].payment_method", "is on file for another customer")
        rows.append(_payment_row(entry, n, payment, currency, method))
    return rows


def _payment_row(
    entry: Entry[OrderRecord], n: int, payment: PaymentRecord, currency: str, method: KnownMethod | None
) -> Row:
    return {
        "sequence": n + 1,
        "payment_method_id": method.id if method else None,
        "kind": payment.method,
        "label": payment.label or (method.label if method else None),
        "status": payment.status,
        "amount_minor": entry.minor(f"payments[{n}].amount", payment.amount, currency),
        "refunded_minor": 0,
        "currency": currency,
        "installments": payment.installments,
        "occurred_at": entry.moment(f"payments[{n}].occurred_at", payment.occurred_at),
        "gateway_ref": payment.gateway_ref,
    }


def refund_ref(order: OrderRecord, n: int) -> str:
    return order.refunds[n].id or f"{order.number}-R{n + 1}"


def draft_refunds(
    entry: Entry[OrderRecord], currency: str, payments: Sequence[Row], before: Before
) -> list[RefundDraft]:
    """Allots each refund to a payment, and raises `refunded_minor` of `payments` by it."""
    order = entry.record
    if not order.refunds and not before.refunds:
        return []
    room = [
        int(str(row["amount_minor"])) if row["status"] is PaymentStatus.CAPTURED else 0 for row in payments
    ]
    taken = list(room)
    own = {refund_ref(order, n) for n in range(len(order.refunds))}
    for ref, (sequence, amount) in before.refunds.items():
        if ref in own or not sequence or (sequence > len(payments) and sequence in before.charged):
            continue
        if sequence > len(payments):
            entry.reject("payments", "lack one that a refund in the database was made of")
            return []
        room[sequence - 1] -= amount
    drafts = []
    for n, refund in enumerate(order.refunds):
        amount = entry.minor(f"refunds[{n}].amount", refund.amount, currency)
        counts = 0 if refund.status is RefundStatus.FAILED else amount
        index = _payment_of(entry, n, refund, room, counts)
        if index is not None:
            room[index] -= counts
        drafts.append(_refund_draft(entry, n, amount, currency, index, before))
    for n, left in enumerate(room):
        if left < 0:
            entry.reject(f"payments[{n}].amount", "is less than was given back of it")
        payments[n]["refunded_minor"] = taken[n] - left
    return drafts


def _payment_of(
    entry: Entry[OrderRecord], n: int, refund: RefundRecord, room: Sequence[int], counts: int
) -> int | None:
    if refund.payment is None:
        index = next((i for i, left in enumerate(room) if left >= counts), None)
        if index is None and counts:
            entry.reject(f"refunds[{n}].amount", "is more than any payment has left to give back")
        return index
    if refund.payment > len(room):
        entry.reject(f"refunds[{n}].payment", "is not a payment of this order")
        return None
    if counts > room[refund.payment - 1]:
        entry.reject(f"refunds[{n}].amount", "is more than the payment has left to give back")
    return refund.payment - 1


def _refund_draft(
    entry: Entry[OrderRecord], n: int, amount: int, currency: str, index: int | None, before: Before
) -> RefundDraft:
    order = entry.record
    refund = order.refunds[n]
    payment = order.payments[index] if index is not None else None
    method = refund.method or (payment.method if payment else None)
    if method is None:
        entry.reject(f"refunds[{n}].method", "is needed where there is no payment")
    if refund.return_id and refund.return_id not in before.rmas | {r.id for r in order.returns}:
        entry.reject(f"refunds[{n}].return_id", "is not a return of this order")
    row: Row = {
        "ref": refund_ref(order, n),
        "kind": method,
        "label": refund.label or (payment.label if payment and payment.method is method else None),
        "status": refund.status,
        "amount_minor": amount,
        "currency": currency,
        "reason": refund.reason,
        "created_at": entry.moment(f"refunds[{n}].created_at", refund.created_at),
        "completed_at": entry.moment(f"refunds[{n}].completed_at", refund.completed_at),
    }
    return RefundDraft(row, None if index is None else index + 1, refund.return_id)
