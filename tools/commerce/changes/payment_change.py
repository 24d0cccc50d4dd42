"""Another way of paying for an order that has not left."""

from collections.abc import Sequence

from sqlalchemy import select

from tools.cards import Refusal
from tools.change_cards import Needed
from tools.commerce.changes.before_shipping import LOADED, times_done, too_late
from tools.commerce.changes.charging import ask_method, can_pay, named_method, on_file, too_little
from tools.commerce.changes.effects import PaymentEffect
from tools.commerce.changes.giving_back import give_back, label_of, left
from tools.commerce.changes.permission import PERSON, allowed
from tools.commerce.changes.plan import Applied, Applying, Change, Movement, Outcome, Plan, Planning
from tools.commerce.changes.requests import PaymentChangeRequest
from tools.commerce.changes.sentences import given_to, money_rules, money_steps
from tools.commerce.changes.unpaid import still_due
from tools.commerce.orders import find_order
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import LedgerKind, Order, PaymentMethod, PaymentStatus, ProposalKind
from tools.facts import Money


def plan(planning: Planning, request: PaymentChangeRequest) -> Outcome:
    order = find_order(planning.session, planning.principal, request.order_number, *LOADED)
    if isinstance(order, Refusal):
        return order
    refused = allowed(planning, ProposalKind.PAYMENT_CHANGE, order) or _closed(planning, order)
    if refused is not None:
        return refused
    method = _method(planning, order, request.payment_method)
    if not isinstance(method, PaymentMethod):
        return method
    return _proposed(planning, order, method)


def apply(applying: Applying, effect: PaymentEffect) -> Applied:
    """What was paid moves by the ledger; what is still to be paid is asked for elsewhere from now on."""
    session = applying.session
    method = session.get_one(PaymentMethod, effect.payment_method_id)
    query = select(Order).where(Order.id == applying.plan.order_id).options(*LOADED)
    order = session.scalars(query, execution_options={"populate_existing": True}).one()
    for payment in order.payments:
        if payment.status is PaymentStatus.PENDING:
            payment.payment_method_id = method.id
            payment.kind = method.kind
            payment.label = label_of(method)
    return Applied(done=(f"Order {order.number} is paid by {label_of(method)}.",))


CHANGE: Change[PaymentChangeRequest, PaymentEffect] = Change(plan=plan, apply=apply)


def _closed(planning: Planning, order: Order) -> Refusal | None:
    rules = planning.policy.changes
    refused = too_late(
        order, rules.payment_statuses, "changes.payment_statuses", "paid in another way", PERSON
    )
    if refused is not None:
        return refused
    if times_done(planning.session, order, ProposalKind.PAYMENT_CHANGE) >= rules.payment_times:
        return Refusal(
            code="changed_before",
            message=f"How order {order.number} is paid was already changed as often as it can be here.",
            rule="changes.payment_times",
            instead=PERSON,
        )
    if left(order) and still_due(order):
        return Refusal(
            code="partly_paid",
            message=f"Order {order.number} is paid in part, and the rest is still to come.",
            rule="changes.payment_statuses",
            instead=PERSON,
        )
    if left(order) > order.total_minor:
        return Refusal(
            code="paid_twice",
            message=f"More was paid for order {order.number} than it costs.",
            rule="changes.payment_statuses",
            instead="What was paid twice can be refunded first.",
        )
    if not left(order) and not still_due(order):
        return Refusal(
            code="nothing_to_pay",
            message=f"There is nothing to pay for order {order.number}.",
            rule="changes.payment_statuses",
        )
    return None


def _method(planning: Planning, order: Order, wanted: str | None) -> PaymentMethod | Needed | Refusal:
    amount = left(order) or still_due(order)
    methods = on_file(planning, order)
    others = [one for one in methods if not _pays_it_now(order, one)]
    able = [one for one in others if can_pay(one, amount, order.currency)]
    if wanted is not None:
        named = named_method(methods, wanted)
        if named is None:
            return _unknown(wanted, able)
        if named not in others:
            return Refusal(
                code="same_method", message=f"Order {order.number} is paid by {label_of(named)} already."
            )
        return named if named in able else too_little(named, amount, order.currency)
    if not able:
        return Refusal(
            code="no_payment_method",
            message="There is no other payment method in your account that can pay the whole order.",
            rule="payments.methods",
            instead="You can add one in your account, or cancel the order and place it again.",
        )
    return ask_method(able, "Which payment method should it be?")


def _pays_it_now(order: Order, method: PaymentMethod) -> bool:
    current = {
        payment.payment_method_id
        for payment in order.payments
        if payment.status in {PaymentStatus.PENDING, PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED}
        and payment.amount_minor > payment.refunded_minor
    }
    return current == {method.id}


def _unknown(wanted: str, able: Sequence[PaymentMethod]) -> Refusal:
    known = ", ".join(label_of(one) for one in able)
    return Refusal(
        code="payment_method_unknown",
        message=f"There is no payment method {wanted} in your account.",
        rule="payments.methods",
        instead=f"There is {known}." if known else "You can add one in your account.",
    )


def _proposed(planning: Planning, order: Order, method: PaymentMethod) -> Outcome:
    paid, label = left(order), label_of(method)
    movements: tuple[Movement, ...] = ()
    if paid:
        back = give_back(planning, order, paid, RefundMethod.ORIGINAL)
        if isinstance(back, Refusal):
            return back
        charge = Movement(kind=LedgerKind.CHARGE, amount_minor=paid, to=label, payment_method_id=method.id)
        movements = (charge, *back)
    amount = Money.of(paid or still_due(order), order.currency).text
    after = f", and give back {given_to(movements, order.currency)}" if movements else ""
    return Plan(
        kind=ProposalKind.PAYMENT_CHANGE,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        currency=order.currency,
        summary=f"Pay {amount} for order {order.number} by {label}{after}.",
        movements=movements,
        rules=("changes.payment_statuses", "changes.payment_times", *money_rules(movements)),
        next_steps=money_steps(movements, planning.policy),
        effect=PaymentEffect(payment_method_id=method.id),
    )
