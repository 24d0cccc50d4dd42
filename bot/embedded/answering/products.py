"""Wishes about what the shop sells."""

import re
from dataclasses import replace

from bot.embedded.answering import policies
from bot.embedded.answering.availability import of_stock, of_versions, or_article, refused
from bot.embedded.answering.comparison import set_side_by_side
from bot.embedded.answering.shopping import GOES_WITH, find, first_of_kind, goes_with
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.intents import ABOUT_PRODUCTS, Intent
from bot.embedded.meant.product import IN_ANOTHER_OPTION, which_product
from bot.embedded.reading.content import content_words
from bot.embedded.reading.manner import is_question
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation, Slot
from bot.embedded.versions.asked import narrowing
from bot.embedded.wishes.unsure import ask_which
from bot.embedded.wording import products as wording
from bot.embedded.wording import stock
from tools.commerce.words import words
from tools.product_cards import ProductCard, ProductListCard, StockCard

_THE_ONE = re.compile(r"\bthe ([\w'-]+(?: [\w'-]+)?) ones?\b", re.IGNORECASE)
_DOES = re.compile(
    r"\b(?:can|could|may|should|must) (?:i|it|they|you|we)\b|\bhow (?:do|can|should|often) (?:i|you|it)\b|"
    r"\b(?:what|and|but) if\b|\bcovered\b",
    re.IGNORECASE,
)
"""Asks what can be done with a thing, not what it is."""
_ABOUT = re.compile(
    r"^\W*(?:(?:please|ok|okay|so|and|now|well)\W+)*(?:tell me|what|info\w*|details?|show me)\b"
    r".{0,20}\b(?:about|on|of)\b",
    re.IGNORECASE,
)


def named_or_unclear(task: Task, situation: Situation) -> Answer:
    """A message without a wish may ask what the articles know, or name a product."""
    if not task.text:
        unknown = Task(task.intent, situation.text)
        return named(unknown, situation, every_word=True) or policies.unclear(situation)
    look_up = policies.quoted if is_question(task.text) else policies.known
    if article := look_up(task, situation):
        return article
    if answer := named(task, situation) or about_a_named(task, situation):
        return answer
    if task.readings:
        raise ask_which(task)
    return policies.unclear(situation)


def about_a_named(task: Task, situation: Situation) -> Answer | None:
    """What is asked of a product that the message names, whatever else it may say."""
    said = content_words(task.text)
    if not said or not wording.asks_of_product(task.text):
        return None
    found = situation.look("get_product_details", product=said)
    is_named = isinstance(found, ProductCard) and set(words(found.name)) & set(words(said))
    return question(task, situation) if is_named else None


def named(task: Task, situation: Situation, *, every_word: bool = False) -> Answer | None:
    """What the catalog has by that name, for a message that is little but a name."""
    said = content_words(task.text)
    if not said or not (_ABOUT.match(task.text) or said.lower() == task.text.lower().strip(" .?!")):
        return None
    found = situation.look("find_products", words=said)
    if not isinstance(found, ProductListCard) or not wording.is_named(found, said, every_word=every_word):
        return None
    situation.ask("find_products", words=said)
    return Answer(wording.products(found), product=found.products[0].name)


def question(task: Task, situation: Situation) -> Answer:
    if answer := set_side_by_side(task, situation):
        return answer
    if answer := first_of_kind(task, situation):
        return answer
    if stock.HOW_MANY.search(task.text) or IN_ANOTHER_OPTION.match(task.text):
        return check_stock(task, situation)
    if GOES_WITH.search(task.text):
        return goes_with(task, situation)
    name = which_product(task, situation)
    found = situation.ask("get_product_details", product=name)
    if isinstance(found, ProductListCard) and found.products:
        raise _which(found)
    if not isinstance(found, ProductCard):
        return or_article(task, situation, refused(found))
    told = narrowing(task.text, found.options, found.name)
    if told and (told.comparison or told.refused or wording.asks_of_versions(task.text)):
        return of_versions(found.name, task, situation)
    said = wording.product(found, task.text, situation.likeness)
    if not said and _DOES.search(task.text) and (article := policies.quoted(task, situation)):
        return replace(article, product=found.name)
    said = said or wording.not_said(found)
    return Answer(wording.or_gone(said, found), product=found.name)


def told_of_last(task: Task, situation: Situation) -> Answer | None:
    """What the page of the product spoken of last says of it, though the question does not name it: "how long is one
    ball?". None where it says nothing."""
    memory = situation.memory
    if shown := _one_shown(task.text, situation):
        return question(
            replace(task, intent=Intent.PRODUCT_QUESTION, text=f"{task.text} ({shown})"), situation
        )
    spoken_of = memory.intent in ABOUT_PRODUCTS | {Intent.POLICY_QUESTION} or refers_back(task.text)
    spoken_of = spoken_of or bool(set(words(memory.product or "")) & set(words(task.text)))
    if memory.product is None or not spoken_of:
        return None
    found = situation.look("get_product_details", product=memory.product)
    told = wording.told(found, task.text, situation.likeness) if isinstance(found, ProductCard) else ""
    if not told:
        return None
    situation.ask("get_product_details", product=memory.product)
    return Answer(told, product=memory.product)


def _one_shown(text: str, situation: Situation) -> str | None:
    """The only one of the products shown that the text names with "one": "is the tidal one ok in salt water"."""
    told = _THE_ONE.search(text)
    said = set(words(told[1])) if told else set()
    named = [one.name for one in situation.products_shown if said & set(words(one.name))]
    return named[0] if len(named) == 1 else None


def check_stock(task: Task, situation: Situation) -> Answer:
    if answer := set_side_by_side(task, situation):
        return answer
    name = which_product(task, situation)
    found = situation.ask("check_stock", product=name)
    if isinstance(found, ProductListCard) and found.products:
        raise _which(found)
    if not isinstance(found, StockCard):
        return or_article(task, situation, refused(found))
    return of_stock(found, task, situation)


def _which(found: ProductListCard) -> Asks:
    return Asks(wording.which_product(found), Slot.PRODUCT)


JOBS = {
    Intent.FIND_PRODUCTS: find,
    Intent.PRODUCT_QUESTION: question,
    Intent.CHECK_STOCK: check_stock,
}
