"""What is left to a person, as the desk lists it: changes that wait for a yes, and refunds that were refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from api.desk.wording import actor, moment, words
from api.parley import Parley
from tools.commerce.changes import decisions, proposals, showing
from tools.commerce.changes.refused_refunds import refused_refunds
from tools.commerce.database import ReadSession
from tools.commerce.schema import Handoff, ProposalKind
from tools.principal import Principal


@dataclass(frozen=True)
class Approval:
    id: str
    kind: str
    summary: str
    why: str | None
    notice: str | None
    money: str | None
    asked: str
    """By whom it was confirmed or decided, and when."""
    why_not: str | None
    """Why whoever reads it can't approve it, where that is so."""
    case_id: str | None
    """The newest case of the conversation that it was confirmed in, if that has one."""


@dataclass(frozen=True)
class RefusedInShort:
    id: int
    amount: str
    summary: str
    decided: str
    case_id: str | None


def refused(session: ReadSession, parley: Parley, order_id: int | None = None) -> list[RefusedInShort]:
    """Refunds that the payment gateway would not send: of an order, or of all."""
    found = refused_refunds(session, order_id)
    cases = newest_cases(session, {one.conversation_id for one in found})
    now, zone = parley.now(), parley.shop.zone
    return [
        RefusedInShort(
            id=one.entry_id,
            amount=one.amount.text,
            summary=f"{one.amount.text} of order {one.order_number} to {one.to}: {words(one.failure)}",
            decided=moment(one.decided_at, now, zone),
            case_id=cases.get(one.conversation_id),
        )
        for one in found
    ]


def approvals(
    session: ReadSession, parley: Parley, by: Principal, names: Mapping[str, str]
) -> list[Approval]:
    """`names` are the staff's, by e-mail."""
    waiting = proposals.awaiting_approval(session)
    cases = newest_cases(session, {one.conversation_id for one in waiting})
    now, zone = parley.now(), parley.shop.zone
    found = []
    for proposal in waiting:
        card = showing.card(proposal, now)
        refusal = decisions.no_second_person(session, proposal, by)
        of_desk = proposal.kind is ProposalKind.DISPUTE_OUTCOME
        who = (
            f"decided by {actor(decisions.confirmed_by(session, proposal) or '', names)},"
            if of_desk
            else "confirmed"
        )
        found.append(
            Approval(
                id=proposal.id,
                kind=words(card.change).capitalize(),
                summary=card.summary,
                why=card.approval,
                notice=card.notice,
                money=", ".join(payout.amount.text for payout in card.payouts) or None,
                asked=f"{who} {moment(proposal.confirmed_at or proposal.created_at, now, zone)}",
                why_not=refusal.message if refusal else None,
                case_id=cases.get(proposal.conversation_id),
            )
        )
    return found


def newest_cases(session: ReadSession, ids: Collection[str]) -> dict[str, str]:
    """The id of the newest handoff of each of these conversations that has one."""
    query = select(Handoff.conversation_id, Handoff.id).where(Handoff.conversation_id.in_(ids))
    return dict(session.execute(query.order_by(Handoff.opened_at)).all())
