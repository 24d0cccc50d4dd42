"""Which payment method on file money is taken from."""

from collections.abc import Sequence

from sqlalchemy import select

from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed
from tools.commerce.changes.giving_back import BALANCES, HELD, label_of, spoken
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Movement, Planning
from tools.commerce.money import format_money
from tools.commerce.schema import LedgerKind, Order, PaymentMethod, PaymentMethodKind

CHARGEABLE = frozenset(
    {PaymentMethodKind.CARD, PaymentMethodKind.DEBIT_CARD, PaymentMethodKind.PAYPAL, *BALANCES}
)
"""Kinds that can be charged without the shopper being sent anywhere."""

SIGN_IN_TO_CHOOSE = Refusal(
    code="sign_in_needed",
    message="To pay by another method on file I need you to be signed in.",
    rule="permissions.account",
    instead="I can use what the order was paid with, or send a one-time code to the e-mail of the account.",
)


def take(
    planning: Planning, order: Order, amount_minor: int, payment_method: str | None
) -> tuple[Movement, ...] | Needed | Refusal:
    """A charge by the named method, else by the one that paid the order; the whole amount by one method.

    Somebody who has proved one order only may have that order's own method charged, and no other on file.
    """
    methods = on_file(planning, order)
    own = {payment.payment_method_id for payment in order.payments if payment.status in HELD}
    is_signed_in = planning.principal.customer_id == order.customer_id
    if not is_signed_in:
        methods = [method for method in methods if method.id in own]
    able = [method for method in methods if can_pay(method, amount_minor, order.currency)]
    if payment_method is not None:
        named = named_method(methods, payment_method)
        if named is None:
            return _no_such_method(payment_method) if is_signed_in else SIGN_IN_TO_CHOOSE
        if named not in able:
            return too_little(named, amount_minor, order.currency)
        return (_charge(named, amount_minor),)
    usual = [method for method in able if method.id in own]
    if usual:
        return (_charge(usual[0], amount_minor),)
    if not able:
        return Refusal(
            code="no_payment_method",
            message=f"There is nothing on file that {format_money(amount_minor, order.currency)} can be paid with.",
            rule="payments.methods",
            instead=PERSON,
        )
    return ask_method(able, f"How would you like to pay {format_money(amount_minor, order.currency)}?")


def ask_method(methods: Sequence[PaymentMethod], question: str) -> Needed:
    choices = tuple(Choice(value=method.ref, label=label_of(method)) for method in methods)
    return Needed(what=Need.PAYMENT_METHOD, message=question, choices=choices)


def on_file(planning: Planning, order: Order) -> list[PaymentMethod]:
    """What the order's customer has on file that can be charged today."""
    if order.customer_id is None:
        return []
    kinds = CHARGEABLE & set(planning.policy.payments.methods)
    query = select(PaymentMethod).where(
        PaymentMethod.customer_id == order.customer_id, PaymentMethod.kind.in_(kinds)
    )
    found = planning.session.scalars(query.order_by(PaymentMethod.id))
    return [one for one in found if one.expires_on is None or one.expires_on >= planning.when.today]


def named_method(methods: Sequence[PaymentMethod], wanted: str) -> PaymentMethod | None:
    """By its id, its label, its last digits or its kind, where that means one of them only."""
    key = wanted.strip().casefold()
    for meant in (
        [method for method in methods if method.ref.casefold() == key],
        [method for method in methods if label_of(method).casefold() == key],
        [method for method in methods if method.last4 and key.endswith(method.last4)],
        [method for method in methods if (method.brand or "").casefold() == key],
        [method for method in methods if spoken(method.kind).casefold() == key],
    ):
        if len(meant) == 1:
            return meant[0]
    return None


def can_pay(method: PaymentMethod, amount_minor: int, currency: str) -> bool:
    if method.balance_minor is None:
        return True
    return method.currency == currency and method.balance_minor >= amount_minor


def too_little(method: PaymentMethod, amount_minor: int, currency: str) -> Refusal:
    holds = format_money(method.balance_minor or 0, method.currency or currency)
    return Refusal(
        code="balance_too_low",
        message=f"Your {label_of(method)} holds {holds}, and {format_money(amount_minor, currency)} has to be paid.",
        rule="payments.methods",
        instead="Another payment method on file can pay the whole amount.",
    )


def _charge(method: PaymentMethod, amount_minor: int) -> Movement:
    return Movement(
        kind=LedgerKind.CHARGE, amount_minor=amount_minor, to=label_of(method), payment_method_id=method.id
    )


def _no_such_method(wanted: str) -> Refusal:
    return Refusal(
        code="payment_method_unknown",
        message=f"There is no payment method {wanted} on file.",
        rule="payments.methods",
        instead="You can add one in your account, or name another.",
    )
