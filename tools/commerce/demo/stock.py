"""Products and what lies in the warehouses: enough for the open orders, and something on the way."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random

from tools.commerce.demo.catalog import Sellable, money
from tools.commerce.demo.shop import Shop
from tools.commerce.importing.records import ProductRecord, SellerRecord
from tools.commerce.schema import ProductStatus

Reserved = Mapping[tuple[str, str], int]
"""Units promised to open orders, by SKU and warehouse."""


def seller_records(shop: Shop) -> Iterator[SellerRecord]:
    for seller in shop.trade.sellers:
        yield SellerRecord.model_validate(seller.model_dump())


def product_records(shop: Shop, reserved: Reserved) -> Iterator[ProductRecord]:
    rng = Random(f"{shop.seed}:stock")  # noqa: S311 - a demo's data, no secret
    for category in shop.catalog.categories:
        for item in category.products:
            yield ProductRecord.model_validate(
                {
                    "id": item.id,
                    "name": item.name,
                    "description": item.description,
                    "category": category.category,
                    "brand": item.brand,
                    "seller": item.seller,
                    "status": ProductStatus.DISCONTINUED if item.discontinued else ProductStatus.ACTIVE,
                    "final_sale": item.final_sale,
                    "warranty_months": item.warranty_months,
                    "weight_grams": item.weight_grams,
                    "attributes": item.attributes,
                    "image_url": item.image_url,
                    "variants": tuple(
                        _variant(shop, rng, shop.catalog.by_sku[item.variant_sku(chosen)], reserved)
                        for chosen in item.chosen_options()
                    ),
                }
            )


def _variant(shop: Shop, rng: Random, sellable: Sellable, reserved: Reserved) -> dict[str, object]:
    item = sellable.product
    extra = sellable.price - item.price
    return {
        "sku": sellable.sku,
        "options": sellable.options,
        "price": money(sellable.price),
        "compare_at": money(item.compare_at + extra) if item.compare_at else None,
        "cost": money(item.variant_cost(sellable.options)),
        "stock": tuple(_stock(shop, rng, sellable, reserved)),
    }


def _stock(shop: Shop, rng: Random, sellable: Sellable, reserved: Reserved) -> Iterator[dict[str, object]]:
    trade, item = shop.trade, sellable.product
    is_out = sellable.sku in trade.out_of_stock
    free = [0 if is_out else _free(rng, sellable) for _ in trade.warehouses]
    main = rng.randrange(len(free))
    if not is_out and not any(free):
        free[main] = 2
    in_days = _next_delivery(rng, sellable, trade.out_of_stock.get(sellable.sku), sum(free), is_out)
    for n, warehouse in enumerate(trade.warehouses):
        held = reserved.get((sellable.sku, warehouse.id), 0)
        expected = (
            shop.days.date[shop.days.today] + timedelta(days=in_days) if in_days and n == main else None
        )
        yield {
            "warehouse": warehouse.model_dump(exclude={"hub"}),
            "on_hand": free[n] + held,
            "reserved": held,
            "incoming": ({"quantity": 12 * item.popularity, "expected_on": expected},) if expected else (),
        }


def _free(rng: Random, sellable: Sellable) -> int:
    if sellable.product.discontinued:
        return rng.randrange(4)
    return int(rng.random() ** 1.6 * 60 * sellable.popularity) if rng.random() < 0.9 else 0


def _next_delivery(rng: Random, sellable: Sellable, told: int | None, free: int, is_out: bool) -> int | None:
    """Days until a supplier's delivery: as told where nothing is left, soon where little is."""
    if is_out or sellable.product.discontinued:
        return told
    return 4 + rng.randrange(25) if free < 12 or rng.random() < 0.1 else None
