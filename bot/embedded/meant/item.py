"""Which item of an order a question is about, so that a later "it" can be the thing as well as the order."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.embedded.reading.content import content_words
from bot.embedded.reading.named_items import SAME_WORDS, named_parts, with_items
from bot.embedded.situation import Situation
from tools.cards import OrderCard, OrderListCard, TrackingCard
from tools.commerce.words import words

ORDERS_LOOKED_AT = 20
_MY = re.compile(r"\bmy (?:\w+ )?[\w'-]+(?: [\w-]+)?", re.IGNORECASE)
_QUANTITY = re.compile(r"^\d+ x ")


def bare_name(item: str) -> str:
    """`Enamel mug` of `2 x Enamel mug (Color: Blue)`."""
    return _QUANTITY.sub("", item).split(" (")[0]


def item_meant(text: str, items: Sequence[str], kinds: Sequence[str] = ()) -> str | None:
    """The name of the only one of the items that the text names, by its name or its kind, or the only one there is."""
    names = list(dict.fromkeys(bare_name(item) for item in items))
    if len(names) == 1:
        return names[0]
    parts = [" ".join(words(part)) for part in named_parts(text)]
    named = [
        name
        for name in names
        if any(
            part and fuzz.partial_token_set_ratio(part, " ".join(words(name))) >= SAME_WORDS for part in parts
        )
    ]
    if not named and len(kinds) == len(items):
        pairs = zip(items, kinds, strict=True)
        named = list(dict.fromkeys(bare_name(item) for item, kind in pairs if " ".join(words(kind)) in parts))
    return named[0] if len(named) == 1 else None


def names_plainly(text: str, items: Sequence[str]) -> bool:
    """Whether a word of the text is one of an item's name, and not merely like one: "late" is no plate."""
    said = set(words(content_words(text)))
    return any(said & set(words(bare_name(item))) for item in items)


def own_thing(text: str, situation: Situation) -> tuple[str, str] | None:
    """The order and the item of theirs that "my kettle has spots" names; None where no order of theirs holds it, or
    several do."""
    named = _MY.search(text)
    if named is None or not situation.signed_in or situation.is_staff:
        return None
    found = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT)
    holding = with_items(named[0], found.orders) if isinstance(found, OrderListCard) else []
    if len(holding) != 1 or not names_plainly(named[0], holding[0].items):
        return None
    thing = item_meant(named[0], holding[0].items, holding[0].kinds)
    return (holding[0].number, thing) if thing else None


def thing_of_order(text: str, number: str, situation: Situation) -> str | None:
    """The item that the text means of an order that was looked at."""
    for found in situation.results.values():
        if isinstance(found, OrderCard) and found.number == number:
            kinds = [line.category or "" for line in found.lines]
            return item_meant(text, [line.name for line in found.lines], kinds)
    for order in situation.orders_shown:
        if order.number == number:
            return item_meant(text, order.items, order.kinds)
    for found in situation.results.values():
        if isinstance(found, TrackingCard) and found.number == number:
            return item_meant(text, [item for parcel in found.parcels for item in parcel.contents])
    return None
