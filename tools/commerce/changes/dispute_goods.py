"""What settling a dispute does to the items of its order, and how that is taken back."""

from sqlalchemy import select

from tools.commerce.changes.effects import DisputeOutcomeEffect, Goods
from tools.commerce.changes.plan import Applying, CannotApply, Plan, Session
from tools.commerce.changes.rma import open_return
from tools.commerce.disputes import lifecycle
from tools.commerce.schema import OrderLine, OutcomeKind, Proposal, Return, ReturnKind, ReturnStatus


def record_goods(applying: Applying, effect: DisputeOutcomeEffect) -> Return | None:
    """What nobody has any more, or gets back, cannot be given back a second time."""
    is_replaced = effect.outcome is OutcomeKind.REPLACEMENT
    if effect.goods is Goods.NEVER_CAME and not is_replaced:
        for part in sorted(effect.lines, key=lambda part: part.order_line_id):
            line = applying.session.get_one(
                OrderLine, part.order_line_id, with_for_update=True, populate_existing=True
            )
            if line.cancelled_quantity + part.quantity > line.quantity:
                raise CannotApply("nothing_left", "What it is about is settled already.")
            line.cancelled_quantity += part.quantity
    if not effect.lines or effect.goods not in {Goods.KEPT, Goods.COME_BACK}:
        return None
    kind = ReturnKind.EXCHANGE if is_replaced else ReturnKind.REFUND
    opened = open_return(applying, kind, effect.lines, effect.reason)
    if effect.goods is Goods.KEPT:
        opened.status, opened.closed_at = ReturnStatus.COMPLETED, applying.when.now
    return opened


def given_up_by(session: Session, dispute_id: str) -> Proposal | None:
    """The outcome of this dispute by which items count as given back; None where none does, or not any more."""
    found = None
    for step in lifecycle.trail(session, dispute_id):
        proposal = session.get(Proposal, step.proposal_id) if step.proposal_id else None
        effect = Plan.model_validate(proposal.plan).effect if proposal else None
        if isinstance(effect, DisputeOutcomeEffect):
            found = None if effect.takes_back else found
            found = proposal if effect.lines else found
    return found


def take_back(applying: Applying, proposal_id: str) -> None:
    """The items that an outcome counted as given back are the shopper's again."""
    session = applying.session
    effect = Plan.model_validate(session.get_one(Proposal, proposal_id).plan).effect
    if isinstance(effect, DisputeOutcomeEffect) and effect.goods is Goods.NEVER_CAME:
        for part in sorted(effect.lines, key=lambda part: part.order_line_id):
            line = session.get_one(
                OrderLine, part.order_line_id, with_for_update=True, populate_existing=True
            )
            line.cancelled_quantity -= part.quantity
    opened = select(Return).where(Return.proposal_id == proposal_id).with_for_update()
    for one in session.scalars(opened, execution_options={"populate_existing": True}):
        one.status, one.closed_at = ReturnStatus.CANCELLED, applying.when.now
