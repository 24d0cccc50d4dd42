"""A message about who is asking: what it is of somebody who need not, or rather would, sign in."""

import re

from bot.embedded.answers import Task
from bot.embedded.intents import Intent
from bot.embedded.reading.entities import emails, order_numbers
from bot.embedded.situation import Situation, Slot
from bot.embedded.understanding.wish import SURE, UNSURE, Wish

SIGNING_IN = frozenset({Intent.SIGN_IN, Intent.NO_ORDER_NUMBER})
_WANTS_CODE = re.compile(
    r"(?<!zip )(?<!postal )(?<!post )\bcode\b(?! on)|\b(?:sign|log) ?(?:me )?in\b", re.IGNORECASE
)


def instead_of_signing_in(wish: Wish, situation: Situation) -> Task | None:
    """What a wish to sign in comes to; None where it is just that."""
    if situation.signed_in or situation.is_staff:
        # There is nobody to sign in: it is about an order, or what it is next likeliest to be.
        about = Intent.LIST_ORDERS if emails(wish.text) and situation.is_staff else wish.runner_up
        if about not in SIGNING_IN and (wish.confidence < SURE or situation.is_staff):
            return Task(about, wish.text)
    if order_numbers(wish.text) and not _WANTS_CODE.search(wish.text):
        return Task(Intent.ORDER_DETAILS, wish.text)
    if wish.intent is Intent.NO_ORDER_NUMBER:
        return Task(Intent.SIGN_IN, wish.text, after_sign_in=True)
    return None


def wants_code(situation: Situation, wish: Wish) -> bool:
    """Whether they would rather sign in than give an order number with its e-mail or postcode."""
    if wish.intent not in SIGNING_IN or wish.confidence < UNSURE:
        return False
    if situation.memory.asked is not Slot.PROOF or _WANTS_CODE.search(situation.text):
        return True
    numbered = situation.memory.order or order_numbers(situation.text)
    return wish.intent is Intent.NO_ORDER_NUMBER and not numbered
