"""What proposals are made and judged by, and the plan that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tools.cards import Citation
from tools.commerce.changes.plan import Outcome, Planning
from tools.commerce.changes.registry import CHANGES
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.database import WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import ProposalKind
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


def plan_of(session: WriteSession, principal: Principal, request: ChangeRequest, book: Rulebook) -> Outcome:
    """The request checked and priced as of now; nothing is written."""
    planning = Planning(session, principal, book.when, book.policy, book.currency)
    outcome: Outcome = CHANGES[ProposalKind(request.kind)].plan(planning, request)
    return outcome
