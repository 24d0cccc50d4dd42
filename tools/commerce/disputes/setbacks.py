"""An outcome that came to nothing, because a second person said no, or nothing in time: somebody has to decide anew.

Whoever has the conversation owes the shopper an answer then; where nobody has it any more, it waits for one.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select

from knowledge.shop_profile import PeopleTerms
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes.lifecycle import locked
from tools.commerce.handoffs import lifecycle, routing
from tools.commerce.handoffs.due import Due
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeState,
    Handoff,
    HandoffReason,
    HandoffState,
    Proposal,
    ProposalStatus,
)

CAME_TO_NOTHING = frozenset({ProposalStatus.DECLINED, ProposalStatus.EXPIRED, ProposalStatus.FAILED})


def unattended(session: ReadSession) -> Sequence[Due]:
    """Disputes whose outcome came to nothing, after which nobody said anything, and nobody is on the clock."""
    on_the_clock = exists().where(
        Handoff.conversation_id == Dispute.conversation_id,
        or_(
            Handoff.state == HandoffState.WAITING,
            (Handoff.state == HandoffState.TAKEN) & Handoff.reply_by.is_not(None),
        ),
    )
    found = session.execute(
        select(Dispute.id, Dispute.conversation_id)
        .join(Proposal, Proposal.id == Dispute.proposal_id)
        .join(Conversation, Conversation.id == Dispute.conversation_id)
        .where(Dispute.state == DisputeState.OPEN, Proposal.status.in_(CAME_TO_NOTHING))
        .where(Proposal.decided_at >= Conversation.updated_at, ~on_the_clock)
        .order_by(Proposal.decided_at)
    )
    return [Due(dispute_id, conversation_id) for dispute_id, conversation_id in found]


def attend(
    session: WriteSession,
    dispute_id: str,
    people: PeopleTerms,
    now: datetime,
    *,
    answer_by: datetime,
    reply_by: datetime,
) -> bool:
    """Put somebody on the clock. Whether the conversation waits for a person again: then its shopper is told."""
    dispute = locked(session, dispute_id)
    if dispute.state is not DisputeState.OPEN:
        return False
    if lifecycle.open_handoff(session, dispute.conversation_id) is not None:
        lifecycle.hear(session, dispute.conversation_id, reply_by)
        return False
    wait_again(session, dispute, people, lifecycle.PARLEY, now, answer_by)
    return True


def wait_again(
    session: WriteSession,
    dispute: Dispute,
    people: PeopleTerms,
    actor: str,
    now: datetime,
    answer_by: datetime,
) -> None:
    """The conversation of a dispute, which nobody has any more, waits for a person: first for who had it."""
    reason = HandoffReason.COMPLAINT
    wanted = routing.needs(session, dispute.conversation_id, reason, people, now, dispute.kind)
    lifecycle.hand_over(session, dispute.conversation_id, reason, actor, now, answer_by, wanted)
