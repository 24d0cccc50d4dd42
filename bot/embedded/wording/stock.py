"""What is in stock, in sentences."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.embedded.versions.asked import Asked, asked, narrowing
from bot.embedded.versions.picking import fits, options_of
from bot.embedded.wording.phrases import counted, on_day, sentence
from knowledge.wording import listed
from tools.change_cards import VersionFacts
from tools.facts import Money
from tools.product_cards import StockCard, VariantStock

LOW = 5
"""From here on down it is worth saying how few are left."""
HOW_MANY = re.compile(
    r"\b(?:how many|number of)\b.{0,40}\b(?:options?|versions?|variants?|variations?|colou?rs?|sizes?|styles?|finishes|"
    r"kinds|choices|models?)\b",
    re.IGNORECASE,
)
"""Asks for the number of versions."""
_AND_ALSO = re.compile(r",? and (?:whether|if|is|are|do you) ", re.IGNORECASE)
"""After a count, a question of its own: "how many sizes are there, and is the green one in stock?"."""
_PRICED = re.compile(r"\bhow much\b|\bpric|\bcosts?\b|\bwhat do (?:they|these|those)\b", re.IGNORECASE)
_SUPERLATIVE = re.compile(r"\b(?:(?:most|least) \w+|\w{3,}est|best value)\b", re.IGNORECASE)
SHOWN = 8


def stock(card: StockCard, question: str, today: date, before: str = "") -> str:
    """Whether it can be had, in the options that `question` names, or that were named `before` and still hold."""
    if card.discontinued:
        return f"{card.name} is no longer sold."
    if not card.stock_known:
        return f"I have no stock figures for {card.name}."
    count, *rest = _AND_ALSO.split(question, maxsplit=1)
    if rest and HOW_MANY.search(count) and len(_asked(card, rest[0], before).versions) < len(card.variants):
        return f"{stock(card, count, today, before)} {stock(card, rest[0], today, before)}"
    found = _asked(card, question, before)
    by_sku = {variant.sku: variant for variant in card.variants}
    variants = [by_sku[version.sku] for version in found.versions]
    if HOW_MANY.search(question):
        return _counted(card, variants)
    if found.missing:
        values = [f"{name.lower()} {listed(known, 'or')}" for name, known in _values(card.variants).items()]
        return sentence(f"I don't see “{found.missing}” for {card.name}. It comes in {listed(values)}")
    if not variants:
        return f"There is no {card.name} like that among the versions that we have."
    if found.is_first:
        return _first(card, variants, question)
    if len(variants) == 1:
        return _one(card, variants[0], question, today)
    have = [variant for variant in variants if variant.available]
    if not have:
        return _none(card, variants, today)
    prices = _PRICED.search(question) and len({variant.price.amount for variant in have}) > 1
    said = (
        f"Yes, {card.name} is in stock: {listed([_short(one, priced=bool(prices)) for one in have[:SHOWN]])}"
    )
    more = f", and {counted(len(have) - SHOWN, 'more version')}" if len(have) > SHOWN else ""
    out = [variant for variant in variants if not variant.available]
    sold_out = f" Sold out: {listed([_named(one) for one in out[:SHOWN]])}." if out else ""
    return f"{said}{more}.{sold_out}"


def difference(card: StockCard, one: str, other: str) -> str:
    """What two versions cost, and by how much they differ; "" where the words tell no two of them."""
    first, second = (_asked(card, said, rest).versions for said, rest in ((one, other), (other, one)))
    if len(first) != 1 or len(second) != 1 or first[0].sku == second[0].sku:
        return ""
    told = [f"{card.name} ({', '.join(v.options.values())}) costs {v.price.text}" for v in (*first, *second)]
    apart = abs(first[0].price.amount - second[0].price.amount)
    if first[0].price.currency != second[0].price.currency or not apart:
        return sentence(listed(told))
    return sentence(f"{listed(told)}: {Money.of(apart, first[0].price.currency).text} apart")


def _asked(card: StockCard, question: str, before: str) -> Asked:
    """What was said before counts for the options of which the question says nothing."""
    versions = tuple(
        VersionFacts(sku=one.sku, options=one.options, price=one.price, available=bool(one.available))
        for one in card.variants
    )
    found = asked(question, versions, card.name)
    if not before or found.missing:
        return found
    wanted = narrowing(question, options_of(versions), card.name)
    spoken_of = (
        {name for mention in (*wanted.named, *wanted.refused) for name in mention.names} if wanted else set()
    )
    spoken_of |= {
        name for name in options_of(versions) if re.search(rf"\b{re.escape(name)}", question, re.IGNORECASE)
    }
    held = narrowing(before, options_of(versions), card.name)
    kept = [mention for mention in held.named if not mention.names & spoken_of] if held else []
    narrowed = tuple(version for version in found.versions if fits(version, kept, ()))
    return replace(found, versions=narrowed) if kept and narrowed else found


def _first(card: StockCard, variants: Sequence[VariantStock], question: str) -> str:
    """The cheapest, or the longest, of those that fit."""
    superlative = _SUPERLATIVE.search(question)
    word = superlative[0].lower() if superlative else "first"
    if len(variants) > 1 and len(variants) == len(card.variants):
        return f"All versions of {card.name} are alike in that: {price_of(variants)}."
    if len(variants) > 1:
        return f"The {word} {card.name}, at {price_of(variants)}: {listed([_short(one) for one in variants[:SHOWN]])}."
    best = variants[0]
    left = "in stock" if best.available else "sold out right now"
    return f"The {word} is {card.name} ({_named(best)}), at {best.price.text}; it is {left}."


def price_of(variants: Sequence[VariantStock]) -> str:
    cheapest = min(variants, key=lambda one: one.price.amount)
    dearest = max(variants, key=lambda one: one.price.amount)
    same = cheapest.price.amount == dearest.price.amount
    return cheapest.price.text if same else f"{cheapest.price.text} to {dearest.price.text}"


def _counted(card: StockCard, variants: Sequence[VariantStock]) -> str:
    """How many versions there are, of which options, and how many of them can be had."""
    if len(card.variants) == 1:
        return f"{card.name} comes in one version only."
    values = [
        f"{counted(len(found), name.lower())} ({listed(found)})"
        if len(found) > 1
        else f"{name.lower()} {found[0]}"
        for name, found in _values(variants).items()
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


def _values(variants: Sequence[VariantStock]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            if value not in found.setdefault(name, []):
                found[name].append(value)
    return found


def _one(card: StockCard, variant: VariantStock, question: str, today: date) -> str:
    name = f"{card.name} ({_named(variant)})" if variant.options else card.name
    if not variant.available:
        return _none(card, [variant], today, priced=bool(_PRICED.search(question)))
    few = variant.available <= LOW
    left = f"only {variant.available} left" if few else f"{variant.available:,} available"
    where = ""
    if re.search(r"warehouse|where|which (?:store|location)|location", question.lower()):
        held = [
            f"{place.available} in {place.warehouse}" for place in variant.by_warehouse if place.available
        ]
        where = f" ({listed(held)})" if held else ""
    return f"Yes, {name} is in stock: {left}{where}, at {variant.price.text}."


def _none(card: StockCard, variants: Sequence[VariantStock], today: date, *, priced: bool = False) -> str:
    name = f"{card.name} ({_named(variants[0])})" if len(variants) == 1 and variants[0].options else card.name
    at = f" It costs {variants[0].price.text}." if len(variants) == 1 and priced else ""
    coming = [variant for variant in variants if variant.next_delivery_on]
    if not coming:
        return f"{name} is out of stock, and no delivery is planned yet.{at}"
    soonest = min(coming, key=lambda variant: variant.next_delivery_on or date.max)
    when = on_day(soonest.next_delivery_on, today) if soonest.next_delivery_on else ""
    many = f" ({soonest.next_delivery_quantity} pieces)" if soonest.next_delivery_quantity else ""
    return f"{name} is out of stock right now. The next delivery is due {when}{many}.{at}"


def _named(variant: VariantStock) -> str:
    return ", ".join(variant.options.values()) or variant.sku


def _short(variant: VariantStock, *, priced: bool = False) -> str:
    few = f"only {variant.available} left" if variant.available <= LOW else str(variant.available)
    return f"{_named(variant)} ({variant.price.text if priced else few})"
