"""What the staff's channel shows of handoffs: which messages are behind, and who may bring one up to date.

Posting is claimed before it is done, and the claim runs out by itself. A message that may have been posted by a
process that then ended is looked for before it is posted again: `tries` tells that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import lifecycle
from tools.commerce.schema import Handoff, HandoffNotice

CLAIM = timedelta(seconds=60)
TOLD_WITHIN = timedelta(days=1)
"""What is over for so long need not be told any more."""


def standing(handoff: Handoff) -> str:
    """All of it that a notice tells."""
    return f"{handoff.state} {handoff.escalations} {handoff.taken_by or ''}"


def behind(session: ReadSession, now: datetime) -> Sequence[str]:
    """Ids of the handoffs whose notice does not show how they stand, and that nobody is posting."""
    since = now - TOLD_WITHIN
    found = session.execute(
        select(Handoff, HandoffNotice)
        .outerjoin(HandoffNotice, HandoffNotice.handoff_id == Handoff.id)
        .where(or_(Handoff.state.in_(lifecycle.OPEN), Handoff.closed_at >= since))
        .order_by(Handoff.opened_at)
    )
    return [
        handoff.id
        for handoff, notice in found
        if notice is None
        or (
            notice.shown != standing(handoff)
            and (notice.posting_until is None or notice.posting_until <= now)
        )
    ]


def claim(
    session: WriteSession, handoff_id: str, channel_id: str, holder: str, now: datetime
) -> tuple[Handoff, HandoffNotice] | None:
    """The handoff and its notice as it was before, if posting is the caller's now."""
    before = session.get(HandoffNotice, handoff_id)
    if before is None:
        try:
            with session.begin_nested():
                session.execute(
                    insert(HandoffNotice).values(
                        handoff_id=handoff_id, channel_id=channel_id, shown="", tries=0
                    )
                )
        except IntegrityError:
            return None  # another process was first
        before = session.get_one(HandoffNotice, handoff_id)
    free = or_(HandoffNotice.posting_until.is_(None), HandoffNotice.posting_until <= now)
    claimed = session.scalar(
        update(HandoffNotice)
        .where(HandoffNotice.handoff_id == handoff_id, HandoffNotice.tries == before.tries, free)
        .values(tries=before.tries + 1, posting_by=holder, posting_until=now + CLAIM)
        .returning(HandoffNotice.handoff_id)
        .execution_options(synchronize_session=False)
    )
    return (session.get_one(Handoff, handoff_id), before) if claimed else None


def note_shown(session: WriteSession, handoff_id: str, holder: str, ts: str | None, shown: str) -> None:
    session.execute(
        update(HandoffNotice)
        .where(HandoffNotice.handoff_id == handoff_id, HandoffNotice.posting_by == holder)
        .values(ts=ts, shown=shown, posting_by=None, posting_until=None, tries=0)
    )


def pause(session: WriteSession, handoff_id: str, holder: str, until: datetime) -> None:
    session.execute(
        update(HandoffNotice)
        .where(HandoffNotice.handoff_id == handoff_id, HandoffNotice.posting_by == holder)
        .values(posting_by=None, posting_until=until)
    )
