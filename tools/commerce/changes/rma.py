"""Opening a return authorization."""

from collections.abc import Sequence

from sqlalchemy import func, select

from tools.commerce.changes.effects import LineQuantity
from tools.commerce.changes.plan import Applying
from tools.commerce.schema import Return, ReturnKind, ReturnLine, ReturnReason, ReturnStatus


def open_return(
    applying: Applying, kind: ReturnKind, lines: Sequence[LineQuantity], reason: ReturnReason
) -> Return:
    """An approved return with a number of its own: `RMA-` with the order's number, and which one of it this is."""
    session, plan = applying.session, applying.plan
    known = (
        session.scalar(select(func.count()).select_from(Return).where(Return.order_id == plan.order_id)) or 0
    )
    rma = f"RMA-{plan.order_number}-{known + 1}"
    while session.scalar(select(Return.id).where(Return.rma == rma)) is not None:
        known += 1
        rma = f"RMA-{plan.order_number}-{known + 1}"
    opened = Return(
        rma=rma,
        order_id=plan.order_id,
        kind=kind,
        status=ReturnStatus.APPROVED,
        proposal_id=applying.proposal.id,
        requested_at=applying.when.now,
        lines=[
            ReturnLine(order_line_id=line.order_line_id, quantity=line.quantity, reason=reason)
            for line in lines
        ],
    )
    session.add(opened)
    session.flush()
    return opened
