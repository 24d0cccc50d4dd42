"""What lines of an order that has not left should be instead."""

from collections.abc import Sequence

from tools.cards import Refusal
from tools.change_cards import Needed
from tools.commerce.changes import stock_moves
from tools.commerce.changes.before_shipping import sent
from tools.commerce.changes.effects import LineSwap
from tools.commerce.changes.given_before import settled_parcels
from tools.commerce.changes.lines import Chosen, which_lines
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.repricing import changed, terms_of
from tools.commerce.changes.requests import SwapWish
from tools.commerce.changes.variants import ask_variant, siblings, to_be_had, which_variant
from tools.commerce.orders import item
from tools.commerce.schema import Order, OrderLine, Variant


def line_swaps(
    planning: Planning, order: Order, wishes: Sequence[SwapWish]
) -> tuple[LineSwap, ...] | Needed | Refusal:
    gone = sent(order, settled_parcels(planning.session, order))
    lines = {line.line_no: line for line in order.lines if not gone[line.line_no]}
    whole = [line for line in lines.values() if not line.cancelled_quantity]
    if not wishes:
        if not whole:
            return Refusal(code="nothing_left", message=f"Nothing of order {order.number} can be changed.")
        return which_lines([Chosen(line, line.quantity) for line in whole], "Which item should be different?")
    swaps: list[LineSwap] = []
    for wish in wishes:
        line = lines.get(wish.line)
        if line is None or line not in whole:
            return _no_such_line(order, wish.line)
        if any(swap.order_line_id == line.id for swap in swaps):
            return Refusal(
                code="line_twice", message=f"{line.name} is asked for twice: say what it should be."
            )
        swap = _swap(planning, order, line, wish)
        if not isinstance(swap, LineSwap):
            return swap
        swaps.append(swap)
    return _out_of_stock(planning, swaps) or tuple(swaps)


def _swap(planning: Planning, order: Order, line: OrderLine, wish: SwapWish) -> LineSwap | Needed | Refusal:
    existing = siblings(planning.session, line)
    names_variant = bool(wish.sku or wish.options)
    if not names_variant and wish.quantity is None:
        others = [known for known in existing if known.id != line.variant_id]
        there = to_be_had(planning.session, others, line.quantity)
        return ask_variant(planning.session, line, there, existing) if there else _only_version(line)
    variant: Variant | None = None
    if names_variant:
        found = which_variant(planning.session, line, wish, existing)
        if not isinstance(found, Variant):
            return found
        if found.id != line.variant_id:
            variant = found
        if wish.quantity not in {None, line.quantity}:
            return _whole_line_only(line)
    quantity = wish.quantity if wish.quantity is not None and not names_variant else line.quantity
    if variant is None and quantity == line.quantity:
        return Refusal(code="nothing_changes", message=f"Order {order.number} has that already.")
    refused = _cannot_be(planning, order, variant, quantity)
    if refused is not None:
        return refused
    return LineSwap(order_line_id=line.id, before=terms_of(line), after=changed(line, variant, quantity))


def _cannot_be(planning: Planning, order: Order, variant: Variant | None, quantity: int) -> Refusal | None:
    if quantity < 1:
        return Refusal(
            code="quantity_invalid",
            message="The number of an item has to be at least 1.",
            instead="While it hasn't shipped, it can be canceled.",
        )
    most = planning.policy.orders.line_quantity_max
    if quantity > most:
        return Refusal(
            code="quantity_invalid",
            message=f"There can be {most} of one item in an order at most.",
            rule="orders.line_quantity_max",
            instead=f"I can change it to {most}.",
        )
    if variant and variant.currency != order.currency:
        return Refusal(
            code="other_currency", message="That version is sold in another currency.", instead=PERSON
        )
    return None


def _out_of_stock(planning: Planning, swaps: Sequence[LineSwap]) -> Refusal | None:
    needed = stock_moves.net((swap.before, swap.after) for swap in swaps)
    for variant_id, more in needed.items():
        free = stock_moves.free(planning.session, variant_id)
        if free is not None and more > free:
            there = f"only {free} left" if free else "none left"
            return Refusal(
                code="out_of_stock",
                message=f"There is {there} of that.",
                instead="Another version may be there, or the order can stay as it is.",
            )
    return None


def _no_such_line(order: Order, number: int) -> Refusal:
    known = "; ".join(f"{line.line_no}: {item(line, line.quantity)}" for line in order.lines)
    return Refusal(
        code="line_unknown",
        message=f"Line {number} of order {order.number} can't be changed. Its lines are {known}.",
        instead=PERSON,
    )


def _whole_line_only(line: OrderLine) -> Refusal:
    return Refusal(
        code="whole_line_only",
        message=f"All {line.quantity} of {line.name} can become another version, but not some of them.",
        instead=f"I can change all {line.quantity}.",
    )


def _only_version(line: OrderLine) -> Refusal:
    return Refusal(
        code="no_other_version",
        message=f"There is no other version of {line.name} to change it to.",
        instead="The number of it can be changed, or it can be canceled.",
    )
