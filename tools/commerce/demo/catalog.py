"""What Fernway sells: the typed form of `data/catalog/*.yaml`, one file a category. Money is in cents."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import product as combinations
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, Text
from tools.commerce.schema import ReturnReason

DATA = Path(__file__).parent / "data"

Cents = Annotated[int, Field(strict=True, gt=0)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MonthlyDemand = Annotated[
    tuple[Annotated[float, Field(gt=0)], ...],
    Field(min_length=12, max_length=12),
]


@dataclass(frozen=True, slots=True)
class Sellable:
    """One SKU as orders see it."""

    sku: str
    product: "CatalogProduct"
    category: "Category"
    options: dict[str, str]
    price: int
    popularity: float


class CatalogProduct(Part):
    """`surcharges` are added for an option's value, to `price` and, in proportion, to `cost`."""

    id: Slug
    name: Text
    sku: Annotated[str, Field(pattern=r"^[A-Z]{6}$")]
    brand: Text
    seller: Slug | None = None
    description: Text
    attributes: Annotated[dict[str, str], Field(min_length=2)]
    options: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    surcharges: dict[str, Cents] = Field(default_factory=dict)
    price: Cents
    compare_at: Cents | None = None
    cost: Cents
    weight_grams: Annotated[int, Field(strict=True, gt=0)]
    warranty_months: Annotated[int, Field(strict=True, gt=0)] | None = None
    popularity: Annotated[int, Field(strict=True, ge=1, le=10)]
    final_sale: bool = False
    discontinued: bool = False
    monthly_demand: MonthlyDemand | None = None

    @model_validator(mode="after")
    def _sells_at_a_profit_what_it_offers(self) -> Self:
        if self.cost >= self.price:
            raise ValueError("cost should be below the price")
        offered = {value for values in self.options.values() for value in values}
        if unknown := self.surcharges.keys() - offered:
            raise ValueError(f"there is a surcharge for {min(unknown)!r}, which is no option's value")
        if len(self.chosen_options()) > 16:
            raise ValueError("a product has at most 16 variants")
        return self

    @property
    def image_url(self) -> str:
        return f"/products/{self.id}.svg"

    def chosen_options(self) -> list[dict[str, str]]:
        """Each variant's options; one empty choice when there is nothing to choose."""
        return [
            dict(zip(self.options, values, strict=True)) for values in combinations(*self.options.values())
        ]

    def variant_sku(self, chosen: dict[str, str]) -> str:
        return "-".join([self.sku, *(_code(value) for value in chosen.values())])

    def variant_price(self, chosen: dict[str, str]) -> int:
        return self.price + sum(self.surcharges.get(value, 0) for value in chosen.values())

    def variant_cost(self, chosen: dict[str, str]) -> int:
        return self.cost * self.variant_price(chosen) // self.price

    def variant_popularity(self, chosen: dict[str, str]) -> float:
        """The product's popularity, shared among its variants; what is listed first sells best."""
        weight = 1.0
        for name, value in chosen.items():
            weight *= 1 - 0.5 * self.options[name].index(value) / len(self.options[name])
        return self.popularity * weight / len(self.chosen_options())


class Category(Part):
    """`return_share` is of the orders that hold something of the category."""

    category: Text
    monthly_demand: MonthlyDemand
    return_share: Annotated[float, Field(gt=0, lt=1)]
    return_reasons: Annotated[dict[ReturnReason, Annotated[int, Field(gt=0)]], Field(min_length=1)]
    products: Annotated[tuple[CatalogProduct, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Catalog:
    categories: tuple[Category, ...]
    by_sku: dict[str, Sellable]


@cache
def load_catalog() -> Catalog:
    """Raises ShopFileError, naming file and line, when a file is wrong; ValueError when an id or SKU stands twice."""
    files = sorted((DATA / "catalog").glob("*.yaml"))
    categories = tuple(read_yaml(file).validated(Category) for file in files)
    by_sku: dict[str, Sellable] = {}
    ids: set[str] = set()
    for category in categories:
        for item in category.products:
            if item.id in ids:
                raise ValueError(f"two products have the id {item.id}")
            ids.add(item.id)
            for sellable in _sellables(category, item):
                if by_sku.setdefault(sellable.sku, sellable) is not sellable:
                    raise ValueError(f"two variants have the SKU {sellable.sku}")
    return Catalog(categories, by_sku)


@lru_cache(maxsize=100_000)
def money(cents: int) -> Decimal:
    """Cents as an amount in dollars, exactly."""
    return Decimal(cents).scaleb(-2)


def _sellables(category: Category, item: CatalogProduct) -> list[Sellable]:
    return [
        Sellable(
            sku=item.variant_sku(chosen),
            product=item,
            category=category,
            options=chosen,
            price=item.variant_price(chosen),
            popularity=item.variant_popularity(chosen),
        )
        for chosen in item.chosen_options()
    ]


def _code(value: str) -> str:
    """`Queen` is QUEEN, `Ink blue` is INKB, `16 x 12 in` is 16X1."""
    letters = re.sub(r"[^A-Z0-9]", "", value.upper())
    return letters if len(letters) <= 5 else letters[:4]
