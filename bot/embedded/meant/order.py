"""Which order is meant: by its number, its items, its day, its place in a list, or because it was just spoken of."""

import re
from collections.abc import Callable, Sequence

from bot.embedded.answers import Asks, Task
from bot.embedded.intents import ABOUT_PRODUCTS
from bot.embedded.meant.identity import ask_who
from bot.embedded.meant.item import ORDERS_LOOKED_AT, bare_name, names_plainly
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.reading.named_items import told_order, with_items
from bot.embedded.reading.periods import period
from bot.embedded.reading.references import Pick, is_follow_up, refers_back, selection
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import order_lists as wording
from tools.cards import OrderListCard, OrderSummary, Refusal, ToolResult
from tools.case_facts import CaseFacts
from tools.commerce.order_numbers import number_key
from tools.commerce.words import words

CHOICES = 5
LONGEST_POSTCODE = 10
NEAR = 40
"""So many characters after "I mean" a number corrects the one before."""

WHOSE_ORDERS = "Whose order is it? Please give me its number or the customer's e-mail."
NO_ORDER_OF_CASE = (
    "They have not shown that any order is theirs. If you know which one it is, please give me its number."
)
PARCELS = re.compile(r"\bparcels?\b|\bpackages?\b|\bbox(?:es)?\b|\bshipments?\b|\bdelivery\b", re.IGNORECASE)
_PAID = re.compile(
    r"\b(?:paid|pay(?:ing)?|charged|put|using|bought)\b.{0,40}\b(?:with|by|on|to|using|via|from|my)\b",
    re.IGNORECASE,
)
_OF_ANY_PAYMENT = frozenset("card ending in by with on my the a to and i".split())
_CORRECTS = re.compile(
    r"\b(?:i (?:mean|meant)|sorry|correction|typo|wrong (?:number|one)|no,? wait|scratch that|make that)\b",
    re.IGNORECASE,
)
_RECEIVED = re.compile(r"\b(?:received|got|came|come|arrived|delivered)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:orders|purchases|parcels|packages|deliveries)\b", re.IGNORECASE)

Likely = Callable[[OrderSummary], bool]


def which_order(task: Task, situation: Situation, likely: Likely | None = None) -> str:
    """The number of the order that is meant. Raises Asks when it cannot be told.

    `likely` picks the orders that such a wish is usually about, where the words leave it open.
    """
    if numbers := named_numbers(task, situation):
        return numbers[0]
    chosen = None if _places_a_parcel(task, situation) else selection(situation.text) or selection(task.text)
    leans_back = refers_back(task.text) and not is_follow_up(task.text)
    # "Wasn't it to be here by the 9th?" tells a day of the order spoken of, not another order.
    points_elsewhere = (
        chosen is not None
        or (period(task.text, situation.today) is not None and not leans_back)
        or _tells_other(task.text, situation)
    )
    spoken_of = None if points_elsewhere or _PLURAL.search(task.text) else situation.memory.order
    if leans_back and chosen is None and (holding := _holding_last(task, situation)):
        return holding
    sticks = situation.is_staff and not situation.is_beside_case
    if spoken_of and (leans_back or sticks or not content_words(task.text)):
        return spoken_of if sticks else _holding_elsewhere(task.text, spoken_of, situation) or spoken_of
    found = orders_of_person(task, situation, limit=ORDERS_LOOKED_AT)
    if spoken_of:
        named = with_items(task.text, found.orders) if isinstance(found, OrderListCard) else []
        if len(named) == 1:
            return named[0].number
        # What is plainly named wins over the order spoken of, where that one doesn't hold it.
        is_elsewhere = situation.is_beside_case or any(
            names_plainly(task.text, order.items) for order in named
        )
        if not (named and is_elsewhere) or spoken_of in {order.number for order in named}:
            return spoken_of
    if isinstance(found, Refusal) and found.code == "identity_needed":
        raise ask_who(task, situation)
    if not isinstance(found, OrderListCard):
        raise Asks("Which order is it? Please tell me its number.", Slot.ORDER)
    if not found.orders:
        raise Asks("I don't see any such orders here. What is the number of the order you mean?", Slot.ORDER)
    return _choose(task, situation, found.orders, likely)


def _holding_last(task: Task, situation: Situation) -> str | None:
    """The only order of theirs that holds the product spoken of last: "what did I pay for it?"."""
    memory = situation.memory
    if memory.product is None or memory.intent not in ABOUT_PRODUCTS or situation.is_staff or task.resumed:
        return None
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if not isinstance(found, OrderListCard):
        return None
    holding = [
        order.number for order in found.orders if memory.product in {bare_name(item) for item in order.items}
    ]
    return holding[0] if len(holding) == 1 else None


def _holding_elsewhere(text: str, spoken_of: str, situation: Situation) -> str | None:
    """The only order that holds what the text names, where that is not the one spoken of: "the tapers: have they
    shipped?"."""
    if situation.is_staff or not situation.signed_in or not content_words(text):
        return None
    found = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT)
    named = with_items(text, found.orders) if isinstance(found, OrderListCard) else []
    if len(named) != 1 or named[0].number == spoken_of or not names_plainly(text, named[0].items):
        return None
    return named[0].number


def _tells_other(text: str, situation: Situation) -> bool:
    """Whether an order of theirs is told by what is in it: "the order with the tent"."""
    told = told_order(text) if situation.signed_in and not situation.is_staff else ""
    found = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT) if told else None
    return isinstance(found, OrderListCard) and bool(with_items(told, found.orders))


