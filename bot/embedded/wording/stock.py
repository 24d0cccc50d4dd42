"""What is in stock, in sentences."""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process

from bot.embedded.wording.phrases import counted, listed, on_day, sentence
from bot.embedded.wording.products import MATCHES
from tools.cards import StockCard, VariantStock

LOW = 5
"""From here on down it is worth saying how few are left."""
HOW_MANY = re.compile(
    r"\b(?:how many|number of)\b.{0,40}\b(?:options?|versions?|variants?|variations?|colou?rs?|sizes?|styles?|finishes|"
    r"kinds|choices|models?)\b",
    re.IGNORECASE,
)
"""Asks for the number of versions."""
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


def stock(card: StockCard, question: str, today: date) -> str:
    """Whether it can be had, in the options that `question` names."""
    if card.discontinued:
        return f"{card.name} is no longer sold."
    if not card.stock_known:
        return f"I have no stock figures for {card.name}."
    variants = matching(card.variants, question)
    if HOW_MANY.search(question):
        return _counted(card, variants)
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


def _counted(card: StockCard, variants: Sequence[VariantStock]) -> str:
    """How many versions there are, of which options, and how many of them can be had."""
    if len(card.variants) == 1:
        return f"{card.name} comes in one version only."
    values = [
        f"{counted(len(found), name.lower())} ({listed(found)})"
        if len(found) > 1
        else f"{name.lower()} {found[0]}"
        for name, found in _values(card.model_copy(update={"variants": tuple(variants)})).items()
    ]
    there = sum(bool(variant.available) for variant in variants)
    all_there = there == len(variants)
    stock = (
        f": {'all' if all_there else there} of them {'is' if there == 1 else 'are'} in stock"
        if card.stock_known
        else ""
    )
    return sentence(
        f"{card.name} comes in {counted(len(variants), 'version')}{stock}. That is {listed(values)}"
    )


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
