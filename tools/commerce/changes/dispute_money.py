"""What money goes back when a dispute is settled, to the cent: never more than is left of what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tools.cards import Refusal
from tools.change_cards import AmountPart
from tools.commerce.changes.dispute_terms import Case
from tools.commerce.changes.given_before import SHIPPING, shipping_left
from tools.commerce.changes.giving_back import (
    as_store_credit,
    give_back,
    label_of,
    spoken,
    to_its_source,
    unpromised,
)
from tools.commerce.changes.lines import Chosen, paid_for
from tools.commerce.changes.plan import Movement
from tools.commerce.changes.refund_claims import double_charge
from tools.commerce.changes.refused_refunds import NOT_REFUSED, find_refused
from tools.commerce.changes.replacements import Replacement
from tools.commerce.schema import (
    DisputeKind,
    LedgerKind,
    Order,
    PaymentMethod,
    PaymentMethodKind,
)
from tools.facts import Money


@dataclass(frozen=True)
class Back:
    """The movements, and the parts that they add up to."""

    movements: tuple[Movement, ...] = ()
    parts: tuple[AmountPart, ...] = ()

    @property
    def minor(self) -> int:
        return sum(one.amount_minor for one in self.movements)


def paid_back(case: Case, order: Order, chosen: Sequence[Chosen], *, later: bool = False) -> Back | Refusal:
    """What was paid for the items, and of the delivery fee where that is wanted; `later`, once they are back."""
    items = sum(paid_for(order, one.line, one.quantity) for one in chosen)
    shipping = shipping_left(case.session, order) if case.request.with_shipping else 0
    there = unpromised(case.session, order)
    back = min(items + shipping, there)
    if not back:
        return Refusal(
            code="nothing_to_give_back",
            message=f"There is nothing left to give back for that: of what was paid for order {order.number}, "
            f"{Money.of(there, order.currency).text} is left.",
        )
    named = (("Items", items), (SHIPPING, shipping), ("Refunded before", back - items - shipping))
    return _given(case, order, back, named, later=later)


def part_back(case: Case, order: Order) -> Back | Refusal:
    """The amount that the agent gives; more than is left is refused."""
    amount = case.request.amount_minor
    if amount is None:
        return Refusal(code="amount_needed", message="Say how much is to go back.")
    return _given(case, order, amount, (("Partial refund", amount),))


def cheaper_by(case: Case, order: Order, swaps: Sequence[Replacement]) -> Back | Refusal:
    """What cheaper versions cost less than what was paid goes back; of dearer ones, nobody is charged."""
    less = min(sum(-one.difference for one in swaps if one.difference < 0), unpromised(case.session, order))
    if not less:
        return Back()
    return _given(case, order, less, (("Price difference", less),), later=case.request.goods_come_back)


def second_payment_back(case: Case, order: Order) -> Back | Refusal:
    """The payment that was taken twice, as the records show it."""
    claim = double_charge(case.planning, order)
    if isinstance(claim, Refusal):
        return claim
    taken = [claim.payment] if claim.payment else []
    amount = Money.of(claim.amount_minor, order.currency)
    return Back(
        tuple(to_its_source(payment, claim.amount_minor) for payment in taken),
        (AmountPart(label="Payment taken twice", amount=amount),),
    )


def goodwill(case: Case) -> Back | Refusal:
    """Store credit on top of what was paid: the customer's own, opened where there is none."""
    amount, customer_id = case.request.amount_minor, case.customer_id
    if amount is None:
        return Refusal(code="amount_needed", message="Say how much store credit is to be given.")
    if customer_id is None:
        return Refusal(code="account_needed", message="Store credit needs a customer with an account.")
    held = case.session.scalars(
        select(PaymentMethod)
        .where(
            PaymentMethod.customer_id == customer_id,
            PaymentMethod.kind == PaymentMethodKind.STORE_CREDIT,
            PaymentMethod.currency == case.currency,
        )
        .order_by(PaymentMethod.id)
        .limit(1)
    ).one_or_none()
    movement = Movement(
        kind=LedgerKind.CREDIT,
        amount_minor=amount,
        to=label_of(held) if held else spoken(PaymentMethodKind.STORE_CREDIT),
        payment_method_id=held.id if held else None,
        to_new_store_credit=held is None,
    )
    return Back((movement,), (AmountPart(label="Goodwill", amount=Money.of(amount, case.currency)),))


def instead_of_refused(case: Case, entry_id: int) -> Back | Refusal:
    """As store credit what the gateway would not send back."""
    if case.order is None:
        return NOT_REFUSED
    entry = find_refused(case.session, entry_id, case.order.id)
    if isinstance(entry, Refusal):
        return entry
    if entry.payment_id is None:
        return NOT_REFUSED
    movements = as_store_credit(case.planning, case.order, entry.amount_minor, entry.payment_id)
    if isinstance(movements, Refusal):
        return movements
    named = (("Refund that was refused", entry.amount_minor),)
    return _with_parts(movements, named, case.order.currency)


def _given(
    case: Case, order: Order, amount: int, named: Sequence[tuple[str, int]], *, later: bool = False
) -> Back | Refusal:
    movements = give_back(case.planning, order, amount, case.request.refund_to, after_inspection=later)
    if isinstance(movements, Refusal):
        return movements
    return _with_parts(movements, named, order.currency)


def _with_parts(movements: tuple[Movement, ...], named: Sequence[tuple[str, int]], currency: str) -> Back:
    bonus = sum(one.amount_minor for one in movements if one.kind is LedgerKind.CREDIT)
    parts = (*named, ("Store credit bonus", bonus))
    return Back(
        movements,
        tuple(AmountPart(label=label, amount=Money.of(sum_, currency)) for label, sum_ in parts if sum_),
    )


def refund_of(case: Case, order: Order, chosen: Sequence[Chosen]) -> Back | Refusal:
    """What a refund in full gives: a payment taken twice, or what was paid for the items."""
    if case.dispute.kind is DisputeKind.DOUBLE_CHARGE:
        return second_payment_back(case, order)
    return paid_back(case, order, chosen)
