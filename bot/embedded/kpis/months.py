"""Names of months and weekdays that were misspelt: "Septmber", "wendesday"."""

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.embedded.kpis.dated import MONTH_NUMBERS
from bot.embedded.kpis.relative import WEEKDAYS

SHORTEST = 6
_WORD = re.compile(r"[A-Za-z]{5,12}")
_NAMES = tuple(name for name in (*MONTH_NUMBERS, *WEEKDAYS) if len(name) >= SHORTEST)


def with_months(text: str) -> str:
    """The text with them put right: one slip, two in a long name."""
    return _WORD.sub(lambda found: _right(found[0]), text)


def _right(word: str) -> str:
    low = word.lower()
    found = process.extractOne(low, _NAMES, scorer=OSA.distance, score_cutoff=1 if len(low) < 8 else 2)
    if found is None or found[0][0] != low[0] or low in (found[0], f"{found[0]}s"):
        return word
    return found[0]
