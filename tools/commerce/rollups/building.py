"""Sums up whole days from the facts: those that are stale, and, to check, those that are not.

Days are built a part at a time, each in a transaction of its own, so that a shop goes on selling meanwhile. Killed
anywhere, it goes on where it was; until then the figures of these days come from the facts.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from tools.commerce.database import Database
from tools.commerce.metrics.calendar import DAY, Period
from tools.commerce.rollups.contributions import amount, currency, member
from tools.commerce.rollups.groupings import GROUPINGS, SUMMED, Grouping, Summed
from tools.commerce.rollups.keeping import KEY_COLUMNS, SUM_COLUMNS
from tools.commerce.rollups.local_days import local_day
from tools.commerce.rollups.state import EVER, State, adopt, hold_all, midnight
from tools.commerce.schema import DailySum, RollupState
from tools.commerce.schema.rollups import MOST_MEMBERS, MOST_SUMS

EVENTS_AT_ONCE = 50_000
"""A second or two of work: as long may a change of an order have to wait."""
MARGIN = timedelta(days=400)
"""Events of the future, and those that come in meanwhile."""

Progress = Callable[[int, int], None]
"""Told how many parts are done, and how many there are."""


def ignore_progress(done: int, total: int) -> None: ...


def bring_up_to_date(
    database: Database, zone: ZoneInfo, on_progress: Progress = ignore_progress, *, anew: bool = False
) -> None:
    """Sum up the days that are stale; all, if the sums are of another zone or other definitions, or if `anew`."""
    with database.reading() as session:
        if not anew and State.read(session).serves(zone, EVER):
            return
    with database.writing() as session:
        hold_all(session)
        state = State.read(session)
        if anew or not state.is_ours or state.zone != zone:
            adopt(session, zone)
        stale = State.read(session).stale
    if stale is None:  # somebody else has just done it
        return
    with database.reading() as session:
        span = _span(session, zone)
        ends = _ends(session, stale, span)
    for done, end in enumerate(ends, start=1):
        with database.writing() as session:
            _sum_up_to(session, end, span)
        on_progress(done, len(ends))


def differences(session: Session, on_progress: Progress = ignore_progress) -> list[str]:
    """A sentence for each sum that is not what its facts come to, of the days that are not stale."""
    state = State.read(session)
    if not state.is_ours:
        return []
    if session.get_bind().dialect.name == "postgresql":
        # Of millions of orders it takes minutes, and nobody waits for it who would rather hear of a failure.
        session.execute(select(func.set_config("statement_timeout", "0", True)))
    span = _span(session, state.zone)
    found: list[str] = []
    for done, summed in enumerate(SUMMED, start=1):
        for row in session.execute(_compared(summed, state, span)):
            grouping = GROUPINGS[row.grouping]
            found.append(
                f"{summed.fact.name} of {row.day} by {', '.join(grouping.dimensions)} ({row.member_1}, "
                f"{row.member_2}, {row.member_3}): the facts differ from the sums by {list(row[len(KEY_COLUMNS) :])}"
            )
        on_progress(done, len(SUMMED))
    return found


def _sum_up_to(session: Session, end: date, span: Period) -> None:
    """Of the days that are stale, those up to `end`."""
    hold_all(session)
    state = State.read(session)
    if state.stale is None or end < state.stale.first:
        return
    days = Period(state.stale.first, min(end, state.stale.last))
    session.execute(delete(DailySum).where(DailySum.day.between(days.first, days.last)))
    columns = (*KEY_COLUMNS, *SUM_COLUMNS)
    for summed in SUMMED:
        facts = union_all(*_summed_up(summed, state.zone, span, days))
        session.connection().execute(insert(DailySum).from_select(columns, facts))
    rest = Period(days.last + DAY, state.stale.last) if days.last < state.stale.last else None
    session.execute(
        update(RollupState).values(
            stale_from=rest.first if rest else None, stale_to=rest.last if rest else None
        )
    )


def _summed_up(summed: Summed, zone: ZoneInfo, span: Period, days: Period | None) -> list[Select[Any]]:
    """What the facts come to by each grouping, in the order of the table's columns; of all days, or of some."""
    events = _events(summed, zone, span, days)
    return [_grouped(one, events) for one in GROUPINGS if one.summed is summed]


def _events(summed: Summed, zone: ZoneInfo, span: Period, days: Period | None) -> CTE:
    """One row each, read once for all groupings."""
    fact, moment = summed.fact, summed.moment
    statement = (
        select(
            local_day(moment, zone, span).label("day"),
            currency(summed).label("currency"),
            *(member(fact.splits[one]).label(one.value) for one in summed.dimensions),
            *(amount(one).label(f"sum_{place}") for place, one in enumerate(summed.measures, start=1)),
        )
        .select_from(fact.source)
        .where(moment.is_not(None))
    )
    if days is not None:
        statement = statement.where(
            moment >= midnight(days.first, zone), moment < midnight(days.last + DAY, zone)
        )
    return statement.cte("events")


def _grouped(grouping: Grouping, events: CTE) -> Select[Any]:
    members: list[ColumnElement[str]] = [events.c[one.value] for one in grouping.dimensions]
    keys = [events.c.day, events.c.currency, *members]
    padding = [literal("")] * (MOST_MEMBERS - len(members))
    count = len(grouping.summed.measures)
    sums = [func.sum(events.c[f"sum_{place}"]) for place in range(1, count + 1)]
    zeros = [literal(0)] * (MOST_SUMS - count)
    return select(literal(grouping.number), *keys, *padding, func.count(), *sums, *zeros).group_by(*keys)


def _compared(summed: Summed, state: State, span: Period) -> Select[Any]:
    """The sums that differ, and by how much: the facts' less those that are stored."""
    numbers = [one.number for one in GROUPINGS if one.summed is summed]
    keys = [getattr(DailySum, name) for name in KEY_COLUMNS]
    stored = select(*keys, *(-getattr(DailySum, name) for name in SUM_COLUMNS)).where(
        DailySum.grouping.in_(numbers)
    )
    both = union_all(stored, *_summed_up(summed, state.zone, span, None)).subquery()
    named = dict(zip((*KEY_COLUMNS, *SUM_COLUMNS), both.c, strict=True))
    keyed = [named[name].label(name) for name in KEY_COLUMNS]
    sums = [func.sum(named[name]) for name in SUM_COLUMNS]
    statement = select(*keyed, *sums).group_by(*keyed).having(or_(*(one != 0 for one in sums)))
    if state.stale is None:
        return statement
    return statement.where(~named["day"].between(state.stale.first, state.stale.last))


def _span(session: Session, zone: ZoneInfo) -> Period:
    """All days that have events, and some more."""
    extremes = (session.scalar(select(end(one.moment))) for one in SUMMED for end in (func.min, func.max))
    ends = [found for found in extremes if found is not None]
    if not ends:
        return Period(date(2000, 1, 1), date(2000, 1, 1))
    return Period((min(ends).astimezone(zone)).date() - DAY, max(ends).astimezone(zone).date() + MARGIN)


def _ends(session: Session, stale: Period, span: Period) -> Sequence[date]:
    """The last day of each part that the stale days are built in: as many days as have a bearable number of events."""
    first, last = max(stale.first, span.first), min(stale.last, span.last - MARGIN)
    most = max(session.scalar(select(func.count(one.moment))) or 0 for one in SUMMED)
    step = max(span.days * EVENTS_AT_ONCE // (most or 1), 1)
    between = [first + place * DAY for place in range(step - 1, (last - first).days, step)]
    return [*between, stale.last]
