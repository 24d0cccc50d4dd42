"""When a person has to go on, and what the shopper is told then."""

import re
from collections.abc import Mapping

from bot.embedded.answers import Answer, Task
from bot.embedded.meant.order import named_numbers
from bot.embedded.reading.named_items import with_items
from bot.embedded.situation import Situation
from bot.embedded.wording.phrases import sentence
from tools.cards import ContactCard, OrderListCard
from tools.commerce.schema import HandoffReason
from tools.handoff_card import A_PERSON, BACK_TO_ASSISTANT, HandoffCard

TOOL = "hand_over_to_person"
SORRY = "I'm sorry that this went wrong."

_URGENT: Mapping[HandoffReason, re.Pattern[str]] = {
    HandoffReason.INJURY: re.compile(
        r"\b(?:(?:was|were|got|been|is) (?:badly |seriously )?(?:injured|hurt)|injur(?:y|ies)"
        r"|(?:burned|burnt|cut|hurt|injured|scalded|shocked) (?:me|my|myself|himself|herself|our|his|her)\b"
        r"|(?:broke|fractured|sprained) (?:my|his|her) (?:arm|leg|wrist|finger|ankle|toe|nose|hip|rib|tooth|foot|hand)"
        r"|(?:choked|choking) on|needed stitches|hospitali[sz]ed"
        r"|(?:taken|took|rushed|brought|sent|went|ended up|had to go)(?: \w{1,20}){0,3} (?:to|in|at)"
        r" (?:the |a )?hospital"
        r"|electric(?:al)? shock|allergic reaction|emergency room|a&e|caught fire|food poisoning)",
        re.IGNORECASE,
    ),
    HandoffReason.LEGAL_THREAT: re.compile(
        r"\b(?:(?<!for a )(?<!for my )(?<!for our )(?<!i'm a )(?<!i am a )"
        r"(?:lawyer|attorney|solicitor)s?(?!['’]s office)"
        r"|legal (?:action|proceedings|steps)|small claims|ombudsman"
        r"|(?:sue|suing) (?:you|u|ya|the shop|your|y'all)|take (?:you|this) to court|see you in court|trading standards"
        r"|consumer (?:protection|rights) (?:agency|office|authority|bureau)|better business bureau)\b",
        re.IGNORECASE,
    ),
    HandoffReason.CHARGEBACK: re.compile(
        r"\b(?:charge ?-?backs?|(?:dispute|disputed|disputing|reverse|reversing) (?:this|the|that|it|your|these)"
        r"(?: \w{1,20}){0,3} (?:with|through|at|to) (?:(?:my|the) )?(?:bank|card|credit card|issuer|paypal))\b",
        re.IGNORECASE,
    ),
    HandoffReason.FRAUD: re.compile(
        r"\b(?:identity theft|account (?:was|has been|is|got) hacked|hacked (?:my|into my) account"
        r"|(?:used|stole|stolen) my (?:credit )?card"
        r"|someone else (?:ordered|bought|is ordering) (?:with|in|on|using) my)\b",
        re.IGNORECASE,
    ),
    # A request, not a question of how to make one.
    HandoffReason.PRIVACY: re.compile(
        r"^(?!.*\?)(?!\W*(?:how|can|could|do|does|did|what|when|where|who|why|is|are|will|if|whether)\b).*?\b(?:"
        r"(?:delete|erase|remove|wipe|forget) (?:(?:all|everything|of|every bit of) ){0,2}"
        r"(?:my (?:personal )?(?:data|information)|(?:the )?(?:data |information |personal data )?(?:that )?you"
        r"(?: have|'ve)? (?:have|got|hold|keep|know|stored?|saved?|collected|recorded) (?:on|about) me"
        r"|(?:all )?(?:of )?my (?:personal )?details\b)"
        r"|(?:send|give|show|hand|export) (?:me )?(?:\w{1,20} ){0,3}(?:data|information|details) (?:that )?you"
        r"(?: have|'ve)? (?:have|got|hold|keep|stored?|saved?|collected) (?:on|about) me"
        r"|(?:my|a) (?:full )?copy of (?:all )?(?:my (?:personal )?data"
        r"|(?:the |all the )?(?:personal )?data (?:that )?you (?:have|hold|keep|store) (?:on|about) me)"
        r"|(?:send|give|get|export) (?:me )?(?:all )?(?:of )?my personal data"
        r"|(?:gdpr|ccpa|erasure|subject access|data access|data deletion) request"
        r"|(?:exercise|use|invoke|claim) my right (?:to be forgotten|to erasure|of access))\b",
        re.IGNORECASE | re.DOTALL,
    ),
}


def urgent(text: str) -> HandoffReason | None:
    """Why a message must go to a person whatever else it asks; None for nearly all."""
    return next((reason for reason, pattern in _URGENT.items() if pattern.search(text)), None)


def hand_over(situation: Situation, reason: HandoffReason, before: str) -> Answer:
    """`before`, then what happens next; how to reach a person where the conversation cannot be handed over."""
    if TOOL not in situation.tools:
        return Answer(f"{before} {contact(situation)}".strip())
    found = situation.ask(TOOL, reason=reason.value)
    if not isinstance(found, HandoffCard):
        return Answer(f"{before} {contact(situation)}".strip())
    ways = f"at {found.email}" + (f" or {found.phone}" if found.phone else "")
    said = f"{before} {found.message} You can also reach us {ways}."
    return Answer(said.strip(), offers=() if found.taken else (BACK_TO_ASSISTANT,))


def to_a_person(task: Task, situation: Situation) -> Answer:
    return hand_over(situation, urgent(task.text) or HandoffReason.ASKED, "Of course.")


def complaint(task: Task, situation: Situation) -> Answer:
    """Anger goes to a person; of something that they bought, more can be done here first."""
    reason = urgent(task.text)
    if reason is None and _is_of_something_bought(task, situation):
        tell = "Tell me what you'd like done, and I'll see to it as far as I can."
        return Answer(f"{SORRY} {tell} {contact(situation)}", offers=offers(situation))
    return hand_over(situation, reason or HandoffReason.COMPLAINT, SORRY)


def _is_of_something_bought(task: Task, situation: Situation) -> bool:
    if named_numbers(task, situation):
        return True
    found = situation.look("list_my_orders") if situation.signed_in else None
    return isinstance(found, OrderListCard) and bool(with_items(task.text, found.orders))


def offers(situation: Situation) -> tuple[str, ...]:
    """A person to be picked, where the conversation can be handed over."""
    return (A_PERSON,) if TOOL in situation.tools else ()


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
