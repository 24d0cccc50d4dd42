"""The catalog's words in memory, to find products by what people call them.

Each process keeps one index a database and checks by one small query whether the catalog is still the same: the
number of products and variants, the newest ids, and the length of names and descriptions. A change that keeps all
of these is seen after `LIFETIME`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from tools.commerce.database import ReadSession
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import Product, ProductAttribute, Variant, VariantOption
from tools.commerce.words import similar, telling_words, words

LIFETIME = timedelta(minutes=30)
IN_NAME, IN_CATEGORY, IN_BRAND, IN_OPTION, IN_ATTRIBUTE, IN_DESCRIPTION = 3.0, 2.0, 2.0, 1.5, 1.0, 0.7
A_SLIP = 0.8
"""What a word counts that matches but for a slip, or in its beginning only."""
CLOSE_TO_BEST = 0.85
SHORTEST_BEGINNING = 4

Version = tuple[int | None, ...]


@dataclass(frozen=True)
class Entry:
    name: str
    name_words: frozenset[str]


@dataclass(frozen=True)
class Matches:
    scores: dict[int, float]
    """Product id to how well it matches."""
    unmatched: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass
class CatalogIndex:
    version: Version
    built_at: datetime
    entries: dict[int, Entry] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    options: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    categories: set[str] = field(default_factory=set)
    postings: defaultdict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def search(self, text: str) -> Matches:
        """Every product that has any of the words, and the words that none has."""
        asked = self._as_known(telling_words(text))
        scores: dict[int, float] = defaultdict(float)
        unmatched = []
        for word in asked:
            best: dict[int, float] = {}
            for known, likeness in self._known(word).items():
                rarity = log(1 + len(self.entries) / len(self.postings[known]))
                for product_id, weight in self.postings[known].items():
                    best[product_id] = max(best.get(product_id, 0.0), weight * likeness * rarity)
            if not best:
                unmatched.append(word)
            for product_id, score in best.items():
                scores[product_id] += score
        return Matches(dict(scores), tuple(unmatched), asked)

    def resolve(self, text: str) -> list[int]:
        """The product of that id, SKU or name; several when the text fits them equally well; none."""
        if (coded := self.codes.get(number_key(text))) is not None:
            return [coded]
        found = self.search(text)
        if not found.scores or 2 * len(found.unmatched) > len(found.asked):
            return []
        said = {known for word in found.asked for known in self._known(word)}
        named = {
            product_id: score
            for product_id, score in found.scores.items()
            if self.entries[product_id].name_words & said
        }
        scores = named or found.scores
        best = max(scores.values())
        close = [product_id for product_id, score in scores.items() if score >= CLOSE_TO_BEST * best]
        in_full = [product_id for product_id in close if self.entries[product_id].name_words <= said]
        if in_full:
            longest = max(len(self.entries[product_id].name_words) for product_id in in_full)
            close = [i for i in in_full if len(self.entries[i].name_words) == longest]
        return sorted(close, key=lambda i: (-scores[i], self.entries[i].name, i))

    def categories_like(self, text: str) -> set[str]:
        asked = words(text)
        return {
            category
            for category, known in ((category, words(category)) for category in self.categories)
            if asked and all(word in known or similar(word, known) for word in asked)
        }

    def _known(self, word: str) -> dict[str, float]:
        """Words of the catalog that `word` may stand for, and how likely."""
        if word in self.postings:
            return {word: 1.0}
        if word.endswith("ing") and len(word) - 3 >= SHORTEST_BEGINNING and word[:-3] in self.postings:
            return {word[:-3]: A_SLIP}  # gardening, for the garden
        if len(word) >= SHORTEST_BEGINNING:
            longer = [known for known in self.postings if known.startswith(word)]
            if longer:
                return dict.fromkeys(longer, A_SLIP)
        return dict.fromkeys(similar(word, self.postings), A_SLIP)

    def _as_known(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """`back pack` as `backpack` and `waterbottle` as `water bottle`, where the catalog writes it so."""
        known: list[str] = []
        rest = list(asked)
        while rest:
            word = rest.pop(0)
            if rest and word + rest[0] in self.postings:
                known.append(word + rest.pop(0))
                continue
            halves = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
            split = next((pair for pair in halves if all(half in self.postings for half in pair)), None)
            known.extend(split if split and word not in self.postings else (word,))
        return tuple(dict.fromkeys(known))

    def add(self, product_id: int, text: str | None, weight: float) -> None:
        for word in telling_words(text or ""):
            posting = self.postings[word]
            posting[product_id] = max(posting.get(product_id, 0.0), weight)


_INDEXES: "WeakKeyDictionary[Engine, CatalogIndex]" = WeakKeyDictionary()
_BUILDING = Lock()


def catalog_index(session: ReadSession, now: datetime) -> CatalogIndex:
    """The index of the session's database, built anew when the catalog has changed."""
    engine = session.get_bind().engine
    version = _version(session)
    with _BUILDING:
        index = _INDEXES.get(engine)
        if index is None or index.version != version or abs(now - index.built_at) >= LIFETIME:
            index = _INDEXES[engine] = _build(session, version, now)
    return index


def _version(session: ReadSession) -> Version:
    lengths = func.sum(func.length(Product.name) + func.length(Product.description))
    variants = select(func.count(Variant.id)).scalar_subquery()
    newest = select(func.max(Variant.id)).scalar_subquery()
    row = session.execute(
        select(func.count(Product.id), func.max(Product.id), lengths, variants, newest)
    ).one()
    return tuple(row)


def _build(session: ReadSession, version: Version, now: datetime) -> CatalogIndex:
    """Products without a variant have no price and cannot be bought; they are left out."""
    index = CatalogIndex(version, now)
    columns = (Product.id, Product.ref, Product.name, Product.category, Product.brand, Product.description)
    has_variant = select(Variant.id).where(Variant.product_id == Product.id).exists()
    for product_id, ref, name, category, brand, description in session.execute(
        select(*columns).where(has_variant)
    ):
        index.entries[product_id] = Entry(name, frozenset(telling_words(name)))
        index.codes[number_key(ref)] = product_id
        if category:
            index.categories.add(category)
        for text, weight in (
            (name, IN_NAME),
            (category, IN_CATEGORY),
            (brand, IN_BRAND),
            (description, IN_DESCRIPTION),
        ):
            index.add(product_id, text, weight)
    for product_id, sku in session.execute(select(Variant.product_id, Variant.sku)):
        index.codes[number_key(sku)] = product_id
    options = select(Variant.product_id, VariantOption.name, VariantOption.value).join(
        VariantOption, VariantOption.variant_id == Variant.id
    )
    for product_id, name, value in session.execute(options.distinct()):
        index.options[name].add(value)
        index.add(product_id, value, IN_OPTION)
    attributes = select(ProductAttribute.product_id, ProductAttribute.name, ProductAttribute.value)
    for product_id, name, value in session.execute(attributes):
        if product_id in index.entries:
            index.add(product_id, f"{name} {value}", IN_ATTRIBUTE)
    return index
