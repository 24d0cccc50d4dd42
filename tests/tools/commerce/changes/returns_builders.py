"""Policies that differ in one value, and deliveries of products that have rules of their own."""

from collections.abc import Mapping
from typing import Any

from tests.tools.builders import POLICY, line, variant
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.change_cards import ProposalCard
from tools.commerce.changes.requests import LineWish, ReturnRequest
from tools.commerce.policy import Policy, RefundMethod
from tools.commerce.schema import OrderLine, ReturnReason


def policy_with(values: Mapping[str, object], policy: Policy = POLICY) -> Policy:
    """The policy with these values by path, `returns.window_days`; amounts are minor units."""
    for path, value in values.items():
        part, name = path.split(".")
        changed = getattr(policy, part).model_copy(update={name: value})
        policy = policy.model_copy(update={part: changed})
    return policy


def of_category(shop: PaidShop, category: str | None, *, price: int = 10000, **product: Any) -> OrderLine:
    """A line with one piece of a product in that category."""
    known = variant(price=price)
    product_id = shop.product("Thing", known, category=category, **product)
    return line("Thing", price=price, product_id=product_id, variant_id=known.id, sku=known.sku)


def wish(
    *lines: tuple[int, int | None],
    number: str = "A-1",
    reason: ReturnReason | None = ReturnReason.CHANGED_MIND,
    to: RefundMethod | None = RefundMethod.ORIGINAL,
) -> ReturnRequest:
    """`lines` are line numbers with how many of each; everything where there are none."""
    items = tuple(LineWish(line=one, quantity=quantity) for one, quantity in lines) or None
    return ReturnRequest(order_number=number, items=items, reason=reason, refund_to=to)


def parts(card: ProposalCard) -> dict[str, int]:
    """Minor units by label."""
    return {part.label: part.amount.amount for part in card.parts}
