"""What is named beside things of an order, in one list with them, and is none that the words can be found for."""

import re
from collections.abc import Sequence

from bot.embedded.changes.draft import Line
from bot.embedded.changes.fitting import fitting_lines
from bot.embedded.changes.lines import pieces_of
from bot.embedded.changes.quantities import NUMBER
from bot.embedded.reading.content import content_words
from bot.embedded.reading.named_items import without_told_order
from bot.embedded.reading.plain import plain

_VERB = (
    r"return(?:ing)?|send(?:ing)?(?: back)?|cancel(?:ing|ling)?|exchang(?:e|ing)|swap(?:ping)?|replac(?:e|ing)|remove|"
    r"take|give back|bring back|refund"
)
_ENTRY = re.compile(
    rf"^\W*(?:.*\b(?:{_VERB}) )?(?:(?:also|both|all|{NUMBER}|one) (?:of )?)?(?:the|my|both|our) "
    r"(?P<thing>[\w'-]+(?: (?!from\b)[\w'-]+){0,3})(?: from .+)?\W*$",
    re.IGNORECASE,
)
"""An entry of a list, and nothing said of it; before the first may stand what is to be done."""
_NO_THING = re.compile(
    r"\b(?:orders?|purchases?|parcels?|packages?|deliver\w*|shipping|shipment|money|refunds?|cash|credit|cards?|visa|"
    r"mastercard|paypal|amex|discover|account|balance|method|payment|address|label|receipt|invoice|difference|amount|"
    r"price|total|rest|others?|whole|entire|everything|items?|things?|ones?|stuff|same|reasons?|box|boxes|original|first|"
    r"second|third|last|latest|is|are|was|were|am|be|i|it|they|them|we|you|he|she|to|for|from|in|on|with|at|by|because|"
    r"so|don't|doesn't|didn't|isn't|aren't|can|could|would|please|thanks?|back|off|out|too|return|exchange|"
    r"cancell?ation|store|shop|help|team|day|week|month|morning|problem|trouble|inconvenience)\b",
    re.IGNORECASE,
)
"""Words of no thing that an order holds, or of a sentence."""


def unfound(text: str, lines: Sequence[Line]) -> bool:
    """Whether an entry that stands beside one of these lines in a list is none of them: "the shoe and the crate"."""
    pieces = pieces_of(without_told_order(plain(text)))
    found = [bool(fitting_lines(piece, lines, asked=False)) for piece in pieces]
    entries = [_is_entry(piece) for piece in pieces]
    return any(
        is_entry
        and not is_found
        and any(found[near] and entries[near] for near in (at - 1, at + 1) if 0 <= near < len(found))
        for at, (is_entry, is_found) in enumerate(zip(entries, found, strict=True))
    )


def _is_entry(piece: str) -> bool:
    told = _ENTRY.match(piece)
    return bool(told and content_words(told["thing"]) and not _NO_THING.search(told["thing"]))
