"""Where a shopper's own cases stand, as they may read it."""

from datetime import date
from enum import StrEnum
from typing import Literal

from tools.commerce.schema import DisputeKind
from tools.facts import Facts


class CaseStage(StrEnum):
    """How far the shop's people are with it."""

    WAITING = "waiting"
    """Nobody has taken the conversation yet."""
    WITH_PERSON = "with_person"
    WITH_TEAM = "with_team"
    """Not decided, and nobody is in the conversation any more."""
    WITH_MANAGER = "with_manager"
    WITH_BANK = "with_bank"
    """A chargeback that the shop has answered: the bank rules on it."""
    AWAITS_SECOND_PERSON = "awaits_second_person"
    """Somebody has decided; another has to agree."""
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """A conversation with a person, about nothing that had to be decided, which was closed."""

    @property
    def is_over(self) -> bool:
        return self in {CaseStage.SETTLED, CaseStage.REFUSED, CaseStage.WITHDRAWN, CaseStage.ENDED}


class CaseStanding(Facts):
    """One case. What this conversation has not shown to be theirs is absent, and `message` doesn't tell it."""

    stage: CaseStage
    reference: str | None = None
    """What people call it by; absent of a conversation with a person in which nothing is to be decided."""
    claim: DisputeKind | None = None
    order_number: str | None = None
    items: tuple[str, ...] = ()
    opened_on: date
    person: str | None = None
    """Who has it, by the name that was told in that conversation."""
    answer_by: date | None = None
    """The last day on which a decision is in time; absent where none is promised, or it was made."""
    late: bool = False
    """Whether that day has passed."""
    closed_on: date | None = None
    message: str
    """All of it, to be said as it is."""


class MyCases(Facts):
    """What is not over comes first, then the newest; drawn as text, not as a card."""

    kind: Literal["my_cases"] = "my_cases"
    cases: tuple[CaseStanding, ...]
