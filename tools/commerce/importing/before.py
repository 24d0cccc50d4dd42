"""What the database already holds of the orders of a chunk: their returns, refunds and charges.

Those that are not in the file were made here, and stay; so what may still be given back counts both.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from tools.commerce.importing.target import Target, parts
from tools.commerce.schema import (
    LedgerEntry,
    LedgerKind,
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundStatus,
    Return,
    ReturnLine,
    ReturnStatus,
)

VOID_RETURNS = frozenset({ReturnStatus.REJECTED, ReturnStatus.CANCELLED})
"""Nothing comes back by these, so they leave the quantity to be returned."""


@dataclass
class Before:
    """One order. `returned` has quantities by (rma, line number); `refunds` are by ref."""

    returned: dict[tuple[str, int], int] = field(default_factory=dict)
    void_rmas: set[str] = field(default_factory=set)
    refunds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The payment's sequence (0 for none) and the amount that was given back."""
    charged: set[int] = field(default_factory=set)
    """The sequences of payments that were charged here."""

    @property
    def rmas(self) -> set[str]:
        return {rma for rma, _ in self.returned}


def find_before(target: Target, numbers: Sequence[str]) -> defaultdict[str, Before]:
    """By order number. Locks their payments, so that nothing is given back meanwhile."""
    before: defaultdict[str, Before] = defaultdict(Before)
    for part in parts(numbers):
        payments = select(Payment.id).join(Order, Order.id == Payment.order_id).where(Order.number.in_(part))
        # As an update would lock them: refunds' foreign keys, which lock them less, must not deadlock.
        target.connection.execute(payments.order_by(Payment.id).with_for_update(of=Payment, key_share=True))
        returned = (
            select(Order.number, Return.rma, Return.status, OrderLine.line_no, ReturnLine.quantity)
            .join(Return, Return.order_id == Order.id)
            .join(ReturnLine, ReturnLine.return_id == Return.id)
            .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
            .where(Order.number.in_(part))
        )
        for number, rma, status, line_no, quantity in target.connection.execute(returned):
            before[number].returned[rma, line_no] = quantity
            if status in VOID_RETURNS:
                before[number].void_rmas.add(rma)
        refunded = (
            select(Order.number, Refund.ref, Payment.sequence, Refund.amount_minor, Refund.status)
            .join(Refund, Refund.order_id == Order.id)
            .outerjoin(Payment, Payment.id == Refund.payment_id)
            .where(Order.number.in_(part))
        )
        for number, ref, sequence, amount, refund_status in target.connection.execute(refunded):
            counts = 0 if refund_status is RefundStatus.FAILED else amount
            before[number].refunds[ref] = (sequence or 0, counts)
        charged = (
            select(Order.number, Payment.sequence)
            .join(Payment, Payment.order_id == Order.id)
            .join(LedgerEntry, LedgerEntry.payment_id == Payment.id)
            .where(Order.number.in_(part), LedgerEntry.kind == LedgerKind.CHARGE)
        )
        for number, sequence in target.connection.execute(charged):
            before[number].charged.add(sequence)
    return before
