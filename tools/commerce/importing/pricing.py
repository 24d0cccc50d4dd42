"""What an order comes to, in minor units, with its own discount and tax spread over its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.commerce.importing.records import OrderRecord
from tools.commerce.importing.target import LARGEST_MINOR, Entry
from tools.commerce.money import spread


@dataclass(frozen=True, slots=True)
class LineAmounts:
    unit_price: int
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """`total` is `subtotal - discount + shipping + tax`, and so it is for the lines without the shipping."""

    currency: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    lines: tuple[LineAmounts, ...]


def price_order(entry: Entry[OrderRecord]) -> OrderAmounts:
    """Rejects the entry where an amount is impossible; the amounts then mean nothing."""
    record = entry.record
    currency = record.currency or entry.target.defaults.currency
    units = [
        entry.minor(f"lines[{n}].unit_price", line.unit_price, currency)
        for n, line in enumerate(record.lines)
    ]
    gross = [unit * line.quantity for unit, line in zip(units, record.lines, strict=True)]
    discounts = _discounts(entry, currency, gross)
    taxes = _taxes(entry, currency, gross, discounts)
    shipping = entry.minor("shipping", record.shipping, currency)
    subtotal, discount, tax = sum(gross), sum(discounts), sum(taxes)
    if subtotal > LARGEST_MINOR:
        entry.reject("lines", "come to too large a sum")
    lines = tuple(
        LineAmounts(unit, taken, taxed, whole - taken + taxed)
        for unit, whole, taken, taxed in zip(units, gross, discounts, taxes, strict=True)
    )
    total = subtotal - discount + shipping + tax
    return OrderAmounts(currency, subtotal, discount, shipping, tax, total, lines)


def _discounts(entry: Entry[OrderRecord], currency: str, gross: Sequence[int]) -> list[int]:
    own: list[int] = []
    for n, line in enumerate(entry.record.lines):
        where = f"lines[{n}].discount"
        own.append(entry.minor(where, line.discount, currency) if line.discount else 0)
        if own[n] > gross[n]:
            entry.reject(where, "is more than the price of the line")
    of_order = entry.minor("discount", entry.record.discount, currency) if entry.record.discount else 0
    left = [max(whole - taken, 0) for whole, taken in zip(gross, own, strict=True)]
    if of_order > sum(left):
        entry.reject("discount", "is more than the price of the lines")
        return own
    if not of_order:
        return own
    return [taken + part for taken, part in zip(own, spread(of_order, left), strict=True)]


def _taxes(
    entry: Entry[OrderRecord], currency: str, gross: Sequence[int], discounts: Sequence[int]
) -> list[int]:
    own = [
        entry.minor(f"lines[{n}].tax", line.tax, currency) if line.tax else 0
        for n, line in enumerate(entry.record.lines)
    ]
    of_order = entry.minor("tax", entry.record.tax, currency) if entry.record.tax else 0
    if not of_order or of_order == sum(own):
        return own
    if any(own):
        entry.reject("tax", "differs from the sum of the lines' taxes")
        return own
    if not own:
        entry.reject("tax", "needs lines to be spread over")
        return own
    return spread(of_order, [max(whole - taken, 0) for whole, taken in zip(gross, discounts, strict=True)])
