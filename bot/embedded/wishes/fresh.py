"""The tasks of a message that begins something: one for each wish, or one for each thing that it speaks of."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.embedded.answering import orders, own_account
from bot.embedded.answering.claims import claim_to_settle
from bot.embedded.answering.figures import intended
from bot.embedded.answering.outlook import is_of_own, supposes_swap
from bot.embedded.answering.signing_in import SIGNING_IN, instead_of_signing_in
from bot.embedded.answers import Task
from bot.embedded.changes.holding import has_one, wants_own_changed
from bot.embedded.changes.kinds import names_way, tells_where
from bot.embedded.changes.reasons import implied, is_our_fault, return_reason
from bot.embedded.intents import ABOUT_PRODUCTS, CHANGES, PLEASANTRIES, Intent
from bot.embedded.reading.entities import emails, order_numbers
from bot.embedded.reading.named_items import with_items
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation
from bot.embedded.understanding.wish import SURE, UNSURE, Wish
from bot.embedded.wishes.acts import acts_in, could_swap, gives_back, is_question
from bot.embedded.wishes.unsure import numbered_change, of_unsure

LIKELIEST = 0.25
"""From here on the articles are asked: they know by themselves what they don't answer."""

_MAY_BE_OWN = ABOUT_PRODUCTS | {
    Intent.ORDER_DETAILS,
    Intent.OUT_OF_SCOPE,
    Intent.POLICY_QUESTION,
    Intent.REPORT_PROBLEM,
    Intent.SMALL_TALK,
}
"""What a wish for another version of one's own thing may be taken for."""
_CHANGES_IT = re.compile(
    r"\b(?:chang\w*|updat\w*|correct\w*|edit|fix|new|add|moved|unsubscribe|stop|sign me|newsletter|is now)\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:price difference|difference in price|what(?:'s| is| would be) the difference|"
    r"how much (?:more|extra|less) (?:would|will|does|do|is) (?:it|that|i)|"
    r"how much (?:would|will|do) i (?:get back|have to pay|pay|owe))\b",
    re.IGNORECASE,
)


_HAS_GONE = re.compile(
    r"^(?!.*\b(?:how much|total|sum|cost|spen[dt])\b).*?"
    r"\b(?:has|have|did|is)\b.{0,40}\b(?:left(?![- ]hand)|shipped|gone out|arrived?|come|on (?:its|the) way)\b|"
    r"^(?!.*\b(?:that|which) (?:\w+n't|\w+ not)\b).*\b(?:here|arrived|delivered|shipped|come) yet\b|"
    r"\bwhen (?:did|will|does|is)\b.{0,40}\b(?:arriv\w*|come|coming|get here|be here|ship)\b",
    re.IGNORECASE,
)
_WAS_PAID = re.compile(
    r"\b(?:what|how much) (?:did|have) (?:i|we) pa(?:y|id)\b|\b(?:what|how much) did (?:it|that|this) cost me\b|"
    r"\bwas (?:the )?(?:tax|vat|shipping|delivery) (?:\w+ )?included\b",
    re.IGNORECASE,
)
_HOW_MANY_OF_IT = re.compile(
    r"\bhow many (?:of (?:those|them|these|it)|[\w ]{1,30}) (?:did|have) (?:i|we) "
    r"(?:get|got|order|ordered|buy|bought|take)\W*$",
    re.IGNORECASE,
)
_INCLUDED = re.compile(
    r"^\W*(?:and |but |so )?(?:is|are|does|do)\b.{0,40}\b(?:included|come with (?:it|them|that))\W*$",
    re.IGNORECASE,
)
_WAS_LATE = re.compile(
    r"^\W*(?:so |and |but )*(?:(?:is|was) (?:it|that|this|they|that order)|(?:it|that|this) (?:is|was))"
    r"(?: delivered| really| also)? (?:late|delayed|overdue|on time|in time)\W*$|"
    r"\bhow (?:many days|late)\b.{0,12}\b(?:is|was|are|were) (?:it|that|they)\b",
    re.IGNORECASE,
)
_OF_MINE = re.compile(r"\bmy (?!question|mistake|e-?mail|refund|money|return)\w+", re.IGNORECASE)


def fresh(situation: Situation, wishes: Sequence[Wish]) -> list[Task]:
    """The wishes' tasks; those of changes item by item, where the message tells more of them apart so."""
    wishes = [wish for wish in wishes if not _only_introduces(wish, situation)] or wishes
    if any(wish.intent in CHANGES and wish.confidence >= UNSURE for wish in wishes):
        # "… and what is the difference?" is answered by the proposal.
        wishes = [wish for wish in wishes if wish.intent in CHANGES or not _asks_difference(wish.text)]
    items = acts_in(situation.text, situation)
    if len(items) <= sum(wish.intent in CHANGES for wish in wishes):
        return [_fresh(wish, situation) for wish in wishes]
    asking = [wish for wish in wishes if wish.intent not in CHANGES and "?" in wish.text]
    return [*(_fresh(wish, situation) for wish in asking), *items]


def _asks_difference(text: str) -> bool:
    return "?" in text and bool(_DIFFERENCE.search(text))


