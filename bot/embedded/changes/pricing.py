"""Which line of an order is meant by what it cost: "the cheaper one", "the one I paid $40 for"."""

import re
from collections.abc import Sequence

from bot.embedded.changes.draft import Line
from bot.embedded.reading.plain import plain

_CHEAPEST = re.compile(
    r"\b(?:cheap(?:er|est)|less expensive|least expensive) (?:one|thing|item|of)\b", re.IGNORECASE
)
_DEAREST = re.compile(
    r"\b(?:dear(?:er|est)|pric(?:ier|iest)|costl(?:ier|iest)|(?:more|most) expensive) (?:one|thing|item|of)\b",
    re.IGNORECASE,
)
_COST = re.compile(
    r"\b(?:one|thing|item) (?:that |which )?(?:i paid|costs?|was|for)(?: me)? (?:about )?"
    r"[$€£]? ?(\d{1,6})(?:[.,](\d\d))?\b",
    re.IGNORECASE,
)


def by_price(text: str, lines: Sequence[Line]) -> Line | None:
    """None where nothing is said of a price, or where it fits none of the lines or several."""
    said = plain(text)
    priced = {line.line: line.price for line in lines if line.price is not None}
    if len(priced) < 2 or len(priced) < len(lines):
        return None
    if found := _COST.search(said):
        wanted = {100 * int(found[1]) + int(found[2] or 0)}
    elif _CHEAPEST.search(said):
        wanted = {min(priced.values())}
    elif _DEAREST.search(said):
        wanted = {max(priced.values())}
    else:
        return None
    fitting = [line for line in lines if priced[line.line] in wanted]
    return fitting[0] if len(fitting) == 1 else None
