"""All that an agent reads of a dispute before they decide: the evidence, what speaks for and against, a suggestion."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from tools.commerce.changes.plan import Planning
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import ReadSession
from tools.commerce.disputes.evidence import EvidenceFile
from tools.commerce.disputes.gathering import disputed_order, read_evidence
from tools.commerce.disputes.grounds import Ground, Matter, read_grounds
from tools.commerce.disputes.picking import PickableLine, pickable_lines
from tools.commerce.disputes.suggestion import Suggestion, suggest
from tools.commerce.schema import Dispute, DisputeLine, EntryStatus, LedgerEntry, LedgerKind
from tools.principal import Principal


@dataclass(frozen=True)
class DisputeCase:
    evidence: EvidenceFile
    grounds: tuple[Ground, ...]
    """For the claim first; each with the section of the shop's pages that tells its rule."""
    suggestion: Suggestion | None
    """None once it is decided, or while a bank is to rule."""
    lines: tuple[PickableLine, ...] = ()
    """What can be picked of the order; nothing of a bank's chargeback, whose amount the bank says."""


def read_dispute(session: ReadSession, dispute_id: str, by: Principal, book: Rulebook) -> DisputeCase | None:
    """As it stands now, for a member of staff. None when there is no such dispute."""
    evidence = read_evidence(session, dispute_id, book)
    if evidence is None:
        return None
    matter = _matter(session, session.get_one(Dispute, dispute_id), by, book, len(evidence.photos))
    grounds = tuple(
        replace(ground, section=book.cite(ground.rule) if ground.rule else None)
        for ground in read_grounds(matter)
    )
    lines: tuple[PickableLine, ...]
    is_of_bank, order = evidence.dispute.bank is not None, matter.order
    lines = ()
    if order and not is_of_bank:
        lines = pickable_lines(session, order, evidence.dispute.lines, book.policy)
    return DisputeCase(evidence, grounds, suggest(matter, grounds), lines)


def _matter(session: ReadSession, dispute: Dispute, by: Principal, book: Rulebook, photos: int) -> Matter:
    order = disputed_order(session, dispute)
    named = set(
        session.scalars(select(DisputeLine.order_line_id).where(DisputeLine.dispute_id == dispute.id))
    )
    failed = select(LedgerEntry.id).where(
        LedgerEntry.order_id == dispute.order_id,
        LedgerEntry.kind == LedgerKind.REFUND,
        LedgerEntry.status == EntryStatus.FAILED,
    )
    return Matter(
        planning=Planning(session, by, book.when, book.policy, book.currency),
        dispute=dispute,
        order=order,
        lines=tuple(line for line in order.lines if not named or line.id in named) if order else (),
        photos=photos,
        failed_refunds=len(session.scalars(failed).all()) if order else 0,
    )
