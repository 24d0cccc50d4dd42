"""How people name an item, an order or a version: only in ways by which a stranger could tell it from the others."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.evaluation.generated.buyers import Buyer, Item, Purchase

_CUT = re.compile(r"\s*[,(/:–]|\s-\s|\s(?:for|with|of|in|from)\s", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?", re.IGNORECASE)
_SHORTEST_MISSPELT = 6
_NO_NAMES = frozenset({"yes", "no", "none", "without", "with"})
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@dataclass(frozen=True)
class Named:
    """A phrase, and the way of naming that it is an example of."""

    way: str
    text: str
    is_plural: bool = False


def item_names(item: Item, scope: Sequence[Item], rng: Random) -> list[Named]:
    """Every way that tells the item from the others of `scope`; none where there is no such way."""
    others = [other for other in scope if (other.order, other.line) != (item.order, item.line)]
    # Of several equal items the plural says that all of them are meant.
    name, noun = item.name, head_noun(item.name)
    if item.left > 1:
        name, noun = _pluralized(name), plural(noun) if noun else None
    found = [
        _named("whole name", name),
        _named("name with options", f"{name} in {_spoken_options(item)}", name) if item.options else None,
        _named("head noun", noun) if noun else None,
        *(
            _named("option and noun", f"{value.lower()} {noun}")
            for value in item.options.values()
            if noun and _is_adjective(value)
        ),
        _by_category(item, noun),
    ]
    names = [one for one in found if one and _tells(one.text, item, others)]
    names += [spoilt for one in names[:1] if (spoilt := _misspelt(one, rng))]
    return names


def some_of(count: int, named: Named) -> Named:
    """`two of the filters`."""
    return Named(named.way, f"{_NUMBERS.get(count, str(count))} of {named.text}", count > 1)


def order_names(purchase: Purchase, buyer: Buyer, besides: Sequence[Item], rng: Random) -> list[Named]:
    """Ways to tell the order from the buyer's others; by what is in it only beside the items that are named anyway."""
    others = [other for other in buyer.purchases if other.number != purchase.number]
    found = [Named("number", f"order {purchase.number}"), Named("number", purchase.number)]
    day = purchase.placed_on
    if day and all(other.placed_on != day for other in others):
        found.append(Named("date", f"the order from {day:%B} {day.day}"))
        found.append(Named("date", f"the order I placed on {day:%B} {day.day}"))
    if day and all(other.placed_on is None or other.placed_on < day for other in others):
        found += [Named("last", "my last order"), Named("last", "my most recent order")]
    for item in purchase.items:
        if item in besides:
            continue
        names = [one for one in item_names(item, buyer.items, rng) if one.way != "name with options"]
        if names:
            found.append(Named("contents", f"the order with {rng.choice(names).text}"))
    return found


def version_words(item: Item, options: Mapping[str, str]) -> list[Named]:
    """How another version is told by what is different in it; the rest stays as it is."""
    new = {name: value for name, value in options.items() if item.options.get(name) != value}
    if not new or not _are_clear(item, new) or any(value.lower() in _NO_NAMES for value in new.values()):
        return []
    values = " and ".join(new.values())
    told = " and ".join(f"{name.lower()} {value}" for name, value in new.items())
    found = [
        Named("value", f"the {' '.join(new.values())} one"),
        Named("option and value", f"one with {told}"),
        Named("same but", f"the same but in {values}"),
    ]
    if len(options) > len(new) and not any(value.lower() in _NO_NAMES for value in options.values()):
        found.append(Named("whole version", f"the one in {', '.join(options.values())}"))
    return found


def head_noun(name: str) -> str | None:
    """The last plain word of what a name calls the thing: `kettle` of `Plume Electric Kettle, 1.7 L`."""
    words = _WORD.findall(_CUT.split(name)[0])
    last = words[-1] if words else ""
    return last.lower() if last.isalpha() and len(last) > 2 else None


def plural(noun: str) -> str:
    if _is_plural(noun):
        return noun
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if re.search(r"[^aeiou]y$", noun) else f"{noun}s"


def stems(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"(?:'s|es|s)$", "", word.lower()) for word in _WORD.findall(text)) - {
        "the",
        "in",
    }


def _named(way: str, phrase: str, name: str | None = None) -> Named:
    return Named(way, f"the {phrase}", _is_plural(name or phrase))


def _pluralized(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{first} {plural(last)}".strip()


def _words(item: Item) -> frozenset[str]:
    return stems(" ".join([item.name, item.category or "", *item.options, *item.options.values()]))


def _tells(text: str, item: Item, others: Iterable[Item]) -> bool:
    said = stems(text)
    return said <= _words(item) and not any(said <= _words(other) for other in others)


def _is_plural(text: str | None) -> bool:
    return bool(text and re.search(r"[^su]s$", text.lower()))


def _is_adjective(value: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z-]{3,}(?: [a-z]+)?", value)) and value.lower() not in {
        "yes",
        "none",
        "not",
    }


def _spoken_options(item: Item) -> str:
    return ", ".join(item.options.values())


def _by_category(item: Item, noun: str | None) -> Named | None:
    """A shop's `Bags` are bags; what else a category may be called says nothing of one thing in it."""
    words = (item.category or "").split()
    if len(words) != 1 or not re.search(r"[^cs]s$", words[0]):
        return None
    singular = re.sub(r"s$", "", re.sub(r"ies$", "y", words[0].lower()))
    category = words[0].lower() if item.left > 1 else singular
    return _named("category", category) if category != noun else None


def _misspelt(named: Named, rng: Random) -> Named | None:
    """Two letters inside the longest word change places."""
    word = max(named.text.split(), key=len)
    if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
        return None
    place = rng.randrange(1, len(word) - 2)
    spoilt = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if spoilt == word:
        return None
    return Named("typo", named.text.replace(word, spoilt), named.is_plural)


def _are_clear(item: Item, new: Mapping[str, str]) -> bool:
    """Whether each value belongs to one option of the product only."""
    return all(
        {name for version in item.versions for name, other in version.options.items() if other == value}
        == {option}
        for option, value in new.items()
    )
