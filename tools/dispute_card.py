"""The card of a case that was opened for the shop's people to settle."""

from datetime import date
from typing import Literal

from tools.commerce.schema import DisputeKind
from tools.facts import Facts, Money


class DisputeCard(Facts):
    """What was noted, and by when somebody answers. `message` says truly what happens next."""

    kind: Literal["dispute"] = "dispute"
    reference: str
    """What people call the case by."""
    claim: DisputeKind
    order_number: str | None = None
    items: tuple[str, ...] = ()
    """What of the order it is about; empty for all of it."""
    at_stake: Money | None = None
    answer_by: date
    is_new: bool = True
    """False where the same claim was open already."""
    message: str
