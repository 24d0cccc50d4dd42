"""A wish that is not clear is read again beside the questions that the shop's articles are known to answer.

"Why was my card rejected?" sounds like a return that was refused. But an article answers nearly the same question,
and none of the questions it answers is about a return.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.embedded.answering.policies import known_questions
from bot.embedded.intents import ABOUT_PRODUCTS, CHANGES, PLEASANTRIES, Intent
from bot.embedded.reading.clauses import asks
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import emails, order_numbers
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation
from bot.embedded.understanding.topics import goes_on, in_context, topic
from bot.embedded.understanding.wish import Wish

Classify = Callable[[tuple[str, ...]], Sequence[Wish]]
"""Names the likeliest wish of each text."""

CLEAR = 0.9
CLEAR_CHANGE = 0.6
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


def reread(wishes: Sequence[Wish], situation: Situation, classify: Classify) -> tuple[Wish, ...]:
    """The wishes, with questions to the articles where they are such. Raises NeedsTool."""
    before = situation.memory.text if situation.memory.intent is Intent.POLICY_QUESTION else ""
    found: list[Wish] = []
    for wish in wishes:
        if situation.memory.asked is None:
            wish = _in_context(wish, before) or _beside_known(wish, situation, classify)
        found.append(wish)
        before = wish.text if wish.intent is Intent.POLICY_QUESTION else ""
    return tuple(found)


def _in_context(wish: Wish, before: str) -> Wish | None:
    """A mere "and what does it cost?", or "and on chairs?", after a question to the articles is another one."""
    if not before or wish.intent in PLEASANTRIES:
        return None
    is_of_another = wish.intent in ABOUT_PRODUCTS and goes_on(wish.text)
    if not is_of_another and (topic(wish.text) or not asks(wish.text)):
        return None
    return _question(wish, in_context(wish.text, before))


def _beside_known(wish: Wish, situation: Situation, classify: Classify) -> Wish:
    names_nothing = wish.intent in ABOUT_PRODUCTS and not (
        content_words(wish.text) or situation.memory.product
    )
    clear = CLEAR_CHANGE if wish.intent in CHANGES else CLEAR
    if wish.intent in _AS_READ or not wish.text or (wish.confidence >= clear and not names_nothing):
        return wish
    if _is_about_an_order(wish.text, situation) or _looks_back(wish, situation) or _leans(wish, situation):
        return wish
    known = known_questions(wish.text, situation)
    kindred = sum(read.intent is wish.intent for read in classify(known)) if known else 0
    if not known or (kindred >= KINDRED * len(known) and not names_nothing):
        return wish
    return _question(wish, wish.text)


def _question(wish: Wish, text: str) -> Wish:
    return replace(
        wish,
        intent=Intent.POLICY_QUESTION,
        confidence=CLEAR,
        text=text,
        runner_up=wish.intent,
    )


def _leans(wish: Wish, situation: Situation) -> bool:
    """Whether it is about the product spoken of: "which colors does it come in?"."""
    return bool(situation.memory.product) and wish.intent in _OF_PRODUCTS and refers_back(wish.text)


def _looks_back(wish: Wish, situation: Situation) -> bool:
    """Whether somebody who is known asks how it was: "how much did shipping cost?", not "how much does it cost?"."""
    is_of_order = wish.intent in {Intent.ORDER_DETAILS, Intent.ORDER_TOTALS}
    return situation.signed_in and is_of_order and bool(_PAST.search(wish.text))


def _is_about_an_order(text: str, situation: Situation) -> bool:
    """Whether an order, or whose it is, is named, or was spoken of just now: "how much did shipping cost?" is about
    that one."""
    shown = [order.number for order in situation.orders_shown]
    return bool(situation.memory.order or shown or order_numbers(text) or emails(text))
