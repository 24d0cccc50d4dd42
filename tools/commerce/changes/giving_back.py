"""Which payments money goes back to, to the cent."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed
from tools.commerce.changes.charged_back import with_the_bank
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Movement, Plan, Planning, Session
from tools.commerce.money import format_money
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    LedgerKind,
    Order,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    Proposal,
    ReturnStatus,
)

HELD = frozenset({PaymentStatus.CAPTURED, PaymentStatus.AUTHORIZED})
"""Payments of which something can be given back, or let go."""

BALANCES = (PaymentMethodKind.GIFT_CARD, PaymentMethodKind.STORE_CREDIT)
"""Kinds whose money the shop itself holds; they are given back to last, in this order."""

CLOSED_RETURNS = frozenset({ReturnStatus.COMPLETED, ReturnStatus.REJECTED, ReturnStatus.CANCELLED})

_DESTINATIONS = {
    RefundMethod.STORE_CREDIT: PaymentMethodKind.STORE_CREDIT,
    RefundMethod.GIFT_CARD: PaymentMethodKind.GIFT_CARD,
}


def left(order: Order) -> int:
    """Minor units of the order's payments that were not given back yet. Needs its payments."""
    return sum(_held(payment) for payment in order.payments)


def unpromised(session: Session, order: Order) -> int:
    """Minor units that are left, less what returns that are under way will give back."""
    return sum(available(session, order).values())


def available(session: Session, order: Order) -> dict[int, int]:
    """Payment ids to what is left of them, less what returns that are under way will give back, and what a bank has
    taken."""
    bound = _promised(session, order) + with_the_bank(session, order)
    return {payment.id: max(0, _held(payment) - bound[payment.id]) for payment in order.payments}


def label_of(source: Payment | PaymentMethod) -> str:
    """`Visa ending in 4242`, `store credit`."""
    if isinstance(source, Payment):
        return source.label or spoken(source.kind)
    name = source.brand or spoken(source.kind)
    return f"{name} ending in {source.last4}" if source.last4 else name


def which_method(
    planning: Planning, order: Order, amount_minor: int, wanted: RefundMethod | None
) -> RefundMethod | Needed | Refusal:
    """Where the refund goes: as wanted, or the only way there is, or a question."""
    possible = [method for method in planning.policy.refunds.methods if _is_possible(planning, order, method)]
    if wanted is not None:
        return wanted if wanted in possible else _not_offered(wanted)
    if len(possible) == 1:
        return possible[0]
    if not possible:
        return _not_offered(RefundMethod.ORIGINAL)
    choices = tuple(
        Choice(value=method, label=_choice_label(planning, order, amount_minor, method))
        for method in possible
    )
    return Needed(what=Need.REFUND_TO, message="Where should the refund go?", choices=choices)


def give_back(
    planning: Planning, order: Order, amount_minor: int, to: RefundMethod, *, after_inspection: bool = False
) -> tuple[Movement, ...] | Refusal:
    """The movements that give `amount_minor` back.

    Cards and the like come first, then gift cards, then store credit, each with at most what it still holds.
    What was paid by gift card or store credit goes back there; the rest goes where `to` says, with the shop's
    bonus on store credit. An authorization is let go, whatever `to`
    says: nothing had been taken.
    """
    there = available(planning.session, order)
    if amount_minor > sum(there.values()):
        return _more_than_paid(order, sum(there.values()))
    destination = _destination(planning.session, order, to)
    movements: list[Movement] = []
    converted = 0
    for payment in sorted(order.payments, key=_rank):
        part = min(amount_minor, there[payment.id])
        if not part:
            continue
        amount_minor -= part
        if _can_be_converted(payment) and to is not RefundMethod.ORIGINAL:
            converted += part
            movements.append(_converted(LedgerKind.REFUND, part, to, destination, payment.id))
        else:
            movements.append(to_its_source(payment, part))
    movements += _bonus(planning, converted, to, destination)
    return tuple(one.model_copy(update={"after_inspection": after_inspection}) for one in movements)


def as_store_credit(
    planning: Planning, order: Order, amount_minor: int, payment_id: int
) -> tuple[Movement, ...] | Refusal:
    """`amount_minor` of one payment as store credit, with the shop's bonus on it."""
    to = RefundMethod.STORE_CREDIT
    if order.customer_id is None:
        return _not_offered(to)
    destination = _destination(planning.session, order, to)
    movement = _converted(LedgerKind.REFUND, amount_minor, to, destination, payment_id)
    return (movement, *_bonus(planning, amount_minor, to, destination))


