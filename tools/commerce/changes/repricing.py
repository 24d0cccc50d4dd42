"""What an order costs once some of its lines are other variants, or another number of them.

A line that becomes another variant has that variant's price of today; one that stays the same variant keeps its
price, for more of it as well. Discount and tax change in proportion to the line's value, and so does what a
discount or a tax on the whole order made of it.
"""

from collections.abc import Sequence

from tools.commerce.changes.effects import LineSwap, LineTerms, OrderTotals
from tools.commerce.changes.lines import paid_for
from tools.commerce.changes.variants import options_text
from tools.commerce.schema import Order, OrderLine, Variant


def terms_of(line: OrderLine) -> LineTerms:
    return LineTerms(
        variant_id=line.variant_id,
        sku=line.sku,
        options=line.options,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
    )


def changed(line: OrderLine, variant: Variant | None, quantity: int) -> LineTerms:
    """The line with another quantity and, where one is given, another variant."""
    before = terms_of(line)
    unit = variant.price_minor if variant else line.unit_price_minor
    gross = unit * quantity
    discount = _scaled(line.discount_minor, gross, line.unit_price_minor * line.quantity)
    net_before = line.unit_price_minor * line.quantity - line.discount_minor
    named = (
        {"variant_id": variant.id, "sku": variant.sku, "options": options_text(variant)} if variant else {}
    )
    return before.model_copy(
        update={
            **named,
            "quantity": quantity,
            "unit_price_minor": unit,
            "discount_minor": min(discount, gross),
            "tax_minor": _scaled(line.tax_minor, gross - min(discount, gross), net_before),
        }
    )


def total_of(terms: LineTerms) -> int:
    return terms.unit_price_minor * terms.quantity - terms.discount_minor + terms.tax_minor


def difference(order: Order, line: OrderLine, after: LineTerms) -> int:
    """Minor units that the line costs more than was paid for it; below zero, less."""
    paid = paid_for(order, line, line.quantity)
    new = total_of(after)
    return (_scaled(paid, new, line.total_minor) if line.total_minor else new) - paid


def totals_of(order: Order) -> OrderTotals:
    return OrderTotals(
        subtotal_minor=order.subtotal_minor,
        discount_minor=order.discount_minor,
        tax_minor=order.tax_minor,
        total_minor=order.total_minor,
    )


def totals_after(order: Order, swaps: Sequence[LineSwap], difference_minor: int) -> OrderTotals:
    """The order's sums; what is left over between its lines and its total is discount, or else tax."""
    subtotal = order.subtotal_minor + sum(
        swap.after.unit_price_minor * swap.after.quantity
        - swap.before.unit_price_minor * swap.before.quantity
        for swap in swaps
    )
    tax = order.tax_minor + sum(swap.after.tax_minor - swap.before.tax_minor for swap in swaps)
    total = order.total_minor + difference_minor
    discount = subtotal + order.shipping_minor + tax - total
    return OrderTotals(
        subtotal_minor=subtotal,
        discount_minor=max(0, discount),
        tax_minor=tax + max(0, -discount),
        total_minor=total,
    )


def _scaled(part: int, new: int, old: int) -> int:
    """`part` of `old`, of `new` instead; half a minor unit counts as a whole one."""
    return (2 * part * new + old) // (2 * old) if old else 0
