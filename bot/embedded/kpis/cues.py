"""The parts of a question about figures that are told by fixed words: comparisons, units of time, ranks, shares.

Each reader is given the text in lower case, and tells what it says and where, so that no word is read twice.
"""

import re
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from bot.embedded.kpis.reckoning import NUMBERS, count_of
from bot.embedded.kpis.spoken import spoken
from tools.commerce.metrics.calendar import Grain
from tools.commerce.metrics.query import Comparison

Said = TypeVar("Said")


@dataclass(frozen=True)
class Cue(Generic[Said]):
    said: Said
    start: int
    end: int


_COMPARE = (
    r"(?:vs\.?|v\.?|versus|against|(?:as )?compared? (?:it |them )?(?:with|to|against)?|in comparison (?:with|to)|"
    r"than(?: in| at| on)?|relative to|next to|beside|over|on|from|with|and)"
)
COMPARES = re.compile(rf"\b{_COMPARE} (?:the |with )?$")
"""What stands before the other of two periods."""
CHANGE = spoken("change")

_COUNT = r"(\d{1,3}|" + "|".join(word for word in NUMBERS if word not in ("a", "an")) + ")"
_TOP, _BOTTOM = spoken("top", count=_COUNT), spoken("bottom", count=_COUNT)
_HIGHEST = re.compile(
    r"\b(?:longest|top|best|largest|biggest|highest|strongest|most|leading|greatest|fastest|quickest)\b"
)
_LOWEST = re.compile(r"\b(?:bottom|lowest|smallest|weakest|least|fewest|worst|poorest|slowest)\b")
_WORST = re.compile(r"\b(?:worst|poorest|weakest|slowest)\b")
_BEST = re.compile(r"\b(?:best|fastest|quickest)\b")
_COUNTED = re.compile(
    rf"\b(?:which|the|what|our) {_COUNT} (?:\w+ )?\w+s\b|\b{_COUNT} of (?:them|these|those|each)\b"
)
_ONE = re.compile(
    r"\b(?:what(?:'s| is| was)|our|the|biggest|^) ?(?:our |the )?(?:single )?"
    r"(?:best|worst|biggest|largest|weakest|strongest|top|lowest|highest|smallest) (?:\w+ )?"
    r"(?:channel|device|category|brand|product|country|region|state|carrier|warehouse|seller|source|reason)\b(?!s)"
)
_SHARE = spoken("share")
_FINER, _BOUNDS, _OCCASION = spoken("finer"), spoken("bounds"), spoken("occasion")
_NINETIETH = re.compile(
    r"\bp ?90\b|\b(?:90th|ninetieth)(?: (?:percentile|pctile|pctl|pct|perc))?\b|"
    r"\b(?:nine|9) (?:in|of|out of) (?:ten|10)\b|\b90 ?% of\b"
)
_RUNNING = re.compile(
    r"\b(?:running (?:total|sum|tally)s?|cumulative(?:ly)?|cumulated|accumulated?|added up over|adding up)\b"
)


@dataclass(frozen=True)
class Rank:
    """`count` is None where none is said; `low` for the smallest; `bad` for the worst, `good` for the best."""

    count: int | None
    low: bool = False
    bad: bool = False
    good: bool = False


_COMPARISONS = (
    (Comparison.YEAR_BEFORE, spoken("year_before")),
    (Comparison.PREVIOUS, spoken("previous")),
    (Comparison.TARGET, spoken("target")),
)
_OPPOSES = re.compile(r"\b(?:vs|versus|against|compar(?:e|ed|ing|ison))\b")
_HAS_MOVED = spoken("moved")
_GRAINS = tuple((grain, spoken(f"by_{grain.value}")) for grain in Grain)
_IN_COURSE = spoken("course")


def comparison(text: str) -> Cue[Comparison] | None:
    for compared, pattern in _COMPARISONS:
        if match := pattern.search(text):
            return Cue(compared, *match.span())
    return None


def opposes(text: str) -> bool:
    """Whether something is to be held against something else."""
    return bool(_OPPOSES.search(text))


def has_moved(text: str) -> bool:
    """Whether it asks about a change without saying since when: "up or down?"."""
    return bool(_HAS_MOVED.search(text))


def grain(text: str) -> Cue[Grain] | None:
    found = [Cue(unit, *match.span()) for unit, pattern in _GRAINS if (match := pattern.search(text))]
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


def with_count(said: Rank, dated: str, text: str) -> Rank:
    """ "Which 10 products sell best", "five of them"; of one asked for, one: "the weakest brand". `dated` is the text
    without its periods: "the 10 days"."""
    if said.count is not None:
        return said
    if counted := _COUNTED.search(dated):
        return replace(said, count=count_of(counted[1] or counted[2]))
    return replace(said, count=1) if _ONE.search(text) else said


def share(text: str) -> Cue[str] | None:
    return _said(_SHARE, text)


def ninetieth(text: str) -> Cue[str] | None:
    return _said(_NINETIETH, text)


def running(text: str) -> Cue[str] | None:
    return _said(_RUNNING, text)


def occasion(text: str) -> Cue[str] | None:
    """What a figure is wanted for: "for the Monday deck"."""
    return _said(_OCCASION, text)


def finer(text: str) -> Cue[str] | None:
    """Times of the day, days of the week."""
    return _said(_FINER, text)


def bounds(text: str) -> Cue[str] | None:
    """How large the figures of the rows are to be: "more than 5 units"."""
    return _said(_BOUNDS, text)


def _said(pattern: re.Pattern[str], text: str) -> Cue[str] | None:
    match = pattern.search(text)
    return Cue(match[0].strip(), *match.span()) if match else None
