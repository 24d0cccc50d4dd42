"""Changes that a shopper has confirmed and a rule leaves to a person, as the desk lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from api.bootstrap import Parley
from api.desk.wording import moment, words
from tools.commerce.changes import proposals, showing
from tools.commerce.database import ReadSession
from tools.commerce.schema import Handoff, Proposal


@dataclass(frozen=True)
class Approval:
    id: str
    kind: str
    summary: str
    why: str | None
    notice: str | None
    money: str | None
    confirmed: str
    case_id: str | None
    """The newest case of the conversation that it was confirmed in, if that has one."""


def approvals(session: ReadSession, parley: Parley) -> list[Approval]:
    waiting = proposals.awaiting_approval(session)
    cases = _cases(session, waiting)
    return [_approval(proposal, parley, cases.get(proposal.conversation_id)) for proposal in waiting]


def _cases(session: ReadSession, waiting: Sequence[Proposal]) -> dict[str, str]:
    """Ids of handoffs by their conversation."""
    ids = {proposal.conversation_id for proposal in waiting}
    query = select(Handoff.conversation_id, Handoff.id).where(Handoff.conversation_id.in_(ids))
    return dict(session.execute(query.order_by(Handoff.opened_at)).all())


def _approval(proposal: Proposal, parley: Parley, case_id: str | None) -> Approval:
    now = parley.now()
    card = showing.card(proposal, now)
    confirmed = proposal.confirmed_at or proposal.created_at
    return Approval(
        id=proposal.id,
        kind=words(card.change).capitalize(),
        summary=card.summary,
        why=card.approval,
        notice=card.notice,
        money=", ".join(payout.amount.text for payout in card.payouts) or None,
        confirmed=moment(confirmed, now, parley.shop.zone),
        case_id=case_id,
    )
