"""A change that is plainly ordered: "return the kettle, please". Its verb says which, however the rest may sound."""

import re
from dataclasses import replace

from bot.embedded.intents import CHANGES, Intent
from bot.embedded.reading.plain import plain
from bot.embedded.understanding.wish import Wish

CLEAR = 0.9
"""So sure a reading of another kind is left as it is."""

LEAD = 60
"""Characters before the verb that are looked at."""
_BREAK = re.compile(r"[,;:.!?]|\b(?:and|but|then|plus)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"\W*(?:(?:and|so|ok|okay|hi|hello|hey|please|pls|also|then|now|but|yes|no|well|actually|just|kindly|oh|really|to|i|we|"
    r"you|u|can|could|would|will|may|should|want|need|wish|like|love|have|wanna|i'd|we'd|help|let|let's|me)\b\W*)*",
    re.IGNORECASE,
)
"""What may stand before it: "hi, can you please", "I'd like to"."""
_OBJECT = (
    r" (?:the|my|our|it|them|this|that|these|those|one|both|all|everything|order|two|three|an?|me|some|half|[#\d])"
    r"(?!\S)(?! (?:\w+ )?(?:status|policy|policies|label|window|process|fee|slip|form|money order)\b)"
)
_VERBS = (
    (Intent.RETURN_ITEM, r"(?:return|(?:send|give|take|bring) back)"),
    (Intent.CANCEL_ORDER, r"(?:cancel|call off)"),
    (Intent.EXCHANGE_ITEM, r"(?:exchange|swap)"),
    (Intent.REQUEST_REFUND, r"(?:refund|reimburse)"),
)
_TAKEN_FOR_ANOTHER = frozenset({Intent.CHANGE_ORDER, Intent.CANCEL_ORDER})
"""What "return the bottle" may be taken for, so that the verb must decide."""
_ORDERED = tuple((intent, re.compile(rf"\b{verb}{_OBJECT}", re.IGNORECASE)) for intent, verb in _VERBS)
_ASKED = re.compile(
    r"\b(?:have i|can i have|should i|would i|will i|do i|have you|will you have)\W*$", re.IGNORECASE
)


def as_ordered(wish: Wish) -> Wish:
    """The wish, or the change that its words order where it was read as something else without being sure."""
    found = _orders(plain(wish.text))
    ordered = found[0] if len(found) == 1 else None
    is_other_change = wish.intent in CHANGES - _TAKEN_FOR_ANOTHER and wish.intent is not ordered
    is_sure = wish.confidence >= CLEAR and wish.intent not in _TAKEN_FOR_ANOTHER
    if ordered is None or is_other_change or is_sure:
        return wish
    return replace(
        wish,
        intent=ordered,
        confidence=CLEAR,
        runner_up=wish.intent,
    )


def _orders(text: str) -> list[Intent]:
    return [intent for intent, words in _ORDERED if _is_ordered(text, words)]


def _is_ordered(text: str, words: re.Pattern[str]) -> bool:
    return any(_leads(text[max(0, found.start() - LEAD) : found.start()]) for found in words.finditer(text))


def _leads(before: str) -> bool:
    """Whether what stands before the verb, in its own part of the sentence, makes it an order."""
    lead = _BREAK.split(before)[-1]
    return bool(_LEAD.fullmatch(lead)) and not _ASKED.search(lead)
