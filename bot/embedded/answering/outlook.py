"""What may still be sent back of what somebody has, until when, and what they would get for it."""

import re
from dataclasses import replace

from pydantic import JsonValue

from bot.embedded.answering import policies
from bot.embedded.answers import Answer, Task
from bot.embedded.changes.draft import Draft, Item
from bot.embedded.intents import Intent
from bot.embedded.meant.order import named_numbers, which_order
from bot.embedded.reading.content import content_words
from bot.embedded.reading.named_items import lines_named, named_parts
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from bot.embedded.wording import outlook as wording
from bot.embedded.wording.outlook import Asked
from tools.cards import OrderCard, Refusal, ReturnsCard, ToolResult
from tools.commerce.schema import OrderStatus, ProposalKind
from tools.returnable_card import ReturnableCard

RULE = "How long do I have to return something?"
"""What the articles are asked beside the day of an order."""
_SENDS = (
    r"(?:return(?:s|ed|ing|able)?|exchange[ds]?|"
    r"(?:send|sent|bring|brought|give|gave|take|go|come|ship|mail)\b.{0,30}\bback)"
)
_CUES: tuple[tuple[Asked, tuple[str, ...]], ...] = (
    (
        Asked.MONEY,
        (
            rf"\bif (?:i|we) (?:\w+ ){{0,3}}{_SENDS}\b.{{0,80}}\b(?:get|receive|refund\w*|money|much)\b",
            rf"\b(?:get|receive|refund\w*|money|much)\b.{{0,80}}\b(?:if|when|for|by) (?:i )?(?:\w+ ){{0,3}}{_SENDS}",
            r"\bhow much (?:would|could|will|do|can) (?:i|we|you) (?:\w+ )?(?:get|receive|give|pay)\b.{0,30}\bback\b",
            r"\bwhat (?:would|could) (?:i|we) get (?:back|for)\b",
        ),
    ),
    (
        Asked.UNTIL,
        (
            r"\b(?:until|till|by) (?:when|(?:what|which) (?:day|date))\b.{0,60}\b" + _SENDS,
            rf"\b{_SENDS}\b.{{0,60}}\b(?:until|till|by) (?:when|(?:what|which) (?:day|date))\b",
            rf"\bhow (?:long|many (?:more )?days|much (?:more )?time)\b.{{0,50}}\b{_SENDS}(?! (?:take|process))",
            rf"\b(?:last|latest|final) (?:day|date|moment|time|possible day)\b.{{0,50}}\b{_SENDS}",
            r"^\W*(?:(?:and|so|ok|but)\W+)*(?:until|till|by) (?:when|(?:what|which) (?:day|date))\b.{0,30}"
            r"\b(?:decide|think)\b",
            rf"\b{_SENDS}\b.{{0,30}}\b(?:deadline|window|period)\b|\bdeadline\b.{{0,40}}\b{_SENDS}",
        ),
    ),
    (
        Asked.WHICH,
        (
            r"^\W*(?:what|which|is there anything)\b(?! is\b)[^.?!]{0,50}\b(?:can|could|may|am i able)\b[^.?!]{0,30}\b"
            + _SENDS,
            r"\breturnable\b",
        ),
    ),
)
_COMPILED = tuple((asked, re.compile("|".join(cues), re.IGNORECASE)) for asked, cues in _CUES)
_SUPPOSES = re.compile(r"\b(?:if|would|could|hypothetical\w*|suppose)\b", re.IGNORECASE)
_SWAPS = re.compile(
    r"\b(?:exchang\w*|swap\w*|switch\w*|upgrad\w*)\b.{0,80}\b(?:for|to|with|into)\b", re.IGNORECASE
)
_READ_AS = frozenset(
    {
        Intent.POLICY_QUESTION,
        Intent.RETURN_ITEM,
        Intent.RETURN_STATUS,
        Intent.REQUEST_REFUND,
        Intent.ORDER_DETAILS,
        Intent.ORDER_TOTALS,
        Intent.LIST_ORDERS,
    }
)
_OWN = re.compile(r"\b(?:my|mine|the|these|those|this|that|it|them|both|i)\b", re.IGNORECASE)
_IN_GENERAL = re.compile(
    r"\b(?:something|things|items|products|stuff|goods|an? \w+|purchases|unopened|used|sale items|gifts)\b",
    re.IGNORECASE,
)
_WORDS_OF_RETURNS = re.compile(
    r"\b(?:return\w*|exchang\w+|refund\w*|send|sent|back|window|period|deadline|policy|days?|time|money|last|latest|"
    r"when|until|till|long|total)\b",
    re.IGNORECASE,
)


