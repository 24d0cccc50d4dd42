"""The alerts and digests that there are, and which are due. Callers hold the session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select, update

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.identity import principal_of
from tools.commerce.metrics.figures import KpiTable
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import answer
from tools.commerce.schema import Watch, WatchState
from tools.commerce.watches.terms import AlertTerms, Terms

_TERMS: TypeAdapter[Terms] = TypeAdapter(Terms)


def active() -> ColumnElement[bool]:
    return Watch.state == WatchState.ACTIVE


def terms_of(watch: Watch) -> Terms:
    return _TERMS.validate_python(watch.terms)


def of_owner(session: ReadSession | WriteSession, owner: str) -> Sequence[Watch]:
    """What is active, oldest first."""
    return session.scalars(select(Watch).where(Watch.owner == owner, active()).order_by(Watch.id)).all()


@dataclass(frozen=True)
class Due:
    """A watch as it was when it came due; `due_at` tells whether somebody else has looked since."""

    id: int
    conversation_id: str
    due_at: datetime
    terms: Terms
    was_beyond: bool | None


@dataclass(frozen=True)
class Look:
    """What was found; `table` is to be told, or None. `is_beyond` is None of a digest, and while nothing is known."""

    table: KpiTable | None
    is_beyond: bool | None = None


def due_watches(session: ReadSession, now: datetime, limit: int = 20) -> list[Due]:
    """The longest due first."""
    found = session.scalars(
        select(Watch).where(active(), Watch.next_due_at <= now).order_by(Watch.next_due_at).limit(limit)
    )
    return [Due(one.id, one.conversation_id, one.next_due_at, terms_of(one), one.is_beyond) for one in found]


def look(session: ReadSession, due: Due, reporting: Reporting) -> Look:
    """Compute it. Nothing is told to a conversation that no longer sees figures. Raises QueryError."""
    if not principal_of(session, due.conversation_id).sees_figures:
        return Look(None, due.was_beyond)
    table = answer(session, due.terms.query(reporting.today, reporting.calendar), reporting)
    if not isinstance(due.terms, AlertTerms):
        return Look(table)
    value = table.figures[0].value
    if value is None:
        return Look(None, due.was_beyond)
    is_beyond = due.terms.is_beyond(value)
    return Look(table if is_beyond and not due.was_beyond else None, is_beyond)


def move_on(session: WriteSession, due: Due, found: Look | None, reporting: Reporting) -> bool:
    """Set when to look again, and where the figure is; False where somebody else has, or it was stopped.

    Of two replicas that looked, one moves it on: in the transaction that tells what was found. What came due while
    nothing ran is told once. `found` is None where it could not be computed: that is tried again when next due.
    """
    values: dict[str, object] = {
        "next_due_at": due.terms.schedule.next_after(reporting.now, reporting.calendar.zone)
    }
    if found is not None:
        values["is_beyond"] = found.is_beyond
        if found.table is not None:
            values["last_told_at"] = reporting.now
    mine = update(Watch).where(Watch.id == due.id, active(), Watch.next_due_at == due.due_at)
    return session.scalar(mine.values(**values).returning(Watch.id)) is not None
