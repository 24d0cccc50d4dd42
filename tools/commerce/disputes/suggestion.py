"""What code suggests to decide: from the grounds, always the same for the same records."""

from dataclasses import dataclass

from tools.commerce.disputes.grounds import Ground
from tools.commerce.schema import OutcomeKind
from tools.facts import Money


@dataclass(frozen=True)
class Suggestion:
    """`amount` is of what gives money; `ask_for` is of what the shopper has yet to tell or show."""

    outcome: OutcomeKind
    why: tuple[Ground, ...]
    """The grounds that decided."""
    amount: Money | None = None
    ask_for: str | None = None
    needs_manager: str | None = None
    """Why a second person must agree, in a sentence."""
