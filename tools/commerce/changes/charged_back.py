"""What banks hold or keep of an order's payments by chargebacks: given once more, it would be given twice.

From the day on which the bank takes it until it rules, all that it took; then what it keeps. What it has let go of,
because it ruled for the shop or the claim was withdrawn, is the shop's again.
"""

from collections import Counter

from sqlalchemy import BigInteger, ScalarSelect, cast, func, outerjoin, select

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import BankRuling, Dispute, DisputeState, Order, Payment

_CHARGEBACKS = outerjoin(Dispute, BankRuling, BankRuling.dispute_id == Dispute.id)
_STANDS = (Dispute.network.is_not(None), Dispute.state != DisputeState.WITHDRAWN)
_TAKEN = cast(
    func.coalesce(func.sum(func.coalesce(BankRuling.taken_minor, Dispute.amount_minor)), 0), BigInteger
)


def with_the_bank(session: ReadSession | WriteSession, order: Order) -> Counter[int]:
    """Payment ids to minor units."""
    found = session.execute(
        select(Dispute.payment_id, _TAKEN)
        .select_from(_CHARGEBACKS)
        .where(Dispute.order_id == order.id, *_STANDS)
        .group_by(Dispute.payment_id)
    )
    return Counter({payment_id: minor for payment_id, minor in found if payment_id is not None})


def taken_of_payment() -> ScalarSelect[int]:
    """The same, of the payment whose row a statement is at."""
    of_payment = select(_TAKEN).select_from(_CHARGEBACKS).where(Dispute.payment_id == Payment.id, *_STANDS)
    return of_payment.correlate(Payment).scalar_subquery()