def _only_introduces(wish: Wish, situation: Situation) -> bool:
    """ "This is Ada Park, zip 97301", which is no wish to change that."""
    is_told = not situation.signed_in and wish.intent is Intent.CHANGE_PROFILE
    return is_told and not _CHANGES_IT.search(wish.text)


def _fresh(wish: Wish, situation: Situation) -> Task:
    wish = _of_return(wish, situation)
    if own_account.is_asked(wish.text, situation) and not situation.is_staff:
        return Task(Intent.POLICY_QUESTION, wish.text)
    if claimed := claim_to_settle(wish, situation):
        return claimed
    if certain := plainly(wish.text, situation):
        return Task(certain, wish.text)
    if of_own := _of_own_things(wish, situation):
        return Task(of_own, wish.text)
    if wish.intent in SIGNING_IN and (task := instead_of_signing_in(wish, situation)):
        return task
    if situation.is_staff and wish.intent is Intent.OUT_OF_SCOPE and emails(wish.text):
        return Task(Intent.LIST_ORDERS, wish.text)
    is_lone_number = len(wish.text.split()) == 1 and order_numbers(wish.text)
    least = SURE if wish.intent is Intent.OUT_OF_SCOPE or is_lone_number else UNSURE
    if is_of_own(wish.intent, wish.text, situation):
        return Task(Intent.RETURN_STATUS, wish.text)
    if either := of_unsure(wish, situation):
        return either
    meant = intended(wish.intent, wish.text)
    if wish.confidence >= least or meant is Intent.CHECK_STOCK:
        return Task(meant, wish.text)
    return _guessed(wish, situation)


def _of_return(wish: Wish, situation: Situation) -> Wish:
    """ "And until when could I decide?" of what may go back is no question about a case."""
    is_return = wish.intent is Intent.CASE_STATUS and is_of_own(Intent.RETURN_STATUS, wish.text, situation)
    return replace(wish, intent=Intent.RETURN_STATUS) if is_return else wish


def plainly(text: str, situation: Situation) -> Intent | None:
    """What few words say for certain, whatever they resemble."""
    if situation.is_staff:
        return None
    if situation.signed_in and orders.OF_CANCELLATION.search(text):
        return Intent.ORDER_DETAILS
    if orders.WITH_ITEM.search(text) or orders.ANY_LATE.search(text):
        return Intent.LIST_ORDERS
    spoken_of = situation.memory.order or situation.memory.product
    if situation.signed_in and spoken_of and _WAS_PAID.search(text) and refers_back(text):
        return Intent.ORDER_DETAILS
    if situation.memory.order and (asked := _of_the_order(text)):
        return asked
    if situation.memory.product and _INCLUDED.search(text):
        return Intent.PRODUCT_QUESTION
    if _HAS_GONE.search(text) and (with_items(text, situation.orders_shown) or _OF_MINE.search(text)):
        return Intent.TRACK_ORDER
    return None


def _of_the_order(text: str) -> Intent | None:
    """What is asked of the order spoken of."""
    if _WAS_LATE.search(text):
        return Intent.TRACK_ORDER
    return Intent.ORDER_DETAILS if _HOW_MANY_OF_IT.search(text) and refers_back(text) else None


def _of_own_things(wish: Wish, situation: Situation) -> Intent | None:
    """The change that words about their own things ask for, whatever else they sound like."""
    if supposes_swap(wish.text) and could_swap(wish.text, situation):
        return Intent.EXCHANGE_ITEM
    if wish.intent is Intent.CHANGE_ORDER and is_our_fault(return_reason(wish.text)):
        return Intent.EXCHANGE_ITEM  # a new one for what broke: it has come
    may_be_own = wish.intent in _MAY_BE_OWN or wish.confidence < SURE
    may_be_own = may_be_own and wish.intent not in PLEASANTRIES
    if may_be_own and not names_way(situation.text) and wants_own_changed(wish.text, situation):
        has_come = has_one(wish.text) or is_our_fault(return_reason(situation.text))
        return Intent.EXCHANGE_ITEM if has_come else Intent.CHANGE_ORDER
    if (
        (may_be_own or wish.intent is Intent.CANCEL_ORDER)
        and tells_where(wish.text)
        and not is_question(wish.text)
    ):
        return Intent.CHANGE_ORDER
    is_asked = is_of_own(wish.intent, wish.text, situation)
    if may_be_own and not is_asked and gives_back(wish.text, situation):
        return Intent.RETURN_ITEM
    return None


def _guessed(wish: Wish, situation: Situation) -> Task:
    """Of a wish that is not sure, by what its words name."""
    told = numbered_change(wish, situation) or (None if "?" in wish.text else implied(wish.text))
    if told:
        return Task(told, wish.text)
    if order_numbers(wish.text, [order.number for order in situation.orders_shown]):
        return Task(Intent.ORDER_DETAILS, wish.text)
    if emails(wish.text):
        if situation.is_staff:
            return Task(Intent.LIST_ORDERS, wish.text)
        return Task(Intent.SIGN_IN, wish.text, after_sign_in=True)
    is_elsewhere = wish.intent is Intent.OUT_OF_SCOPE and wish.confidence >= UNSURE
    is_for_articles = wish.intent is Intent.POLICY_QUESTION and wish.confidence >= LIKELIEST
    return Task(wish.intent if is_elsewhere or is_for_articles else None, wish.text)
