"""One wish for several orders as one for each: "cancel A-1 and A-2", "cancel all my open orders"."""

import re
from dataclasses import replace
from itertools import pairwise

from bot.embedded.answers import Task
from bot.embedded.changes.kinds import NOT_SHIPPED
from bot.embedded.changes.lines import EXCEPT
from bot.embedded.intents import Intent
from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.named_items import told_order, with_items
from bot.embedded.situation import Situation
from tools.cards import OrderListCard, OrderSummary
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus

_VERBS = {
    Intent.CANCEL_ORDER: "cancel",
    Intent.RETURN_ITEM: "return",
    Intent.REQUEST_REFUND: "refund",
    Intent.EXCHANGE_ITEM: "exchange",
}
_EVERY_ORDER = re.compile(
    r"\b(?:all|both|each|every one) (?:of )?(?:the |my |our |these |those )?(?:\w+ ){0,2}(?:orders|purchases)\b|"
    r"\beverything (?:that )?(?:i(?:'ve| have)? (?:got )?)?(?:on order|ordered)\b|"
    r"\bevery(?:thing| order)\b.{0,20}\b(?:hasn't|has not|not|isn't) (?:yet )?(?:been )?(?:shipped|left|gone|sent)\b",
    re.IGNORECASE,
)
_ALL_MY = re.compile(
    r"\ball (?:of )?(?:my|the) (?!(?:\w+ )?(?:orders?|purchases|items?|things?|stuff)\b)"
    r"(?P<thing>[\w'-]+(?: [\w'-]+)?)",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\bboth (?:of )?(?:the |my |our )?(?!of\b|orders?\b|items?\b|things?\b)(?P<thing>[\w'-]+(?: [\w'-]+)?)|"
    r"\b(?:the|my) (?P<before>[\w'-]+(?: [\w'-]+)?),? both(?: of (?:them|those|these))?\b",
    re.IGNORECASE,
)
_EXCEPTS = re.compile(
    rf"((?: order)?,? (?:{EXCEPT}|but not|without)\b.*?)"
    r"(?:[;,.]| and)(?! (?:and )?(?:the|my) (?:(?!from\b|in\b|of\b)[\w'-]+ ?){1,4}(?:[,.;]|$))",
    re.IGNORECASE,
)
"""What stays of the order whose number stands before it."""
_JOINED = re.compile(
    r"^(?:[\s,;&+#]|and|plus|as well as|order|orders|number|my|the|also|both)*$", re.IGNORECASE
)


def by_order(task: Task, situation: Situation) -> list[Task]:
    """The task for each order that it names."""
    verb = _VERBS.get(task.intent) if task.intent else None
    if verb is None or task.draft or situation.is_staff:
        return [task]
    spans = _numbered(task.text, situation)
    if len(spans) < 2:
        numbers = _every_order(task, situation) or _apart(task, situation)
        return [replace(task, text=f"{task.text} {number}") for number in numbers] or [task]
    between = [task.text[end:start] for (_, end), (start, _) in pairwise(spans)]
    if all(_JOINED.match(gap) for gap in between):
        first, last = spans[0][0], spans[-1][1]
        lead, rest = task.text[:first], task.text[last:]
        return [replace(task, text=f"{lead}{task.text[start:end]}{rest}") for start, end in spans]
    ends = [
        0,
        *(end + _still_of_it(gap) for (_, end), gap in zip(spans, between, strict=False)),
        len(task.text),
    ]
    pieces = [task.text[start:end].strip(" ,;") for start, end in pairwise(ends)]
    return [
        replace(task, text=piece if place == 0 else f"{verb} {piece}") for place, piece in enumerate(pieces)
    ]


def _still_of_it(gap: str) -> int:
    """How much of what stands between two numbers is said of the first: "A-1 except the lamp, and the mug from A-2"."""
    found = _EXCEPTS.match(gap)
    return found.end(1) if found else 0


def _numbered(text: str, situation: Situation) -> list[tuple[int, int]]:
    """Where the numbers of different orders stand, if they are built alike or were shown."""
    known = {number_key(order.number) for order in situation.orders_shown}
    found: dict[str, tuple[int, int]] = {}
    for number in order_numbers(text):
        at = text.lower().find(number.lower())
        key = number_key(number)
        if at >= 0 and not any(key in other or other in key for other in found):
            found[key] = (at, at + len(number))
    forms = {_form(text[start:end]) for start, end in found.values()}
    return sorted(found.values()) if len(forms) == 1 or found.keys() <= known else []


def _form(number: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", number))


def _every_order(task: Task, situation: Situation) -> list[str]:
    """The numbers of the orders that such a wish can be about; none where it is not about several."""
    if not _EVERY_ORDER.search(task.text):
        return []
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT)
    if not isinstance(found, OrderListCard):
        return []
    fitting = [order.number for order in found.orders if _fits(task.intent, order)]
    return fitting if len(fitting) > 1 else []


def _apart(task: Task, situation: Situation) -> list[str]:
    """The numbers of two orders that hold one each of "both lamps", or of those that hold any of "all my lamps"."""
    both, every = _BOTH.search(task.text), _ALL_MY.search(task.text)
    is_told = (both or every) and situation.signed_in and not told_order(task.text)
    found = situation.ask("list_my_orders", limit=ORDERS_LOOKED_AT) if is_told else None
    if not isinstance(found, OrderListCard):
        return []
    thing = (both["thing"] or both["before"]) if both else every["thing"] if every else ""
    holding = with_items(thing, [order for order in found.orders if _fits(task.intent, order)])
    if both and (len(holding) != 2 or not all(_is_one(thing, order) for order in holding)):
        return []
    return [order.number for order in holding] if len(holding) > 1 else []


def _is_one(thing: str, order: OrderSummary) -> bool:
    """Whether the order holds it once."""
    return [item.split(" x ")[0] for item in order.items if with_items(thing, [_only(order, item)])] == ["1"]


def _only(order: OrderSummary, item: str) -> OrderSummary:
    return order.model_copy(update={"items": (item,)})


def _fits(intent: Intent | None, order: OrderSummary) -> bool:
    if intent is Intent.CANCEL_ORDER:
        return order.status in NOT_SHIPPED
    return order.status is OrderStatus.DELIVERED
