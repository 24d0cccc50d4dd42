"""Which days the shop has data of: what happened outside of them is not known, which is not zero."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session

from tools.commerce.metrics import facts
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.facts import Fact
from tools.commerce.metrics.joins import needed
from tools.commerce.metrics.reporting import Reporting

SILENCE = timedelta(days=7)
"""A shop in which nothing at all happens for longer than that is taken for one whose data ends there."""

_SIGNS_OF_LIFE = (
    facts.ORDERS,
    facts.VISITS,
    facts.PARCELS_SENT,
    facts.PARCELS_DELIVERED,
    facts.RETURNED_LINES,
    facts.REFUNDS,
    facts.REVIEWS,
)


@dataclass(frozen=True)
class Coverage:
    """`newest` is when the latest of it happened."""

    days: Period
    newest: datetime

    def reaches(self, period: Period) -> bool:
        return self.days.first <= period.last and period.first <= self.days.last


@dataclass(frozen=True)
class Recorded:
    """What the shop has of the facts that are asked about."""

    facts: frozenset[Fact]
    """Those that there are any rows of, whenever they happened."""
    coverage: Mapping[Fact, Coverage]
    """Of those with a history, unless no row has a date: from the first day to the one that the shop's data reaches."""


def recorded(session: Session, wanted: Sequence[Fact], reporting: Reporting) -> Recorded:
    facts = tuple(dict.fromkeys(wanted))
    dated = [fact for fact in facts if fact.moment is not None]
    looks = iter(session.execute(_looks(facts)).one())
    shop = [next(looks) for _ in _SIGNS_OF_LIFE]
    there = frozenset(fact for fact in facts if next(looks))
    ends = {fact: (next(looks), next(looks)) for fact in dated}
    alive = [moment for moment in shop if moment is not None and moment <= reporting.now]
    found: dict[Fact, Coverage] = {}
    for fact, (first, last) in ends.items():
        if first is None or last is None or first > reporting.now:
            continue
        newest = min(last, reporting.now)
        reach = reporting.now if fact.is_our_own else min(max([*alive, newest]) + SILENCE, reporting.now)
        first_day, last_day = (
            moment.astimezone(reporting.calendar.zone).date() for moment in (first, max(first, reach))
        )
        found[fact] = Coverage(Period(first_day, last_day), newest)
    return Recorded(there, found)


@cache
def _looks(wanted: tuple[Fact, ...]) -> Select[Any]:
    """The last sign of life of each kind; of each fact whether there is any; of each with a history its first and last
    moment: a look into an index each, for the table that has the moment is enough. Every question needs them."""
    return select(
        *(_end(func.max, fact) for fact in _SIGNS_OF_LIFE),
        *(exists(select(1).select_from(needed(fact.source, ()))) for fact in wanted),
        *(_end(end, fact) for fact in wanted if fact.moment is not None for end in (func.min, func.max)),
    )


def _end(end: Callable[..., Any], fact: Fact) -> ScalarSelect[Any]:
    return select(end(fact.moment)).scalar_subquery()
