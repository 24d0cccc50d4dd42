"""Which order a change is about, and what is in it."""

import re
from dataclasses import replace

from bot.embedded.answering.orders import see
from bot.embedded.answers import Task
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.becoming import could_become
from bot.embedded.changes.draft import Draft, Line
from bot.embedded.changes.holding import may_be_size, orders_holding
from bot.embedded.changes.kinds import NOT_SHIPPED, at_status
from bot.embedded.changes.reading import lines_told
from bot.embedded.changes.reasons import refund_cause
from bot.embedded.changes.requesting import SWAPS
from bot.embedded.changes.saved_addresses import OF_OTHER_ORDER
from bot.embedded.meant.identity import ask_who
from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.meant.order import Likely, named_numbers, one_of, which_order
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.named_items import told_order, with_items
from bot.embedded.reading.periods import period
from bot.embedded.reading.references import selection
from bot.embedded.situation import Situation
from tools.cards import OrderCard, OrderListCard, OrderSummary, Refusal
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus, ProposalKind, RefundCause

_CHANGING = re.compile(
    r"\b(?:return(?:ed|ing)?|send(?:ing)?|sent|back|refund(?:ed)?|cancel(?:led|ed)?|exchange(?:d)?|swap(?:ped)?|"
    r"chang(?:e|ed|ing)|replace(?:d)?|remove|money|bigger|smaller|larger|broken|damaged|cracked|address|payment|card|"
    r"reason)\b",
    re.IGNORECASE,
)
"""Words for the change, which name nothing that is in an order."""
_ORDER = re.compile(r"\b(?:my|an?|(?:the|my) (?:other|last|new))(?: \w+)? order\b", re.IGNORECASE)
_COUNTRY = re.compile(r", ([A-Z]{2})$")
_BECOMES = re.compile(r"\b(?:for|to|into|with|instead)\b", re.IGNORECASE)
_SWAPS = re.compile(
    r"\b(?:chang\w*|exchang\w*|swap\w*|replac\w*|switch\w*|trad\w*|make|instead)\b", re.IGNORECASE
)
_LEANS = re.compile(r"\b(?:it|them|that|this|those|one|instead|rather)\b", re.IGNORECASE)
_NOT_GONE = re.compile(
    r"\bbefore (?:it|they|you|my order|the order)\b.{0,20}\b(?:ship|go|leave|send)|\b(?:not|\w+n't) (?:yet )?(?:been )?"
    r"(?:shipped|left|gone out|sent|delivered)\b|\bstill (?:with you|there|open|pending|to be (?:sent|shipped))\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"\b(?:that|which|it|they) (?:\w+ )?(?:arrived|came)\b|\b(?:i|we) (?:got|received)\b|\bdelivered order\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:to|at|of) (?:my|our|the|his|her) (?!order\b)[\w'-]+", re.IGNORECASE)
"""Where something should go: "to my office" names nothing that is in an order."""
_NOT_THIS = re.compile(r"\bnot the (?:one|order) [^,.;]*", re.IGNORECASE)
_ADDRESSED = frozenset({ProposalKind.ADDRESS_CHANGE, ProposalKind.PROFILE_CHANGE})


def order_of(draft: Draft, task: Task, situation: Situation) -> OrderCard | Refusal:
    """Raises Asks where it cannot be told, or who is asking."""
    number, situation = draft.order, replace(situation, text=_without_address(draft, situation.text))
    said = " ".join(_without_address(draft, text) for text in draft.said or (task.text,))
    task = replace(task, text=_without_address(draft, task.text))
    situation = replace(situation, earlier=tuple(_without_address(draft, text) for text in situation.earlier))
    if number is None or named_numbers(task, situation):
        words = Task(task.intent, _CHANGING.sub(" ", said), task.resumed)
        number = _holding(draft, said, task, situation) or which_order(words, situation, _likely(draft))
    found = see(task, situation, "get_order_details", number)
    if (
        isinstance(found, Refusal)
        and found.code in {"identity_needed", "order_not_found"}
        and not situation.signed_in
    ):
        raise ask_who(task, situation)
    if isinstance(found, OrderCard | Refusal):
        return found
    return Refusal(code="unavailable", message="I couldn't look that up just now.")


def _holding(draft: Draft, said: str, task: Task, situation: Situation) -> str | None:
    """For a swap, the order that holds what it is about, where neither a number nor a time tells which.

    Raises Asks where several do that are as likely.
    """
    is_told = (
        any(not may_be_size(number) for number in named_numbers(task, situation))
        or selection(said)
        or period(said, situation.today)
        or told_order(said)
    )
    if draft.change not in SWAPS or is_told or not situation.signed_in or situation.is_staff:
        return None
    found = orders_holding(said, situation)
    return one_of(found, situation, _likely(draft)) if found else None


def with_order(draft: Draft, card: OrderCard) -> Draft:
    country = _COUNTRY.search(card.ship_to or "")
    lines = tuple(Line.of(line) for line in card.lines)
    kind = at_status(draft.change, card.status, " ".join(draft.said))
    if kind is ProposalKind.ITEM_CHANGE and card.status is OrderStatus.DELIVERED:
        is_version = any(could_become(text, lines) for text in draft.said)
        kind = ProposalKind.EXCHANGE if is_version else kind
    return draft.but(
        change=kind,
        order=card.number,
        lines=lines,
        paid_by=tuple(payment.method for payment in card.payments),
        country=country[1] if country else None,
        goes_to=address_in(card.ship_to or "", asked=True),
    )


def names_another_order(task: Task, situation: Situation, before: Draft) -> bool:
    """Whether a new wish is about another order than the one spoken of."""
    if numbers := named_numbers(
        replace(task, text=_without_address(before, task.text)),
        replace(situation, text=_without_address(before, situation.text)),
    ):
        return not _is_among(before.order, numbers)
    if _is_told_by_another(task.text, situation, before):
        return True
    if situation.decided is None and not content_words(_CHANGING.sub(" ", task.text)):
        return bool(_ORDER.search(task.text))
    if before.proposed and not before.idle:
        elsewhere = selection(task.text), period(task.text, situation.today)
        is_of_order = any(elsewhere) and bool(re.search(r"\border", task.text, re.IGNORECASE))
        return is_of_order or _is_held_by_another(task.text, situation, before)
    found = lines_told(before.but(items=(), among=(), whole=False, asked=None), task.text)
    if found.items or found.among:
        return False
    return not leans_back(task.text) or _is_held_by_another(task.text, situation, before)


def _is_told_by_another(text: str, situation: Situation, before: Draft) -> bool:
    """Whether it tells another order by what is in it: "the order with the tent"."""
    told = told_order(text) if situation.signed_in and not situation.is_staff else ""
    orders = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT) if told else None
    holding = with_items(told, orders.orders) if isinstance(orders, OrderListCard) else []
    return bool(holding) and not _is_among(before.order, [order.number for order in holding])


