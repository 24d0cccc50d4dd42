"""Which days the shop has data of: what happened outside of them is not known, which is not zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.commerce.metrics import facts
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.facts import Fact
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


def coverage(session: Session, wanted: Sequence[Fact], reporting: Reporting) -> Mapping[Fact, Coverage]:
    """Of each fact with a history, unless it has no row with a date: from its first day to the day that the shop's
    data reaches to."""
    shop = _ends(session, _SIGNS_OF_LIFE)
    alive = [moment for moment in shop if moment is not None and moment <= reporting.now]
    found: dict[Fact, Coverage] = {}
    with_history = [fact for fact in wanted if fact.moment is not None]
    if not with_history:
        return found
    begins, ends = _ends(session, with_history, is_first=True), _ends(session, with_history)
    for fact, first, last in zip(with_history, begins, ends, strict=True):
        if first is None or last is None or first > reporting.now:
            continue
        newest = min(last, reporting.now)
        reach = reporting.now if fact.is_our_own else min(max([*alive, newest]) + SILENCE, reporting.now)
        first_day, last_day = (
            moment.astimezone(reporting.calendar.zone).date() for moment in (first, max(first, reach))
        )
        found[fact] = Coverage(Period(first_day, last_day), newest)
    return found


def _ends(session: Session, wanted: Sequence[Fact], *, is_first: bool = False) -> list[datetime | None]:
    """Of each its first or last moment: a look into an index each, for the table that has the moment is enough."""
    end = func.min if is_first else func.max
    looks = [select(end(fact.moment)).scalar_subquery() for fact in wanted if fact.moment is not None]
    return list(session.execute(select(*looks)).one())
