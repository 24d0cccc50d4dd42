"""A version told by another thing of theirs: "it should be like the one in the order with the bike"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.named_items import lines_named, told_order, with_items
from bot.embedded.situation import Situation
from tools.cards import OrderCard, OrderListCard, OrderSummary
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import OrderStatus

_LIKE = re.compile(
    r"\b(?:(?:exactly|just|precisely) )*(?:like|(?:the )?same (?:\w+ )?as|identical to|to match|matching)"
    r"(?: the| that)?(?: one| ones)?(?: (?:that )?(?:i have|i've got|i got|i ordered|is))? (?:in|from|of) "
    r"(?P<order>(?:(?:my|the|our) )?(?:(?P<open>pending|open|unshipped|processing) )?order\b[^.;!?]*)",
    re.IGNORECASE,
)

_OPEN = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING})


def likened(situation: Situation) -> Situation:
    """With the version of that other thing in place of where it is; as it was where nobody can tell.

    Raises NeedsTool.
    """
    found = _LIKE.search(situation.text)
    if found is None or not situation.signed_in or situation.is_staff:
        return situation
    before = situation.text[: found.start()]
    things = [thing for card in _others(found, situation) for thing in lines_named(before, card.lines)]
    options = {thing.options for thing in things if thing.options}
    if len(options) != 1:
        return situation
    return replace(situation, text=f"{before}{_in_words(options.pop())}{situation.text[found.end() :]}")


def _others(found: re.Match[str], situation: Situation) -> Sequence[OrderCard]:
    """The orders that may be meant by "the order with the bike", its number, or "my pending order"."""
    told = found["order"]
    listed = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT)
    orders: Sequence[OrderSummary] = listed.orders if isinstance(listed, OrderListCard) else ()
    keys = {number_key(number) for number in order_numbers(told, [order.number for order in orders])}
    if keys:
        meant = [order for order in orders if number_key(order.number) in keys]
    elif things := told_order(told):
        meant = with_items(things, orders)[:1]
    elif found["open"]:
        meant = [order for order in orders if order.status in _OPEN]
    else:
        meant = []
    return situation.look_at_orders([order.number for order in meant])


def _in_words(options: str) -> str:
    """`M, White, without Visor`, of `Size: M, Color: White, Visor: No`."""
    said = []
    for option in options.split(", "):
        name, _, value = option.partition(": ")
        known = {"yes": f"with {name}", "no": f"without {name}"}
        said.append(known.get(value.lower(), value))
    return ", ".join(said)
