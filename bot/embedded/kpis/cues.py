"""The parts of a question about figures that are told by fixed words: comparisons, units of time, ranks, shares.

Each reader is given the text in lower case, and tells what it says and where, so that no word is read twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.embedded.kpis.reckoning import NUMBERS, count_of
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.query import Comparison

Said = TypeVar("Said")


@dataclass(frozen=True)
class Cue(Generic[Said]):
    said: Said
    start: int
    end: int


_VERSUS = r"(?:vs\.?|v\.?|versus|against|(?:as )?compared? (?:it )?(?:with|to|against)|in comparison (?:with|to)|than(?: in)?|relative to|to|on)"
_COMPARE = r"(?:vs\.?|v\.?|versus|against|(?:as )?compared? (?:it |them )?(?:with|to|against)?|in comparison (?:with|to)|than(?: in| at| on)?|relative to|next to|beside|over|on|from|with|and)"
_UNIT = r"(?:day|week|month|quarter|year|period)"
_YEAR_BEFORE = (
    rf"{_COMPARE} (?:the )?(?:same|equivalent|corresponding) (?:{_UNIT}|time|days|weeks?|months?|dates)s?,? (?:of |in |from )?(?:the )?(?:last year|(?:a |one )?year (?:ago|before|earlier)|previous year|prior year|ly)",
    rf"{_COMPARE} (?:this time |the same time )?(?:a|one) year (?:ago|before|earlier|prior)",
    rf"{_COMPARE} this time last year",
    r"(?:same (?:period|time|month|week|quarter) )?(?:vs\.?|v\.?|versus|against|(?:as )?compared? (?:with|to|against)|than(?: in)?|relative to) (?:the )?(?:last year|ly|prior year|previous year|the year before|year before|last yr)(?:'s)?(?! (?:before|q\d|h\d))",
    r"(?:up|down|change[sd]?|growth|increased?|decreased?|better|worse|grown|grew|fallen|fell|risen|rose|higher|lower|improved?|improvement) (?:on|from|over|since|by how much (?:on|over)) (?:last year|ly|the (?:previous|prior) year|the year before|a year (?:ago|earlier)|last yr)(?! q\d)",
    r"year[ -](?:over|on|to|after)[ -]year|y/y|y-o-y|yoy|yr on yr|yr over yr|like[ -]for[ -]like|lfl",
    r"(?:the )?same (?:period|time|month|week|quarter|days?) (?:of |in )?(?:last year|the year before|a year (?:ago|earlier)|previous year)",
    r"annual (?:growth|change)",
    r"vs\.? ly\b|\bly\b",
)
_PREVIOUS = (
    rf"{_VERSUS} (?:the )?(?:previous|prior|preceding) (?:period|one|stretch)",
    rf"(?:{_VERSUS}|from|over) (?:the )?(?:period|{_UNIT}|one|\d+ days|ones|{_UNIT}s) (?:before|prior|earlier)(?: that)?",
    r"(?:vs\.?|versus|against|compared (?:with|to)|than) (?:before|previously|earlier|that)",
    r"(?:period|month|week|quarter|day)[ -](?:over|on|to|after)[ -](?:period|month|week|quarter|day)|m/m|w/w|q/q|mom|wow|qoq|dod|pop",
)
_TARGET = (
    r"(?:vs\.?|versus|against|compared? (?:with|to|against)|relative to|ahead of|behind|above|below|over|under|beat(?:ing)?|miss(?:ed|ing)?|hit(?:ting)?|reach(?:ed|ing)?|meet(?:ing)?|met|on|to|of|at|from|off|making|made|make)? ?(?:the |our |its |their )?(?:targets?|plan|budget|goals?|forecast|quota)(?:ed|s)?",
    r"on track",
)
_MOVED = (
    r"(?:is|are|was|were|has|have|did|does|do)\b.{0,60}\b(?:up or down|down or up|better or worse|higher or lower|going up|going down|gone up|gone down|go up|go down|went up|went down|increas\w+|decreas\w+|improv\w+|grow\w*|grew|changed?|dropp\w+|drop|fall\w*|fell|ris\w+|rose|worsen\w*|getting (?:better|worse|slower|faster|higher|lower|longer|shorter)|slow(?:er|ing)|fast(?:er)?|shr[iu]nk\w*|climb\w*|declin\w+)",
    r"up or down|better or worse|\bchanged?\b(?! (?:of|their|your) mind)|\bgrowth\b|grown|trending (?:up|down)|trend up|how (?:has|have|did) .{1,40} (?:move|shift|develop)\w*|more or (?:less|fewer)|(?:more|fewer|less|higher|lower|better|worse|slower|faster) than (?:before|usual|previously)",
)
COMPARES = re.compile(rf"\b{_COMPARE} (?:the |with )?$")
"""What stands before the other of two periods."""
CHANGE = re.compile(
    r"\b(?:up|down|change[sd]?|growth|grow\w*|grew|increas\w+|decreas\w+|improv\w+|better|worse|higher|lower|more|fewer|less|than|rise[ns]?|rose|fall\w*|fell|drop\w*|go|went|gone|compare[sd]?|differ\w*|difference|vs\.?|versus|against|moved?|shift\w*|develop\w*|fast(?:er)?|slow(?:er)?)\b"
)

_GRAINS = (
    (Grain.DAY, r"daily|day[ -](?:by|to)[ -]day|(?:by|per|each|every|for each|which|what|a)(?: single)? (?:calendar )?day(?! of the week)|for every day|days"),
    (Grain.WEEK, r"weekly|week[ -](?:by|to)[ -]week|(?:by|per|each|every|for each|for every|which|what|a)(?: single)? (?:calendar )?week"),
    (Grain.MONTH, r"monthly|month[ -](?:by|to)[ -]month|(?:by|per|each|every|for each|for every|which|what|a)(?: single)? (?:calendar )?month"),
    (Grain.QUARTER, r"quarterly|quarter[ -](?:by|to)[ -]quarter|(?:by|per|each|every|for each|for every|which|what)(?: single)? (?:calendar |fiscal )?quarter"),
    (Grain.YEAR, r"yearly|annually|annual|year[ -]by[ -]year|(?:by|per|each|every|for each|for every|which|what)(?: single)? (?:calendar |fiscal |financial )?year"),
)  # fmt: skip
_COURSE = (
    r"trend(?:s|ing|line)?(?! (?:up|down))|over time|time ?line|time series|in the course of|(?:line )?charts?|graph(?:ed)?|plot(?:ted)?|curve|history of|evolution|developed|development|develop over|progress(?:ion)?",
)
_COUNT = r"(\d{1,3}|" + "|".join(word for word in NUMBERS if word not in ("a", "an")) + ")"
_TOP = re.compile(
    rf"\b(?:top|best|largest|biggest|highest|strongest|most|leading|fastest|busiest)[ -]{_COUNT}\b|\b{_COUNT} (?:best|top|largest|biggest|highest|strongest|most|busiest|leading|fastest)\b"
)
_BOTTOM = re.compile(
    rf"\b(?:bottom|worst|lowest|smallest|weakest|least|slowest|fewest)[ -]{_COUNT}\b|\b{_COUNT} (?:worst|lowest|smallest|weakest|least|slowest|fewest|poorest)\b"
)
_HIGHEST = re.compile(
    r"\b(?:longest|top|best|largest|biggest|highest|strongest|most|leading|greatest|fastest|quickest)\b"
)
_LOWEST = re.compile(r"\b(?:bottom|lowest|smallest|weakest|least|fewest|worst|poorest|slowest)\b")
_WORST = re.compile(r"\b(?:worst|poorest|weakest|slowest)\b")
_BEST = re.compile(r"\b(?:best|fastest|quickest)\b")
_SHARE = re.compile(
    r"\b(?:share|shares|percentage|percent|pct|proportion|portion|fraction|mix|split|slice|contribution|contribute[sd]?|what part)\b|%(?! ?\d)(?= of)|\bin (?:percent|%)"
)
_RUNNING = re.compile(
    r"\b(?:running (?:total|sum|tally)s?|cumulative(?:ly)?|cumulated|accumulated?|added up over|adding up)\b"
)


@dataclass(frozen=True)
class Rank:
    """`count` is None where none is said; `low` for the smallest; `bad` for the worst and `good` for the best, whichever these are."""

    count: int | None
    low: bool = False
    bad: bool = False
    good: bool = False


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w/])(?:" + "|".join(patterns) + r")(?![\w/])")


_COMPARISONS = (
    (Comparison.YEAR_BEFORE, _any(_YEAR_BEFORE)),
    (Comparison.PREVIOUS, _any(_PREVIOUS)),
    (Comparison.TARGET, _any(_TARGET)),
)
_HAS_MOVED = _any(_MOVED)
_GRAIN_WORDS = tuple((grain, _any((pattern,))) for grain, pattern in _GRAINS)
_IN_COURSE = _any(_COURSE)


def comparison(text: str) -> Cue[Comparison] | None:
    for compared, pattern in _COMPARISONS:
        if match := pattern.search(text):
            return Cue(compared, *match.span())
    return None


def has_moved(text: str) -> bool:
    """Whether it asks about a change without saying since when: "up or down?"."""
    return bool(_HAS_MOVED.search(text))


def grain(text: str) -> Cue[Grain] | None:
    found = [Cue(unit, *match.span()) for unit, pattern in _GRAIN_WORDS if (match := pattern.search(text))]
    return min(found, key=lambda cue: cue.start, default=None)


def course(text: str) -> Cue[bool] | None:
    """Whether a figure's course over time is wanted, in whatever unit suits."""
    match = _IN_COURSE.search(text)
    return Cue(True, *match.span()) if match else None


def rank(text: str) -> Cue[Rank] | None:
    for pattern, low in ((_TOP, False), (_BOTTOM, True)):
        if match := pattern.search(text):
            count = count_of(match[1] or match[2])
            return Cue(
                Rank(count, low=low, bad=bool(_WORST.search(match[0])), good=bool(_BEST.search(match[0]))),
                *match.span(),
            )
    for pattern, low in ((_LOWEST, True), (_HIGHEST, False)):
        if match := pattern.search(text):
            return Cue(
                Rank(None, low=low, bad=bool(_WORST.search(match[0])), good=bool(_BEST.search(match[0]))),
                *match.span(),
            )
    return None


def share(text: str) -> Cue[bool] | None:
    match = _SHARE.search(text)
    return Cue(True, *match.span()) if match else None


def running(text: str) -> Cue[bool] | None:
    match = _RUNNING.search(text)
    return Cue(True, *match.span()) if match else None
