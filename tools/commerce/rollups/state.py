"""What the daily sums hold, and the lock by which those who change them do not meet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from tools.commerce.metrics.calendar import Period
from tools.commerce.rollups.groupings import DEFINITIONS
from tools.commerce.schema import Order, Review, RollupState, WebSession

EVER = Period(date(1, 1, 3), date(9999, 12, 29))
"""All days that have a midnight in every zone."""
_OF_ALL = "daily sums"
# Every transaction that changes a fact reads it: it is built once.
_STATE = select(RollupState.zone, RollupState.definitions, RollupState.stale_from, RollupState.stale_to)


@dataclass(frozen=True)
class State:
    """`stale` are the days that are yet to be summed up; nobody reads or changes the sums of those."""

    zone: ZoneInfo
    is_ours: bool
    """Whether they were added up by this program's definitions."""
    stale: Period | None

    @classmethod
    def read(cls, session: Session) -> Self:
        row = session.execute(_STATE).one()
        stale = Period(row.stale_from, row.stale_to) if row.stale_from else None
        return cls(ZoneInfo(row.zone), row.definitions == DEFINITIONS, stale)

    def is_stale(self, day: date) -> bool:
        return self.stale is not None and day in self.stale

    def serves(self, zone: ZoneInfo, period: Period) -> bool:
        """Whether the sums of these days are right for a shop in this zone."""
        is_fresh = self.stale is None or period.last < self.stale.first or self.stale.last < period.first
        return self.is_ours and self.zone == zone and is_fresh


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def mark_stale(session: Session, period: Period) -> None:
    """These days too. Hold all first."""
    before = State.read(session).stale or period
    both = Period(min(before.first, period.first), max(before.last, period.last))
    session.execute(update(RollupState).values(stale_from=both.first, stale_to=both.last))


def disown(session: Session) -> None:
    """Sums of other definitions cannot be kept current by this program, so nobody is to read them."""
    session.execute(update(RollupState).where(RollupState.definitions != "").values(definitions=""))


def adopt(session: Session, zone: ZoneInfo) -> None:
    """From now on days of this zone, by this program's definitions; all are to be summed up. Hold all first."""
    session.execute(
        update(RollupState).values(
            zone=zone.key, definitions=DEFINITIONS, stale_from=EVER.first, stale_to=EVER.last
        )
    )


def adopt_if_new(session: Session) -> None:
    """For a database that has just been made: there is nothing in it that is not summed up."""
    is_empty = not session.scalar(
        select(or_(*(exists().select_from(one) for one in (Order, WebSession, Review))))
    )
    if is_empty:
        session.execute(
            update(RollupState)
            .where(RollupState.definitions != DEFINITIONS)
            .values(definitions=DEFINITIONS, stale_from=None, stale_to=None)
        )


def hold_all(session: Session) -> None:
    """Nobody else changes any daily sum until this transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_number(_OF_ALL))))


def hold_some(session: Session, names: Iterable[str]) -> None:
    """Nobody else looks at any of these to change daily sums by them until this transaction ends."""
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(select(func.pg_advisory_xact_lock_shared(_number(_OF_ALL))))
    # In one order for everybody, or two transactions could wait for each other.
    numbers = (
        func.unnest(literal(sorted(map(_number, names)), ARRAY(BigInteger)))
        .table_valued("number")
        .render_derived()
    )
    session.execute(select(func.pg_advisory_xact_lock(numbers.c.number)).select_from(numbers))


def _number(name: str) -> int:
    return int.from_bytes(sha256(f"daily sums of {name}".encode()).digest()[:8], signed=True)
