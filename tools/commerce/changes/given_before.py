"""What was given back for an order before."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from tools.commerce.changes.effects import RefundEffect
from tools.commerce.changes.lines import standing
from tools.commerce.changes.plan import Plan, Session
from tools.commerce.schema import Order, Proposal, ProposalKind, ProposalStatus
from tools.facts import Money

SHIPPING: Final = "Shipping"
"""What the part of a refund is called that gives the delivery fee back."""


def shipping_left(session: Session, order: Order) -> int:
    """Minor units of the delivery fee that were not given back yet. Needs the order's returns and refunds."""
    back = sum(
        part.amount.amount for plan in _given(session, order) for part in plan.parts if part.label == SHIPPING
    )
    return max(0, order.shipping_minor - back)


def settled_parcels(session: Session, order: Order) -> frozenset[int]:
    """Ids of the parcels whose loss was made good."""
    effects = (plan.effect for plan in _given(session, order))
    return frozenset(
        effect.shipment_id
        for effect in effects
        if isinstance(effect, RefundEffect) and effect.shipment_id is not None
    )


def equal_refund(session: Session, order: Order, amount_minor: int) -> str | None:
    """What the shopper should know before saying yes twice: the same amount goes back for this order already."""
    amounts = {refund.amount_minor for refund in order.refunds}
    amounts |= {plan.net_minor for plan in _given(session, order)}
    if amount_minor not in amounts:
        return None
    amount = Money.of(amount_minor, order.currency).text
    return f"There is a refund of {amount} for order {order.number} already; this one is in addition to it."


def _given(session: Session, order: Order) -> Iterator[Plan]:
    """The plans of the refunds, returns and settled disputes that were carried out and did not come to nothing."""
    fallen = {one.proposal_id for one in order.returns} - {one.proposal_id for one in standing(order)}
    carried_out = select(Proposal).where(
        Proposal.order_id == order.id,
        Proposal.kind.in_((ProposalKind.RETURN, ProposalKind.REFUND, ProposalKind.DISPUTE_OUTCOME)),
        Proposal.status == ProposalStatus.ACCEPTED,
    )
    for proposal in session.scalars(carried_out):
        if proposal.id not in fallen:
            yield Plan.model_validate(proposal.plan)
