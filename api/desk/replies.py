"""Canned replies at the desk: filled from the facts of the case that they are picked in."""

from collections.abc import Mapping
from datetime import date

from knowledge.replies import ReplyField
from tools.commerce.handoffs.case import Case, CaseOrder


def values_of(case: Case, agent: str) -> Mapping[ReplyField, str]:
    """What is known of the case, as texts; what is not known is absent."""
    values = {ReplyField.AGENT: agent, ReplyField.NAME: case.shopper.name, **_of_order(_order_of(case))}
    return {field: value for field, value in values.items() if value}


def _order_of(case: Case) -> CaseOrder | None:
    """The order that the newest change of this conversation is about, else the only one there is."""
    number = next((one.order_number for one in case.proposals if one.order_number), None)
    if number is None and case.total_orders == 1:
        return next(iter(case.orders), None)
    return next((one for one in case.orders if one.order.number == number), None)


def _of_order(found: CaseOrder | None) -> dict[ReplyField, str | None]:
    if found is None:
        return {}
    parcel = found.parcels[0] if len(found.parcels) == 1 else None
    refunds = found.returns.refunds if found.returns else ()
    last = max(refunds, key=lambda refund: refund.created_on or date.min, default=None)
    expected = parcel.expected_on if parcel else None
    return {
        ReplyField.ORDER: found.order.number,
        ReplyField.ITEMS: ", ".join(found.order.items),
        ReplyField.TOTAL: found.order.total.text,
        ReplyField.CARRIER: parcel.carrier if parcel else None,
        ReplyField.TRACKING: parcel.tracking_number if parcel else None,
        ReplyField.EXPECTED: f"{expected:%B} {expected.day}" if expected else None,
        ReplyField.REFUND: last.amount.text if last else None,
    }
