"""What the shop's articles answer, and what only a person can do."""

import re
from dataclasses import replace

from bot.embedded.answering.handing_over import contact, hand_over, offers
from bot.embedded.answers import Answer, Task
from bot.embedded.intents import Intent
from bot.embedded.reading.manner import Manner, is_question, manner
from bot.embedded.reading.references import is_follow_up
from bot.embedded.situation import Situation
from bot.embedded.understanding.topics import listed, questions
from knowledge.places import COUNTRIES
from tools.cards import ArticlesCard, ToolResult
from tools.commerce.schema import HandoffReason

UNKNOWN = "I don't know: our help pages don't answer that, and I'd rather not guess."
UNCLEAR = (
    "I'm not sure that I understood you. I can look up an order or a parcel, change, cancel or return an order, "
    "check stock, find products, or answer questions about delivery, returns and payment. What would you like?"
)
HERE = "If you'd like me to do that for you, just say so."
CANNOT_CHANGE = "That is something that our team has to do."
ANOTHER_COUNTRY = "another country"
_LEAST = 4
"""Letters of a country's name; "us" and "in" are words as well."""
_NAMES_COUNTRY = re.compile(
    r"\b(?:" + "|".join(re.escape(name) for name in COUNTRIES if len(name) >= _LEAST) + r")\b", re.IGNORECASE
)
"""A page that lists countries speaks of "other countries", not of the one that is asked about."""
_ASKED_IN_GENERAL = {
    Intent.CANCEL_ORDER: "How do I cancel an order?",
    Intent.CHANGE_ORDER: "Can I change an order that I placed?",
    Intent.CHANGE_PROFILE: "How do I change my account's details?",
    Intent.RETURN_ITEM: "How do I return something?",
    Intent.EXCHANGE_ITEM: "How do I exchange something?",
    Intent.REQUEST_REFUND: "How do I return something for a refund?",
}
"""What the articles are asked of a change, whatever the thing is that it is about."""


def look_up(task: Task, situation: Situation) -> Answer:
    """An answer from the articles; without one, an honest "I don't know" with a person offered."""
    return found(task, situation) or unknown(situation)


def found(task: Task, situation: Situation) -> Answer | None:
    """What the articles answer, also where the question only goes on with the one before."""
    answer = quoted(task, situation)
    if not answer and (abroad := _NAMES_COUNTRY.sub(ANOTHER_COUNTRY, task.text)) != task.text:
        answer = quoted(Task(task.intent, abroad), situation)
        return None if answer and situation.last_answer in answer.text else answer
    if not answer and is_follow_up(task.text) and situation.memory.intent is Intent.POLICY_QUESTION:
        answer = quoted(Task(task.intent, f"{situation.memory.text} {task.text}"), situation)
        if answer and situation.last_answer in answer.text:
            return None  # what was said of Canada is no answer for Mexico
    return answer


def unknown(situation: Situation) -> Answer:
    return Answer(f"{UNKNOWN} {contact(situation)}", understood=False, offers=offers(situation))


def by_a_person(task: Task, situation: Situation) -> Answer:
    """What isn't done here: how the shop does it, and who can."""
    article = on_change(task, situation)
    if article and known_questions(task.text, situation):
        return Answer(f"{article.text}\n\n{contact(situation)}", offers=offers(situation))
    said = f"{CANNOT_CHANGE} {contact(situation)}"
    return Answer(f"{article.text}\n\n{said}" if article else said, offers=offers(situation))


def rule_of_change(task: Task, situation: Situation) -> Answer:
    """What the articles say of such a change, and that it can be had here."""
    article = on_change(task, situation)
    return Answer(f"{article.text}\n\n{HERE}") if article else by_a_person(task, situation)


def unclear(situation: Situation) -> Answer:
    """That we did not understand; the second time a person goes on."""
    if situation.memory.misunderstood:
        return replace(
            hand_over(situation, HandoffReason.NOT_UNDERSTOOD, "I still don't understand, I'm sorry."),
            understood=False,
        )
    return Answer(UNCLEAR, understood=False)


def not_understood(situation: Situation) -> str:
    """Before a question that is put again; the second time with a person offered."""
    if situation.memory.misunderstood:
        return f"I'm sorry, I still don't understand. {contact(situation)}"
    return "I'm sorry, I didn't get that."


def on_change(task: Task, situation: Situation) -> Answer | None:
    """What the articles say of such a change.

    The name of a product leads a search astray: "return my rusty pan" is no question of rust. So what is found
    for the shopper's own words counts only where it is of an article that the change in general leads to.
    """
    general = _ASKED_IN_GENERAL.get(task.intent) if task.intent else None
    if general is None:
        return quoted(task, situation)
    asked = manner(task.text)
    if asked is not Manner.WISH and (each := _each(task.text, situation)):
        return each
    if task.intent is Intent.RETURN_ITEM and asked is Manner.WHETHER:
        general = "How long do I have to return something?"
    found = situation.ask("search_knowledge", question=general)
    is_asked = asked is not Manner.WISH or is_question(task.text)
    if isinstance(found, ArticlesCard) and (is_asked or task.intent is Intent.CHANGE_ORDER):
        own = situation.ask("search_knowledge", question=task.text)
        titles = {passage.title for passage in found.passages}
        if isinstance(own, ArticlesCard) and (
            own.known_as or (own.passages[:1] and own.passages[0].title in titles)
        ):
            return _quote(own)
    return _quote(found)


def quoted(task: Task, situation: Situation) -> Answer | None:
    """The sentences of the articles that answer, with their section linked; None when they do not answer it."""
    return _each(task.text, situation) or _quote(situation.ask("search_knowledge", question=task.text))


def known(task: Task, situation: Situation) -> Answer | None:
    """Like `quoted`, but only what a section is known to answer in nearly these words."""
    return quoted(task, situation) if known_questions(task.text, situation) else None


def _each(text: str, situation: Situation) -> Answer | None:
    """An answer to each question of a text that holds several; None for one that holds one."""
    asked = questions(text)
    if len(asked) < 2:
        asked = listed(text)
        if not all(known_questions(one, situation) for one in asked):
            return None  # "do you take Visa and Amex?" is one question
    found = [_quote(situation.ask("search_knowledge", question=one)) for one in asked]
    answers = list(dict.fromkeys(answer.text for answer in found if answer))
    return Answer("\n\n".join(answers)) if len(answers) > 1 else None


def known_questions(text: str, situation: Situation) -> tuple[str, ...]:
    """The questions of the section that answers this one in nearly the same words; none where no section does."""
    found = situation.ask("search_knowledge", question=text)
    return found.known_as if isinstance(found, ArticlesCard) else ()


def _quote(found: ToolResult) -> Answer | None:
    if not isinstance(found, ArticlesCard) or not found.answerable or not found.passages:
        return None
    best = found.passages[0]
    return Answer(f"{best.quote}\n\n[{best.title}: {best.heading}]({best.url})")
