"""Putting right a bank's ruling that was noted wrongly, with all that hangs on it: what the bank keeps or holds, the
items, whether the case is closed. Only a manager does it, and not where money was given that the bank has as well.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select

from tools.cards import Refusal
from tools.commerce.changes.charged_back import with_the_bank
from tools.commerce.changes.dispute_bank import goods_of, ruling_of
from tools.commerce.changes.dispute_goods import given_up_by, take_back
from tools.commerce.changes.dispute_terms import Case
from tools.commerce.changes.effects import DisputeOutcomeEffect, Goods, RulingEffect
from tools.commerce.changes.lines import Chosen
from tools.commerce.changes.plan import Applying, Plan
from tools.commerce.changes.requests import Correction
from tools.commerce.disputes import lifecycle
from tools.commerce.money import format_money
from tools.commerce.schema import BankRuling, Dispute, DisputeState, OutcomeKind, Payment, Role

MANAGER_NEEDED = Refusal(code="manager_needed", message="Only a manager corrects how a bank ruled.")
NOTHING_NOTED = Refusal(code="nothing_to_correct", message="No ruling of a bank was noted here.")
CORRECTED_MEANWHILE = Refusal(
    code="changed_meanwhile", message="Somebody has corrected it in the meantime. Please look again."
)
REASON_NEEDED = Refusal(code="reasons_needed", message="Say why it is corrected: the trail keeps it.")
NOT_A_CORRECTION = Refusal(
    code="not_a_correction", message="It can be noted as won, as lost, or as not ruled on yet."
)
NOTHING_CHANGES = Refusal(code="nothing_changes", message="It is noted just like that already.")
OPENED_AGAIN = Refusal(
    code="known_before", message="There is another open case of this chargeback: the ruling belongs there."
)
_CORRECTED_TO = frozenset({OutcomeKind.WON, OutcomeKind.LOST, OutcomeKind.CONTEST})


@dataclass(frozen=True)
class Corrected:
    """`ruling` is None where the bank has not ruled yet: then the case is open again, and the bank holds it all."""

    ruling: RulingEffect | None
    goods: Goods
    chosen: tuple[Chosen, ...]
    takes_back: str | None


def correction_of(case: Case, wish: Correction) -> Corrected | Refusal:
    noted = case.session.get(BankRuling, case.dispute.id)
    if case.planning.principal.role is not Role.MANAGER:
        return MANAGER_NEEDED
    if noted is None:
        return NOTHING_NOTED
    if case.dispute.proposal_id != wish.of:
        return CORRECTED_MEANWHILE
    if not wish.why.strip():
        return REASON_NEEDED
    if case.request.outcome not in _CORRECTED_TO:
        return NOT_A_CORRECTION
    is_open_again = case.request.outcome is OutcomeKind.CONTEST
    ruling = None if is_open_again else ruling_of(case)
    if isinstance(ruling, Refusal):
        return ruling
    if ruling is not None and ruling == _as_noted(noted):
        return NOTHING_CHANGES
    if is_open_again and _is_open_elsewhere(case):
        return OPENED_AGAIN
    kept = (case.dispute.amount_minor or 0) if ruling is None else ruling.kept_minor
    return _given_since(case, noted.taken_minor, kept) or _with_goods(case, ruling)


def reopen(applying: Applying, effect: DisputeOutcomeEffect) -> Dispute:
    """Take back what was noted, and make room for what takes its place. Raises DisputeError."""
    session, proposal = applying.session, applying.proposal
    dispute = lifecycle.locked(session, effect.dispute_id)
    if effect.takes_back is not None:
        take_back(applying, effect.takes_back)
    session.delete(session.get_one(BankRuling, dispute.id))
    session.flush()
    why = str(proposal.request["correction"]["why"])
    lifecycle.reopen(session, dispute, proposal.id, applying.actor, applying.when.now, why)
    return dispute


def _as_noted(noted: BankRuling) -> RulingEffect:
    return RulingEffect(
        ruling=noted.ruling,
        ruled_at=noted.ruled_at,
        kept_minor=noted.taken_minor,
        reason_code=noted.reason_code,
    )


def _is_open_elsewhere(case: Case) -> bool:
    dispute = case.dispute
    alike = select(Dispute.id).where(
        Dispute.network == dispute.network,
        Dispute.case_reference == dispute.case_reference,
        Dispute.state == DisputeState.OPEN,
    )
    return bool(case.session.scalar(select(exists(alike))))


def _given_since(case: Case, kept_before: int, kept: int) -> Refusal | None:
    """What was given back since it was noted can't be had back: the bank would have it a second time."""
    payment = case.session.get(Payment, case.dispute.payment_id) if case.dispute.payment_id else None
    if payment is None or case.order is None or kept <= kept_before:
        return None
    of_banks = with_the_bank(case.session, case.order)[payment.id] - kept_before + kept
    if payment.refunded_minor + of_banks <= payment.amount_minor:
        return None
    given = format_money(payment.refunded_minor, case.currency)
    return Refusal(
        code="given_since",
        message=f"{given} of that payment was given back, and that can't be undone: with what the bank would "
        "have, it is more than was paid.",
    )


def _with_goods(case: Case, ruling: RulingEffect | None) -> Corrected:
    """Items count as given back as long as the bank keeps their price."""
    before = given_up_by(case.session, case.dispute.id)
    if before is None:
        goods, chosen = goods_of(case, ruling)
        return Corrected(ruling, goods, chosen, None)
    paid = sum(one.amount.amount for one in Plan.model_validate(before.plan).lines if one.amount)
    stays = ruling is not None and paid <= ruling.kept_minor
    return Corrected(ruling, Goods.UNTOUCHED, (), None if stays else before.id)
