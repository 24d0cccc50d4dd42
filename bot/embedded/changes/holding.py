"""Which of a person's orders holds what a wish for another version, or another number, is about."""

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from bot.embedded.changes.becoming import becomes, could_become
from bot.embedded.changes.draft import Draft, Line
from bot.embedded.changes.kinds import NOT_SHIPPED
from bot.embedded.changes.lines import meant
from bot.embedded.changes.naming import described, in_the_orders_words
from bot.embedded.changes.quantities import wanted
from bot.embedded.changes.reading import lines_named
from bot.embedded.changes.reasons import implied, is_our_fault, return_reason
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.plain import plain
from bot.embedded.reading.ranking import ranking, without_ranking
from bot.embedded.situation import Likeness, Situation
from tools.cards import OrderListCard, OrderSummary
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus, ProposalKind

ORDERS_LISTED = 20
ORDERS_READ = 6

_SHOPS = re.compile(
    r"\b(?:do (?:you|u|they) (?:have|sell|stock|carry|do|make)|is there|are there|any|in stock|available|price|cost|"
    r"how (?:much|many|long)|looking for|look for|search|show me|recommend|suggest|buy|purchase|what|which|compare|"
    r"order (?:a|an|another|one|some)|difference|restock\w*|back in|gift for|thinking of)\b",
    re.IGNORECASE,
)
"""Of somebody who asks what there is, or wants to buy."""
_WISHES = re.compile(
    r"\b(?:can|could|may) (?:i|we|you|the|my|these|those)\b|\b(?:i|we)(?:'d| would) (?:like|prefer|rather|love)\b|"
    r"\b(?:want|need|prefer|meant|wanted|make|give|get|take|changes?|swap|switch|put|send|upgrade)\b|\b(?:instead|rather|were)\b|"
    r"\b(?:should|must|needs? to|has to|have to|better) be\b|\bwill do\b|\b(?:please|pls)\b|"
    r"\b(?:too|bit) (?:small|big|large|tight|loose|long|short)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\W*(?:where|when|who|why|how|has|have|did|was|were|status)\b", re.IGNORECASE)
_HAS_ONE = re.compile(
    r"\b(?:instead|swap|exchange|same|rather|mine|too (?:small|big|large|tight|loose|long|short|dark|light)|bigger|"
    r"smaller|fits?|wrong|larger|(?:has|have|needs?|ought|supposed) to (?:be|have been)|should have been)\b",
    re.IGNORECASE,
)
"""Of somebody who has one already."""
SHORTEST_NUMBER = 5
_FRAGMENT = 5
"""Words: so few may leave the verb out."""


Fits = tuple["Fit", int, int]
"""How an order fits the words, how many of its products do, and how many of their options are told with their names."""
Best = tuple[Fits, list[str]]
"""How well, and which orders fit so."""


class Fit(IntEnum):
    NOTHING = 0
    VERSION = 1
    """Something in it could become what is asked for."""
    NAMED = 2
    COUNTED = 3
    """Another number is told of what is named."""
    CHANGED = 4
    """What is named could become so."""


NO_FIT: Fits = (Fit.NOTHING, 0, 0)


@lru_cache(maxsize=2048)
def in_their_words(text: str, lines: tuple[Line, ...], likeness: Likeness) -> str:
    """The text as it is, if it tells which of the lines, else with another word for one put as its name."""
    is_told = meant(text, lines) or _products(could_become(text, lines)) == 1
    return text if is_told else in_the_orders_words(text, lines, likeness)


@lru_cache(maxsize=2048)
def fit(text: str, lines: tuple[Line, ...]) -> Fits:
    """How well an order's lines fit the words."""
    told = lines_named(Draft(change=ProposalKind.ITEM_CHANGE, lines=lines), text)
    numbers = {item.line for item in told.items} | {line.line for line in told.among}
    named = [line for line in lines if line.line in numbers]
    if not named:
        could = could_become(text, lines)
        return (Fit.VERSION, 1, 0) if could else NO_FIT
    changed = [line for line in named if becomes(text, line, lines)]
    if not changed and len(named) == 1 and wanted(text, named[0].quantity) not in {None, named[0].quantity}:
        return Fit.COUNTED, 1, described(text, named)
    return (
        Fit.CHANGED if changed else Fit.NAMED,
        _products(changed or named),
        described(text, changed or named),
    )


def _products(lines: Sequence[Line]) -> int:
    return len({line.name for line in lines})


def orders_holding(text: str, situation: Situation) -> list[str]:
    """The numbers of the orders that fit the words best; what broke has come."""
    has_come = is_our_fault(return_reason(text))
    statuses = frozenset() if has_come else NOT_SHIPPED
    best = _best(text, situation, _readable(situation, statuses | {OrderStatus.DELIVERED}))
    return best[1] if best else []


