"""The card of what may still be sent back, until when, and what would be given back for it."""

from datetime import date
from typing import Literal

from tools.change_cards import AmountPart
from tools.facts import Facts, Money


class ReturnableLine(Facts):
    """A line that has arrived, or will: `refusal` says why nothing of it may come back now."""

    order: str
    line: int
    name: str
    options: str | None = None
    quantity: int
    """How many of it may come back."""
    until: date | None = None
    """The last day; None where nobody knows when it arrived, or where there is always time."""
    always: bool = False
    paid: Money
    refusal: str | None = None


class ReturnableCard(Facts):
    """For a change of mind, to the way of paying: other reasons may give more time and more money.

    `items` and `back` are of the lines that may come back. They are None where these are in several currencies, and
    `back` also where fees are in another than the order.
    """

    kind: Literal["returnable"] = "returnable"
    lines: tuple[ReturnableLine, ...]
    items: Money | None = None
    parts: tuple[AmountPart, ...] = ()
    """What `back` is made of: the items, and each fee."""
    back: Money | None = None