def asked(text: str) -> Asked | None:
    """What the text asks of a return that nobody has asked for yet."""
    return next(iter(_all_asked(text)), None)


def _all_asked(text: str) -> list[Asked]:
    said = plain(text)
    return [found for found, cue in _COMPILED if cue.search(said)]


def supposes(text: str) -> bool:
    """Whether it only asks what a return would give back: "if I sent it back, how much would I get?"."""
    return asked(text) is Asked.MONEY and bool(_SUPPOSES.search(text)) and not supposes_swap(text)


def supposes_swap(text: str) -> bool:
    """Whether it asks what another version would cost: "how much more would it be if I exchanged it for …?"."""
    return bool(_SUPPOSES.search(text) and _SWAPS.search(plain(text)))


def is_of_own(intent: Intent, text: str, situation: Situation) -> bool:
    """Whether a question that could be about the shop's rule is about things that this person has."""
    if intent not in _READ_AS or situation.is_staff or (found := asked(text)) is None or supposes_swap(text):
        return False
    said = plain(text)
    known = situation.signed_in or situation.memory.order or named_numbers(Task(intent, text), situation)
    is_pointed = (
        situation.memory.order or content_words(_WORDS_OF_RETURNS.sub(" ", said)) or found is not Asked.UNTIL
    )
    return bool(known and is_pointed and _OWN.search(said) and not _IN_GENERAL.search(said))


def outlook(task: Task, situation: Situation) -> Answer | None:
    """None where it asks nothing of the kind."""
    if not is_of_own(task.intent or Intent.RETURN_STATUS, task.text, situation):
        return None
    found = asked(task.text) or Asked.UNTIL
    number, lines = _meant(task, situation, found)
    if number and found is Asked.MONEY and not supposes(task.text):
        under_way = situation.ask("get_return_and_refund_status", order_number=number)
        if isinstance(under_way, ReturnsCard) and (under_way.returns or under_way.refunds):
            return None
    card = situation.ask(
        "check_what_can_be_returned", order_number=number, lines=list[JsonValue](lines) or None
    )
    if not isinstance(card, ReturnableCard):
        return Answer(_refused(card))
    said = wording.outlook(card, found, situation.today, is_named=bool(lines))
    if found is Asked.MONEY and Asked.UNTIL in _all_asked(task.text):
        until = wording.outlook(card, Asked.UNTIL, situation.today, is_named=False)
        said = f"{until} {said}" if until != said else said
    is_open = any(line.refusal is None for line in card.lines)
    if found is Asked.UNTIL and is_open and (article := policies.quoted(Task(task.intent, RULE), situation)):
        said = f"{said}\n\n{article.text}"
    return Answer(said, order=number, draft=_supposed(card, number, lines) if found is Asked.MONEY else None)


def _supposed(card: ReturnableCard, number: str | None, lines: list[int]) -> Draft | None:
    """The return that they asked about, for a "do that"; None where some of it can't come back."""
    named = [line for line in card.lines if line.line in lines]
    if number is None or not named or any(line.refusal for line in named):
        return None
    items = tuple(Item(line=line.line) for line in named)
    return Draft(change=ProposalKind.RETURN, order=number, items=items, supposed=True)


def _meant(task: Task, situation: Situation, found: Asked) -> tuple[str | None, list[int]]:
    """The order and its lines; None for all orders."""
    said = _WORDS_OF_RETURNS.sub(" ", plain(task.text))
    words = ", ".join(named_parts(said))
    is_pointed = named_numbers(task, situation) or situation.memory.order or words
    if not is_pointed or (found is Asked.WHICH and not named_numbers(task, situation)):
        return None, []
    number = which_order(
        replace(task, text=words or task.text), situation, lambda order: order.status is OrderStatus.DELIVERED
    )
    card = situation.ask("get_order_details", order_number=number)
    if not isinstance(card, OrderCard):
        return number, []
    return card.number, [line.line for line in lines_named(said, card.lines)]


def _refused(found: ToolResult) -> str:
    return found.message if isinstance(found, Refusal) else "I couldn't look that up just now."
