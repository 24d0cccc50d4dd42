"""The words by which the page of a product speaks of it, to tell what an "and in blue?" is about."""

from tools.commerce.words import words
from tools.product_cards import ProductCard, StockCard


def option_values(card: ProductCard | StockCard) -> frozenset[str]:
    """In lower case."""
    if isinstance(card, StockCard):
        values = [value for variant in card.variants for value in variant.options.values()]
    else:
        values = [value for values in card.options.values() for value in values]
    return frozenset(value.lower() for value in values)


def facts_named(card: ProductCard | StockCard) -> frozenset[str]:
    """What it has facts on: the words of the names of its attributes and options."""
    if isinstance(card, StockCard):
        names = [name for variant in card.variants for name in variant.options]
    else:
        names = [*card.options, *card.attributes]
    return frozenset(word for name in names for word in words(name))
