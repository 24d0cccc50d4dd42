"""What channels of the staff show: which messages are behind, and who may bring one up to date.

Posting is claimed before it is done, and the claim runs out by itself. A message that may have been posted by a
process that then ended is looked for before it is posted again: `tries` tells that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.handoffs import lifecycle
from tools.commerce.schema import (
    ChannelNotice,
    Dispute,
    DisputeState,
    DisputeWarning,
    Handoff,
    NoticeKind,
    Proposal,
    ProposalStatus,
)

CLAIM = timedelta(seconds=60)
TOLD_WITHIN = timedelta(days=1)
"""What is over for so long need not be told any more."""


def handoff_standing(handoff: Handoff) -> str:
    """All of it that a notice tells."""
    return f"{handoff.state} {handoff.escalations} {handoff.taken_by or ''}"


def approval_standing(proposal: Proposal) -> str:
    return str(proposal.status)


def handoffs_behind(session: ReadSession, now: datetime) -> Sequence[str]:
    """Ids of the handoffs whose notice does not show how they stand, and that nobody is posting."""
    since = now - TOLD_WITHIN
    is_its = and_(ChannelNotice.kind == NoticeKind.HANDOFF, ChannelNotice.subject_id == Handoff.id)
    found = session.execute(
        select(Handoff, ChannelNotice)
        .outerjoin(ChannelNotice, is_its)
        .where(or_(Handoff.state.in_(lifecycle.OPEN), Handoff.closed_at >= since))
        .order_by(Handoff.opened_at)
    )
    return [handoff.id for handoff, notice in found if _is_behind(notice, handoff_standing(handoff), now)]


def approvals_behind(session: ReadSession, now: datetime) -> Sequence[str]:
    """Ids of proposals that wait for approval and are not shown, or that are shown as waiting and are decided."""
    is_its = and_(ChannelNotice.kind == NoticeKind.APPROVAL, ChannelNotice.subject_id == Proposal.id)
    both = select(Proposal, ChannelNotice)
    waiting = both.outerjoin(ChannelNotice, is_its).where(Proposal.status == ProposalStatus.NEEDS_APPROVAL)
    shown = both.join(ChannelNotice, is_its).where(
        ChannelNotice.shown.in_(("", ProposalStatus.NEEDS_APPROVAL)),
        Proposal.status != ProposalStatus.NEEDS_APPROVAL,
    )
    found = [*session.execute(waiting.order_by(Proposal.confirmed_at)), *session.execute(shown)]
    return [proposal.id for proposal, notice in found if _is_behind(notice, approval_standing(proposal), now)]


def dispute_standing(dispute: Dispute, reminder: int) -> str:
    """All of it that a notice tells."""
    contested = " contested" if dispute.contested_at else ""
    outcome = f" {dispute.outcome}" if dispute.outcome else ""
    return f"{dispute.state} {'manager' if dispute.manager_since else 'agent'} {reminder}{contested}{outcome}"


def reminders() -> ScalarSelect[int]:
    """How often it was told that a dispute's deadline is near."""
    told = select(func.count()).where(DisputeWarning.dispute_id == Dispute.id)
    return told.correlate(Dispute).scalar_subquery()


def disputes_behind(session: ReadSession, now: datetime) -> Sequence[str]:
    """Ids of the disputes whose notice does not show how they stand, and that nobody is posting."""
    is_its = and_(ChannelNotice.kind == NoticeKind.DISPUTE, ChannelNotice.subject_id == Dispute.id)
    found = session.execute(
        select(Dispute, ChannelNotice, reminders())
        .outerjoin(ChannelNotice, is_its)
        .where(or_(Dispute.state == DisputeState.OPEN, Dispute.closed_at >= now - TOLD_WITHIN))
        .order_by(Dispute.opened_at)
    )
    return [
        dispute.id
        for dispute, notice, warned in found
        if _is_behind(notice, dispute_standing(dispute, warned), now)
    ]


def claim(
    session: WriteSession, kind: NoticeKind, subject_id: str, channel_id: str, holder: str, now: datetime
) -> ChannelNotice | None:
    """The notice as it was before, if posting is the caller's now."""
    key = {"kind": kind, "subject_id": subject_id}
    before = session.get(ChannelNotice, (kind, subject_id))
    if before is None:
        try:
            with session.begin_nested():
                values = {**key, "channel_id": channel_id, "shown": "", "tries": 0, "posts": 0}
                session.execute(insert(ChannelNotice).values(values))
        except IntegrityError:
            return None  # another process was first
        before = session.get_one(ChannelNotice, (kind, subject_id))
    free = or_(ChannelNotice.posting_until.is_(None), ChannelNotice.posting_until <= now)
    claimed = session.scalar(
        update(ChannelNotice)
        .filter_by(**key)
        .where(ChannelNotice.tries == before.tries, free)
        .values(tries=before.tries + 1, posting_by=holder, posting_until=now + CLAIM)
        .returning(ChannelNotice.subject_id)
        .execution_options(synchronize_session=False)
    )
    return before if claimed else None


def note_shown(session: WriteSession, holder: str, ts: str | None, shown: str, posts: int) -> None:
    session.execute(
        update(ChannelNotice)
        .where(ChannelNotice.posting_by == holder)
        .values(ts=ts, shown=shown, posts=posts, posting_by=None, posting_until=None, tries=0)
    )


def pause(session: WriteSession, holder: str, until: datetime) -> None:
    session.execute(
        update(ChannelNotice)
        .where(ChannelNotice.posting_by == holder)
        .values(posting_by=None, posting_until=until)
    )


def _is_behind(notice: ChannelNotice | None, standing: str, now: datetime) -> bool:
    if notice is None:
        return True
    return notice.shown != standing and (notice.posting_until is None or notice.posting_until <= now)
