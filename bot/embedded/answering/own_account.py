"""What somebody has with the shop: store credit, gift cards, points of contact, the newsletter."""

import re

from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.meant.identity import sign_in
from bot.embedded.situation import Situation
from bot.embedded.wording.phrases import day, sentence
from tools.cards import AccountFacts, PaymentMethodFacts, Refusal

_THING = r"(?:store credits?|shop credits?|credit|gift ?cards?|vouchers?)"
_BALANCE = re.compile(
    rf"\b{_THING}[ ]balance|\bbalance (?:of|on|in|for) (?:my|the)\b|"
    r"\b(?:what(?:'s| is)|whats|check) my (?:\w+ )?balance\b|"
    rf"\bhow much\b(?!.{{0,20}}\b(?:is|are|does|do) (?:a|an|your)\b).{{0,40}}\b(?:left|remaining|have|got|still)\b"
    rf".{{0,30}}\b{_THING}\b|"
    rf"\b(?:do|have) i (?:still )?(?:have|got)\b.{{0,20}}\b{_THING}\b|\bhow much (?:\w+ )?{_THING} (?:do|have) i\b|"
    rf"\b(?:is|what(?:'s| is)) (?:there )?(?:still )?(?:any(?:thing)?|some|left)\b.{{0,20}}\bmy {_THING}\b|"
    rf"^\W*my {_THING}\W*$",
    re.IGNORECASE,
)
_EXPIRY = re.compile(
    rf"\bwhen (?:does|do|will) (?:my {_THING}) (?:expire|run out|end)|"
    rf"\bmy {_THING}\b.{{0,20}}\b(?:expire|valid|good for|run out)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\b(?:expire|run out|good for|valid)\b", re.IGNORECASE)
"""Asks more of the balance that was told."""
_NEWSLETTER = re.compile(
    r"\b(?:am i|i'm|have i|did i)\b.{0,30}\b(?:subscribed|signed up|on (?:the|your) (?:newsletter|mailing list))|"
    r"\bam i (?:getting|on|receiving)\b.{0,20}\b(?:newsletter|mailing list)",
    re.IGNORECASE,
)
NO_BALANCE = "I don't see any store credit or gift card with a balance on your account."


def is_asked(text: str, situation: Situation) -> bool:
    """Whether it is about what they have on file, not about how such things work."""
    if any(pattern.search(text) for pattern in (_BALANCE, _EXPIRY, _NEWSLETTER)):
        return True
    return bool(_GOES_ON.search(text) and _BALANCE.search(situation.memory.text))


def told(task: Task, situation: Situation) -> Answer | None:
    """None where it is no such question, or there is nothing on file to tell of. Raises Asks before a sign-in."""
    if situation.is_staff or not is_asked(task.text, situation):
        return None
    found = situation.ask("get_my_account")
    if isinstance(found, Refusal) and found.code == "sign_in_needed":
        _sign_in_first(task, situation)
    if not isinstance(found, AccountFacts):
        return None
    if _NEWSLETTER.search(task.text):
        is_on = "Yes, you get our newsletter." if found.newsletter else "No, you don't get our newsletter."
        return Answer(f"{is_on} If you'd like that changed, just say so.")
    holds = _meant(task.text, [one for one in found.payment_methods if one.balance])
    return Answer(" ".join(_balance(one, situation) for one in holds) or NO_BALANCE)


def _meant(text: str, holds: list[PaymentMethodFacts]) -> list[PaymentMethodFacts]:
    named = [one for one in holds if re.search(one.label.split(" ending")[0], text, re.IGNORECASE)]
    return named or holds


def _balance(one: PaymentMethodFacts, situation: Situation) -> str:
    amount = one.balance.text if one.balance else ""
    until = f" It is good until {day(one.expires_on, situation.today)}." if one.expires_on else ""
    return sentence(f"{one.label}: {amount} left") + until


def _sign_in_first(task: Task, situation: Situation) -> None:
    """Raises Asks: the number of one order is not enough."""
    try:
        sign_in(task, situation)
    except Asks as asks:
        raise Asks(f"For that I need you to sign in. {asks.text}", asks.slot) from None