def _is_held_by_another(text: str, situation: Situation, before: Draft) -> bool:
    """Whether what it names, apart from what that should become, is in another order of theirs and not in this one."""
    if not situation.signed_in or situation.is_staff:
        return False
    orders = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT)
    words = _CHANGING.sub(" ", text)
    named = _BECOMES.split(words)[0] if _SWAPS.search(text) else words
    if not isinstance(orders, OrderListCard):
        return False
    holding = with_items(named, [_without_options(order) for order in orders.orders])
    return bool(holding) and not _is_among(before.order, [order.number for order in holding])


def _without_options(order: OrderSummary) -> OrderSummary:
    """With the bare names of its items: "the black ones" name no other order that has something black."""
    return order.model_copy(update={"items": tuple(item.split(" (")[0] for item in order.items)})


def leans_back(text: str) -> bool:
    """Whether it is about what was spoken of: "return it", "that one instead"."""
    return bool(_LEANS.search(text))


def moved_to_another(draft: Draft, situation: Situation) -> Draft:
    """The draft without what was said of its order, where the message names another by its number."""
    known = {number_key(order.number) for order in situation.orders_shown}
    text = _without_address(draft, situation.text)
    numbers = [number for number in order_numbers(text) if number_key(number) in known]
    if draft.order is None or not numbers or _is_among(draft.order, numbers):
        return draft
    return Draft(change=draft.change, order=numbers[0], said=draft.said)


def _is_among(order: str | None, numbers: tuple[str, ...] | list[str]) -> bool:
    return order is not None and number_key(order) in {number_key(number) for number in numbers}


def _without_address(draft: Draft, text: str) -> str:
    """Without the numbers of a new address, which are no order's."""
    address = address_in(text, asked=draft.asked is not None) if draft.change in _ADDRESSED else None
    if draft.change is ProposalKind.ADDRESS_CHANGE:
        text = _PLACE.sub(" ", OF_OTHER_ORDER.sub(" , ", text))
    for part in (address.line1, address.postcode) if address else ():
        text = text.replace(part, " , ") if part else text
    return text


def _likely(draft: Draft) -> Likely | None:
    kind, said = draft.change, _NOT_THIS.sub(" ", " ".join(draft.said))
    if kind is ProposalKind.REFUND and refund_cause(said):
        lost = refund_cause(said) == RefundCause.LOST_PARCEL
        return (lambda order: order.status is OrderStatus.SHIPPED) if lost else None
    if kind is not ProposalKind.REFUND and _NOT_GONE.search(said):
        return _waits
    if kind in {ProposalKind.RETURN, ProposalKind.EXCHANGE} or _CAME.search(said):
        return _has_come
    return None if kind is ProposalKind.REFUND else _waits


def _has_come(order: OrderSummary) -> bool:
    return order.status is OrderStatus.DELIVERED


def _waits(order: OrderSummary) -> bool:
    return order.status in NOT_SHIPPED
