"""What comes back, why, and what is given back for it under the shop's own rules."""

from random import Random
from typing import NamedTuple

from tools.commerce.demo.ledger import Ledger
from tools.commerce.demo.purchases import Line, Purchase
from tools.commerce.demo.shop import Shop
from tools.commerce.schema import ReturnKind, ReturnReason, ReturnStatus

USUAL_WINDOW_DAYS = 30
"""When a shop takes back without a limit, most returns still come early."""

LATE_AND_UNWANTED = 0.15


class ReturnPlan(NamedTuple):
    """`line` counts from 0. Days: when it is asked for, sent, back and settled; `outcome` is how it ends."""

    line: int
    quantity: int
    reason: ReturnReason
    kind: ReturnKind
    requested: int
    sent: int
    received: int
    settled: int
    second: int
    outcome: ReturnStatus = ReturnStatus.COMPLETED


def draw_return(shop: Shop, rng: Random, purchase: Purchase, delivered: int, late: bool) -> ReturnPlan | None:
    """A return of one line of a delivered purchase, or None for the many that are kept."""
    n = int(rng.random() * len(purchase.lines))
    line = purchase.lines[n]
    category = line.sellable.category
    unwanted = late and rng.random() < LATE_AND_UNWANTED
    if not unwanted and rng.random() >= category.return_share:
        return None
    reasons = category.return_reasons
    reason = ReturnReason.ARRIVED_LATE if unwanted else rng.choices([*reasons], [*reasons.values()])[0]
    rules = shop.policy.returns
    if line.sellable.product.final_sale and reason not in rules.final_sale_reasons:
        return None
    working = shop.days.working_after
    requested = delivered + 1 + int(rng.random() ** 1.5 * ((rules.window_days or USUAL_WINDOW_DAYS) - 2))
    if requested > shop.days.today:
        return None
    sent = working(requested, 1 + int(rng.random() * 3))
    received = working(sent, 2 + int(rng.random() * 4))
    shares, luck = shop.trade.shares, rng.random()
    outcome = ReturnStatus.COMPLETED
    if luck < shares.return_rejected + shares.return_cancelled:
        outcome = ReturnStatus.REJECTED if luck < shares.return_rejected else ReturnStatus.CANCELLED
    swapped = reason is ReturnReason.WRONG_SIZE and rng.random() < shares.exchange
    return ReturnPlan(
        line=n,
        quantity=1 + int(rng.random() * line.quantity),
        reason=reason,
        kind=ReturnKind.EXCHANGE if swapped else ReturnKind.REFUND,
        requested=requested,
        sent=sent,
        received=received,
        settled=working(received, 1 + int(rng.random() * rules.inspection_days)),
        second=9 * 3600 + int(rng.random() * 40_000),
        outcome=outcome,
    )


def return_record(
    shop: Shop, rng: Random, plan: ReturnPlan, purchase: Purchase, ledger: Ledger
) -> dict[str, object] | None:
    """The return as it stands now, its refund entered in `ledger`; None when it has not been asked for yet."""
    days = shop.days
    status = _status(shop, plan)
    if status is None:
        return None
    rma = f"RMA-{purchase.number[3:]}"
    received_at, settled_at = days.at(plan.received, 11 * 3600), days.at(plan.settled, 15 * 3600)
    is_back = status in {ReturnStatus.RECEIVED, ReturnStatus.COMPLETED, ReturnStatus.REJECTED}
    is_closed = status in {ReturnStatus.COMPLETED, ReturnStatus.REJECTED, ReturnStatus.CANCELLED}
    has_left = is_back or status is ReturnStatus.IN_TRANSIT
    if status is ReturnStatus.COMPLETED and plan.kind is ReturnKind.REFUND:
        amount = refund_amount(shop, plan, purchase)
        reason = plan.reason.replace("_", " ").capitalize()
        ledger.refund(amount, reason, settled_at, rma)
    return {
        "id": rma,
        "kind": plan.kind,
        "status": status,
        "carrier": "UPS" if has_left else None,
        "tracking_number": f"1Z{rng.getrandbits(64):016X}" if has_left else None,
        "requested_at": days.at(plan.requested, plan.second),
        "received_at": received_at if is_back else None,
        "closed_at": settled_at if is_closed else None,
        "lines": ({"line": plan.line + 1, "quantity": plan.quantity, "reason": plan.reason},),
    }


def refund_amount(shop: Shop, plan: ReturnPlan, purchase: Purchase) -> int:
    """Cents: the price paid, less restocking and label fee unless the shop is at fault, then with the shipping."""
    rules, line = shop.policy.returns, purchase.lines[plan.line]
    share = line.total * plan.quantity // line.quantity
    if plan.reason in rules.free_label_reasons:
        whole = len(purchase.lines) == 1 and plan.quantity == line.quantity
        theirs = plan.reason in shop.policy.refunds.original_shipping_reasons
        return share + (purchase.shipping if whole and theirs else 0)
    return max(0, share - _restocking(shop, line, share) - rules.label_fee)


def _restocking(shop: Shop, line: Line, amount: int) -> int:
    percents = shop.policy.returns.restocking_percent_by_category
    return amount * percents.get(line.sellable.category.category, 0) // 100


def _status(shop: Shop, plan: ReturnPlan) -> ReturnStatus | None:
    days = shop.days
    cancelled = plan.outcome is ReturnStatus.CANCELLED
    steps = [
        (days.at(plan.requested, plan.second), ReturnStatus.REQUESTED),
        (days.at(plan.requested, plan.second + 5400), ReturnStatus.APPROVED),
        (days.at(plan.sent, 17 * 3600), ReturnStatus.APPROVED if cancelled else ReturnStatus.IN_TRANSIT),
        (days.at(plan.received, 11 * 3600), ReturnStatus.APPROVED if cancelled else ReturnStatus.RECEIVED),
        (days.at(plan.settled, 15 * 3600), plan.outcome),
    ]
    reached = [status for at, status in steps if at <= days.now]
    return reached[-1] if reached else None
