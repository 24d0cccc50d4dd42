"""What was given back for an order before."""

from sqlalchemy import select

from tools.commerce.changes.effects import RefundEffect
from tools.commerce.changes.plan import Plan, Planning
from tools.commerce.schema import Order, Proposal, ProposalKind, ProposalStatus, RefundCause
from tools.facts import Money


def shipping_left(planning: Planning, order: Order) -> int:
    """Minor units of the delivery fee that were not given back for being late."""
    given = planning.session.scalars(
        select(Proposal).where(
            Proposal.order_id == order.id,
            Proposal.kind == ProposalKind.REFUND,
            Proposal.status.in_((ProposalStatus.ACCEPTED, ProposalStatus.NEEDS_APPROVAL)),
        )
    )
    late = 0
    for proposal in given:
        effect = Plan.model_validate(proposal.plan).effect
        if isinstance(effect, RefundEffect) and effect.cause is RefundCause.LATE_DELIVERY:
            late += proposal.unreturned_minor
    return max(0, order.shipping_minor - late)


def equal_refund(order: Order, amount_minor: int) -> str | None:
    """What the shopper should know before saying yes twice: the same amount went back for this order before."""
    same = [refund for refund in order.refunds if refund.amount_minor == amount_minor]
    if not same:
        return None
    amount = Money.of(amount_minor, order.currency).text
    return f"A refund of {amount} was already made for order {order.number}; this one is in addition to it."
