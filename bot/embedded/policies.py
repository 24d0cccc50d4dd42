"""What the shop's articles answer, and what only a person can do."""

from bot.embedded.answers import Answer, Task
from bot.embedded.intents import Intent
from bot.embedded.situation import Situation
from bot.embedded.wording.phrases import sentence
from tools.cards import ArticlesCard, ContactCard

UNKNOWN = "I don't know: our help pages don't answer that, and I'd rather not guess."
UNCLEAR = (
    "I'm not sure that I understood you. I can look up an order or a parcel, check stock, find products, "
    "or answer questions about delivery, returns and payment. What would you like?"
)
CANNOT_CHANGE = "I can't do that for you in this chat, but our team can."


def look_up(task: Task, situation: Situation) -> Answer:
    """An answer from the articles; without one, an honest "I don't know" with a person offered."""
    return quoted(task, situation) or Answer(f"{UNKNOWN} {contact(situation)}", understood=False)


def by_a_person(task: Task, situation: Situation) -> Answer:
    """A change of an order: how the shop does it, and who can."""
    said = f"{CANNOT_CHANGE} {contact(situation)}"
    article = quoted(task, situation)
    return Answer(f"{article.text}\n\n{said}" if article else said)


def unclear(task: Task, situation: Situation) -> Answer:
    """The articles may know; if not, say that we did not understand, the second time with a person offered."""
    if article := quoted(task, situation):
        return article
    if situation.memory.misunderstood:
        return Answer(f"I still don't understand, I'm sorry. {contact(situation)}", understood=False)
    return Answer(UNCLEAR, understood=False)


def talk_to_person(_: Task, situation: Situation) -> Answer:
    return Answer(f"Of course. {contact(situation)}")


def complaint(_: Task, situation: Situation) -> Answer:
    sorry = "I'm sorry that this went wrong. Tell me what happened, and I'll look up whatever I can."
    return Answer(f"{sorry} {contact(situation)}")


def contact(situation: Situation) -> str:
    """How to reach a person, and whether one is there now."""
    found = situation.ask("get_contact_details")
    if not isinstance(found, ContactCard):
        return "You can reach our team through the contact page."
    ways = f"at {found.email}" + (f" or {found.phone}" if found.phone else "")
    now = "right now"
    if not found.open_now:
        now = f"again from {found.opens_next}" if found.opens_next else found.hours
    return sentence(f"A person can help you {ways}: someone is there {now}")


def quoted(task: Task, situation: Situation) -> Answer | None:
    """The sentences of the articles that answer, with their section linked; None when they do not answer it."""
    found = situation.ask("search_knowledge", question=task.text)
    if not isinstance(found, ArticlesCard) or not found.answerable or not found.passages:
        return None
    best = found.passages[0]
    return Answer(f"{best.quote}\n\n[{best.title}: {best.heading}]({best.url})")


JOBS = {
    Intent.POLICY_QUESTION: look_up,
    Intent.CANCEL_ORDER: by_a_person,
    Intent.CHANGE_ORDER: by_a_person,
    Intent.RETURN_ITEM: by_a_person,
    Intent.EXCHANGE_ITEM: by_a_person,
    Intent.REQUEST_REFUND: by_a_person,
    Intent.TALK_TO_PERSON: talk_to_person,
    Intent.COMPLAINT: complaint,
}
