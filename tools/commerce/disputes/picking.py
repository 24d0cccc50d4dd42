"""The items of a disputed order, to be picked one by one: how many of each are left, and what was paid for so many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.commerce.changes.lines import paid_for, remaining
from tools.commerce.changes.requests import LineWish
from tools.commerce.changes.stock_moves import free_of
from tools.commerce.changes.variants import options_text, siblings
from tools.commerce.database import ReadSession
from tools.commerce.disputes.evidence import ClaimedLine
from tools.commerce.policy import Policy, PriceDifference
from tools.commerce.schema import Order, OrderLine
from tools.facts import Money


@dataclass(frozen=True)
class Version:
    """Of a product, that can be sent in place of what came."""

    sku: str
    options: str | None
    is_own: bool
    """Whether it is the one that was ordered."""
    free: int | None
    """How many are there; None where the shop keeps no figures."""
    more: Money | None
    """What it costs more, or less, than the one that was ordered, each; None of the same price."""


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
    versions: tuple[Version, ...] = ()
    """That can be sent in its place, its own first; of another price only where the shop settles the difference."""

    @property
    def left(self) -> int:
        """How many were neither canceled nor given back."""
        return len(self.paid_minor)


def is_all(items: Sequence[LineWish], lines: Sequence[PickableLine]) -> bool:
    """Whether these are all items of the order: then it is about the order."""
    return {one.line: one.quantity for one in items} == {one.line: one.ordered for one in lines}


def pickable_lines(
    session: ReadSession, order: Order, claimed: tuple[ClaimedLine, ...], policy: Policy
) -> tuple[PickableLine, ...]:
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
            versions=tuple(_versions(session, order, line, policy)),
        )
        for line in order.lines
    )


def _versions(session: ReadSession, order: Order, line: OrderLine, policy: Policy) -> Iterator[Version]:
    existing = [one for one in siblings(session, line) if one.currency == order.currency]
    own = next((one for one in existing if one.id == line.variant_id), None)
    price = own.price_minor if own else line.unit_price_minor
    free = free_of(session, [one.id for one in existing])
    for one in sorted(existing, key=lambda one: one is not own):
        more = one.price_minor - price
        if not more or policy.exchanges.price_difference is PriceDifference.SETTLE:
            difference = Money.of(more, order.currency) if more else None
            yield Version(one.sku, options_text(one), one is own, free.get(one.id), difference)
