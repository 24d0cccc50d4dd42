"""Products, their variants and stock on their way in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select, update

from tools.commerce.importing.insertion import Row
from tools.commerce.importing.records import ProductRecord, VariantRecord, WarehouseRecord
from tools.commerce.importing.target import Entry, Target, parts
from tools.commerce.schema import (
    IncomingStock,
    Product,
    ProductAttribute,
    Seller,
    Stock,
    Variant,
    VariantOption,
    Warehouse,
)


def write_products(target: Target, entries: Sequence[Entry[ProductRecord]]) -> None:
    stored = target.refuse_repeats(Product.ref, Product.id, [(e, "id", e.record.id) for e in entries])
    skus = [
        (entry, f"variants[{n}].sku", variant.sku)
        for entry in entries
        for n, variant in enumerate(entry.record.variants)
    ]
    stored_skus = target.refuse_repeats(Variant.sku, Variant.id, skus)
    sellers = target.find(Seller.ref, Seller.id, (e.record.seller for e in entries if e.record.seller))
    rows = {entry.record.id: _product_row(entry, sellers) for entry in entries}
    variants = {entry.record.id: _variant_rows(entry) for entry in entries}
    sound = [entry.record for entry in entries if entry.sound]
    ids = target.upsert_keyed(Product, Product.ref, [rows[record.id] for record in sound], stored)
    target.replace(
        ProductAttribute,
        ProductAttribute.product_id,
        {ids[record.id]: _named_values(record.attributes) for record in sound},
        set(stored.values()),
    )
    variant_ids = _write_variants(
        target, {ids[record.id]: variants[record.id] for record in sound}, stored_skus
    )
    _write_variant_details(
        target,
        {variant_ids[v.sku]: v for record in sound for v in record.variants},
        set(stored_skus.values()),
    )


def options_text(options: Mapping[str, str]) -> str | None:
    """`Color: Blue, Size: M`; None where there is nothing to choose."""
    return ", ".join(f"{name}: {value}" for name, value in options.items()) or None


def warehouse_ids(target: Target, warehouses: Iterable[WarehouseRecord]) -> dict[str, int]:
    """Row ids by warehouse id. A new one is created; one that is only named keeps what is known of it."""
    named: dict[str, WarehouseRecord] = {}
    for warehouse in warehouses:
        if warehouse.id not in named or warehouse.model_fields_set != {"id"}:
            named[warehouse.id] = warehouse
    known = target.find(Warehouse.ref, Warehouse.id, named)
    rows: list[Row] = [
        {
            "ref": ref,
            "name": warehouse.name or ref,
            "city": warehouse.city,
            "region": warehouse.region,
            "country": warehouse.country,
        }
        for ref, warehouse in named.items()
        if ref not in known or warehouse.model_fields_set != {"id"}
    ]
    return known | target.upsert_keyed(Warehouse, Warehouse.ref, rows, known)


def _product_row(entry: Entry[ProductRecord], sellers: Mapping[str, int]) -> Row:
    record = entry.record
    return {
        "ref": record.id,
        "name": record.name,
        "description": record.description,
        "category": record.category,
        "brand": record.brand,
        "seller_id": entry.known("seller", record.seller, sellers),
        "status": record.status,
        "final_sale": record.final_sale,
        "warranty_months": record.warranty_months,
        "weight_grams": record.weight_grams,
        "image_url": record.image_url,
    }


def _variant_rows(entry: Entry[ProductRecord]) -> list[Row]:
    rows: list[Row] = []
    for n, variant in enumerate(entry.record.variants):
        where = f"variants[{n}]"
        currency = variant.currency or entry.target.defaults.currency
        compare_at, cost = variant.compare_at, variant.cost
        if len(options_text(variant.options) or "") > 300:
            entry.reject(f"{where}.options", "should together have at most 300 characters")
        _check_stock(entry, where, variant)
        rows.append(
            {
                "sku": variant.sku,
                "price_minor": entry.minor(f"{where}.price", variant.price, currency),
                "currency": currency,
                "compare_at_minor": None
                if compare_at is None
                else entry.minor(f"{where}.compare_at", compare_at, currency),
                "cost_minor": None if cost is None else entry.minor(f"{where}.cost", cost, currency),
                "active": variant.active,
            }
        )
    return rows


def _check_stock(entry: Entry[ProductRecord], where: str, variant: VariantRecord) -> None:
    warehouses: set[str] = set()
    for n, stock in enumerate(variant.stock):
        if stock.warehouse.id in warehouses:
            entry.reject(f"{where}.stock[{n}].warehouse", "occurs twice in this variant")
        warehouses.add(stock.warehouse.id)
        days = [incoming.expected_on for incoming in stock.incoming]
        if len(set(days)) < len(days):
            entry.reject(f"{where}.stock[{n}].incoming", "has two deliveries on one day")


def _write_variants(
    target: Target, variants: Mapping[int, Sequence[Row]], stored: Mapping[str, int]
) -> dict[str, int]:
    """A variant that a product has no longer is kept, for the orders of it, but is not active."""
    rows = [{**row, "product_id": product} for product, owned in variants.items() for row in owned]
    ids = target.upsert_keyed(Variant, Variant.sku, rows, stored)
    kept = {str(row["sku"]) for row in rows}
    for part in parts(variants):
        held = select(Variant.id, Variant.sku).where(Variant.product_id.in_(part), Variant.active)
        gone = [row_id for row_id, sku in target.connection.execute(held) if sku not in kept]
        for some in parts(gone):
            target.connection.execute(update(Variant).where(Variant.id.in_(some)).values(active=False))
    return ids


def _write_variant_details(
    target: Target, variants: Mapping[int, VariantRecord], stored: Collection[int]
) -> None:
    """By row id. Those in `stored` may have details already."""
    warehouses = warehouse_ids(target, _warehouses(variants.values()))
    options: dict[int, list[Row]] = {}
    stocks: dict[int, list[Row]] = {}
    incoming: defaultdict[int, list[Row]] = defaultdict(list)
    for variant_id, variant in variants.items():
        options[variant_id] = _named_values(variant.options)
        stocks[variant_id] = [
            {
                "warehouse_id": warehouses[stock.warehouse.id],
                "on_hand": stock.on_hand,
                "reserved": stock.reserved,
            }
            for stock in variant.stock
        ]
        incoming[variant_id] = [
            {
                "warehouse_id": warehouses[stock.warehouse.id],
                "quantity": delivery.quantity,
                "expected_on": delivery.expected_on,
            }
            for stock in variant.stock
            for delivery in stock.incoming
        ]
    target.replace(VariantOption, VariantOption.variant_id, options, stored)
    target.replace(Stock, Stock.variant_id, stocks, stored)
    target.replace(IncomingStock, IncomingStock.variant_id, incoming, stored)


def _warehouses(variants: Iterable[VariantRecord]) -> Iterator[WarehouseRecord]:
    return (stock.warehouse for variant in variants for stock in variant.stock)


def _named_values(values: Mapping[str, str]) -> list[Row]:
    return [{"name": name, "value": value, "position": n} for n, (name, value) in enumerate(values.items())]
