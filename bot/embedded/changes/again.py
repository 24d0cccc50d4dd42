"""The last change once more, for something else: "and the fan too, same reason", "now the other order"."""

import re

from bot.embedded.changes.amending import adds
from bot.embedded.changes.asking import names_items
from bot.embedded.changes.draft import Draft
from bot.embedded.changes.kinds import names_way
from bot.embedded.changes.refusing import as_kind
from bot.embedded.meant.item import ORDERS_LOOKED_AT
from bot.embedded.meant.order import other_numbers
from bot.embedded.reading.named_items import with_items
from bot.embedded.reading.plain import plain
from bot.embedded.reading.references import Pick, selection
from bot.embedded.situation import Situation
from tools.cards import OrderListCard
from tools.commerce.schema import ProposalKind

LONGEST = 12
"""Words. Whoever says more says what they want."""

_GOES_ON = re.compile(
    r"^\W*(?:(?:ok|okay|oh|yes|thanks|thank you|great|good|perfect|cool|please|and|now|then|next|so)\W+)*"
    r"(?:and|also|now|then|next|plus|same (?:for|with|thing)|what about|how about)\b",
    re.IGNORECASE,
)
SAME_REASON = re.compile(r"\bsame (?:reason|problem|thing|story|issue)\b|\bfor the same\b", re.IGNORECASE)
_SAME_WAY = re.compile(
    r"\bsame (?:\w+ )?(?:card|way|account|method|place|refund)\b|\bsame thing\b", re.IGNORECASE
)
_OF_OWN = re.compile(
    r"\b(?:want|need|like|(?<!wrong )size|colou?r|instead|exchange|swap|change|make|refund|address)\b",
    re.IGNORECASE,
)
"""Words of a wish of its own."""
_ANY_REASON = frozenset({ProposalKind.CANCELLATION})
"""Where the reason decides nothing, it need not be asked again."""
_VERBS = {
    ProposalKind.CANCELLATION: "cancel",
    ProposalKind.RETURN: "return",
    ProposalKind.EXCHANGE: "exchange",
}


def once_more(situation: Situation) -> Draft | None:
    """None where the message names nothing else, or says itself what it wants."""
    before, text = situation.memory.draft, plain(situation.text)
    if before is None or situation.decided is None or situation.memory.asked or "?" in text:
        return None
    if len(text.split()) > LONGEST or not (_GOES_ON.match(text) or adds(text)):
        return None
    kind = situation.decided.receipt.change
    if names_way(text) or _OF_OWN.search(text) or kind not in _VERBS:
        return None
    known = {
        "reason": before.reason if kind in _ANY_REASON or SAME_REASON.search(text) else None,
        "refund_to": before.refund_to if _SAME_WAY.search(text) else None,
    }
    chosen = selection(text)
    if other_numbers(text, before.order, situation) or (chosen and chosen.pick is Pick.OTHER):
        return Draft(change=kind, said=(f"{_VERBS[kind]} {text}",), **known)
    again = as_kind(before, kind).but(items=(), among=(), whole=False, said=(), **known)
    if names_items(again, text):
        return again
    return (
        Draft(change=kind, said=(f"{_VERBS[kind]} {text}",), **known)
        if _is_of_another(text, situation)
        else None
    )


def _is_of_another(text: str, situation: Situation) -> bool:
    """Whether it names what another order of theirs holds."""
    named = _SAME_WAY.sub(" ", SAME_REASON.sub(" ", text))
    found = situation.look("list_my_orders", limit=ORDERS_LOOKED_AT) if situation.signed_in else None
    return isinstance(found, OrderListCard) and len(with_items(named, found.orders)) == 1