def best_fit(
    text: str,
    situation: Situation,
    numbers: Sequence[str],
    statuses: frozenset[OrderStatus] = NOT_SHIPPED | {OrderStatus.DELIVERED},
) -> tuple[Fit, str | None]:
    """How well the words fit the things in an order of these `numbers`, or of any in one of the `statuses`, and in
    which; none of several."""
    if not numbers and not situation.signed_in:
        numbers = [situation.memory.order] if situation.memory.order else []
    readable = numbers or _readable(situation, statuses)
    best = _best(text, situation, readable)
    if best is None:
        return Fit.NOTHING, None
    return best[0][0], best[1][0] if len(best[1]) == 1 else None


def has_one(text: str) -> bool:
    """Whether it is said of a thing that they have: "too small", "the same in blue"."""
    return bool(_HAS_ONE.search(plain(text)))


def wants_own_changed(text: str, situation: Situation) -> bool:
    """Whether somebody who seems to ask for a product wants one of theirs to be another version, or another number."""
    said = plain(text)
    is_short = len(said.split()) <= _FRAGMENT and "?" not in said and not _ASKS.match(said)
    if situation.is_staff or _SHOPS.search(said) or not (is_short or _WISHES.search(said)):
        return False
    if not (situation.signed_in or situation.memory.order):
        return False
    if is_short and not _WISHES.search(said) and ranking(said) and content_words(without_ranking(said)):
        return False  # "cheapest tire": of all that there are
    told = _told_numbers(said, situation)
    spoken_of = told[:1] or ([situation.memory.order] if situation.memory.order else [])
    if _is_meant(_best(said, situation, spoken_of), said):
        return True
    if told or not situation.signed_in:
        return False
    statuses = NOT_SHIPPED | ({OrderStatus.DELIVERED} if _HAS_ONE.search(said) else frozenset())
    return _is_meant(_best(said, situation, _readable(situation, statuses)), said)


def _is_meant(best: Best | None, text: str) -> bool:
    fit = best[0][0] if best else Fit.NOTHING
    return fit in {Fit.VERSION, Fit.CHANGED} or (fit is Fit.COUNTED and not implied(text))


def _told_numbers(text: str, situation: Situation) -> list[str]:
    """Numbers of orders; a short one that is none of the person's may as well be a size."""
    found = order_numbers(text, [order.number for order in situation.orders_shown])
    if not situation.signed_in:
        return list(found)
    mine = situation.look("list_my_orders", limit=ORDERS_LISTED)
    own = {number_key(order.number) for order in mine.orders} if isinstance(mine, OrderListCard) else set()
    return [number for number in found if number_key(number) in own or not may_be_size(number)]


def may_be_size(number: str) -> bool:
    """Whether what looks like an order's number may as well be a size: "the wider one, 150"."""
    return number.isdigit() and len(number) < SHORTEST_NUMBER


def is_of_items(text: str, numbers: Sequence[str], situation: Situation) -> bool:
    """Whether a wish to change an order, of these `numbers` or any, is for another version or number of its items."""
    if not numbers and not situation.signed_in:
        return False
    best = _best(text, situation, numbers or _readable(situation, NOT_SHIPPED | {OrderStatus.DELIVERED}))
    return _is_meant(best, text)


def _best(text: str, situation: Situation, numbers: Sequence[str]) -> Best | None:
    """By the names of things; by other words for them only where no order has what is named."""
    orders = {card.number: tuple(map(Line.of, card.lines)) for card in situation.look_at_orders(numbers)}
    fits = {number: fit(text, lines) for number, lines in orders.items()}
    if not any(found[0] >= Fit.NAMED for found in fits.values()):
        likeness = situation.likeness
        fits = {number: fit(in_their_words(text, lines, likeness), lines) for number, lines in orders.items()}
    best = max(fits.values(), default=NO_FIT)
    return (best, [number for number, found in fits.items() if found == best]) if best[0] else None


def _readable(situation: Situation, statuses: frozenset[OrderStatus]) -> list[str]:
    """The newest orders in one of these states, what has not left first."""
    found = situation.look("list_my_orders", limit=ORDERS_LISTED)
    orders = found.orders if isinstance(found, OrderListCard) else ()
    fitting = sorted((o for o in orders if o.status in statuses), key=_has_left)
    return [order.number for order in fitting[:ORDERS_READ]]


def _has_left(order: OrderSummary) -> bool:
    return order.status not in NOT_SHIPPED
