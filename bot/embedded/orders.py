"""Wishes about the person's own orders: which one is meant, and what to say of it."""

import re
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from bot.embedded import policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.content import content_words
from bot.embedded.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.identity import ask_who, prove_order
from bot.embedded.intents import Intent
from bot.embedded.periods import period
from bot.embedded.references import Pick, refers_back, selection
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import orders as wording
from tools.cards import OrderCard, OrderListCard, OrderSummary, Refusal, ReturnsCard, ToolResult, TrackingCard
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus

ORDERS_LOOKED_AT = 20
CHOICES = 5
SAME_WORDS = 85
"""Of 100: how well the words for an item must fit the name of one to mean it."""

OVER = {OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE}
NOT_AMONG_YOURS = (
    "I can't find order {number} among the orders that I can show you. "
    "If it is yours, what is the e-mail or postcode on it?"
)
_ABOUT_ARRIVAL = re.compile(
    r"\barriv|\bdelivered|\brest of (?:it|my|the)|\bon (?:its|the|their) way|\bshipped\b|\bparcels?\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:orders|purchases|parcels|packages|deliveries)\b", re.IGNORECASE)


def track(task: Task, situation: Situation) -> Answer:
    number = which_order(task, situation, lambda order: order.status not in OVER)
    found = see(task, situation, "track_parcel", number)
    if not isinstance(found, TrackingCard):
        return _refused(found)
    return Answer(wording.tracking(found, task.text, situation.today), order=found.number)


def details(task: Task, situation: Situation) -> Answer:
    if _ABOUT_ARRIVAL.search(task.text):
        return track(task, situation)
    number = which_order(task, situation)
    found = see(task, situation, "get_order_details", number)
    if not isinstance(found, OrderCard):
        return _refused(found)
    return Answer(wording.order(found, task.text, situation.today), order=found.number)


def return_status(task: Task, situation: Situation) -> Answer:
    number = which_order(task, situation, lambda order: order.has_return)
    found = see(task, situation, "get_return_and_refund_status", number)
    nothing = isinstance(found, ReturnsCard) and not (found.returns or found.refunds)
    if nothing and (other := _only_with_return(situation)):
        # The order spoken of had none: then it is the one that had.
        found = see(task, situation, "get_return_and_refund_status", other)
    if not isinstance(found, ReturnsCard):
        return _refused(found)
    return Answer(wording.returns(found, situation.today), order=found.number)


def report_problem(task: Task, situation: Situation) -> Answer:
    """What the carrier says of the order, where it is known; then how the shop settles it, and who."""
    by_hand = policies.by_a_person(task, situation)
    if not (situation.signed_in or situation.memory.order or _numbers(task, situation)):
        return by_hand
    tracked = track(task, situation)
    return Answer(f"{tracked.text}\n\n{by_hand.text}", order=tracked.order)


def _only_with_return(situation: Situation) -> str | None:
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if not isinstance(found, OrderListCard):
        return None
    numbers = [order.number for order in found.orders if order.has_return]
    return numbers[0] if len(numbers) == 1 else None


def list_orders(task: Task, situation: Situation) -> Answer:
    when = period(task.text, situation.today)
    found = situation.ask(
        "list_my_orders",
        placed_from=when.first.isoformat() if when else None,
        placed_to=when.last.isoformat() if when else None,
        limit=CHOICES,
    )
    if isinstance(found, Refusal):
        if found.code == "identity_needed":
            numbers = _numbers(task, situation)
            if not numbers:
                raise ask_who(task, situation)
            return details(task, situation)
        return Answer(found.message)
    if not isinstance(found, OrderListCard):
        return _refused(found)
    if when and not found.orders:
        return Answer("I don't see any order of yours from that time.")
    only = found.orders[0].number if found.total_orders == 1 else None
    return Answer(wording.orders(found, situation.today), order=only)


def see(task: Task, situation: Situation, tool: str, number: str) -> ToolResult:
    """What `tool` says of the order, after the person has shown that it is theirs. Raises Asks."""
    found = situation.ask(tool, order_number=number)
    if not isinstance(found, Refusal):
        return found
    gives_proof = task.resumed or emails(situation.text) or postcodes(situation.text, expected=False)
    if found.code == "identity_needed" or (found.code == "order_not_found" and gives_proof):
        prove_order(task, situation, number)
    elif found.code == "order_not_found" and not situation.signed_in:
        raise Asks(NOT_AMONG_YOURS.format(number=number), Slot.PROOF, number)
    return found


