"""Putting right what an open dispute is about."""

from dataclasses import dataclass

from sqlalchemy import delete

from tools.cards import Refusal
from tools.commerce.changes import audit
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.requests import LineWish
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import WriteSession
from tools.commerce.disputes import lifecycle
from tools.commerce.disputes.claims import claimed_lines
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import Claim, stake_of
from tools.commerce.orders import find_order
from tools.commerce.schema import Dispute, DisputeKind, DisputeLine, DisputeStep
from tools.principal import Principal


@dataclass(frozen=True)
class Amendment:
    """All that it is to be about from now on; without items, the whole order."""

    kind: DisputeKind
    order_number: str | None
    items: tuple[LineWish, ...] = ()


def amend(session: WriteSession, dispute_id: str, to: Amendment, by: Principal, book: Rulebook) -> Dispute:
    """What is at stake is computed anew. Of a bank's chargeback, the bank says what it is. Raises DisputeError."""
    order = None
    if to.order_number is not None:
        found = find_order(session, by, to.order_number, *LOADED)
        if isinstance(found, Refusal):
            raise DisputeError(found.code, found.message)
        order = found
    lines = claimed_lines(order, to.items) if order else ()
    if isinstance(lines, Refusal):
        raise DisputeError(lines.code, lines.message)
    dispute = lifecycle.locked_open(session, dispute_id)
    if dispute.network is not None:
        raise DisputeError("of_the_bank", "What a chargeback is about, the bank says.")
    if lifecycle.awaits_approval(session, dispute):
        raise DisputeError("awaits_approval", "An outcome of it waits for approval: that is decided first.")
    planning = Planning(session, by, book.when, book.policy, book.currency)
    stake = stake_of(planning, Claim(to.kind, dispute.claim), order, lines)
    dispute.kind, dispute.order_id = to.kind, order.id if order else None
    dispute.customer_id = order.customer_id if order else dispute.customer_id
    dispute.payment_id = stake.payment.id if stake.payment else None
    dispute.amount_minor = stake.minor
    dispute.currency = None if stake.minor is None else order.currency if order else book.currency
    session.execute(delete(DisputeLine).where(DisputeLine.dispute_id == dispute.id))
    for line, quantity in lines:
        session.add(DisputeLine(dispute_id=dispute.id, order_line_id=line.id, quantity=quantity))
    lifecycle.record(session, dispute.id, DisputeStep.AMENDED, audit.agent(by.staff_email), book.now)
    return dispute
