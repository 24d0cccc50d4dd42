"""What takes the place of an item in an exchange, and what that costs more or less."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tools.cards import Refusal
from tools.change_cards import Needed
from tools.commerce.changes import stock_moves
from tools.commerce.changes.lines import Chosen, paid_for
from tools.commerce.changes.permission import PERSON
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.requests import SwapWish
from tools.commerce.changes.return_terms import is_our_fault
from tools.commerce.changes.variants import (
    ask_variant,
    options_text,
    siblings,
    to_be_had,
    which_variant,
)
from tools.commerce.policy import PriceDifference
from tools.commerce.schema import Order, OrderLine, ProductStatus, ReturnReason, Variant

SAME_AGAIN = "a new one"


@dataclass(frozen=True)
class Replacement:
    """Some units of a line, the variant they become, and what that costs more in minor units."""

    chosen: Chosen
    variant: Variant
    difference: int


def replacement(
    planning: Planning, order: Order, chosen: Chosen, wish: SwapWish, reason: ReturnReason
) -> Replacement | Needed | Refusal:
    found = _variant(planning, chosen, wish, reason)
    if not isinstance(found, Variant):
        return found
    if found.currency != order.currency:
        return Refusal(
            code="other_currency", message="That version is sold in another currency.", instead=PERSON
        )
    difference = _difference(planning, order, chosen, found)
    if difference and planning.policy.exchanges.price_difference is PriceDifference.NONE:
        return Refusal(
            code="price_differs",
            message=f"{chosen.line.name} in {_version(found)} has another price.",
            rule="exchanges.price_difference",
            instead="A version of the same price is possible, or a return for a refund.",
        )
    return Replacement(chosen, found, difference)


def becomes(swap: Replacement) -> str:
    if swap.variant.id == swap.chosen.line.variant_id:
        return SAME_AGAIN
    return _version(swap.variant)


def sold_out(planning: Planning, replacements: Sequence[Replacement]) -> Refusal | None:
    """The first variant of which there are fewer than all of them together need."""
    needed = Counter[int]()
    for one in replacements:
        needed[one.variant.id] += one.chosen.quantity
    for one in replacements:
        free = stock_moves.free(planning.session, one.variant.id)
        if free is not None and free < needed[one.variant.id]:
            there = f"only {free} left" if free else "none left"
            return Refusal(
                code="out_of_stock",
                message=f"There is {there} of {one.chosen.line.name} in {_version(one.variant)}.",
                instead="Another version may be there, or I can take it back for a refund.",
            )
    return None


def _version(variant: Variant) -> str:
    return options_text(variant) or variant.sku


def _variant(
    planning: Planning, chosen: Chosen, wish: SwapWish, reason: ReturnReason
) -> Variant | Needed | Refusal:
    line = chosen.line
    existing = siblings(planning.session, line)
    own = next((known for known in existing if known.id == line.variant_id), None)
    is_fault = is_our_fault(planning.policy, reason)
    if not wish.sku and not wish.options:
        if own is not None and is_fault:
            return own
        others = [known for known in existing if known.id != line.variant_id]
        there = to_be_had(planning.session, others, chosen.quantity)
        if not there:
            return _no_other(line)
        return ask_variant(planning.session, line, there, existing, chosen.quantity)
    other = _of_another_product(planning, line, wish.sku) if wish.sku else None
    if other is not None:
        return _same_product_only(line) if planning.policy.exchanges.same_product_only else other
    found = which_variant(planning.session, line, wish, existing)
    if isinstance(found, Variant) and found.id == line.variant_id and not is_fault:
        return Refusal(
            code="nothing_changes",
            message=f"That is the {line.name} you have.",
            instead="Say what should be different, or what is wrong with it.",
        )
    return found


def _of_another_product(planning: Planning, line: OrderLine, sku: str) -> Variant | None:
    query = (
        select(Variant)
        .join(Variant.product)
        .options(selectinload(Variant.options), selectinload(Variant.product))
    )
    for known in planning.session.scalars(query.where(Variant.sku == sku, Variant.active)):
        if known.product.status is ProductStatus.ACTIVE and known.product_id != line.product_id:
            return known
    return None


def _difference(planning: Planning, order: Order, chosen: Chosen, variant: Variant) -> int:
    """By today's prices of both, so that one pays for another version and not for a raised price.

    What a dearer one costs more has tax in proportion to the line's. Of a cheaper one, that part goes back of what
    was paid: nobody gets more than they gave.
    """
    line = chosen.line
    own = planning.session.get(Variant, line.variant_id) if line.variant_id else None
    price = own.price_minor if own else line.unit_price_minor
    more = (variant.price_minor - price) * chosen.quantity
    if more < 0:
        return -(paid_for(order, line, chosen.quantity) * (price - variant.price_minor) // price)
    net = line.unit_price_minor * line.quantity - line.discount_minor
    return more + ((2 * more * line.tax_minor + net) // (2 * net) if net else 0)


def _same_product_only(line: OrderLine) -> Refusal:
    return Refusal(
        code="other_product",
        message=f"{line.name} can be exchanged for another version of it, not for another product.",
        rule="exchanges.same_product_only",
        instead="I can take it back for a refund, and you order the other product.",
    )


def _no_other(line: OrderLine) -> Refusal:
    return Refusal(
        code="out_of_stock",
        message=f"There is no other version of {line.name} to be had at the moment.",
        instead="I can take it back for a refund.",
    )
