"""Wishes about orders that were placed: what to say of the one that is meant."""

import re
from collections.abc import Callable

from bot.embedded.answering import disputes, given_back, policies
from bot.embedded.answering.claims import claim_in
from bot.embedded.answering.outlook import outlook
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.intents import Intent
from bot.embedded.meant.identity import ask_who, email_given, prove_order
from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.meant.order import (
    CHOICES,
    PARCELS,
    named_numbers,
    orders_of_person,
    which_order,
)
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import emails, postcodes
from bot.embedded.reading.named_items import with_items
from bot.embedded.reading.periods import period
from bot.embedded.reading.references import is_follow_up, refers_back
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import order_lists, parcels, returns
from bot.embedded.wording import orders as wording
from bot.embedded.wording.phrases import sentence
from bot.embedded.wording.products import seller
from tools.cards import OrderCard, OrderListCard, Refusal, ReturnsCard, ToolResult, TrackingCard
from tools.commerce.schema import DisputeKind, OrderStatus, ShipmentStatus
from tools.product_cards import ProductCard

OVER = {OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE}
NOT_AMONG_YOURS = (
    "I can't find order {number} among the orders that I can show you. "
    "If it is yours, what is the e-mail or postcode on it?"
)
NOT_FOR_ROLE = (
    "Customers' orders aren't open to your role here. I can help with products, stock and our policies."
)
MOST_TOGETHER = 5
A_SPAN = 6
"""Days: "last Tuesday" means one order, "in March" may mean several."""
_SUM = re.compile(
    r"\b(?:together|total|altogether|sum|combined|in all|both|how much|add(?:ed)? up|cost|pa(?:y|id))\b",
    re.IGNORECASE,
)
OF_CANCELLATION = re.compile(
    r"\b(?:why|who|which|when|was|were|did (?:you|someone|somebody))\b.{0,50}\b(?:cancell?ed|(?:you|somebody|someone)"
    r"(?: \w+){0,2} cancel)\b",
    re.IGNORECASE,
)
"""Asks of a cancellation as of something that has happened."""
WITH_ITEM = re.compile(
    r"\b(?:which|what) (?:(?:one )?of my |of the )?orders?(?: of mine)?(?: that)?"
    r" (?:had|has|have(?! i\b)|with|contain\w*|includ\w*|hold\w*|got)\b|\bin (?:which|what) (?:of my )?orders?\b",
    re.IGNORECASE,
)
ANY_LATE = re.compile(
    r"\b(?:any(?:thing)?|which|are|is)\b(?: of)? (?:my |the )?(?:\w+ )?(?:orders?|parcels?|packages?|deliver\w+)\b"
    r".{0,20}\b(?:late|delayed|overdue)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what) (?:one|order)\b", re.IGNORECASE)
_ONE_ORDER = re.compile(r"\b(?:order|one|purchase|it)\b", re.IGNORECASE)
_WHAT_WAS_BOUGHT = re.compile(
    r"\bwhat (?:all )?(?:did|have|had) (?:i|we) (?:buy|bought|order|get|got|purchase)", re.IGNORECASE
)
_ABOUT_ARRIVAL = re.compile(
    r"\barriv|\bdelivered|\b(?:did|has|have)\b.{0,40}\bship\b|\brest of (?:it|my|the)|\bon (?:its|the|their) way|"
    r"\bshipped\b|\bparcels?\b|"
    r"\bpackages?\b|\btracking\b|\bwhere(?:'?s| is| are)\b(?!.{0,30}\b(?:going|sent|shipp|address))|"
    r"\bwhen\b.{0,40}\b(?:comes?|get here|be here)\b",
    re.IGNORECASE,
)
_ABOUT_SELLER = re.compile(r"\bwho (?:sold|sells|made|makes)\b|\bseller\b|\bsold by\b", re.IGNORECASE)
_ABOUT_EXCHANGE = re.compile(r"\bexchange|\breplacement|\bnew one\b|\bswap", re.IGNORECASE)


def track(task: Task, situation: Situation) -> Answer:
    number = which_order(task, situation, lambda order: order.status not in OVER)
    found = see(task, situation, "track_parcel", number)
    if not isinstance(found, TrackingCard):
        return _refused(found)
    name = _name(situation, found.number)
    said = parcels.tracking(found, task.text, situation.today, name)
    if said in situation.last_answer and said.startswith(sentence(name).rstrip(".")):
        said = parcels.nothing_newer(found, situation.today, name)
    elif any(parcel.status is ShipmentStatus.LOST for parcel in found.parcels):
        said = f"{said}\n\n{_after_a_loss(situation, found.number)}".strip()
    return Answer(said, order=found.number)


