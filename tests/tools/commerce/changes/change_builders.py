"""Requests as tests write them, a gateway that does as it is told, and what shoppers read afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.tools.builders import parcel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.cards import OrderCard, ReturnsCard
from tools.change_cards import ProposalCard
from tools.commerce.changes.requests import (
    CancellationRequest,
    ExchangeRequest,
    ItemChangeRequest,
    LineWish,
    PaymentChangeRequest,
    RefundRequest,
    SwapWish,
)
from tools.commerce.orders import order_details
from tools.commerce.payments.gateway import GatewayRefused, GatewayUnreachable, Instruction
from tools.commerce.policy import RefundMethod
from tools.commerce.returns import return_and_refund_status
from tools.commerce.schema import (
    CancellationReason,
    LedgerEntry,
    OrderLine,
    Payment,
    RefundCause,
    ReturnReason,
    ShipmentLine,
    ShipmentStatus,
)
from tools.principal import Principal


def cancel(
    *lines: tuple[int, int | None], reason: CancellationReason | None = CancellationReason.CHANGED_MIND
) -> CancellationRequest:
    """`lines` are line numbers with how many of each; the whole order where there are none."""
    items = tuple(LineWish(line=one, quantity=quantity) for one, quantity in lines) or None
    return CancellationRequest(order_number="A-1", items=items, reason=reason)


def change(*items: SwapWish, by: str | None = None) -> ItemChangeRequest:
    return ItemChangeRequest(order_number="A-1", items=items, payment_method=by)


def exchange(*items: SwapWish, reason: ReturnReason | None = None, by: str | None = None) -> ExchangeRequest:
    return ExchangeRequest(order_number="A-1", items=items, reason=reason, payment_method=by)


def pay_by(method: str | None) -> PaymentChangeRequest:
    return PaymentChangeRequest(order_number="A-1", payment_method=method)


def claim(cause: RefundCause | None, to: RefundMethod | None = None) -> RefundRequest:
    return RefundRequest(order_number="A-1", cause=cause, refund_to=to)


def to_sku(line: int, sku: str, quantity: int | None = None) -> SwapWish:
    return SwapWish(line=line, sku=sku, quantity=quantity)


def box(shop: PaidShop, order_id: int, status: ShipmentStatus, *held: tuple[int, int], **values: Any) -> int:
    """A parcel of the order that holds (line number, how many)."""
    lines = {one.line_no: one.id for one in shop.all(OrderLine) if one.order_id == order_id}
    made = parcel(status, **values)
    made.order_id = order_id
    made.lines = [ShipmentLine(order_line_id=lines[number], quantity=quantity) for number, quantity in held]
    with shop.database.writing() as session:
        session.add(made)
        session.flush()
        return made.id


@dataclass
class ScriptedGateway:
    """Moves what it is sent, once for each key, unless told to refuse or to be out of reach."""

    refuses: bool = False
    is_down: bool = False
    moved: dict[str, Instruction] = field(default_factory=dict)

    def send(self, instruction: Instruction) -> str:
        if self.is_down:
            raise GatewayUnreachable("timeout")
        if instruction.key not in self.moved:
            if self.refuses:
                raise GatewayRefused("card_declined")
            self.moved[instruction.key] = instruction
        return f"moved-{instruction.key}"


def sums(card: ProposalCard) -> dict[str, int]:
    """The card's parts in minor units, by label; they add up to the money."""
    parts = {part.label: part.amount.amount for part in card.parts}
    assert sum(parts.values()) == (card.money.amount if card.money else 0)
    return parts


def entries(shop: PaidShop) -> list[tuple[str, int, str]]:
    """The ledger: kind, minor units, status."""
    return [(one.kind.value, one.amount_minor, one.status.value) for one in shop.all(LedgerEntry)]


def payments(shop: PaidShop) -> list[tuple[int, int, str]]:
    """Of each payment: what was paid, how much of it was given back, its status."""
    return [(one.amount_minor, one.refunded_minor, one.status.value) for one in shop.all(Payment)]


def order_seen(shop: PaidShop, number: str = "A-1") -> OrderCard:
    """What Ada reads of her order."""
    with shop.database.reading() as session:
        card = order_details(session, Principal(customer_id=shop.ada), number, shop.book.when)
    assert isinstance(card, OrderCard)
    return card


def refunds_seen(shop: PaidShop, number: str = "A-1") -> Sequence[tuple[int, str, str]]:
    """What Ada reads of her refunds: minor units, where they go, how far they are."""
    return [(one.amount.amount, one.to, one.status.value) for one in returns_seen(shop, number).refunds]


def returns_seen(shop: PaidShop, number: str = "A-1") -> ReturnsCard:
    with shop.database.reading() as session:
        principal = Principal(customer_id=shop.ada)
        card = return_and_refund_status(session, principal, number, shop.book.when, shop.policy.refunds)
    assert isinstance(card, ReturnsCard)
    return card
