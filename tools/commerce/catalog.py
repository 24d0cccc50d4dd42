"""Products: found by words, options and price, and described."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from tools.cards import Money, Refusal
from tools.commerce.catalog_index import catalog_index
from tools.commerce.database import ReadSession
from tools.commerce.schema import Product, ProductStatus, Review, Stock, Variant, VariantOption
from tools.commerce.words import matching_options
from tools.product_cards import PriceRange, ProductCard, ProductListCard, ProductSummary

GRAMS_IN_A_POUND = 453.592
RELEVANT = 0.5
"""A product that matches less than half as well as the best one is not what was asked for."""
FEW = 500
"""Up to so many matches are named to the database; with more, everything eligible is read instead."""
MOST_SORTED = 2000
"""Up to so many are compared by price or rating."""
CHOICES = 5
"""How many products to offer when a name fits several."""

PRODUCT_NOT_FOUND = Refusal(
    code="product_not_found",
    message="I can't find a product like that in our shop. Please try another name, or tell me what it is for.",
)

CLEARLY_RELEVANT = 0.6
"""As RELEVANT, where the best match need not come first: the cheapest lamp is a lamp, not what a lamp stands on."""

Rating = tuple[float | None, int]


class SortBy(StrEnum):
    RELEVANCE = "relevance"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    BEST_RATED = "best_rated"


@dataclass(frozen=True)
class ProductSearch:
    """Prices are minor units of `currency`; every condition must hold, of one and the same variant."""

    words: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    currency: str = "USD"
    min_minor: int | None = None
    max_minor: int | None = None
    category: str | None = None
    in_stock_only: bool = False
    sort: SortBy = SortBy.RELEVANCE
    limit: int = 5


def find_products(session: ReadSession, search: ProductSearch, now: datetime) -> ProductListCard:
    """Best match first, or as `sort` says; without telling words, in the order of their names."""
    index = catalog_index(session, now)
    options = matching_options(search.options, index.options)
    categories = index.categories_like(search.category) if search.category else None
    found = index.search(search.words)
    nothing = ProductListCard(products=(), total_products=0, unmatched_words=found.unmatched)
    if options is None or categories == set() or (found.asked and not found.scores):
        return nothing
    products = _eligible(search, options, categories)
    if found.asked and len(found.scores) <= FEW:
        products = products.where(Product.id.in_(found.scores))
    eligible = session.execute(products).all()
    if not found.asked:
        ranked = [product_id for product_id, _ in sorted(eligible, key=lambda row: (row[1], row[0]))]
    else:
        scores = {row[0]: (found.scores[row[0]], row[1]) for row in eligible if row[0] in found.scores}
        best = max((score for score, _ in scores.values()), default=0.0)
        least = best * (RELEVANT if search.sort is SortBy.RELEVANCE else CLEARLY_RELEVANT)
        relevant = [i for i, (score, _) in scores.items() if score >= least]
        ranked = sorted(relevant, key=lambda i: (-scores[i][0], scores[i][1], i))
    if search.sort is not SortBy.RELEVANCE:
        ranked = _sorted(session, ranked[:MOST_SORTED], search)
    return ProductListCard(
        products=_summaries(session, ranked[: search.limit]),
        total_products=len(ranked),
        unmatched_words=found.unmatched,
    )


def _sorted(session: ReadSession, ids: Sequence[int], search: ProductSearch) -> list[int]:
    """What has no price in the shop's currency, or no review, comes last; alike ones stay as they were."""
    if search.sort is SortBy.BEST_RATED:
        rated = _ratings(session, ids)
        return sorted(ids, key=lambda i: tuple(-(figure or 0) for figure in rated.get(i, (None, 0))))
    extreme = func.min if search.sort is SortBy.CHEAPEST else func.max
    lowest_or_highest = (
        select(Variant.product_id, extreme(Variant.price_minor))
        .where(Variant.product_id.in_(ids), Variant.active, Variant.currency == search.currency)
        .group_by(Variant.product_id)
    )
    prices = {product_id: int(price) for product_id, price in session.execute(lowest_or_highest)}
    sign = 1 if search.sort is SortBy.CHEAPEST else -1
    return sorted(ids, key=lambda i: (i not in prices, sign * prices.get(i, 0)))


def product_details(
    session: ReadSession, product: str, now: datetime
) -> ProductCard | ProductListCard | Refusal:
    """`product` is an id, a SKU or a name; a name that fits several products gives the choice."""
    found = resolve_product(session, product, now)
    if not isinstance(found, int):
        return found
    loaded = _load(session, [found])[0]
    on_sale = sellable(loaded)
    rating, reviews = _ratings(session, [found]).get(found, (None, 0))
    return ProductCard(
        product_id=loaded.ref,
        name=loaded.name,
        description=loaded.description,
        category=loaded.category,
        brand=loaded.brand,
        seller=loaded.seller.name if loaded.seller else None,
        price=_price(on_sale),
        options=option_values(on_sale),
        variants=len(on_sale),
        attributes=_attributes(loaded),
        warranty_months=loaded.warranty_months,
        final_sale=loaded.final_sale,
        discontinued=loaded.status is not ProductStatus.ACTIVE,
        in_stock=any(available(variant) for variant in on_sale),
        stock_known=any(variant.stock for variant in on_sale),
        rating=rating,
        reviews=reviews,
        image_url=loaded.image_url,
    )


