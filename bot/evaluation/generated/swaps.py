"""What an item is to be swapped for, and how that version is told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from bot.evaluation.generated.buyers import Item, Version
from bot.evaluation.generated.naming import Named, version_words
from bot.evaluation.generated.wording import filled, wording
from tools.commerce.changes.requests import SwapWish

_LADDER = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*\D*")


@dataclass(frozen=True)
class Swap:
    """`label` is the version as a choice shows it."""

    way: str
    item: str
    text: str
    label: str
    wish: SwapWish


def drawn_swap(item: Item, named: str, rng: Random) -> Swap | None:
    """One of the ways to tell one of the other versions, each way as likely as the next."""
    told = list(_told(item, rng))
    if not told:
        return None
    way = rng.choice(sorted({one.way for one, _ in told}))
    words, version = rng.choice([pair for pair in told if pair[0].way == way])
    text = filled(rng.choice(wording().swap), {"item": named, "version": words.text})
    label = ", ".join(f"{name}: {value}" for name, value in version.options.items())
    return Swap(way, named, text, label, SwapWish(line=item.line, sku=version.sku))


def _told(item: Item, rng: Random) -> Iterator[tuple[Named, Version]]:
    words = wording().version_words
    for version in item.others:
        for named in version_words(item, version.options):
            yield named, version
    there = [version for version in item.others if _is_there(version, item.quantity)]
    for step, way in ((1, "up"), (-1, "down")):
        if (found := _sized(item, step)) is not None and found in there:
            yield Named(f"size {way}", rng.choice(words[way])), found
    cheapest = sorted(there, key=lambda version: version.price)
    own = next((version.price for version in item.versions if version.sku == item.sku), None)
    if len(cheapest) > 1 and cheapest[0].price < cheapest[1].price and own and cheapest[0].price < own:
        yield Named("cheapest", rng.choice(words["cheapest"])), cheapest[0]
    yield from _either(item, there, rng)


def _either(item: Item, there: list[Version], rng: Random) -> Iterator[tuple[Named, Version]]:
    """One of two, by what is in stock."""
    single = {version.sku: value for version in item.others if (value := _only_difference(item, version))}
    first = rng.choice(item.others)
    second = next((one for one in there if one.sku in single and one.sku != first.sku), None)
    if first.sku in single and second is not None:
        template = rng.choice(wording().version_words["either"])
        text = filled(
            template, {"first": f"the {single[first.sku]} one", "second": f"the {single[second.sku]} one"}
        )
        yield Named("either", text), first if first in there else second


def _only_difference(item: Item, version: Version) -> str | None:
    new = [value for name, value in version.options.items() if item.options.get(name) != value]
    return new[0] if len(new) == 1 else None


def _is_there(version: Version, quantity: int) -> bool:
    return version.free is None or version.free >= quantity


def _sized(item: Item, step: int) -> Version | None:
    """The next in size; None where that isn't plain."""
    name = next((name for name in item.options if name.lower() == "size"), None)
    if name is None:
        return None
    rest = _without(item.options, name)
    known = {
        rank: version
        for version in item.versions
        if _without(version.options, name) == rest
        and (rank := _rank(version.options.get(name, ""))) is not None
    }
    ranks = sorted(known)
    own = _rank(item.options[name])
    if own not in ranks:
        return None
    place = ranks.index(own) + step
    return known[ranks[place]] if 0 <= place < len(ranks) else None


def _without(options: Mapping[str, str], name: str) -> dict[str, str]:
    return {other: value for other, value in options.items() if other != name}


def _rank(size: str) -> float | None:
    if size.lower() in _LADDER:
        return float(_LADDER.index(size.lower()))
    found = _NUMBER.fullmatch(size)
    return 1000 + float(found[1]) if found else None
