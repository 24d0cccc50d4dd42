"""Ada's shop with Stripe behind it, and processes that settle what she confirmed."""

from datetime import timedelta

from tests.stripe_server import StripeServer
from tests.tools.builders import settlement
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.changes.requests import (
    CancellationRequest,
    ChangeRequest,
    LineWish,
    PaymentChangeRequest,
)
from tools.commerce.changes.settlement import Settlement
from tools.commerce.database import Database
from tools.commerce.payments.stripe_gateway import StripeGateway
from tools.commerce.schema import (
    AuditRow,
    CancellationReason,
    LedgerEntry,
    Payment,
    PaymentMethod,
    PaymentStatus,
    ProposalStatus,
)


def shop_at(stripe: StripeServer, database: Database) -> PaidShop:
    """Ada's order A-1 of $75.00, and her cards as Stripe knows them."""
    shop = PaidShop(database)
    order(shop, stripe)
    with database.writing() as session:
        for method, ref in ((shop.card, "pm_visa"), (shop.other_card, "pm_mastercard")):
            session.get_one(PaymentMethod, method).gateway_ref = ref
    return shop


def order(
    shop: PaidShop,
    stripe: StripeServer,
    number: str = "A-1",
    status: PaymentStatus = PaymentStatus.CAPTURED,
    paid_by: int | None = None,
) -> None:
    paid_with = [(paid_by, 7500)] if paid_by else None
    placed_at = shop.now - timedelta(minutes=10)
    order_id = shop.paid(number, payment_status=status, paid_by=paid_with, placed_at=placed_at)
    known = "succeeded" if status is PaymentStatus.CAPTURED else "requires_capture"
    stripe.paid(f"pi_{order_id}_1", 7500, status=known)


def cancel(number: str = "A-1", *items: LineWish) -> ChangeRequest:
    return CancellationRequest(
        order_number=number, items=items or None, reason=CancellationReason.CHANGED_MIND
    )


def pay_by_mastercard(number: str = "A-1") -> ChangeRequest:
    return PaymentChangeRequest(order_number=number, payment_method="Mastercard")


def confirmed(shop: PaidShop, request: ChangeRequest) -> str:
    """The id of a proposal that was carried out, but for its money."""
    proposal = shop.decide(shop.proposed(request).id)
    assert proposal.status is ProposalStatus.ACCEPTED
    return proposal.id


def settling(shop: PaidShop, stripe: StripeServer, database: Database | None = None) -> Settlement:
    """A process that settles; several may share the database."""
    gateway = StripeGateway("sk_test_nobody", stripe.url)
    return settlement(database or shop.database, lambda: shop.now, gateway)


def ledger(shop: PaidShop) -> list[tuple[str, int, str]]:
    return [(one.kind.value, one.amount_minor, one.status.value) for one in shop.all(LedgerEntry)]


def trail(shop: PaidShop) -> list[str]:
    return [row.event.value for row in shop.all(AuditRow)]


def given_back(shop: PaidShop) -> list[int]:
    return [payment.refunded_minor for payment in shop.all(Payment)]
