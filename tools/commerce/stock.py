"""What is in stock, where, and when more comes."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tools.cards import Money, Refusal
from tools.commerce.catalog import available, option_values, resolve_product, sellable
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime
from tools.commerce.schema import Product, ProductStatus, Stock, Variant
from tools.commerce.words import matching_options
from tools.product_cards import ProductListCard, StockCard, VariantStock, WarehouseStock


def check_stock(
    session: ReadSession, product: str, options: Mapping[str, str], when: LocalTime
) -> StockCard | ProductListCard | Refusal:
    """The stock of the variants that have the options; `product` is an id, a SKU or a name."""
    found = resolve_product(session, product, when.now)
    if not isinstance(found, int):
        return found
    loaded = _load(session, found)
    on_sale = sellable(loaded)
    meant = matching_options(options, option_values(on_sale))
    chosen = [variant for variant in on_sale if meant is not None and _has(variant, meant)]
    if not chosen:
        return _option_unknown(loaded, on_sale)
    return StockCard(
        product_id=loaded.ref,
        name=loaded.name,
        image_url=loaded.image_url,
        discontinued=loaded.status is not ProductStatus.ACTIVE,
        stock_known=any(variant.stock for variant in chosen),
        variants=tuple(_variant(variant, when.today) for variant in chosen),
    )


def _load(session: ReadSession, product_id: int) -> Product:
    variants = selectinload(Product.variants)
    return session.scalars(
        select(Product)
        .where(Product.id == product_id)
        .options(
            variants.options(
                selectinload(Variant.options),
                selectinload(Variant.stock).options(joinedload(Stock.warehouse)),
                selectinload(Variant.incoming),
            )
        )
    ).one()


def _has(variant: Variant, meant: Mapping[str, set[str]]) -> bool:
    options = {option.name: option.value for option in variant.options}
    return all(options.get(name) in values for name, values in meant.items())


def _option_unknown(product: Product, variants: Sequence[Variant]) -> Refusal:
    existing = option_values(variants)
    if not existing:
        return Refusal(code="option_unknown", message=f"{product.name} comes in one version only.")
    values = "; ".join(f"{name}: {', '.join(known)}" for name, known in existing.items())
    return Refusal(code="option_unknown", message=f"{product.name} doesn't come like that. It has {values}.")


def _variant(variant: Variant, today: date) -> VariantStock:
    coming = [delivery for delivery in variant.incoming if delivery.expected_on >= today]
    next_on = min((delivery.expected_on for delivery in coming), default=None)
    quantity = sum(delivery.quantity for delivery in coming if delivery.expected_on == next_on)
    return VariantStock(
        sku=variant.sku,
        options={option.name: option.value for option in variant.options},
        price=Money.of(variant.price_minor, variant.currency),
        available=available(variant),
        by_warehouse=tuple(
            WarehouseStock(warehouse=stock.warehouse.name, available=max(0, stock.on_hand - stock.reserved))
            for stock in sorted(variant.stock, key=lambda stock: stock.warehouse.name)
        ),
        next_delivery_on=next_on,
        next_delivery_quantity=quantity or None,
    )
