"""Products and stock in sentences."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.embedded.reading.ranking import Figure
from bot.embedded.reading.references import is_follow_up, selection
from bot.embedded.situation import Likeness
from bot.embedded.wording.phrases import counted, sentence, unlinked
from knowledge.wording import listed
from tools.product_cards import PriceRange, ProductCard, ProductListCard, ProductSummary

NAMED = 3
"""So many products are named in the text; the card shows the rest."""
ALIKE = 0.3
"""From here on a sentence is about the question, by the embedding."""
ALIKE_ENOUGH = 0.2
"""The same for a fact that a word of the question names."""
SURELY_ALIKE = 0.45
"""The same where it is not even certain that the question is about the product."""
GONE = "It is no longer sold."
MATCHES = 80
"""Of 100: how alike words must be to count as a slip of the pen."""

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


def sorted_products(card: ProductListCard, by: tuple[Figure, bool] | None, words: str) -> str:
    """The first by price or rating, and the two after it; what is recommended says why."""
    best, rest = card.products[0], card.products[1:NAMED]
    if by and by[0] is Figure.PRICE:
        opening = f"the {'most expensive' if by[1] else 'cheapest'} is {best.name}, at {price(best.price)}"
    elif best.rating is None:
        return products(card)
    else:
        reviews = counted(best.reviews, "review")
        opening = f"{best.name} ({price(best.price)}) is rated best: {best.rating:.1f} out of 5 by {reviews}"
    if by is None and not words:
        opening = f"I can't know their taste, but {opening}"
    gone = ", but it is out of stock right now" if best.stock_known and not best.in_stock else ""
    then = [f"{one.name} ({price(one.price)})" for one in rest]
    after = f". Then {'comes' if len(then) == 1 else 'come'} {listed(then)}" if then else ""
    unmatched = f" Nothing matched “{' '.join(card.unmatched_words)}”." if card.unmatched_words else ""
    return sentence(f"{opening}{gone}{after}") + unmatched


def none_at_that_price(card: ProductListCard) -> str:
    named = [f"{found.name} ({price(found.price)})" for found in card.products[:NAMED]]
    return f"I have none at that price. What we have: {listed(named)}."


def instead_of(words: str, card: ProductListCard) -> str:
    named = [f"{found.name} ({price(found.price)})" for found in card.products[:NAMED]]
    return f"I can't find anything for “{words}”. What others liked best at that price: {listed(named)}."


NOTHING_GOES_WITH = "Our pages don't say what goes with it, and I'd rather not guess."


def others_of_kind(card: ProductCard, others: Sequence[ProductSummary]) -> str:
    named = [f"{found.name} ({price(found.price)})" for found in others[:NAMED]]
    more = f" Others in {card.category}: {listed(named)}." if named else ""
    return f"Our page on {card.name} doesn't say what goes with it.{more}"


def which_product(card: ProductListCard) -> str:
    names = [f"{found.name} ({price(found.price)})" for found in card.products]
    return f"Several fit: {listed(names)}. Which one do you mean?"


def told(card: ProductCard, question: str, likeness: Likeness) -> str:
    """What the page plainly says on a question that does not name the product; "" where that is not sure."""
    asked = question.lower()
    if re.search(r"warranty|guarantee", asked):
        return _warranty(card)
    attribute = _attribute(card, asked)
    if attribute and likeness((asked,), [": ".join(attribute)])[0][0] >= ALIKE_ENOUGH:
        return f"{card.name}, {attribute[0].lower()}: {unlinked(attribute[1])}."
    return _fact(card, asked, likeness, SURELY_ALIKE)


def product(card: ProductCard, question: str, likeness: Likeness) -> str:
    """What `question` asks of the product, or what it is; "" where the page does not say."""
    asked = question.lower()
    for pattern, part in _ASPECTS:
        if pattern.search(asked) and (answer := part(card)):
            return answer
    if attribute := _attribute(card, asked):
        name, value = attribute
        return f"{card.name}, {name.lower()}: {unlinked(value)}."
    if not _GENERAL.search(asked) and not (is_follow_up(asked) and selection(asked)):
        return _fact(card, asked, likeness, ALIKE)
    return about(card)


def not_said(card: ProductCard) -> str:
    return f"Our page on {card.name} doesn't say, and I'd rather not guess."


def or_gone(said: str, card: ProductCard) -> str:
    """With that it is no longer sold, where nothing says so yet."""
    return f"{said} {GONE}" if card.discontinued and GONE not in said else said


def asks_of_versions(question: str) -> bool:
    """Whether it asks what differs from version to version: "is the white one there?", "how much is the big one?"."""
    return bool(_OF_VERSIONS.search(question))


def asks_of_product(question: str) -> bool:
    """Whether it asks what a product's page, or its stock, tells."""
    asked = question.lower()
    return asks_of_versions(asked) or any(pattern.search(asked) for pattern, _ in _ASPECTS)


def about(card: ProductCard) -> str:
    gone = f" {GONE}" if card.discontinued else "" if card.in_stock else " It is out of stock now."
    first = unlinked(card.description).split(". ")[0].rstrip(".")
    return sentence(f"{card.name} ({price(card.price)}): {first}") + gone


def _fact(card: ProductCard, asked: str, likeness: Likeness, least: float) -> str:
    """The fact or sentence of the product's page that is about what is asked; "" where none is."""
    facts = [f"{name}: {value}" for name, value in card.attributes.items()]
    facts += re.split(r"(?<=[.!?])\s+", card.description)
    facts = [unlinked(fact) for fact in facts]
    scores = likeness((asked,), facts)[0]
    best = max(range(len(facts)), key=scores.__getitem__)
    return sentence(f"{card.name}: {facts[best]}") if scores[best] >= least else ""


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


_OF_VERSIONS = re.compile(
    r"\b(?:there|available|availability|have|got|left|in stock|come|comes|sold out|get|price|cost|costs|how much)\b",
    re.IGNORECASE,
)
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
