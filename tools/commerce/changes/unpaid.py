"""What of an order was neither taken nor set aside yet: it is not given back, it is no longer asked for."""

from collections.abc import Iterator

from tools.commerce.schema import Order, Payment, PaymentStatus


def still_due(order: Order) -> int:
    """Minor units of the order's pending payments. Needs its payments."""
    return sum(payment.amount_minor for payment in _pending(order))


def lower_due(order: Order, amount_minor: int) -> None:
    """Ask for `amount_minor` less, of the last payment first; one of which nothing is left is voided."""
    for payment in reversed(list(_pending(order))):
        part = min(amount_minor, payment.amount_minor)
        payment.amount_minor -= part
        amount_minor -= part
        if payment.amount_minor == 0:
            payment.status = PaymentStatus.VOIDED


def raise_due(order: Order, amount_minor: int) -> None:
    """Ask for `amount_minor` more, with the last payment that is still to come."""
    last = list(_pending(order))[-1]
    last.amount_minor += amount_minor


def void_due(order: Order) -> None:
    """Ask for nothing more; the amounts stay, for the record."""
    for payment in list(_pending(order)):
        payment.status = PaymentStatus.VOIDED


def _pending(order: Order) -> Iterator[Payment]:
    return (payment for payment in order.payments if payment.status is PaymentStatus.PENDING)
