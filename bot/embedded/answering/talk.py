"""What is said between wishes: greetings, thanks, who I am, what I can do."""

import re
from dataclasses import replace

from bot.embedded.answering import policies, problems, products
from bot.embedded.answering.handing_over import offers
from bot.embedded.answers import Answer, Task
from bot.embedded.changes import carrying
from bot.embedded.changes.repeating import asks_shorter
from bot.embedded.intents import CHANGES, Intent
from bot.embedded.situation import Situation
from knowledge.sentences import sentences
from tools.commerce.changes.permission import PERSON

_VARIANTS: dict[Intent, tuple[str, ...]] = {
    Intent.GREETING: (
        "Hello! How can I help? I can look up an order, change, cancel or return it, check stock, or answer questions "
        "about delivery and returns.",
        "Hello again! What can I do for you?",
    ),
    Intent.THANKS: ("You're welcome! Is there anything else?", "Gladly. Anything else I can look up?"),
    Intent.GOODBYE: ("Goodbye, and thank you for stopping by!", "Take care!"),
    Intent.SMALL_TALK: (
        "I'm {shop}'s assistant, a program rather than a person. I'm here for your orders, our products and our help "
        "pages: what would you like to know?",
        "I'm a program, {shop}'s assistant, and I'm best with orders, products and questions about the shop.",
    ),
    Intent.CAPABILITIES: (
        "I can tell you:\n"
        "- where a parcel is and when it should arrive\n"
        "- what is in an order, what it cost, and how a return or refund stands\n"
        "- what we sell, in which options, and whether it is in stock\n"
        "- how delivery, returns, payment, warranty and the rest work here, from our help pages\n\n"
        "And I can do, as far as our rules allow, and only after you have said yes to it:\n"
        "- cancel an order that hasn't left, or change its items, address or payment\n"
        "- take back or exchange what has arrived\n"
        "- give money back for a late or lost parcel or a double charge\n"
        "- update your name, phone number, default address or newsletter\n\n"
        "For orders I first need the order number with its e-mail or postcode, or I send you a one-time code.",
    ),
    Intent.AFFIRM: ("Good. What would you like to know?",),
    Intent.DENY: ("All right. Is there anything else I can look up for you?",),
    Intent.OUT_OF_SCOPE: (
        "That is outside what I can help with: I'm here for {shop}'s orders, products and policies.",
        "I'm afraid I can only help with {shop}: orders, products, delivery, returns and the like.",
    ),
}
_THANKS = re.compile(r"\bthank|\bthx\b|\bcheers\b", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:helpful|great|awesome|amazing|wonderful|love|adore|nice|lovely|best|star|legend|perfect|"
    r"good job|well done|brilliant)\b",
    re.IGNORECASE,
)


def talk(task: Task, situation: Situation) -> Answer:
    """The same words at the same place of a conversation, other words at the next."""
    if task.intent is Intent.SMALL_TALK and (ours := policies.known(task, situation)):
        return ours
    if task.intent is Intent.SMALL_TALK and _PRAISE.search(task.text):
        return Answer("That's kind of you, thank you! Is there anything else I can look up?")
    if task.intent is Intent.GOODBYE and _THANKS.search(task.text):
        return Answer("You're welcome! Goodbye, and take care.")
    variants = _VARIANTS[task.intent or Intent.GREETING]
    text = variants[(situation.turns - 1) % len(variants)]
    return Answer(text.format(shop=situation.shop))


def affirm(task: Task, situation: Situation) -> Answer:
    """A "yes, please" takes up what was offered along with a rule of the shop."""
    if PERSON in situation.last_answer:
        return problems.to_a_person(task, situation)
    wished = situation.memory.intent
    if wished in CHANGES and situation.last_answer.endswith(policies.HERE):
        return carrying.carry(Task(wished, task.text), situation)
    return talk(task, situation)


def out_of_scope(task: Task, situation: Situation) -> Answer:
    """What sounds like none of a shop's business may be this shop's: its articles and its catalog know."""
    ours = policies.quoted(task, situation) or products.named(task, situation, every_word=True)
    ours = ours or products.about_a_named(task, situation) or products.told_of_last(task, situation)
    again = situation.memory.intent is Intent.OUT_OF_SCOPE
    return ours or replace(talk(task, situation), offers=offers(situation) if again else ())


def repeat(task: Task, situation: Situation) -> Answer:
    """The last answer once more; of one that was too long its first sentence."""
    last = situation.last_answer
    if last and asks_shorter(task.text):
        said = [one for one in sentences(last) if not one.startswith("I'm sorry")]
        return Answer(said[0] if said else last)
    return Answer(last or "I haven't said anything yet. How can I help?")


JOBS = {
    **dict.fromkeys(_VARIANTS, talk),
    Intent.AFFIRM: affirm,
    Intent.OUT_OF_SCOPE: out_of_scope,
    Intent.REPEAT: repeat,
}
