"""What the orders of a chunk refer to, and what the database already holds of them: one query each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tools.commerce.importing.catalog import options_text, warehouse_ids
from tools.commerce.importing.records import OrderRecord, WarehouseRecord
from tools.commerce.importing.target import Entry, Target, parts
from tools.commerce.schema import (
    Customer,
    PaymentMethod,
    Product,
    Seller,
    Variant,
    VariantOption,
)


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    id: int
    email: str | None


@dataclass(frozen=True, slots=True)
class KnownProduct:
    id: int
    name: str
    seller_id: int | None


@dataclass(frozen=True, slots=True)
class KnownVariant:
    id: int
    product: KnownProduct
    options: str | None


@dataclass(frozen=True, slots=True)
class KnownMethod:
    """`label` is how the shopper knows it: `Visa ending in 4242`."""

    id: int
    customer_id: int
    label: str | None


@dataclass(frozen=True)
class References:
    customers: dict[str, KnownCustomer]
    products: dict[str, KnownProduct]
    variants: dict[str, KnownVariant]
    sellers: dict[str, int]
    methods: dict[str, KnownMethod]
    warehouses: dict[str, int]


def find_references(target: Target, entries: Sequence[Entry[OrderRecord]]) -> References:
    orders = [entry.record for entry in entries]
    lines = [line for order in orders for line in order.lines]
    return References(
        customers=_customers(target, (order.customer for order in orders if order.customer)),
        products=_products(target, (line.product for line in lines if line.product)),
        variants=_variants(target, (line.sku for line in lines if line.sku)),
        sellers=target.find(Seller.ref, Seller.id, (line.seller for line in lines if line.seller)),
        methods=_methods(
            target, (p.payment_method for order in orders for p in order.payments if p.payment_method)
        ),
        warehouses=warehouse_ids(
            target,
            (WarehouseRecord(id=s.warehouse) for order in orders for s in order.shipments if s.warehouse),
        ),
    )


def _customers(target: Target, refs: Iterable[str]) -> dict[str, KnownCustomer]:
    found: dict[str, KnownCustomer] = {}
    for part in parts(refs):
        stored = select(Customer.ref, Customer.id, Customer.email).where(Customer.ref.in_(part))
        for ref, row_id, email in target.connection.execute(stored):
            found[ref] = KnownCustomer(row_id, email)
    return found


def _products(target: Target, refs: Iterable[str]) -> dict[str, KnownProduct]:
    found: dict[str, KnownProduct] = {}
    for part in parts(refs):
        stored = select(Product.ref, Product.id, Product.name, Product.seller_id).where(Product.ref.in_(part))
        for ref, row_id, name, seller_id in target.connection.execute(stored):
            found[ref] = KnownProduct(row_id, name, seller_id)
    return found


def _variants(target: Target, skus: Iterable[str]) -> dict[str, KnownVariant]:
    found: dict[str, KnownVariant] = {}
    for part in parts(skus):
        options: defaultdict[int, dict[str, str]] = defaultdict(dict)
        chosen = (
            select(VariantOption.variant_id, VariantOption.name, VariantOption.value)
            .join(Variant, Variant.id == VariantOption.variant_id)
            .where(Variant.sku.in_(part))
            .order_by(VariantOption.variant_id, VariantOption.position)
        )
        for variant_id, name, value in target.connection.execute(chosen):
            options[variant_id][name] = value
        stored = (
            select(Variant.sku, Variant.id, Product.id, Product.name, Product.seller_id)
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.sku.in_(part))
        )
        for sku, row_id, product_id, product_name, seller_id in target.connection.execute(stored):
            product = KnownProduct(product_id, product_name, seller_id)
            found[sku] = KnownVariant(row_id, product, options_text(options[row_id]))
    return found


def _methods(target: Target, refs: Iterable[str]) -> dict[str, KnownMethod]:
    found: dict[str, KnownMethod] = {}
    for part in parts(refs):
        stored = select(
            PaymentMethod.ref,
            PaymentMethod.id,
            PaymentMethod.customer_id,
            PaymentMethod.brand,
            PaymentMethod.last4,
        ).where(PaymentMethod.ref.in_(part))
        for ref, row_id, customer_id, brand, last4 in target.connection.execute(stored):
            label = f"{brand} ending in {last4}" if brand and last4 else None
            found[ref] = KnownMethod(row_id, customer_id, label)
    return found
