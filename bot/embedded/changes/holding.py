"""Which of a person's orders holds what a wish for another version, or another number, is about."""

import re
from collections.abc import Sequence
from enum import IntEnum

from bot.embedded.changes.becoming import becomes, could_become
from bot.embedded.changes.draft import Draft, Line
from bot.embedded.changes.kinds import NOT_SHIPPED
from bot.embedded.changes.quantities import wanted
from bot.embedded.changes.reading import lines_told
from bot.embedded.content import content_words
from bot.embedded.plain import plain
from bot.embedded.ranking import ranking, without_ranking
from bot.embedded.situation import Situation
from tools.cards import OrderCard, OrderListCard, OrderSummary
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
    r"\b(?:can|could|may) (?:i|we|you)\b|\b(?:i|we)(?:'d| would) (?:like|prefer|rather|love)\b|\b(?:want|need|prefer|"
    r"meant|wanted|make|give|get|take|change|swap|switch|put|send)\b|\binstead\b|\brather\b|\bplease\b|\bpls\b|\b(?:too|"
    r"bit) (?:small|big|large|tight|loose|long|short)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\W*(?:where|when|who|why|how|has|have|did|was|were|status)\b", re.IGNORECASE)
_FRAGMENT = 5
"""Words: so few may leave the verb out."""


class Fit(IntEnum):
    NOTHING = 0
    VERSION = 1
    """Something in it could become what is asked for."""
    NAMED = 2
    CHANGED = 3
    """What is named could become so, or another number is told of it."""


def fit(text: str, lines: Sequence[Line]) -> tuple[Fit, int]:
    """How well an order's lines fit the words, and how many of them do."""
    told = lines_told(Draft(change=ProposalKind.ITEM_CHANGE, lines=tuple(lines)), text)
    numbers = {item.line for item in told.items} | set(told.among)
    named = [line for line in lines if line.line in numbers]
    if not named:
        could = could_become(text, lines)
        return (Fit.VERSION, len(could)) if could else (Fit.NOTHING, 0)
    changed = [line for line in named if becomes(text, line, lines)]
    if not changed and len(named) == 1 and wanted(text, named[0].quantity) not in {None, named[0].quantity}:
        changed = named
    return (Fit.CHANGED, len(changed)) if changed else (Fit.NAMED, len(named))


def orders_holding(text: str, situation: Situation) -> list[str]:
    """The numbers of the orders that fit the words best."""
    best = _best(text, situation, _readable(situation, NOT_SHIPPED | {OrderStatus.DELIVERED}))
    return best[1] if best else []


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
    spoken_of = situation.memory.order
    best = _best(said, situation, [spoken_of] if spoken_of else [])
    if best and best[0][0] in {Fit.VERSION, Fit.CHANGED}:
        return True
    if not situation.signed_in:
        return False
    best = _best(said, situation, _readable(situation, NOT_SHIPPED))
    return best is not None and best[0][0] in {Fit.VERSION, Fit.CHANGED}


def is_of_items(text: str, numbers: Sequence[str], situation: Situation) -> bool:
    """Whether a wish to change an order, of these `numbers` or any, is for another version or number of its items."""
    if not numbers and not situation.signed_in:
        return False
    best = _best(text, situation, numbers or _readable(situation, NOT_SHIPPED | {OrderStatus.DELIVERED}))
    return best is not None and best[0][0] in {Fit.VERSION, Fit.CHANGED}


def _best(
    text: str, situation: Situation, numbers: Sequence[str]
) -> tuple[tuple[Fit, int], list[str]] | None:
    fits: dict[str, tuple[Fit, int]] = {}
    for number in numbers:
        card = situation.ask("get_order_details", order_number=number)
        if isinstance(card, OrderCard):
            fits[card.number] = fit(text, [Line.of(line) for line in card.lines])
    best = max(fits.values(), default=(Fit.NOTHING, 0))
    if best[0] is Fit.NOTHING:
        return None
    return best, [number for number, found in fits.items() if found == best]


def _readable(situation: Situation, statuses: frozenset[OrderStatus]) -> list[str]:
    """The newest orders in one of these states, what has not left first."""
    found = situation.ask("list_my_orders", limit=ORDERS_LISTED)
    orders = found.orders if isinstance(found, OrderListCard) else ()
    fitting = sorted((o for o in orders if o.status in statuses), key=_has_left)
    return [order.number for order in fitting[:ORDERS_READ]]


def _has_left(order: OrderSummary) -> bool:
    return order.status not in NOT_SHIPPED
