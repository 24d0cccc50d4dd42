"""Carrying out how a dispute is settled: the case, its items, what is sent; money moves by the plan's movements."""

from tools.cards import Refusal
from tools.commerce.changes import stock_moves
from tools.commerce.changes.dispute_bank import row_of
from tools.commerce.changes.dispute_goods import record_goods
from tools.commerce.changes.dispute_wording import done_of
from tools.commerce.changes.effects import DisputeOutcomeEffect
from tools.commerce.changes.ledger import call_off
from tools.commerce.changes.plan import Applied, Applying, CannotApply
from tools.commerce.changes.refused_refunds import find_refused
from tools.commerce.changes.ruling_correction import reopen
from tools.commerce.database import WriteSession
from tools.commerce.disputes import lifecycle
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.schema import Dispute, OutcomeKind, Return


def apply(applying: Applying, effect: DisputeOutcomeEffect) -> Applied:
    session = applying.session
    dispute = _locked(applying, effect)
    opened = record_goods(applying, effect)
    if effect.instead_of is not None:
        _call_off(session, effect.instead_of)
    if effect.outcome is OutcomeKind.REPLACEMENT:
        for line in sorted(effect.lines, key=lambda line: line.to_variant_id):
            stock_moves.reserve(session, line.to_variant_id, line.quantity)
    if effect.ruling is not None:
        session.add(row_of(dispute.id, effect.ruling))
    _close(applying, effect, dispute)
    return Applied(
        done=done_of(applying.plan, effect, opened.rma if opened else None),
        facts=_facts(effect, dispute, opened),
        return_id=opened.id if opened else None,
    )


def _locked(applying: Applying, effect: DisputeOutcomeEffect) -> Dispute:
    """The dispute, open: that of a ruling to be corrected is opened for it. Raises CannotApply."""
    try:
        if effect.corrects is not None:
            return reopen(applying, effect)
        return lifecycle.locked_open(applying.session, effect.dispute_id)
    except DisputeError as error:
        raise CannotApply(error.code, error.message) from error


def _close(applying: Applying, effect: DisputeOutcomeEffect, dispute: Dispute) -> None:
    """An answer to the bank leaves it open, and so does taking a ruling back."""
    session, now, proposal_id = applying.session, applying.when.now, applying.proposal.id
    if effect.outcome is not OutcomeKind.CONTEST:
        lifecycle.decide(session, dispute, effect.outcome, proposal_id, applying.actor, now)
    elif effect.corrects is None:
        lifecycle.contest(session, dispute, proposal_id, applying.actor, now)


def _facts(
    effect: DisputeOutcomeEffect, dispute: Dispute, opened: Return | None
) -> tuple[tuple[str, str], ...]:
    found = [("dispute", dispute.id), ("outcome", effect.outcome.value)]
    if ruling := effect.ruling:
        found += [("ruling", ruling.ruling.value), ("kept", f"{ruling.kept_minor} {dispute.currency}")]
    if effect.corrects is not None:
        found.append(("corrects", f"proposal {effect.corrects}"))
    if effect.overrides:
        found.append(("overrides", ", ".join(effect.overrides)))
    if opened is not None:
        found.append(("rma", opened.rma))
    if effect.instead_of is not None:
        found.append(("instead_of", f"ledger entry {effect.instead_of}"))
    return tuple(found)


def _call_off(session: WriteSession, entry_id: int) -> None:
    """What it marked is free again, for what is given in its place. Raises CannotApply."""
    entry = find_refused(session, entry_id)
    if isinstance(entry, Refusal):
        raise CannotApply(entry.code, entry.message)
    call_off(session, entry)