def _attributes(product: Product) -> dict[str, str]:
    told = {attribute.name: attribute.value for attribute in product.attributes}
    if product.weight_grams and not any(name.lower() == "weight" for name in told):
        pounds = product.weight_grams / GRAMS_IN_A_POUND
        told["Weight"] = f"{pounds:.1f} lb ({product.weight_grams / 1000:.2f} kg)"
    return told


def resolve_product(session: ReadSession, product: str, now: datetime) -> int | ProductListCard | Refusal:
    """The id of the product that is meant, the choice between several, or that there is none."""
    ids = catalog_index(session, now).resolve(product)
    if not ids:
        return PRODUCT_NOT_FOUND
    if len(ids) == 1:
        return ids[0]
    return ProductListCard(products=_summaries(session, ids[:CHOICES]), total_products=len(ids))


def sellable(product: Product) -> list[Variant]:
    """The variants on sale; of a product that has none left, all of them."""
    active = [variant for variant in product.variants if variant.active]
    return active or product.variants


def available(variant: Variant) -> int:
    return sum(max(0, stock.on_hand - stock.reserved) for stock in variant.stock)


def option_values(variants: Iterable[Variant]) -> dict[str, tuple[str, ...]]:
    """Option names to their values, in the order of the variants."""
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for option in variant.options:
            values.setdefault(option.name, {})[option.value] = None
    return {name: tuple(known) for name, known in values.items()}


def _eligible(
    search: ProductSearch, options: Mapping[str, set[str]], categories: Collection[str] | None
) -> Select[int, str]:
    variants = select(Variant.id).where(Variant.product_id == Product.id, Variant.active)
    if search.min_minor is not None or search.max_minor is not None:
        variants = variants.where(Variant.currency == search.currency)
    if search.min_minor is not None:
        variants = variants.where(Variant.price_minor >= search.min_minor)
    if search.max_minor is not None:
        variants = variants.where(Variant.price_minor <= search.max_minor)
    for name, values in options.items():
        has = select(VariantOption.value).where(
            VariantOption.variant_id == Variant.id,
            VariantOption.name == name,
            VariantOption.value.in_(sorted(values)),
        )
        variants = variants.where(has.exists())
    if search.in_stock_only:
        there = select(Stock.variant_id).where(Stock.variant_id == Variant.id, Stock.on_hand > Stock.reserved)
        variants = variants.where(there.exists())
    products = select(Product.id, Product.name).where(
        Product.status == ProductStatus.ACTIVE, variants.exists()
    )
    return products if categories is None else products.where(Product.category.in_(sorted(categories)))


def _summaries(session: ReadSession, ids: Sequence[int]) -> tuple[ProductSummary, ...]:
    ratings = _ratings(session, ids)
    return tuple(_summary(product, *ratings.get(product.id, (None, 0))) for product in _load(session, ids))


def _summary(product: Product, rating: float | None, reviews: int) -> ProductSummary:
    on_sale = sellable(product)
    return ProductSummary(
        product_id=product.ref,
        name=product.name,
        category=product.category,
        price=_price(on_sale),
        options=option_values(on_sale),
        in_stock=any(available(variant) for variant in on_sale),
        stock_known=any(variant.stock for variant in on_sale),
        rating=rating,
        reviews=reviews,
        image_url=product.image_url,
    )


def _load(session: ReadSession, ids: Sequence[int]) -> list[Product]:
    """In the order of `ids`."""
    variants = selectinload(Product.variants)
    found = session.scalars(
        select(Product)
        .where(Product.id.in_(ids))
        .options(
            joinedload(Product.seller),
            selectinload(Product.attributes),
            variants.options(selectinload(Variant.options), selectinload(Variant.stock)),
        )
    ).all()
    by_id = {product.id: product for product in found}
    return [by_id[product_id] for product_id in ids if product_id in by_id]


def _ratings(session: ReadSession, ids: Sequence[int]) -> dict[int | None, Rating]:
    scores = (
        select(Review.product_id, func.avg(Review.score), func.count())
        .where(Review.product_id.in_(ids))
        .group_by(Review.product_id)
    )
    return {product_id: (round(float(mean), 1), count) for product_id, mean, count in session.execute(scores)}


def _price(variants: Sequence[Variant]) -> PriceRange:
    currency = variants[0].currency
    prices = [variant.price_minor for variant in variants if variant.currency == currency]
    return PriceRange(lowest=Money.of(min(prices), currency), highest=Money.of(max(prices), currency))
