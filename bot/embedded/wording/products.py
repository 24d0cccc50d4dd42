"""Products and stock in sentences."""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process

from bot.embedded.references import is_follow_up, selection
from bot.embedded.situation import Likeness
from bot.embedded.wording.phrases import counted, listed, on_day, sentence, unlinked
from tools.cards import PriceRange, ProductCard, ProductListCard, StockCard, VariantStock

NAMED = 3
"""So many products are named in the text; the card shows the rest."""
LOW = 5
"""From here on down it is worth saying how few are left."""
ALIKE = 0.3
"""From here on a sentence is about the question, by the embedding."""
MATCHES = 80
"""Of 100: how alike words must be to count as a slip of the pen."""

_IN_OPTION = re.compile(r"\bin (?:the )?(?:colou?r |size )?([a-z]{3,15})(?: one)?\W*$")
_NOT_OPTIONS = {
    "stock",
    "store",
    "stores",
    "shop",
    "all",
    "total",
    "it",
    "them",
    "your",
    "general",
    "there",
    "inventory",
}
# What people ask for, and the words that shops call it by in a product's attributes.
_ASKED_AS = {
    "made of": "material fabric composition",
    "made from": "material fabric composition",
    "big": "dimensions size measurements",
    "large": "dimensions size measurements",
    "size": "dimensions size measurements",
    "tall": "height dimensions",
    "wide": "width dimensions",
    "long": "length dimensions",
    "deep": "depth dimensions",
    "heavy": "weight",
    "weigh": "weight",
    "hold": "capacity volume",
    "fit": "fit capacity size",
    "wash": "care washing cleaning",
    "clean": "care washing cleaning",
    "sleep": "capacity sleeps",
    "waterproof": "waterproof water resistance rating",
    "power": "power wattage battery",
    "battery": "battery power",
    "bulb": "bulb light source",
}


def is_named(card: ProductListCard, words: str, *, every_word: bool = False) -> bool:
    """Whether names or categories of the products found have one, or all, of the words searched for."""
    asked = [word for word in words.lower().split() if len(word) > 2]
    named = [
        w
        for found in card.products
        for w in re.findall(r"\w+", f"{found.name} {found.category or ''}".lower())
    ]
    hits = [bool(process.extractOne(word, named, scorer=fuzz.ratio, score_cutoff=MATCHES)) for word in asked]
    return any(hits) and (all(hits) or not every_word)


def closest(card: ProductListCard) -> str:
    """For products whose texts only speak of what was asked for."""
    named = [f"{found.name} ({price(found.price)})" for found in card.products[:NAMED]]
    return f"I'm not sure that we have that. The closest I found: {listed(named)}."


def products(card: ProductListCard) -> str:
    if not card.products:
        return "I couldn't find anything like that in the shop. Could you describe it in other words?"
    unmatched = f" Nothing matched “{' '.join(card.unmatched_words)}”." if card.unmatched_words else ""
    best = card.products[0]
    if card.total_products == 1:
        said = f"I found one: {best.name}, {price(best.price)}"
        return sentence(said + ("" if best.in_stock else ", which is out of stock right now")) + unmatched
    named = [f"{found.name} ({price(found.price)})" for found in card.products[:NAMED]]
    more = card.total_products - len(named)
    named += [f"{more:,} more"] if more else []
    return f"I found {counted(card.total_products, 'product')}: {listed(named)}.{unmatched}"


def which_product(card: ProductListCard) -> str:
    names = [f"{found.name} ({price(found.price)})" for found in card.products]
    return f"Several fit: {listed(names)}. Which one do you mean?"


def product(card: ProductCard, question: str, likeness: Likeness) -> str:
    """What `question` asks of the product, or what it is."""
    asked = question.lower()
    for pattern, part in _ASPECTS:
        if pattern.search(asked) and (answer := part(card)):
            return answer
    if attribute := _attribute(card, asked):
        name, value = attribute
        return f"{card.name}, {name.lower()}: {unlinked(value)}."
    if not _GENERAL.search(asked) and not (is_follow_up(asked) and selection(asked)):
        return _told(card, asked, likeness)
    return about(card)