def details(task: Task, situation: Situation) -> Answer:
    if _ABOUT_ARRIVAL.search(task.text) or _goes_on_about_parcels(task, situation):
        return track(task, situation)
    if answer := _together(task, situation) or _of_a_time(task, situation):
        return answer
    if answer := _of_cancellation(task, situation):
        return answer
    number = which_order(task, situation, lambda order: order.status not in OVER)
    found = see(task, situation, "get_order_details", number)
    if not isinstance(found, OrderCard):
        return _refused(found)
    if _ABOUT_SELLER.search(task.text) and (sold := _sold_by(task, situation, found)):
        return Answer(sold, order=found.number)
    name = _name(situation, found.number)
    items = [line.name for line in found.lines]
    question = task.text
    if situation.memory.product in items and refers_back(question) and len(set(items)) > 1:
        question = wording.of_item(question, situation.memory.product)
    said = wording.order(found, question, situation.today, name)
    return Answer(said, order=found.number)


def _of_cancellation(task: Task, situation: Situation) -> Answer | None:
    """Which of their orders was canceled, and why; that the one they mean wasn't, if so."""
    if situation.is_staff or not OF_CANCELLATION.search(task.text):
        return None
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if not isinstance(found, OrderListCard):
        return None
    canceled = [order for order in found.orders if order.status is OrderStatus.CANCELLED]
    meant = named_numbers(task, situation) or tuple(one.number for one in with_items(task.text, found.orders))
    if not meant and refers_back(task.text) and situation.memory.order:
        meant = (situation.memory.order,)
    is_open = _WHICH.search(task.text) or not set(meant) & {order.number for order in canceled}
    if len(canceled) == 1 and (len(meant) != 1 or (is_open and not with_items(task.text, found.orders))):
        meant = (canceled[0].number,)
    if len(meant) != 1:
        return Answer(wording.none_canceled()) if not canceled else None
    card = situation.ask("get_order_details", order_number=meant[0])
    if not isinstance(card, OrderCard):
        return None
    others = [order.number for order in canceled if order.number != card.number]
    return Answer(wording.cancellation(card, others, situation.today), order=card.number)


def _together(task: Task, situation: Situation) -> Answer | None:
    """What several orders, named by their numbers, come to."""
    numbers = named_numbers(task, situation)
    if len(numbers) < 2 or not _SUM.search(task.text):
        return None
    found = [situation.ask("get_order_details", order_number=number) for number in numbers[:MOST_TOGETHER]]
    cards = {card.number: card for card in found if isinstance(card, OrderCard)}
    return Answer(wording.together(list(cards.values()))) if len(cards) > 1 else None


def _of_a_time(task: Task, situation: Situation) -> Answer | None:
    """What was ordered in March may be in several orders."""
    if situation.is_staff or task.resumed or named_numbers(task, situation):
        return None
    if _ONE_ORDER.search(_WHAT_WAS_BOUGHT.sub(" ", task.text)):
        return None
    when = period(task.text, situation.today)
    if (
        when is None
        or (when.last - when.first).days < A_SPAN
        or with_items(task.text, situation.orders_shown)
    ):
        return None
    return list_orders(task, situation) if _WHAT_WAS_BOUGHT.search(task.text) else None


def return_status(task: Task, situation: Situation) -> Answer:
    if answer := given_back.in_all(situation) or outlook(task, situation):
        return answer
    number = which_order(task, situation, lambda order: order.has_return)
    found = see(task, situation, "get_return_and_refund_status", number)
    nothing = isinstance(found, ReturnsCard) and not (found.returns or found.refunds)
    if nothing and (other := _only_with_return(situation)):
        # The order spoken of had none: then it is the one that had.
        found = see(task, situation, "get_return_and_refund_status", other)
    if not isinstance(found, ReturnsCard):
        return _refused(found)
    if not (found.returns or found.refunds) and returns.asks_when(task.text):
        return policies.look_up(task, situation)
    said = returns.returns(found, task.text, situation.today)
    if not situation.is_staff and claim_in(task.text) is DisputeKind.REFUND_NOT_RECEIVED:
        passed_on = disputes.refund_not_received(found, situation, said)
        if passed_on:
            return passed_on
    if _ABOUT_EXCHANGE.search(task.text) and returns.is_exchange(found):
        tracked = situation.ask("track_parcel", order_number=found.number)
        if isinstance(tracked, TrackingCard):
            said = f"{said} {parcels.newest(tracked, situation.today)}".strip()
    return Answer(said, order=found.number)


