"""What of an order was paid and what of it went back, so that no refund exceeds its payment."""

from datetime import datetime, timedelta

from tools.commerce.demo.catalog import money
from tools.commerce.demo.purchases import Purchase
from tools.commerce.schema import PaymentMethodKind, PaymentStatus, RefundStatus

CLEARING = timedelta(days=2)
"""From the decision to give money back until the payment provider confirms it."""


class Ledger:
    """One order's payments and refunds, as values of records. Refunds go to the last payment first."""

    def __init__(self, purchase: Purchase, now: datetime) -> None:
        self._purchase = purchase
        self._now = now
        self._left = [payment.amount for payment in purchase.payments]
        self.refunds: list[dict[str, object]] = []

    @property
    def is_paid(self) -> bool:
        return self._purchase.paid_at <= self._now

    def refund(self, amount: int, reason: str, at: datetime, return_id: str | None = None) -> None:
        """Give back `amount` cents, or what is left of it, if the time for it has come."""
        if at > self._now or not self.is_paid:
            return
        for n in reversed(range(len(self._left))):
            part = min(amount, self._left[n])
            if part > 0:
                self._left[n] -= part
                amount -= part
                self._give_back(n, part, reason, at, return_id)

    def payments(self, cancelled: bool) -> tuple[dict[str, object], ...]:
        unpaid = PaymentStatus.VOIDED if cancelled else PaymentStatus.PENDING
        number = self._purchase.number.replace("-", "").lower()
        return tuple(
            {
                "method": payment.kind,
                "payment_method": payment.method_ref,
                "label": payment.label,
                "amount": money(payment.amount),
                "status": PaymentStatus.CAPTURED if self.is_paid else unpaid,
                "occurred_at": self._purchase.paid_at if self.is_paid else self._purchase.placed_at,
                "gateway_ref": f"pay_{number}_{n}",
            }
            for n, payment in enumerate(self._purchase.payments, start=1)
        )

    def _give_back(self, n: int, amount: int, reason: str, at: datetime, return_id: str | None) -> None:
        payment = self._purchase.payments[n]
        instant = payment.kind in {PaymentMethodKind.GIFT_CARD, PaymentMethodKind.STORE_CREDIT}
        completed_at = at if instant else at + CLEARING
        issued = completed_at <= self._now
        self.refunds.append(
            {
                "id": f"RF-{self._purchase.number[3:]}-{len(self.refunds) + 1}",
                "amount": money(amount),
                "payment": n + 1,
                "return_id": return_id,
                "label": payment.label,
                "status": RefundStatus.ISSUED if issued else RefundStatus.PENDING,
                "reason": reason,
                "created_at": at,
                "completed_at": completed_at if issued else None,
            }
        )