def about(card: ProductCard) -> str:
    gone = (
        " It is no longer sold." if card.discontinued else "" if card.in_stock else " It is out of stock now."
    )
    first = unlinked(card.description).split(". ")[0].rstrip(".")
    return sentence(f"{card.name} ({price(card.price)}): {first}") + gone


def _told(card: ProductCard, asked: str, likeness: Likeness) -> str:
    """The fact or sentence of the product's page that is about what is asked; else an honest "not said"."""
    facts = [f"{name}: {value}" for name, value in card.attributes.items()]
    facts += re.split(r"(?<=[.!?])\s+", card.description)
    facts = [unlinked(fact) for fact in facts]
    scores = likeness(asked, facts)
    best = max(range(len(facts)), key=scores.__getitem__)
    if scores[best] >= ALIKE:
        return sentence(f"{card.name}: {facts[best]}")
    return f"Our page on {card.name} doesn't say, and I'd rather not guess."


def _attribute(card: ProductCard, asked: str) -> tuple[str, str] | None:
    wanted = " ".join([*(words for cue, words in _ASKED_AS.items() if cue in asked), asked]).split()
    names = {name: name.lower().replace("_", " ") for name in card.attributes}
    best: tuple[float, str] | None = None
    for name, plain in names.items():
        for part in plain.split():
            found = process.extractOne(part, wanted, scorer=fuzz.ratio, score_cutoff=MATCHES)
            if found and (best is None or found[1] > best[0]):
                best = (found[1], name)
    return (best[1], card.attributes[best[1]]) if best else None


def _price(card: ProductCard) -> str:
    return f"{card.name} costs {price(card.price)}."


