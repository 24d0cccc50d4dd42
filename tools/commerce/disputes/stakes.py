"""What is claimed, and how much of what was paid is at stake with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.cards import Refusal
from tools.commerce.changes.giving_back import left
from tools.commerce.changes.lines import paid_for, remaining
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.refund_claims import double_charge
from tools.commerce.changes.requests import LineWish
from tools.commerce.schema import DisputeKind, Order, OrderLine, Payment, PaymentStatus, RefundStatus

OF_GOODS = frozenset(
    {
        DisputeKind.NOT_RECEIVED,
        DisputeKind.DAMAGED,
        DisputeKind.NOT_AS_DESCRIBED,
        DisputeKind.WRONG_ITEM,
        DisputeKind.MISSING_ITEM,
    }
)
"""Kinds that are about items of an order."""


@dataclass(frozen=True)
class BankCase:
    """A chargeback as the bank sent it: `amount_minor` in the payment's currency."""

    network: str
    reason_code: str
    case_reference: str
    amount_minor: int
    respond_by: datetime


@dataclass(frozen=True)
class Claim:
    """What somebody claims. `words` are theirs; without `items` it is about the whole order."""

    kind: DisputeKind
    words: str
    order_number: str | None = None
    items: tuple[LineWish, ...] = ()
    bank: BankCase | None = None


@dataclass(frozen=True)
class Stake:
    """What it is about: minor units, if that can be known, and the payment, if it is one."""

    minor: int | None = None
    payment: Payment | None = None


def stake_of(
    planning: Planning, claim: Claim, order: Order | None, lines: Sequence[tuple[OrderLine, int]]
) -> Stake:
    if claim.bank is not None:
        return Stake(claim.bank.amount_minor, _charged_back(order, claim.bank))
    if order is None:
        return Stake()
    if claim.kind in OF_GOODS:
        return Stake(_worth(order, lines))
    if claim.kind is DisputeKind.DOUBLE_CHARGE:
        found = double_charge(planning, order)
        return Stake() if isinstance(found, Refusal) else Stake(found.amount_minor, found.payment)
    if claim.kind is DisputeKind.REFUND_NOT_RECEIVED:
        sums = [one.amount_minor for one in order.refunds if one.status is not RefundStatus.FAILED]
        return Stake(sum(sums) if sums else None)
    return Stake(None if claim.kind is DisputeKind.OTHER else left(order))


def _worth(order: Order, lines: Sequence[tuple[OrderLine, int]]) -> int:
    """What was paid for the items and was not given back: with the delivery fee, where it is about the whole order."""
    if not lines:
        return left(order)
    still = remaining(order)
    paid = sum(paid_for(order, line, min(quantity, still[line.line_no])) for line, quantity in lines)
    return min(paid, left(order))


def _charged_back(order: Order | None, bank: BankCase) -> Payment | None:
    """The payment that the bank took back: the one of that amount, else the smallest that is not less."""
    taken = [one for one in order.payments if one.status is PaymentStatus.CAPTURED] if order else []
    enough = [one for one in taken if one.amount_minor >= bank.amount_minor]
    return min(enough, key=lambda one: one.amount_minor, default=max(taken, key=_amount, default=None))


def _amount(payment: Payment) -> int:
    return payment.amount_minor
