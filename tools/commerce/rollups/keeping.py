"""Keeps the daily sums current: the last thing that a transaction does.

What it touched is read twice, as it was before by a connection that sees what is committed, and as it is now by its
own; the difference is added to the sums. That is exact whatever else goes on: between the two nobody else can commit
a change to the same things, for who touched them waits here.
"""

from collections.abc import Collection, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.commerce.metrics.calendar import Period
from tools.commerce.rollups.contributions import Sums, add_up, no_sums
from tools.commerce.rollups.extent import BeforeAndNow, Extent, customers, extent, parts, renamed
from tools.commerce.rollups.groupings import ROOTS, SUMMED, Summed
from tools.commerce.rollups.state import EVER, State, disown, hold_all, hold_some, mark_stale
from tools.commerce.rollups.touching import Touched, take_touched
from tools.commerce.schema import DailySum, Order, Review
from tools.commerce.schema.rollups import MOST_SUMS

MOST_ADDED = 1_000
"""Of more things than these, the days are summed up anew after the transaction instead."""
MOST_LOOKED_AT = 50_000
"""Of more, all days are."""

SUM_COLUMNS = ("facts", *(f"sum_{place}" for place in range(1, MOST_SUMS + 1)))
KEY_COLUMNS = ("grouping", "day", "currency", "member_1", "member_2", "member_3")


def keep_current(session: Session, committed: Engine) -> None:
    """Add to the daily sums what the session's transaction changed; `committed` reads what it was before.

    Call it when all else is flushed. Days of which too much changed are marked as stale.
    """
    touched = take_touched(session)
    if not touched:
        return
    with BeforeAndNow(committed, session.connection()) as seen:
        called_otherwise = renamed(seen, touched)
        is_much = touched.is_anything or len(touched) > MOST_ADDED or bool(called_otherwise)
        if is_much:
            hold_all(session)
        else:
            hold_some(session, (f"customer {one}" for one in customers(seen, touched)))
        state = State.read(session)
        if not state.is_ours:
            disown(session)
        elif touched.is_anything or len(touched) > MOST_LOOKED_AT:
            mark_stale(session, EVER)
        elif state.stale != EVER:
            found = extent(seen, touched, called_otherwise)
            affected = [one for one in SUMMED if not one.columns.isdisjoint(touched.columns)]
            if is_much and sum(map(len, found.values())) > MOST_ADDED:
                if days := _days(seen, affected, found, state.zone):
                    mark_stale(session, days)
                return
            if not is_much:
                hold_some(session, _names(seen, found, touched.born[Review.id]))
            _add(session, _difference(seen, affected, found, touched, state))


def _names(seen: BeforeAndNow, found: Extent, born: Collection[int]) -> list[str]:
    """Also of the orders that reviews are of, by which they are told apart."""
    orders = {*found[Order.id], *seen.find(Review.order_id, Review.id, found[Review.id], born)}
    named = {**found, Order.id: orders}
    return [f"{thing} {key}" for thing, keys in named.items() for key in keys]


def _difference(
    seen: BeforeAndNow, affected: Sequence[Summed], found: Extent, touched: Touched, state: State
) -> Sums:
    sums = no_sums()
    for one in affected:
        root = ROOTS[one.fact]
        born = touched.born[root]
        older = [key for key in found[root] if key not in born]
        # What was born here has no events but those that were written here.
        keys = found[root] if one.table in touched.tables else older
        if older:
            add_up(seen.before, one, older, state.zone, sums, sign=-1)
        if keys:
            add_up(seen.now, one, keys, state.zone, sums, sign=1)
    for key in [key for key, row in sums.items() if not any(row) or state.is_stale(key[1])]:
        del sums[key]
    return sums


def _add(session: Session, sums: Sums) -> None:
    if not sums:
        return
    # In one order for everybody, or two transactions could wait for each other.
    rows = [
        dict(zip((*KEY_COLUMNS, *SUM_COLUMNS), (*key, *row), strict=True))
        for key, row in sorted(sums.items())
    ]
    session.connection().execute(_upsert(session.get_bind().dialect.name), rows)


@cache
def _upsert(dialect: str) -> postgresql.Insert | sqlite.Insert:
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(DailySum)
    added = {name: getattr(DailySum, name) + statement.excluded[name] for name in SUM_COLUMNS}
    return statement.on_conflict_do_update(index_elements=KEY_COLUMNS, set_=added)


def _days(seen: BeforeAndNow, affected: Sequence[Summed], found: Extent, zone: ZoneInfo) -> Period | None:
    """From the first to the last that has an event of these, then or now."""
    moments = []
    for one in affected:
        moment, root = one.moment, ROOTS[one.fact]
        for some in parts(found[root]):
            ends = (
                select(func.min(moment), func.max(moment)).select_from(one.fact.source).where(root.in_(some))
            )
            for connection in (seen.before, seen.now):
                moments += [end for end in connection.execute(ends).one() if end is not None]
    days = [moment.astimezone(zone).date() for moment in moments]
    return Period(min(days), max(days)) if days else None