def _warranty(card: ProductCard) -> str:
    months = card.warranty_months
    if months is None:
        return ""
    length = counted(months // 12, "year") if months % 12 == 0 else counted(months, "month")
    return f"{card.name} comes with a warranty of {length}."


def _rating(card: ProductCard) -> str:
    if card.rating is None or not card.reviews:
        return f"{card.name} has no reviews yet."
    return f"{card.name} is rated {card.rating:.1f} out of 5 by {counted(card.reviews, 'review')}."


def seller(card: ProductCard) -> str:
    """Who makes it and who sells it; "" when that isn't known."""
    by = [f"made by {card.brand}"] if card.brand else []
    by += [f"sold by {card.seller}"] if card.seller else []
    return f"{card.name} is {listed(by)}." if by else ""


def _options(card: ProductCard) -> str:
    if len(card.options) == 1:
        return f"{card.name} comes in {listed(next(iter(card.options.values())))}."
    said = [f"{name.lower()}: {listed(values)}" for name, values in card.options.items()]
    return f"{card.name} comes in {'; '.join(said)}." if said else f"{card.name} comes in one version only."


_GENERAL = re.compile(
    r"\b(?:tell me|about|describe|details?|info\w*|what (?:is|are)|what's|show me|more on)\b"
)
_ASPECTS = tuple(
    (re.compile(pattern), part)
    for pattern, part in (
        (r"how much (?:is|are|does|do|for|would)|\bprice|\bcosts?\b|expensive", _price),
        (r"warranty|guarantee", _warranty),
        (r"review|rating|rated|\bstars?\b|any good", _rating),
        (r"who (?:makes|sells|made)|\bbrand|manufacturer|\bseller", seller),
        (
            r"colou?rs?\b|\bsizes\b|(?:which|what) (?:options|versions|variants|finishes)|come[s]? in\b",
            _options,
        ),
    )
)


def price(range_: PriceRange) -> str:
    if range_.lowest.amount == range_.highest.amount:
        return range_.lowest.text
    return f"{range_.lowest.text} to {range_.highest.text}"


def stock(card: StockCard, question: str, today: date) -> str:
    """Whether it can be had, in the options that `question` names."""
    if card.discontinued:
        return f"{card.name} is no longer sold."
    if not card.stock_known:
        return f"I have no stock figures for {card.name}."
    variants = matching(card.variants, question)
    unknown = _unknown_option(card, question)
    if unknown:
        values = [f"{name.lower()} {listed(found, 'or')}" for name, found in _values(card).items()]
        return sentence(f"I don't see “{unknown}” for {card.name}. It comes in {listed(values)}")
    if len(variants) == 1:
        return _one(card, variants[0], question, today)
    have = [variant for variant in variants if variant.available]
    if not have:
        return _none(card, variants, today)
    said = f"Yes, {card.name} is in stock: {listed([_short(variant) for variant in have[:8]])}"
    more = f", and {counted(len(have) - 8, 'more version')}" if len(have) > 8 else ""
    out = [variant for variant in variants if not variant.available]
    sold_out = f" Sold out: {listed([_named(v) for v in out[:8]])}." if out else ""
    return f"{said}{more}.{sold_out}"


def _unknown_option(card: StockCard, question: str) -> str | None:
    """ "In green", when nothing about the product is green."""
    match = _IN_OPTION.search(question.lower())
    if not match or match[1] in _NOT_OPTIONS or not any(v.options for v in card.variants):
        return None
    words = [word for v in card.variants for value in v.options.values() for word in value.lower().split()]
    known = [*words, *card.name.lower().split()]
    return None if process.extractOne(match[1], known, scorer=fuzz.ratio, score_cutoff=MATCHES) else match[1]


def _values(card: StockCard) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for variant in card.variants:
        for name, value in variant.options.items():
            if value not in found.setdefault(name, []):
                found[name].append(value)
    return found


def matching(variants: Sequence[VariantStock], question: str) -> Sequence[VariantStock]:
    """The variants with the option values that the question names; all of them when it names none."""
    words = re.findall(r"[\w./-]+", question.lower())
    kept = list(variants)
    for name in dict.fromkeys(option for variant in variants for option in variant.options):
        named = [v for v in kept if _is_named(v.options.get(name, ""), words, question.lower())]
        kept = named or kept
    return kept


def _is_named(value: str, words: Sequence[str], question: str) -> bool:
    said = value.lower()
    if len(said) <= 3 or any(c.isdigit() for c in said):
        return bool(re.search(rf"(?<!\w){re.escape(said)}(?!\w)", question)) if said else False
    parts = said.split()
    return all(process.extractOne(part, words, scorer=fuzz.ratio, score_cutoff=MATCHES) for part in parts)


def _one(card: StockCard, variant: VariantStock, question: str, today: date) -> str:
    name = f"{card.name} ({_named(variant)})" if variant.options else card.name
    if not variant.available:
        return _none(card, [variant], today)
    few = variant.available <= LOW
    left = f"only {variant.available} left" if few else f"{variant.available:,} available"
    where = ""
    if re.search(r"warehouse|where|which (?:store|location)|location", question.lower()):
        held = [
            f"{place.available} in {place.warehouse}" for place in variant.by_warehouse if place.available
        ]
        where = f" ({listed(held)})" if held else ""
    return f"Yes, {name} is in stock: {left}{where}, at {variant.price.text}."


def _none(card: StockCard, variants: Sequence[VariantStock], today: date) -> str:
    name = f"{card.name} ({_named(variants[0])})" if len(variants) == 1 and variants[0].options else card.name
    coming = [variant for variant in variants if variant.next_delivery_on]
    if not coming:
        return f"{name} is out of stock, and no delivery is planned yet."
    soonest = min(coming, key=lambda variant: variant.next_delivery_on or date.max)
    when = on_day(soonest.next_delivery_on, today) if soonest.next_delivery_on else ""
    many = f" ({soonest.next_delivery_quantity} pieces)" if soonest.next_delivery_quantity else ""
    return f"{name} is out of stock right now. The next delivery is due {when}{many}."


def _named(variant: VariantStock) -> str:
    return ", ".join(variant.options.values()) or variant.sku


def _short(variant: VariantStock) -> str:
    few = f"only {variant.available} left" if variant.available <= LOW else str(variant.available)
    return f"{_named(variant)} ({few})"
