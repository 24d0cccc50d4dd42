"""Which figure over their own orders somebody asks for, and over which orders and items."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.embedded.intents import Intent
from bot.embedded.reading.content import content_words
from bot.embedded.reading.periods import Period, named_span
from bot.embedded.reading.plain import plain
from bot.embedded.reading.references import NUMBERS
from bot.embedded.wording.stock import HOW_MANY
from bot.embedded.wording.totals import Measure

MOST_PARTS = 3
"""Things counted one by one for "how many lamps and mugs did I buy"."""

_CUES: Mapping[Measure, tuple[str, ...]] = {
    Measure.LAST: (
        r"when\b.{0,40}\b(?:last|latest|(?:most )?recent(?:ly)?)",
        r"last time",
        r"how long (?:ago|since)",
        r"last (?:bought|ordered|purchased|got)",
    ),
    Measure.FIRST: (
        r"(?:first|earliest|oldest) (?:ever )?(?:order|purchase|time)",
        r"first (?:buy|bought|order|ordered|shop)",
        r"how long\b.{0,30}\b(?:customer|shopping|buying|ordering)",
        r"since when",
    ),
    Measure.MOST: (
        r"(?<!my )(?<!the )(?:order|bought|buy|purchas|got|get)\w*(?: \w+){0,3} (?:the )?"
        r"most(?! (?:expensive|recent|costly))",
        r"most (?:often|frequent\w*|ordered|bought|purchased|popular)",
        r"favou?rite",
        r"most of",
        r"more (?:often )?than anything",
        r"top (?:items?|products?|purchases?)",
    ),
    Measure.AVERAGE: (
        r"average|avg",
        r"mean (?:order|amount|spend\w*|basket)",
        r"per order",
        r"typical(?:ly)?",
        r"usual(?:ly)? (?:spend|order)",
    ),
    Measure.LARGEST: (
        r"most (?:expensive|costly|valuable)",
        r"biggest|largest|highest|priciest|dearest|costliest",
        r"(?:spen[dt]|costs?|paid)(?: me)? (?:the )?most",
        r"most i(?:'ve)? ever",
    ),
    Measure.SMALLEST: (
        r"least (?:expensive|costly)",
        r"cheapest|smallest|lowest",
        r"(?:spen[dt]|costs?|paid)(?: me)? (?:the )?least",
    ),
    Measure.SHIPPING: (r"(?:shipping|delivery|postage|freight)(?! (?:address|date|day|time))",),
    Measure.TAX: (r"taxe?s?|vat|gst",),
    Measure.DISCOUNT: (
        r"saved?|savings?|discounts?|promo\w*|coupons?|vouchers?",
        r"(?:money|amount) off",
    ),
    Measure.REFUNDED: (r"refund(?:s|ed)?", r"(?:paid|given|gave|got|gotten|get|money|come) (?:me )?back"),
    Measure.CANCELED: (r"cancel\w*",),
    Measure.UNDER_WAY: (
        r"on (?:their|the|its) way|in transit|under way|on the road",
        r"to come|coming|outstanding|open|pending|active|unfinished|undelivered|waiting",
        r"not (?:yet )?(?:here|arrived|delivered|come|shipped)",
        r"(?:haven't|hasn't|aren't|isn't)(?: \w+){0,3} (?:arrived|delivered|come|shipped|here)",
        r"(?:yet|still) to (?:arrive|be delivered|ship)",
        r"still (?:missing|due)",
    ),
    Measure.DELIVERED: (r"delivered|arrived|received|completed",),
    Measure.ORDERS: (
        r"how (?:many|mny) (?:\w+ ){0,3}(?:orders?|purchases|times)",
        r"(?:number|count|amount) of (?:\w+ ){0,3}(?:orders|purchases|times)",
        r"how often|order count",
        r"how many (?:have|did|do|are|were)",
        r"how many\W*$",
        r"count (?:up )?(?:all )?(?:my|the) (?:orders|purchases)",
    ),
    Measure.PIECES: (
        r"how many",
        r"(?:number|quantity|count) of",
        r"how much \w+ (?:did|have) i (?:buy|order|bought)",
    ),
    Measure.SPENT: (
        r"how much|spen[dt]|spending|totals?|sum|altogether|worth|costs?|paid|pay|value|money|bill|expenses?",
        r"add(?:s|ed)? up|tot up|tally|in all|together|combined",
    ),
}
"""The first measure that has a cue in the words is meant: the special ones stand before the general."""
_MEASURES = tuple(
    (measure, re.compile(rf"\b(?:{'|'.join(cues)})\b", re.IGNORECASE)) for measure, cues in _CUES.items()
)
_OF_ITEMS = re.compile(r"\b(?:thing|item|product|article|piece|one thing|stuff)s?\b", re.IGNORECASE)
_COUNT = r"(\d{1,3}|" + "|".join(NUMBERS) + ")"
_NEWEST = re.compile(
    rf"\b(?:last|latest|newest|past|(?:most )?recent|previous) {_COUNT} (?:orders|purchases|ones)\b|"
    rf"\b{_COUNT} (?:last|latest|newest|most recent) (?:orders|purchases|ones)\b|"
    r"\b(?:my |the )(?:last|latest|newest|most recent) order and (?:my |the )?(?:one|order) before\b",
    re.IGNORECASE,
)
_OVER_ALL = re.compile(
    r"\b(?:in all|in total|all in all|altogether|overall|ever|all time|so far)\b", re.IGNORECASE
)
_ONE = re.compile(
    r"\b(?:my|the|that|this) (?:(?:last|latest|newest|current|recent|previous|other|whole|entire) )?"
    r"(?:order|purchase)\b(?! (?:history|count|value|total))",
    re.IGNORECASE,
)
_IN_ONE = re.compile(
    r"\b(?:in|on|from) (?:my|the|that|this) (?:(?:last|latest|newest|current|recent|previous|other) )?order\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:all|both|every|each|my|the)(?: (?:of|my|the|these|those|three|four|\w+ed))* "
    r"(?:orders|purchases|order and)\b|"
    r"\borders (?:combined|together|altogether)\b|\bhow many (?:orders|purchases|times)\b",
    re.IGNORECASE,
)
_OF_SHOP = re.compile(
    r"\b(?:do|can|could) you (?:guys )?(?:have|sell|offer|carry|stock|recommend)\b|\byou (?:guys )?(?:have|sell)\b|"
    r"\byour (?:most|least|cheap|pric|dear|best)",
    re.IGNORECASE,
)
_OF_OWN = re.compile(r"\b(?:i|i've|my|me|we|our)\b", re.IGNORECASE)
_NOT_OF_VERSIONS = frozenset({Intent.ORDER_TOTALS, Intent.POLICY_QUESTION, Intent.OUT_OF_SCOPE})
_NEAR = frozenset({Intent.ORDER_TOTALS, Intent.ORDER_DETAILS, Intent.LIST_ORDERS})
_ADDED_UP = frozenset(
    {Measure.SPENT, Measure.ORDERS, Measure.AVERAGE, Measure.LARGEST, Measure.SMALLEST, Measure.MOST}
)
_EXTREMES = frozenset(
    {Measure.AVERAGE, Measure.LARGEST, Measure.SMALLEST, Measure.MOST, Measure.FIRST, Measure.LAST}
)
_BETWEEN_PARTS = re.compile(r"\s*(?:,|\band\b|\bor\b|\bplus\b|&)\s*", re.IGNORECASE)
_NOT_ITEMS = frozenset(
    """
    account active add adds adding ago already altogether amount amounted amounts anything approximately arrived
    article articles average avg bill biggest calculate cancel canceled cancelled canceling cash cent charge charges
    cheapest code codes coming combined complete completed costliest costly count counted coupon coupons customer date
    dearest delivered different discount discounts dollar dollars earlier earliest entire euro euros ever everything
    exactly expense expenses expensive far favorite favourite fee fees figure figures freight frequent frequently
    grand highest history kind kinds largest latest least lifetime lowest mean money month newest number numbers
    often oldest one ones online open orderd outstanding overall paid past pay paying pending per period piece pieces
    popular postage pound pounds previous priciest promo promotion promotions purchased purchases purchasing quantity
    received recent recently refund refunded refunds roughly saved saving savings shopped shopping since site smallest
    spend spending spendings spent stuff sum sums tax taxes time times together total totaled totalled totals transit
    typical typically undelivered unit units up usual usually valuable value values vat voucher vouchers website week
    work worth year years
    """.split()
)
"""Words of such questions that name nothing that anybody bought."""


@dataclass(frozen=True)
class Scope:
    """Which of their orders, and which items: every figure is taken over these."""

    span: Period | None = None
    newest: int | None = None
    items: tuple[str, ...] = ()
    """Each is counted by itself; none stands for everything."""


def measures_in(text: str) -> tuple[Measure, ...]:
    """What is asked for, one for each part of the sentence; none where it only says of what."""
    found: list[Measure] = []
    for part in re.split(r"[,;.?!]\s|\band\b", plain(text)):
        measure = next((measure for measure, cue in _MEASURES if cue.search(part)), None)
        if measure and measure not in found:
            found.append(measure)
    return tuple(found)


def scope_of(text: str, today: date) -> Scope:
    text = plain(text)
    newest = _NEWEST.search(text)
    span, rest = named_span(_NEWEST.sub(" ", text), today)
    named = [_items_in(part) for part in _BETWEEN_PARTS.split(rest)]
    return Scope(
        span=None if newest else span,
        newest=_how_many(newest) if newest else None,
        items=tuple(filter(None, named))[:MOST_PARTS],
    )


def is_over_all(text: str) -> bool:
    """Whether nothing said before narrows it: "and in all?"."""
    return bool(_OVER_ALL.search(plain(text)))


def names_outright(text: str, words: str) -> bool:
    """Whether the words stand where a thing is named: "spent on coffee", "how many lamps", "last bought tea"."""
    first = re.escape(words.split()[0]) if words else ""
    named = (
        rf"\b(?:on|for|of|with|and|about|many|much|bought|buy|buying|ordered|order|got|get) (?:\w+ )?{first}"
    )
    return bool(first and re.search(named, plain(text), re.IGNORECASE))


def intended(intent: Intent, text: str) -> Intent:
    """`intent`, unless the words say that it is about one order rather than several, or the other way round."""
    said = plain(text)
    if intent in _NOT_OF_VERSIONS and HOW_MANY.search(said) and not _OF_OWN.search(said):
        return Intent.CHECK_STOCK
    if intent not in _NEAR:
        return intent
    if intent is Intent.ORDER_TOTALS and _OF_SHOP.search(said):
        return Intent.FIND_PRODUCTS
    if _SEVERAL.search(said):
        return Intent.ORDER_TOTALS if _ADDED_UP & set(measures_in(said)) else intent
    of_all = _EXTREMES & set(measures_in(said)) and not _IN_ONE.search(said)
    if intent is Intent.ORDER_TOTALS and _ONE.search(said) and not of_all:
        return Intent.ORDER_DETAILS
    return intent


def is_of_items(text: str) -> bool:
    """Whether a thing is asked for rather than an order: "the most expensive thing I bought"."""
    return bool(_OF_ITEMS.search(plain(text)))


def _items_in(text: str) -> str:
    return " ".join(word for word in content_words(text).split() if word.lower() not in _NOT_ITEMS)


def _how_many(newest: re.Match[str]) -> int:
    said = newest[1] or newest[2]
    if said is None:
        return 2
    return max(1, int(said)) if said.isdigit() else NUMBERS[said.lower()]