def which_order(
    task: Task, situation: Situation, likely: Callable[[OrderSummary], bool] | None = None
) -> str:
    """The number of the order that is meant. Raises Asks when it cannot be told.

    `likely` picks the orders that such a wish is usually about, where the words leave it open.
    """
    if numbers := _numbers(task, situation):
        return numbers[0]
    chosen = selection(situation.text) or selection(task.text)
    points_elsewhere = chosen is not None or period(task.text, situation.today) is not None
    spoken_of = None if points_elsewhere or _PLURAL.search(task.text) else situation.memory.order
    if spoken_of and (refers_back(task.text) or not content_words(task.text)):
        return spoken_of
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if spoken_of:
        named = _with_items(task.text, found.orders) if isinstance(found, OrderListCard) else []
        return named[0].number if len(named) == 1 else spoken_of
    if isinstance(found, Refusal) and found.code == "identity_needed":
        raise ask_who(task, situation)
    if not isinstance(found, OrderListCard):
        raise Asks("Which order is it? Please tell me its number.", Slot.ORDER)
    if not found.orders:
        raise Asks(
            "I don't see any orders of yours here. What is the number of the order you mean?", Slot.ORDER
        )
    return _choose(task, situation, found.orders, likely)


def _numbers(task: Task, situation: Situation) -> tuple[str, ...]:
    known = [order.number for order in situation.orders_shown]
    entered = sign_in_code(situation.text) if situation.memory.asked is Slot.CODE else None
    numbers = order_numbers(situation.text, known)
    if situation.memory.asked is Slot.PROOF and situation.memory.order and not _explicit(situation.text):
        # We asked for the e-mail or postcode of a known order: a lone number is the postcode.
        return (situation.memory.order,)
    numbers = tuple(number for number in numbers if number != entered)
    if not numbers and task.resumed:
        numbers = order_numbers(task.text, known)
    return numbers


def _explicit(text: str) -> bool:
    """Whether the text speaks of an order number, not only of a number."""
    return bool(re.search(r"\border|#|\bnumber\b", text, re.IGNORECASE)) and bool(order_numbers(text))


def _choose(
    task: Task,
    situation: Situation,
    orders: Sequence[OrderSummary],
    likely: Callable[[OrderSummary], bool] | None,
) -> str:
    candidates = _in_period(task, situation, orders)
    candidates = _with_items(situation.text if task.resumed else task.text, candidates) or candidates
    picked = _picked(task, situation, candidates)
    if picked:
        return picked
    if len(candidates) > 1 and likely:
        candidates = [order for order in candidates if likely(order)] or candidates[:1]
    if len(candidates) == 1:
        return candidates[0].number
    shown = candidates[:CHOICES]
    raise Asks(
        f"Which order do you mean?\n{wording.choices(shown, situation.today)}",
        Slot.ORDER,
    )


def _in_period(task: Task, situation: Situation, orders: Sequence[OrderSummary]) -> list[OrderSummary]:
    when = period(situation.text, situation.today) or period(task.text, situation.today)
    if when is None:
        return list(orders)
    placed = [o for o in orders if o.placed_on and when.first <= o.placed_on <= when.last]
    return placed or list(orders)


def _with_items(text: str, orders: Sequence[OrderSummary]) -> list[OrderSummary]:
    """The orders that hold what the text names: "my lamp", "the order with the tent"."""
    words = content_words(text).lower()
    if not words:
        return []
    scores = [
        max((fuzz.partial_token_set_ratio(words, item.lower()) for item in order.items), default=0.0)
        if len(words) >= 3
        else 0.0
        for order in orders
    ]
    best = max(scores, default=0.0)
    return [o for o, score in zip(orders, scores, strict=True) if score >= SAME_WORDS and score == best]


def _picked(task: Task, situation: Situation, candidates: Sequence[OrderSummary]) -> str | None:
    chosen = selection(situation.text) or selection(task.text)
    if chosen is None:
        return None
    shown = [order for order in situation.orders_shown[:CHOICES] if order in candidates] or list(candidates)
    numbers = [order.number for order in shown]
    current = situation.memory.order
    match chosen.pick:
        case Pick.NTH if 1 <= chosen.place <= len(numbers):
            return numbers[chosen.place - 1]
        case Pick.LAST:
            return numbers[-1] if task.resumed else candidates[0].number
        case Pick.LATEST:
            return candidates[0].number
        case Pick.OLDEST:
            return candidates[-1].number
        case Pick.PREVIOUS:
            return _after(current, [order.number for order in candidates])
        case Pick.OTHER:
            others = [n for n in numbers if not current or number_key(n) != number_key(current)]
            return others[0] if len(others) == 1 else None
    return None


def _after(current: str | None, numbers: Sequence[str]) -> str | None:
    """The order before the current one in time; the list begins with the newest."""
    place = numbers.index(current) + 1 if current in numbers else 1
    return numbers[place] if place < len(numbers) else None


def _refused(found: ToolResult) -> Answer:
    return Answer(found.message if isinstance(found, Refusal) else "I couldn't look that up just now.")


JOBS = {
    Intent.TRACK_ORDER: track,
    Intent.ORDER_DETAILS: details,
    Intent.RETURN_STATUS: return_status,
    Intent.LIST_ORDERS: list_orders,
    Intent.REPORT_PROBLEM: report_problem,
}
