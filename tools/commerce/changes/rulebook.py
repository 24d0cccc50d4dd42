"""What proposals are made and judged by, and the plan that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tools.cards import Citation, Refusal
from tools.commerce.changes.plan import Outcome, Plan, Planning
from tools.commerce.changes.registry import CHANGES
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import EntryStatus, LedgerEntry, LedgerKind, ProposalKind
from tools.principal import Principal


@dataclass(frozen=True)
class Rulebook:
    """What proposals are made and judged by. `cite` finds the section that tells a rule."""

    policy: Policy
    currency: str
    when: LocalTime
    cite: Callable[[str], Citation | None] = lambda _: None

    @property
    def now(self) -> datetime:
        return self.when.now


def plan_of(
    session: ReadSession | WriteSession, principal: Principal, request: ChangeRequest, book: Rulebook
) -> Outcome:
    """The request checked and priced as of now; nothing is written.

    An order whose payment is on its way changes only once it is known to be paid, or not to be: if that payment
    is refused, the change that it was for is undone, and nothing else may rest on it.
    """
    planning = Planning(session, principal, book.when, book.policy, book.currency)
    outcome: Outcome = CHANGES[ProposalKind(request.kind)].plan(planning, request)
    if isinstance(outcome, Plan) and outcome.order_id and is_being_paid(session, outcome.order_id):
        return Refusal(
            code="payment_under_way",
            message=f"A payment for order {outcome.order_number} is still on its way.",
            instead="As soon as it has gone through, or was refused, I can do that. Please ask again in a minute.",
        )
    return outcome


def is_being_paid(session: ReadSession | WriteSession, order_id: int) -> bool:
    """Whether a charge for it waits for the gateway."""
    waiting = select(LedgerEntry.id).where(
        LedgerEntry.order_id == order_id,
        LedgerEntry.kind == LedgerKind.CHARGE,
        LedgerEntry.status == EntryStatus.PENDING,
    )
    return session.scalar(waiting.limit(1)) is not None
