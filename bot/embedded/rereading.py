"""A wish that is not clear is read again beside the questions that the shop's articles are known to answer.

"Why was my card rejected?" sounds like a return that was refused. But an article answers nearly the same question,
and none of the questions it answers is about a return.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.embedded.classifier import Wish
from bot.embedded.entities import order_numbers
from bot.embedded.intents import PLEASANTRIES, Intent
from bot.embedded.policies import known_questions
from bot.embedded.references import refers_back
from bot.embedded.situation import Situation

CLEAR = 0.75
"""From this confidence on a wish is what it seems."""
KINDRED = 0.25
"""Where so many of an article's questions are read as the wish was, they are about the same thing."""
_OF_PRODUCTS = frozenset(
    {
        Intent.PRODUCT_QUESTION,
        Intent.CHECK_STOCK,
        Intent.FIND_PRODUCTS,
        Intent.ORDER_DETAILS,
        Intent.OUT_OF_SCOPE,
    }
)
_PAST = re.compile(r"\b(?:did|was|were|have i|i have|i've)\b", re.IGNORECASE)
_AS_READ = PLEASANTRIES | {
    Intent.POLICY_QUESTION,
    Intent.AFFIRM,
    Intent.DENY,
    Intent.REPEAT,
    Intent.CAPABILITIES,
    Intent.TALK_TO_PERSON,
}


def reread(wish: Wish, situation: Situation, classify: Callable[[str], Wish]) -> Wish:
    """The wish, or the question to the articles that it is. Raises NeedsTool."""
    if wish.confidence >= CLEAR or wish.intent in _AS_READ or not wish.text or situation.memory.asked:
        return wish
    if _is_about_an_order(wish.text, situation) or _looks_back(wish, situation) or _leans(wish, situation):
        return wish
    known = known_questions(wish.text, situation)
    kindred = sum(classify(question).intent is wish.intent for question in known)
    if not known or kindred >= KINDRED * len(known):
        return wish
    return replace(
        wish,
        intent=Intent.POLICY_QUESTION,
        confidence=CLEAR,
        runner_up=wish.intent,
        runner_up_confidence=1 - CLEAR,
    )


def _leans(wish: Wish, situation: Situation) -> bool:
    """Whether it is about the product spoken of: "which colors does it come in?"."""
    return bool(situation.memory.product) and wish.intent in _OF_PRODUCTS and refers_back(wish.text)


def _looks_back(wish: Wish, situation: Situation) -> bool:
    """Whether somebody who is known asks how it was: "how much did shipping cost?", not "how much does it cost?"."""
    is_of_order = wish.intent in {Intent.ORDER_DETAILS, Intent.ORDER_TOTALS}
    return situation.signed_in and is_of_order and bool(_PAST.search(wish.text))


def _is_about_an_order(text: str, situation: Situation) -> bool:
    """Whether an order is named, or was spoken of just now: "how much did shipping cost?" is about that one."""
    shown = [order.number for order in situation.orders_shown]
    return bool(situation.memory.order or shown or order_numbers(text))
