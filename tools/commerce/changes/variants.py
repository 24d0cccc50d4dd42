"""Which variant of a product is meant by a SKU, or by the options that should be different."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tools.cards import Refusal
from tools.change_cards import Choice, Need, Needed, VersionFacts
from tools.commerce.catalog import option_values
from tools.commerce.changes import stock_moves
from tools.commerce.changes.plan import Session
from tools.commerce.changes.requests import SwapWish
from tools.commerce.schema import OrderLine, Product, ProductStatus, Variant
from tools.commerce.words import matching_options
from tools.facts import Money


def siblings(session: Session, line: OrderLine) -> Sequence[Variant]:
    """The variants of the line's product that are on sale, and its own, with their options; none where unknown."""
    if line.product_id is None:
        return ()
    found = session.scalars(
        select(Variant)
        .join(Variant.product)
        .where(Variant.product_id == line.product_id)
        .where((Variant.active & (Product.status == ProductStatus.ACTIVE)) | (Variant.id == line.variant_id))
        .order_by(Variant.id)
        .options(selectinload(Variant.options))
    )
    return found.all()


def which_variant(
    session: Session, line: OrderLine, wish: SwapWish, existing: Sequence[Variant]
) -> Variant | Needed | Refusal:
    """The variant that is wished for; options that are not named stay as they are where such a variant exists."""
    if wish.sku is not None:
        key = wish.sku.strip().casefold()
        return next((known for known in existing if known.sku.casefold() == key), None) or _unknown(
            line, existing
        )
    meant = matching_options(wish.options, option_values(existing))
    fitting = [known for known in existing if meant is not None and _has(known, meant)]
    if not fitting:
        return _unknown(line, existing)
    current = next((known for known in existing if known.id == line.variant_id), None)
    if current is not None and meant is not None:
        kept = {name: {value} for name, value in options_of(current).items() if name not in meant}
        closest = [known for known in fitting if _has(known, kept)]
        if len(closest) == 1:
            return closest[0]
        fitting = closest or fitting
    return (
        fitting[0] if len(fitting) == 1 and current is None else ask_variant(session, line, fitting, existing)
    )


def to_be_had(session: Session, variants: Sequence[Variant], quantity: int) -> list[Variant]:
    """Those of which so many are free, or of which the shop keeps no figures."""
    free = stock_moves.free_of(session, [variant.id for variant in variants])
    return [variant for variant in variants if free.get(variant.id, quantity) >= quantity]


def ask_variant(
    session: Session,
    line: OrderLine,
    among: Iterable[Variant],
    existing: Sequence[Variant],
    quantity: int | None = None,
) -> Needed:
    """Which of `among` they would like, for so many as there are of the line if `quantity` is not given."""
    free = stock_moves.free_of(session, [variant.id for variant in existing])
    needed = line.quantity if quantity is None else quantity
    choices = tuple(
        Choice(value=variant.sku, label=options_text(variant) or variant.sku)
        for variant in among
        if variant.id != line.variant_id
    )
    return Needed(
        what=Need.VARIANT,
        message=f"Which version of {line.name} would you like instead?",
        choices=choices,
        line=line.line_no,
        versions=tuple(
            VersionFacts(
                sku=variant.sku,
                options=options_of(variant),
                price=Money.of(variant.price_minor, variant.currency),
                available=free.get(variant.id, needed) >= needed,
                own=variant.id == line.variant_id,
            )
            for variant in existing
        ),
    )


def options_of(variant: Variant) -> dict[str, str]:
    return {option.name: option.value for option in variant.options}


def options_text(variant: Variant) -> str | None:
    """`Color: Blue, Size: M`; None for a variant without options."""
    return ", ".join(f"{name}: {value}" for name, value in options_of(variant).items()) or None


def _has(variant: Variant, meant: Mapping[str, set[str]]) -> bool:
    options = options_of(variant)
    return all(options.get(name) in values for name, values in meant.items())


def _unknown(line: OrderLine, existing: Sequence[Variant]) -> Refusal:
    known = option_values(existing)
    values = "; ".join(f"{name}: {', '.join(values)}" for name, values in known.items())
    return Refusal(
        code="option_unknown",
        message=f"{line.name} doesn't come like that.",
        instead=f"It has {values}." if values else "It comes in one version only.",
    )
