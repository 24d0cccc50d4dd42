"""The rules and records that speak for a claim, and against it."""

from dataclasses import dataclass
from enum import StrEnum

from tools.cards import Citation


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True)
class Ground:
    """One reason, in a sentence, with what it rests on: a rule of the policy by its path, or a record."""

    code: str
    """Stable: `delivered_scan`, `window_over`."""
    side: Side
    sentence: str
    rule: str | None = None
    record: str | None = None
    """`order A-1`, `parcel 1Z999`."""
    section: Citation | None = None
    may_be_told: bool = True
    """Whether a refusal may tell it to the shopper: what speaks of other claims of theirs may not."""
