"""Which lines of an order a change is about, and what was paid for them to the cent."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed, ProposalLine
from tools.commerce.changes.requests import LineWish
from tools.commerce.money import spread
from tools.commerce.orders import item
from tools.commerce.schema import Order, OrderLine, RefundStatus, Return, ReturnStatus
from tools.facts import Money

FALLEN = frozenset({ReturnStatus.REJECTED, ReturnStatus.CANCELLED})
"""Returns that came to nothing: their items are still the shopper's."""


@dataclass(frozen=True)
class Chosen:
    """Some units of one line."""

    line: OrderLine
    quantity: int


def remaining(order: Order) -> dict[int, int]:
    """Line numbers to how many are neither cancelled nor in a standing return; 0 where none is.

    Needs the order's lines, its refunds, and its returns with their lines.
    """
    gone = _given_up(order)
    return {line.line_no: max(0, line.quantity - gone[line.id]) for line in order.lines}


def standing(order: Order) -> list[Return]:
    """The returns that came to something; also one that was paid at once, and then was not accepted."""
    paid = {refund.return_id for refund in order.refunds if refund.status is not RefundStatus.FAILED}
    return [one for one in order.returns if one.status not in FALLEN or one.id in paid]


def choose(
    order: Order,
    wishes: Sequence[LineWish] | None,
    *,
    only: Callable[[OrderLine], bool] | None = None,
    available: Mapping[int, int] | None = None,
) -> tuple[Chosen, ...] | Needed | Refusal:
    """The lines that are meant; everything that is left where `wishes` is None, a question where it is empty.

    `available` holds how many of each line there are to choose from, by line number, where that is less than
    what is left. A line that is wished for twice is one wish for both.
    """
    left = remaining(order) if available is None else dict(available)
    if only is not None:
        left = {line.line_no: left.get(line.line_no, 0) if only(line) else 0 for line in order.lines}
    everything = tuple(Chosen(line, left[line.line_no]) for line in order.lines if left.get(line.line_no))
    if not everything:
        return Refusal(
            code="nothing_left", message=f"There is nothing left of order {order.number} for that."
        )
    if wishes is None:
        return everything
    if not wishes:
        return which_lines(everything)
    if any(wish.quantity is not None and wish.quantity < 1 for wish in wishes):
        return Refusal(code="quantity_invalid", message="The number of an item has to be at least 1.")
    return _wished(order, _merged(wishes), left)


def which_lines(
    choices: Sequence[Chosen], question: str = "Which items do you mean, and how many of each?"
) -> Needed:
    options = tuple(
        Choice(value=str(one.line.line_no), label=item(one.line, one.quantity)) for one in choices
    )
    return Needed(what=Need.LINES, message=question, choices=options)


def paid_for(order: Order, line: OrderLine, quantity: int) -> int:
    """Minor units paid for the next `quantity` of the line, after those that were cancelled or sent back.

    With tax and after every discount, without shipping. The order's total less its shipping is spread over the
    lines by their totals, and a line's share over its units one after another: whatever the steps in which units
    are given back, the parts add up to exactly what was paid. Needs what `remaining` needs.
    """
    shares = spread(
        max(0, order.total_minor - order.shipping_minor), [one.total_minor for one in order.lines]
    )
    share = shares[[one.line_no for one in order.lines].index(line.line_no)]
    before = min(line.quantity, _given_up(order)[line.id])
    after = min(line.quantity, before + quantity)
    return share * after // line.quantity - share * before // line.quantity


def shown(chosen: Chosen, amount: Money | None = None) -> ProposalLine:
    line = chosen.line
    return ProposalLine(
        line=line.line_no, name=line.name, options=line.options, quantity=chosen.quantity, amount=amount
    )


def _given_up(order: Order) -> Counter[int]:
    """Line ids to how many were cancelled or are in a standing return."""
    gone = Counter({line.id: line.cancelled_quantity for line in order.lines})
    for given_back in standing(order):
        for part in given_back.lines:
            gone[part.order_line_id] += part.quantity
    return gone


def _merged(wishes: Sequence[LineWish]) -> dict[int, int | None]:
    wanted: dict[int, int | None] = {}
    for wish in wishes:
        before = wanted.get(wish.line, 0)
        wanted[wish.line] = None if before is None or wish.quantity is None else before + wish.quantity
    return wanted


def _wished(
    order: Order, wanted: Mapping[int, int | None], left: Mapping[int, int]
) -> tuple[Chosen, ...] | Refusal:
    by_number = {line.line_no: line for line in order.lines}
    chosen = []
    for number, quantity in wanted.items():
        line = by_number.get(number)
        if line is None:
            return _unknown(order, number)
        most = left.get(number, 0)
        if most == 0:
            return Refusal(code="nothing_left", message=f"There is nothing left of {line.name} for that.")
        if quantity is not None and quantity > most:
            return Refusal(
                code="quantity_invalid",
                message=f"For {line.name} the number has to be 1."
                if most == 1
                else f"For {line.name} the number has to be from 1 to {most}.",
            )
        chosen.append(Chosen(line, most if quantity is None else quantity))
    return tuple(sorted(chosen, key=lambda one: one.line.line_no))


def _unknown(order: Order, number: int) -> Refusal:
    known = "; ".join(f"{line.line_no}: {item(line, line.quantity)}" for line in order.lines)
    return Refusal(
        code="line_unknown", message=f"Order {order.number} has no line {number}. Its lines are {known}."
    )
