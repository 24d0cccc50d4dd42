"""The days that a message names, and what they are compared to."""

import re
from collections.abc import Sequence

from bot.embedded.kpis import cues, holidays
from bot.embedded.kpis.periods import periods
from bot.embedded.kpis.reckoning import COUNT, Reader
from bot.embedded.kpis.sheet import Sheet
from bot.embedded.kpis.spans import Named as NamedDays
from bot.embedded.kpis.spoken import spoken
from tools.commerce.metrics.calendar import DAY, Period
from tools.commerce.metrics.query import Comparison

_OPENING = re.compile(r"(?:over|on|from) ")
_ROLLING = re.compile(rf"over (?:the )?(?:last|past|previous) {COUNT} ")
"""In which something moved: "dropped over the last 60 days"."""
_JUST_MOVED = spoken("just_moved", whole_words=False)
_OFTEN_IDLE = frozenset({"over", "on", "from", "with"})
"""Words that compare only where something is said to have moved."""


def when(sheet: Sheet, reader: Reader) -> tuple[tuple[Period, ...], Period | None, Comparison | None]:
    """The periods, the other that they are compared to by name, and the comparison."""
    compared = cues.comparison(sheet.low)
    if compared:
        sheet.cross(compared.start, compared.end)
    found = list(periods(sheet.open_text, reader))
    for one in found:
        sheet.cross(one.start, one.end)
    main = [one for one in found if not _is_compared(sheet.low, one)]
    others = [one for one in found if one not in main]
    if len(main) == 2 and not others and (ends := _from_to(sheet.low, main) or _apart(sheet.low, main)):
        main, others = [ends[1]], [ends[0]]
    other = others[0].period if others else None
    if compared and compared.said is Comparison.YEAR_BEFORE and main and other is None:
        other = holidays.year_before(sheet.low[main[0].start : main[0].end], main[0].period)
    return tuple(one.period for one in main), other, compared.said if compared else None


def _is_compared(text: str, one: NamedDays) -> bool:
    """Whether it is what another period is compared to: "vs Q1", "up on last week"."""
    if _ROLLING.match(text[one.start : one.end]):
        return False
    before, led = text[: one.start], _OPENING.match(text[one.start : one.end])
    if led:
        return bool(_JUST_MOVED.search(before))
    found = cues.COMPARES.search(before)
    if found is None:
        return False
    if found[0].split()[0] in _OFTEN_IDLE:
        return bool(cues.CHANGE.search(before[: found.start()]))
    return not found[0].startswith("and")


def _from_to(text: str, main: Sequence[NamedDays]) -> tuple[NamedDays, NamedDays] | None:
    """ "How did sales change from Q1 to Q2", "the difference between March and April": the earlier and the later."""
    between = text[main[0].end : main[1].start]
    if not re.fullmatch(r" ?(?:to|and|with|or|,) ?", between) or not cues.CHANGE.search(text):
        return None
    first, second = sorted(main, key=lambda one: one.period.first)
    return first, second


def _apart(text: str, main: Sequence[NamedDays]) -> tuple[NamedDays, NamedDays] | None:
    """ "In May and in August": two periods with days between them, the earlier and the later."""
    between = text[main[0].end : main[1].start]
    first, second = sorted(main, key=lambda one: one.period.first)
    is_gap = first.period.last + DAY < second.period.first
    return (first, second) if is_gap and re.fullmatch(r" ?(?:and|&|,|and also) ?", between) else None
