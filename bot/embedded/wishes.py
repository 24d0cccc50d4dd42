"""What the person's message asks us to do, read together with what was said before it."""

from collections.abc import Sequence

from bot.embedded.answers import Task
from bot.embedded.classifier import UNSURE, Wish
from bot.embedded.content import content_words
from bot.embedded.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.intents import PLEASANTRIES, Intent
from bot.embedded.references import is_follow_up, refers_back, selection
from bot.embedded.situation import Situation, Slot

SURE = 0.75
"""From here on a new wish is believed even where an answer to our question was expected."""

ABOUT_ORDERS = frozenset({Intent.TRACK_ORDER, Intent.ORDER_DETAILS, Intent.LIST_ORDERS, Intent.RETURN_STATUS})
ABOUT_PRODUCTS = frozenset({Intent.FIND_PRODUCTS, Intent.PRODUCT_QUESTION, Intent.CHECK_STOCK})
_SIGNING_IN = frozenset({Intent.SIGN_IN, Intent.NO_ORDER_NUMBER})
_SHORT_REPLIES = frozenset({Intent.AFFIRM, Intent.DENY})


def tasks(situation: Situation, wishes: Sequence[Wish]) -> list[Task]:
    """At least one, in the order they were said."""
    first = wishes[0]
    if situation.memory.asked:
        if resumed := _resumed(situation, wishes):
            return [resumed]
    elif len(wishes) == 1 and (continued := _continued(situation, first)):
        return [continued]
    return [_fresh(wish, situation) for wish in wishes]


def _fresh(wish: Wish, situation: Situation) -> Task:
    if wish.intent is Intent.NO_ORDER_NUMBER:
        return Task(Intent.SIGN_IN, wish.text, after_sign_in=True)
    if wish.confidence >= (SURE if wish.intent is Intent.OUT_OF_SCOPE else UNSURE):
        return Task(wish.intent, wish.text)
    if order_numbers(wish.text, [order.number for order in situation.orders_shown]):
        return Task(Intent.ORDER_DETAILS, wish.text)
    if emails(wish.text):
        return Task(Intent.SIGN_IN, wish.text, after_sign_in=True)
    return Task(None, wish.text)


def _resumed(situation: Situation, wishes: Sequence[Wish]) -> Task | None:
    """The wish that our question belongs to, if the message answers it; None when it wants something new."""
    memory, wish = situation.memory, wishes[0]
    goal = memory.intent
    signing_in = memory.asked in {Slot.EMAIL, Slot.CODE}
    if (
        wish.intent in _SIGNING_IN
        and wish.confidence >= UNSURE
        and (signing_in or memory.asked is Slot.PROOF)
    ):
        return Task(goal, memory.text, resumed=True, after_sign_in=True)
    if _fills(memory.asked, situation):
        if _asks_for_more(goal, wishes):
            goal, text = wish.intent, wish.text
        else:
            text = memory.text
        return Task(goal, text, resumed=True, after_sign_in=signing_in)
    if memory.asked in {Slot.ORDER, Slot.PRODUCT} and not _is_new(wish, goal):
        return Task(goal, memory.text, resumed=True)
    return None


def _fills(slot: Slot | None, situation: Situation) -> bool:
    """Whether the message holds what our question asked for."""
    text = situation.text
    known = [order.number for order in situation.orders_shown]
    match slot:
        case Slot.PROOF:
            return bool(emails(text) or postcodes(text, expected=True) or order_numbers(text, known))
        case Slot.ORDER:
            return bool(order_numbers(text, known) or selection(text))
        case Slot.EMAIL:
            return bool(emails(text))
        case Slot.CODE:
            return bool(sign_in_code(text) or emails(text))
        case _:
            return False


def _asks_for_more(goal: Intent | None, wishes: Sequence[Wish]) -> bool:
    """Whether somebody who gave us what we asked for changed their wish about the order with it."""
    wish = wishes[0]
    return wish.intent in ABOUT_ORDERS and wish.intent is not goal and wish.confidence >= SURE


def _is_new(wish: Wish, goal: Intent | None) -> bool:
    if wish.intent is goal or wish.intent in _SHORT_REPLIES:
        return False
    short = len(wish.text.split()) <= 4 and {wish.intent, goal} <= ABOUT_ORDERS
    return wish.confidence >= SURE and not short


def _continued(situation: Situation, wish: Wish) -> Task | None:
    """ "And the other one?": the last wish again, about something else."""
    memory, text = situation.memory, situation.text
    leans_back = is_follow_up(text) or refers_back(text)
    if memory.intent is None or not leans_back or wish.intent in PLEASANTRIES:
        return None
    if wish.confidence >= SURE and wish.intent not in _SHORT_REPLIES:
        return None
    numbers = order_numbers(text, [order.number for order in situation.orders_shown])
    if memory.intent in ABOUT_ORDERS and (numbers or selection(text)):
        listed = memory.intent is Intent.LIST_ORDERS
        return Task(Intent.ORDER_DETAILS if listed else memory.intent, text)
    if memory.intent in ABOUT_PRODUCTS and (selection(text) or content_words(text)):
        found = memory.intent is Intent.FIND_PRODUCTS
        return Task(Intent.PRODUCT_QUESTION if found else memory.intent, text)
    return None