def _bonus(
    planning: Planning, converted: int, to: RefundMethod, destination: PaymentMethod | None
) -> Iterator[Movement]:
    """Half a minor unit counts as a whole one."""
    percent = planning.policy.refunds.store_credit_bonus_percent if to is RefundMethod.STORE_CREDIT else 0
    if bonus := (converted * percent * 2 + 100) // 200:
        yield _converted(LedgerKind.CREDIT, bonus, to, destination)


def _held(payment: Payment) -> int:
    return payment.amount_minor - payment.refunded_minor if payment.status in HELD else 0


def _rank(payment: Payment) -> tuple[int, int]:
    balance = BALANCES.index(payment.kind) + 1 if payment.kind in BALANCES else 0
    return balance, payment.sequence


def _promised(session: Session, order: Order) -> Counter[int]:
    """Payment ids to what returns that are under way will give back of them once their parcels were checked."""
    due: Counter[int] = Counter()
    waiting = [
        one.proposal_id for one in order.returns if one.proposal_id and one.status not in CLOSED_RETURNS
    ]
    if not waiting:
        return due
    for stored in session.scalars(select(Proposal.plan).where(Proposal.id.in_(waiting))):
        for movement in Plan.model_validate(stored).movements:
            if movement.after_inspection and movement.payment_id is not None:
                due[movement.payment_id] += movement.amount_minor
    return due


def _can_be_converted(payment: Payment) -> bool:
    return payment.status is PaymentStatus.CAPTURED and payment.kind not in BALANCES


def to_its_source(payment: Payment, part: int) -> Movement:
    """Gives `part` back to how it was paid; of an authorization, lets it go."""
    is_hold = payment.status is PaymentStatus.AUTHORIZED
    return Movement(
        kind=LedgerKind.RELEASE if is_hold else LedgerKind.REFUND,
        amount_minor=part,
        to=label_of(payment),
        payment_id=payment.id,
        payment_method_id=payment.payment_method_id,
    )


def _converted(
    kind: LedgerKind,
    part: int,
    to: RefundMethod,
    destination: PaymentMethod | None,
    payment_id: int | None = None,
) -> Movement:
    return Movement(
        kind=kind,
        amount_minor=part,
        to=_label_to(to, destination),
        payment_id=payment_id,
        payment_method_id=destination.id if destination else None,
        to_new_store_credit=destination is None,
    )


def _destination(session: Session, order: Order, to: RefundMethod) -> PaymentMethod | None:
    """The customer's own store credit or gift card in the order's currency, where there is one."""
    if to not in _DESTINATIONS or order.customer_id is None:
        return None
    return session.scalars(
        select(PaymentMethod)
        .where(
            PaymentMethod.customer_id == order.customer_id,
            PaymentMethod.kind == _DESTINATIONS[to],
            PaymentMethod.currency == order.currency,
        )
        .order_by(PaymentMethod.id)
        .limit(1)
    ).one_or_none()


def _label_to(to: RefundMethod, destination: PaymentMethod | None) -> str:
    return label_of(destination) if destination else spoken(_DESTINATIONS[to])


def _is_possible(planning: Planning, order: Order, method: RefundMethod) -> bool:
    if method is RefundMethod.ORIGINAL:
        return True
    convertible = any(_held(payment) and _can_be_converted(payment) for payment in order.payments)
    if order.customer_id is None or not convertible:
        return False
    return method is RefundMethod.STORE_CREDIT or _destination(planning.session, order, method) is not None


def _choice_label(planning: Planning, order: Order, amount_minor: int, method: RefundMethod) -> str:
    if method is RefundMethod.ORIGINAL:
        held = [label_of(payment) for payment in sorted(order.payments, key=_rank) if _held(payment)]
        return " and ".join(dict.fromkeys(held)) or "How it was paid"
    destination = _destination(planning.session, order, method)
    percent = planning.policy.refunds.store_credit_bonus_percent
    label = _label_to(method, destination)
    named = label[0].upper() + label[1:]
    if method is RefundMethod.STORE_CREDIT and percent and amount_minor:
        return f"{named}, {percent}% more"
    return named


def _not_offered(wanted: RefundMethod) -> Refusal:
    return Refusal(
        code="refund_method_not_offered",
        message=f"This refund can't go to {spoken(wanted)}.",
        rule="refunds.methods",
        instead="It can go back to how the order was paid.",
    )


def _more_than_paid(order: Order, there: int) -> Refusal:
    amount = format_money(there, order.currency)
    return Refusal(
        code="more_than_paid",
        message=f"Of what was paid for order {order.number}, {amount} is left: the rest has been given back, "
        "or is about to be.",
        instead=PERSON,
    )


def spoken(kind: PaymentMethodKind | RefundMethod) -> str:
    return "PayPal" if kind is PaymentMethodKind.PAYPAL else kind.value.replace("_", " ")