def one_of(numbers: Sequence[str], situation: Situation, likely: Likely | None = None) -> str:
    """The only one of these orders of the person, or the only likely one. Raises Asks with those that are left."""
    if len(numbers) == 1:
        return numbers[0]
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    orders = (
        [order for order in found.orders if order.number in numbers]
        if isinstance(found, OrderListCard)
        else []
    )
    orders = [order for order in orders if likely and likely(order)] or orders
    if len(orders) == 1:
        return orders[0].number
    raise Asks(f"Which order do you mean?\n{wording.choices(orders[:CHOICES], situation.today)}", Slot.ORDER)


def orders_of_person(task: Task, situation: Situation, **wanted: str | int | None) -> ToolResult:
    """The orders of who is asking; for staff, of the customer whose e-mail was given. Raises Asks without one."""
    if not situation.is_staff:
        return situation.ask("list_my_orders", **wanted)
    texts = (situation.text, task.text, *situation.earlier[:-4:-1])
    customer = next((address for text in texts for address in emails(text)), None)
    if customer is None and situation.is_beside_case:
        return _orders_of_case(situation)
    if customer is None:
        raise Asks(WHOSE_ORDERS, Slot.ORDER)
    return situation.ask("find_orders", email=customer, limit=wanted.get("limit"))


def _orders_of_case(situation: Situation) -> ToolResult:
    """The orders of the case's shopper. Raises Asks where nothing is known of them."""
    case = situation.look("get_case")
    if not isinstance(case, CaseFacts) or not case.orders:
        raise Asks(NO_ORDER_OF_CASE, Slot.ORDER)
    return OrderListCard(orders=case.orders, total_orders=case.total_orders)


def named_numbers(task: Task, situation: Situation) -> tuple[str, ...]:
    """The order numbers of the message; of a wish taken up again, else those that it was first said with."""
    known = [order.number for order in situation.orders_shown]
    entered = sign_in_code(situation.text) if situation.memory.asked is Slot.CODE else None
    # Of several wishes each has its own number, or else that of the whole message.
    own = () if task.resumed else order_numbers(task.text, known)
    numbers = _corrected(situation.text, known) or own or order_numbers(situation.text, known)
    asked_for = situation.memory.order if situation.memory.asked is Slot.PROOF else None
    if asked_for and not _explicit(situation.text):
        # We asked for the e-mail or postcode of a known order: what could be a postcode is one.
        numbers = tuple(n for n in numbers if not _may_be_postcode(n, asked_for, situation.text))
        return numbers or (asked_for,)
    numbers = tuple(number for number in numbers if number != entered)
    if not numbers and task.resumed:
        numbers = order_numbers(task.text, known)
    return numbers


def other_numbers(text: str, order: str | None, situation: Situation) -> list[str]:
    """The numbers in the text that are of another order than `order`."""
    known = [shown.number for shown in situation.orders_shown]
    here = number_key(order or "")
    return [number for number in order_numbers(text, known) if number_key(number) not in here]


def _corrected(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """ "Where is 1040? I mean 1041": what stands after the correction, where a number stands before it too."""
    before, *after = _CORRECTS.split(text)
    numbers = order_numbers(after[-1][:NEAR], known) if after else ()
    return numbers if numbers and order_numbers(before, known) else ()


def paid_so(text: str, orders: Sequence[OrderSummary]) -> list[OrderSummary]:
    """Those that were paid as the text says: "the one I paid with PayPal", "the gift card order"."""
    if not _PAID.search(text):
        return []
    said = set(words(text)) - _OF_ANY_PAYMENT
    return [order for order in orders if any(said & set(words(label)) for label in order.paid_with)]


def _places_a_parcel(task: Task, situation: Situation) -> bool:
    """Whether "the second one" is a parcel of the order spoken of, not an order of a list."""
    return bool(situation.memory.order and PARCELS.search(f"{task.text} {situation.memory.text}"))


def _explicit(text: str) -> bool:
    """Whether the text speaks of an order number, not only of a number."""
    return bool(re.search(r"\border|#|\bnumber\b", text, re.IGNORECASE)) and bool(order_numbers(text))


def _may_be_postcode(number: str, order: str, text: str) -> bool:
    """Whether a number in answer to "which postcode" can be one: it isn't built as the number of the order is."""
    key, asked = number_key(number), number_key(order)
    letters = "".join(c for c in asked if c.isalpha())
    alike = len(key) == len(asked) and bool(letters) and letters == "".join(c for c in key if c.isalpha())
    codes = {number_key(code) for code in postcodes(text, expected=True)}
    return not alike and len(key) <= LONGEST_POSTCODE and any(key in code for code in codes)


def _choose(task: Task, situation: Situation, orders: Sequence[OrderSummary], likely: Likely | None) -> str:
    candidates = _in_period(task, situation, orders)
    candidates = paid_so(task.text, candidates) or candidates
    named = with_items(situation.text, candidates) if task.resumed else []
    told = with_items(told_order(task.text), candidates)
    candidates = named or told or with_items(task.text, candidates) or candidates
    picked = _picked(task, situation, candidates)
    if picked:
        return picked
    if len(candidates) > 1 and likely:
        candidates = [order for order in candidates if likely(order)] or candidates[:1]
        if picked := _picked(task, situation, candidates):
            return picked  # "the other open order"
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
    by_arrival = bool(_RECEIVED.search(f"{situation.text} {task.text}"))
    days = [(order, order.delivered_on if by_arrival else order.placed_on) for order in orders]
    return [order for order, day in days if day and when.first <= day <= when.last] or list(orders)


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
