"""Questions that an article, the page of the product spoken of, the shop's own record or the shopper's may answer."""

import re

from bot.embedded.answering import own_account, policies, products
from bot.embedded.answers import Answer, Task
from bot.embedded.intents import Intent
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Situation
from tools.cards import ContactCard
from tools.commerce.words import words

_OF_THE_THING = re.compile(r"\b(?:warranty|guarantee\w*)\b", re.IGNORECASE)
"""What the page of a product tells more exactly than the articles."""
_HOURS = re.compile(
    r"\b(?:open(?:ing)?|business|office|your)[ ]?(?:hours|times)\b|\b(?:when|what time|how late) (?:are|do|will) you "
    r"(?:guys )?(?:open|close|be open)|"
    r"\bwhen can (?:i|we) (?:call|ring|phone|reach)\b|"
    r"\b(?:are you|you) (?:guys )?(?:open|closed)\b|^\W*(?:and )?(?:open|closed|hours)\b",
    re.IGNORECASE,
)
_TELLS_TIME = re.compile(r"\d ?[ap]\.?m\b|\d:\d\d")
_NAMES_DAY = re.compile(
    r"\W*(?:and |what about |how about )*(?:on )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tomorrow|"
    r"(?:on |at )?(?:the )?weekends?)\W*",
    re.IGNORECASE,
)
_WAYS = re.compile(
    r"\b(?:(?:tele)?phone|(?:call|ring|reach|e-?mail)[ ]you|contact|e-?mail address|get in touch)\b",
    re.IGNORECASE,
)


def inquire(task: Task, situation: Situation) -> Answer:
    """Without any answer, an honest "I don't know" with a person offered."""
    if on_file := own_account.told(task, situation):
        return on_file
    thing = set(words(situation.memory.product or ""))
    if _OF_THE_THING.search(task.text) and (refers_back(task.text) or thing & set(words(task.text))):
        return products.told_of_last(task, situation) or policies.look_up(task, situation)
    article = policies.found(task, situation)
    if article and _HOURS.search(task.text) and not _TELLS_TIME.search(article.text):
        return _of_the_shop(task.text, situation) or article
    return (
        article
        or _of_the_shop(task.text, situation)
        or products.told_of_last(task, situation)
        or policies.unknown(situation)
    )


def _of_the_shop(text: str, situation: Situation) -> Answer | None:
    """How and when its people are reached, for a shop without a page on that."""
    if _NAMES_DAY.match(text) and situation.memory.intent is Intent.POLICY_QUESTION:
        text = f"{situation.memory.text} {text}"  # "and on Sundays?"
    asks_hours, asks_ways = _HOURS.search(text), _WAYS.search(text)
    if not (asks_hours or asks_ways):
        return None
    found = situation.ask("get_contact_details")
    if not isinstance(found, ContactCard):
        return None
    ways = f"{found.email}" + (f" or {found.phone}" if found.phone else "")
    hours = f"We answer at these hours: {found.hours}."
    return Answer(hours if asks_hours else f"You can reach us at {ways}. {hours}")


JOBS = {
    Intent.POLICY_QUESTION: inquire,
}
