"""Cards of the catalog: products, their versions, and what of them is in stock."""

from datetime import date
from typing import Literal

from pydantic import Field

from tools.facts import Facts, Money


class PriceRange(Facts):
    lowest: Money
    highest: Money


class WarehouseStock(Facts):
    warehouse: str
    available: int


class VariantStock(Facts):
    sku: str
    options: dict[str, str] = Field(default_factory=dict)
    price: Money
    available: int
    by_warehouse: tuple[WarehouseStock, ...] = ()
    next_delivery_on: date | None = None
    next_delivery_quantity: int | None = None


class StockCard(Facts):
    kind: Literal["stock"] = "stock"
    product_id: str
    name: str
    image_url: str | None = None
    discontinued: bool = False
    stock_known: bool = True
    """False when the shop keeps no stock figures for it: `available` then says nothing."""
    variants: tuple[VariantStock, ...]


class ProductSummary(Facts):
    product_id: str
    name: str
    category: str | None = None
    price: PriceRange
    options: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Option name to the values it comes in: `{"Color": ("Blue", "Red")}`."""
    in_stock: bool
    stock_known: bool = True
    rating: float | None = None
    reviews: int = 0
    image_url: str | None = None


class ProductListCard(Facts):
    kind: Literal["product_list"] = "product_list"
    products: tuple[ProductSummary, ...]
    total_products: int
    unmatched_words: tuple[str, ...] = ()
    """Words of the search that nothing in the catalog has."""


class ProductCard(Facts):
    kind: Literal["product"] = "product"
    product_id: str
    name: str
    description: str
    category: str | None = None
    brand: str | None = None
    seller: str | None = None
    price: PriceRange
    options: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    variants: int
    attributes: dict[str, str] = Field(default_factory=dict)
    warranty_months: int | None = None
    final_sale: bool = False
    discontinued: bool = False
    in_stock: bool
    stock_known: bool = True
    rating: float | None = None
    reviews: int = 0
    image_url: str | None = None