def list_orders(task: Task, situation: Situation) -> Answer:
    when = period(task.text, situation.today)
    if situation.is_staff and (numbers := named_numbers(task, situation)) and not emails(task.text):
        return details(Task(task.intent, f"{task.text} {numbers[0]}", task.resumed), situation)
    found = orders_of_person(
        task,
        situation,
        placed_from=when.first.isoformat() if when else None,
        placed_to=when.last.isoformat() if when else None,
        limit=ORDERS_LOOKED_AT if WITH_ITEM.search(task.text) or ANY_LATE.search(task.text) else CHOICES,
    )
    if isinstance(found, Refusal) and found.code == "identity_needed":
        if not named_numbers(task, situation):
            raise ask_who(task, situation)
        return details(task, situation)
    if not isinstance(found, OrderListCard):
        return _refused(found)
    if when and not found.orders:
        return Answer("I don't see any order from that time.")
    if WITH_ITEM.search(task.text) and (holding := with_items(task.text, found.orders)):
        one = holding[0].number if len(holding) == 1 else None
        return Answer(order_lists.holding(holding, situation.today), order=one)
    if ANY_LATE.search(task.text):
        return Answer(order_lists.late([one for one in found.orders if one.is_late], situation.today))
    only = found.orders[0].number if found.total_orders == 1 else None
    said = order_lists.orders(found, situation.today, of_staff=situation.is_staff, of_a_time=when is not None)
    return Answer(said, order=only)


def see(task: Task, situation: Situation, tool: str, number: str) -> ToolResult:
    """What `tool` says of the order, after the person has shown that it is theirs. Raises Asks."""
    found = situation.ask(tool, order_number=number)
    if not isinstance(found, Refusal) or situation.is_staff:
        return found
    gives_proof = task.resumed or email_given(situation) or postcodes(situation.text, expected=False)
    if found.code == "identity_needed" or (found.code == "order_not_found" and gives_proof):
        prove_order(task, situation, number)
    elif found.code == "order_not_found" and not situation.signed_in:
        raise Asks(NOT_AMONG_YOURS.format(number=number), Slot.PROOF, number)
    return found


def _name(situation: Situation, number: str) -> str:
    return f"order {number}" if situation.is_staff else f"your order {number}"


def _after_a_loss(situation: Situation, number: str) -> str:
    """The money that went back, or else what the articles promise for a lost parcel."""
    settled = situation.ask("get_return_and_refund_status", order_number=number)
    if isinstance(settled, ReturnsCard) and settled.refunds:
        return returns.returns(settled, "refund", situation.today)
    article = policies.quoted(Task(Intent.POLICY_QUESTION, "What if my parcel is lost?"), situation)
    return article.text if article else ""


def _sold_by(task: Task, situation: Situation, order: OrderCard) -> str:
    """Who sells the item of the order that the question names, or its only one."""
    words = {word.lower() for word in content_words(task.text).split()}
    named = [line for line in order.lines if words & set(line.name.lower().split())]
    items = named or list(order.lines)
    if len(items) != 1:
        return ""
    found = situation.ask("get_product_details", product=items[0].name)
    return seller(found) if isinstance(found, ProductCard) else ""


def _goes_on_about_parcels(task: Task, situation: Situation) -> bool:
    return is_follow_up(task.text) and bool(PARCELS.search(situation.memory.text))


def _only_with_return(situation: Situation) -> str | None:
    if situation.is_staff:
        return None
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if not isinstance(found, OrderListCard):
        return None
    numbers = [order.number for order in found.orders if order.has_return]
    return numbers[0] if len(numbers) == 1 else None


def _refused(found: ToolResult) -> Answer:
    return Answer(found.message if isinstance(found, Refusal) else "I couldn't look that up just now.")


def _where_role_allows(job: Callable[[Task, Situation], Answer]) -> Callable[[Task, Situation], Answer]:
    def permitted(task: Task, situation: Situation) -> Answer:
        return job(task, situation) if "get_order_details" in situation.tools else Answer(NOT_FOR_ROLE)

    return permitted


JOBS = {
    Intent.TRACK_ORDER: _where_role_allows(track),
    Intent.ORDER_DETAILS: _where_role_allows(details),
    Intent.RETURN_STATUS: _where_role_allows(return_status),
    Intent.LIST_ORDERS: _where_role_allows(list_orders),
}
