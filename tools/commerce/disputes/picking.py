"""The items of a disputed order, to be picked one by one: how many of each are left, and what was paid for so many."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.commerce.changes.lines import paid_for, remaining
from tools.commerce.changes.requests import LineWish
from tools.commerce.disputes.evidence import ClaimedLine
from tools.commerce.schema import Order


@dataclass(frozen=True)
class PickableLine:
    line: int
    name: str
    options: str | None
    ordered: int
    claimed: int
    """How many the claim is about."""
    paid_minor: tuple[int, ...]
    """What was paid for the next one, two, … of those that are left, to the cent: discounts and tax are shared."""

    @property
    def left(self) -> int:
        """How many were neither canceled nor given back."""
        return len(self.paid_minor)


def is_all(items: Sequence[LineWish], lines: Sequence[PickableLine]) -> bool:
    """Whether these are all items of the order: then it is about the order."""
    return {one.line: one.quantity for one in items} == {one.line: one.ordered for one in lines}


def pickable_lines(order: Order, claimed: tuple[ClaimedLine, ...]) -> tuple[PickableLine, ...]:
    """In the order of the lines; a claim that names none is about all of them."""
    left = remaining(order)
    quantities = {one.line: one.quantity for one in claimed}
    return tuple(
        PickableLine(
            line=line.line_no,
            name=line.name,
            options=line.options,
            ordered=line.quantity,
            claimed=quantities.get(line.line_no, 0) if quantities else line.quantity,
            paid_minor=tuple(paid_for(order, line, count + 1) for count in range(left[line.line_no])),
        )
        for line in order.lines
    )
