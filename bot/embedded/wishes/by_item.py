"""What a message says of each of somebody's things: "the lamp goes back, the jacket in an L, and keep the hat"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.embedded.answers import Task
from bot.embedded.changes.holding import ORDERS_LISTED, Fit, best_fit
from bot.embedded.changes.kinds import kind_of
from bot.embedded.intents import Intent
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from tools.cards import OrderListCard
from tools.commerce.order_numbers import number_key
from tools.commerce.schema import ProposalKind

MOST_PIECES = 12
_GAP = re.compile(
    r"(?<=[.!;])\s+|[:;]\s+|,\s+(?:and |but |then |also |plus )*|\s+(?:and|but|then|plus|while)\s+(?:also\s+)?|"
    r"\s+[-–—]\s+|(?<=[?])\s+"
)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:where|when|what|who|why|how|which|(?:is|are|do|does|did|has|have) (?:it|you|the|my|there))\b",
    re.IGNORECASE,
)
_GIVES_BACK = re.compile(
    r"\b(?:go(?:es|ing)?|com(?:es?|ing)|send(?:ing)?|sent|ship(?:ping)?|tak(?:e|ing)|bring(?:ing)?|giv(?:e|ing)|"
    r"mail(?:ing)?|get)\b(?: (?!money\b|refund\b|me\b)[\w'-]+){0,5}? (?:back\b|home to you\b)|"
    r"\b(?:return(?:s|ing|ed)?|(?:for|a) returning)\b(?! (?:label|policy|window))",
    re.IGNORECASE,
)
_DROPS = re.compile(
    r"\b(?:cancel(?:led|ing)?|scrap|drop|remove|call(?:ing)? off)\b|\btake (?:[\w'-]+ ){1,5}(?:off|out)\b|"
    r"\bcall (?:[\w'-]+ ){1,4}off\b",
    re.IGNORECASE,
)
_BECOMES = re.compile(
    r"\b(?:to|into|in|for|as|with|should|must|make|swap\w*|exchang\w*|instead|want|like|need|rather|size|one|ones)\b",
    re.IGNORECASE,
)
_MONEY_TO = re.compile(
    r"\b(?:for|to|as|into|onto|in|with) (?:(?:my|the|a|an|some) )?(?:full )?(?:store credit|credit|refund|"
    r"money(?: back)?|cash|gift ?card|card|paypal|visa|mastercard|amex|american express|discover|"
    r"original \w+|same \w+)\b",
    re.IGNORECASE,
)
"""Where what is given back should go: it becomes nothing else."""
_OTHER_PLACE = re.compile(
    r"\b(?:deliver\w*|ship\w*|sent?|sending|go(?:es|ing)?)\b(?: [\w'-]+){0,4}? to (?:my|our|the|a|an|his|her|\d+)\b|"
    r"\baddress\b",
    re.IGNORECASE,
)
_OTHER_METHOD = re.compile(
    r"\b(?:pay|paid|paying|payment|charged?)\b(?!.*\b(?:difference|refund\w*|back)\b).*\b(?:with|by|to|from|using|method)\b|"
    r"\b(?:charge|bill|use|debit) (?:it to )?(?:my |the )?(?:other )?(?:paypal|visa|mastercard|amex|"
    r"american express|discover|gift ?card|store credit|debit card|credit card)\b",
    re.IGNORECASE,
)
_BELONGS_TO_NEXT = re.compile(
    r"^\W*(?:(?:first|second|third|secondly|finally|lastly|one|two)\W*$|(?:from|of|out of|in|on|with|for)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Part:
    text: str
    intent: Intent | None
    order: str | None


def by_item(text: str, situation: Situation) -> list[Task]:
    """One task for each run of pieces that say the same of things in one order; none where that is but one.

    Raises NeedsTool.
    """
    pieces = [piece for piece in _GAP.split(plain(text)) if piece and any(map(str.isalnum, piece))]
    acting = [piece for piece in pieces if not _ASKS.search(piece) and _may_act(piece)]
    if not 1 < len(pieces) <= MOST_PIECES or len(acting) < 2 or situation.is_staff:
        return []
    known = _own_numbers(situation)
    told = order_numbers(text, known) or order_numbers(situation.text, known)
    parts = _joined(
        [
            _part(piece, order_numbers(piece, known), told, situation)
            for piece in pieces
            if not _ASKS.search(piece)
        ]
    )
    if len(parts) < 2:
        return []
    return [Task(part.intent, _with_number(part)) for part in parts]


def gives_back(text: str, situation: Situation) -> bool:
    """Whether it says of something in an order of theirs that it goes back."""
    said = plain(text)
    if situation.is_staff or is_question(said) or not _GIVES_BACK.search(said):
        return False
    fit, _ = best_fit(said, situation, order_numbers(said))
    return fit >= Fit.NAMED


def could_swap(text: str, situation: Situation) -> bool:
    """Whether something that they have could become what the text speaks of."""
    known = order_numbers(text, _own_numbers(situation)) if not situation.is_staff else ()
    fit, _ = best_fit(plain(text), situation, known)
    return not situation.is_staff and fit in {Fit.VERSION, Fit.CHANGED}


def _own_numbers(situation: Situation) -> list[str]:
    mine = situation.look("list_my_orders", limit=ORDERS_LISTED) if situation.signed_in else None
    orders = mine.orders if isinstance(mine, OrderListCard) else situation.orders_shown
    return [order.number for order in orders]


def is_question(text: str) -> bool:
    return "?" in text or bool(_ASKS.search(plain(text)))


def _may_act(piece: str) -> bool:
    return any(words.search(piece) for words in (_GIVES_BACK, _DROPS, _BECOMES))


def _of_whole_order(piece: str) -> bool:
    """Whether it says where an order goes, or how it is paid."""
    if _GIVES_BACK.search(piece) or _DROPS.search(piece):
        return False
    kind = kind_of(Intent.CHANGE_ORDER, piece)
    return (kind is ProposalKind.ADDRESS_CHANGE and bool(_OTHER_PLACE.search(piece))) or (
        kind is ProposalKind.PAYMENT_CHANGE and bool(_OTHER_METHOD.search(piece))
    )


def _part(piece: str, numbers: Sequence[str], told: Sequence[str], situation: Situation) -> _Part:
    """`numbers` are those of the piece, `told` those of all that was said."""
    drops, gives = _DROPS.search(piece), _GIVES_BACK.search(piece)
    if _of_whole_order(piece):
        return _Part(piece, Intent.CHANGE_ORDER, numbers[0] if numbers else None)
    what = _MONEY_TO.sub(" ", piece)
    if not (drops or gives or _BECOMES.search(what)):
        return _Part(piece, None, numbers[0] if numbers else None)
    fit, order = best_fit(what, situation, numbers or told)
    order = numbers[0] if numbers else order
    intent: Intent | None = None
    if drops and (fit >= Fit.NAMED or numbers):
        intent = Intent.CANCEL_ORDER
    elif gives and (fit >= Fit.NAMED or numbers):
        intent = Intent.RETURN_ITEM
    elif fit in {Fit.VERSION, Fit.CHANGED}:
        intent = Intent.EXCHANGE_ITEM
    return _Part(piece, intent, order if intent or numbers else None)


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Runs of one intent and order; what says nothing goes with what is before it, or opens what comes next."""
    runs: list[_Part] = []
    opening: list[_Part] = []
    for part in parts:
        last = runs[-1] if runs else None
        if part.intent is None:
            opens = last is None or _BELONGS_TO_NEXT.match(part.text)
            if opens or last is None:
                opening.append(part)
            else:
                runs[-1] = _Part(f"{last.text}, {part.text}", last.intent, last.order)
            continue
        order = next((one.order for one in opening if one.order), None) or part.order
        text = ", ".join([*(one.text for one in opening), part.text])
        opening = []
        # Where it goes and how it is paid are two changes, though of one intent.
        is_one = last and last.intent is part.intent is not Intent.CHANGE_ORDER
        if last and is_one and _same(order, last.order):
            runs[-1] = _Part(f"{last.text}, {text}", last.intent, last.order or order)
        else:
            runs.append(_Part(text, part.intent, order))
    if opening and runs:
        runs[-1] = _Part(
            ", ".join([runs[-1].text, *(o.text for o in opening)]), runs[-1].intent, runs[-1].order
        )
    return runs


def _same(order: str | None, other: str | None) -> bool:
    return order is None or other is None or number_key(order) == number_key(other)


def _with_number(part: _Part) -> str:
    """With the number of its order, unless the words have it."""
    return part.text if part.order is None or part.order in part.text else f"{part.text} {part.order}"
