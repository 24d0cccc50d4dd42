"""A dispute as the page of its case shows it: the claim, what speaks for and against it, and what can be decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from api.desk.approvals import RefusedInShort, refused
from api.desk.outcome_facts import SuggestedOutcome, outcome_that_fell, suggested_outcome, waiting_outcome
from api.desk.wording import DISPUTE_STEPS, DISPUTES, OUTCOMES, actor, deadline, moment, span, words
from api.parley import Parley
from knowledge.shop_profile import ShopProfile
from tools.cards import Citation
from tools.commerce.database import ReadSession
from tools.commerce.disputes.case import DisputeCase, read_dispute
from tools.commerce.disputes.evidence import DisputeFacts, EvidenceFile, Proof
from tools.commerce.disputes.grounds import Ground, Side
from tools.commerce.disputes.listing import of_conversation
from tools.commerce.disputes.picking import PickableLine
from tools.commerce.handoffs import lifecycle
from tools.commerce.handoffs.case import Case
from tools.commerce.money import exponent
from tools.commerce.schema import DisputeState, HandoffState, OutcomeKind, Proposal, Role
from tools.principal import Principal

GIVING = (
    OutcomeKind.REFUND,
    OutcomeKind.PARTIAL_REFUND,
    OutcomeKind.REPLACEMENT,
    OutcomeKind.STORE_CREDIT,
    OutcomeKind.RETURN_LABEL,
)
"""The outcomes that give something."""


@dataclass(frozen=True)
class DisputeInFull:
    id: str
    kind: str
    state: str
    is_open: bool
    claim: str
    order_number: str | None
    about: Sequence[str]
    at_stake: str | None
    deadline: str
    is_overdue: bool
    suggestion: SuggestedOutcome | None
    grounds_for: Sequence[Ground]
    grounds_against: Sequence[Ground]
    timeline: Sequence[tuple[str, str, str]]
    """When, what, and which record says so."""
    shown: Sequence[tuple[str, Sequence[str]]]
    """A heading, and what the records say below it."""
    rules: Sequence[tuple[str, str, str | None, Citation | None]]
    """A rule, as it is now, as it was if that differs or is not known, and its section."""
    trail: Sequence[tuple[str, str, str, str | None]]
    """When, what, by whom, in which words."""
    seen_left: int | None
    why_not: str | None
    """Why whoever looks can't decide it; None if they can."""
    waits: Sequence[str]
    """What waits for a second person, and why; empty where nothing does."""
    fell: str | None
    """The last outcome, where it came to nothing."""
    to_approve: str | None
    """The id of the outcome that waits for them as the second person."""
    photos: Sequence[str]
    lines: Sequence[PickableLine]
    """What can be picked of its order."""
    currency: str
    digits: int
    """How many digits an amount in it has behind the point."""
    refused: Sequence[RefusedInShort]
    """Refunds of its order that the payment gateway refused."""
    is_of_bank: bool
    is_contested: bool
    is_with_manager: bool
    correctable: str | None
    """The outcome that noted how the bank ruled, where whoever looks may put that right."""


def disputes_of(session: ReadSession, case: Case, by: Principal, parley: Parley) -> list[DisputeInFull]:
    """The conversation's, open ones first."""
    book = replace(parley.rulebook(), cite=parley.library.cite)
    found = []
    for dispute in of_conversation(session, case.handoff.conversation_id):
        if read := read_dispute(session, dispute.id, by, book):
            proposal = session.get(Proposal, dispute.proposal_id) if dispute.proposal_id else None
            shown = _in_full(read, case, by, proposal, parley.now(), parley.shop)
            not_sent = refused(session, parley, dispute.order_id) if dispute.order_id else []
            found.append(replace(shown, refused=not_sent))
    return found


def _in_full(
    read: DisputeCase, case: Case, by: Principal, proposal: Proposal | None, now: datetime, shop: ShopProfile
) -> DisputeInFull:
    evidence, zone = read.evidence, shop.zone
    dispute = evidence.dispute
    is_open = dispute.state is DisputeState.OPEN
    currency = evidence.money.left.currency if evidence.money else shop.currency
    decided_by = _decided_by(evidence, dispute.proposal_id)
    approves = dispute.awaits_approval and by.role is Role.MANAGER and decided_by != by.staff_email
    return DisputeInFull(
        id=dispute.id,
        kind=DISPUTES[dispute.kind],
        state=_state(dispute),
        is_open=is_open,
        claim=dispute.claim,
        order_number=dispute.order_number,
        about=[*_about(dispute)],
        at_stake=dispute.at_stake.text if dispute.at_stake else None,
        deadline=_deadline(dispute, now, zone),
        is_overdue=is_open and dispute.respond_by <= now and not (dispute.bank and dispute.bank.contested_at),
        suggestion=suggested_outcome(read.suggestion) if read.suggestion else None,
        grounds_for=[ground for ground in read.grounds if ground.side is Side.FOR],
        grounds_against=[ground for ground in read.grounds if ground.side is Side.AGAINST],
        timeline=[
            (moment(fact.at, now, zone) if fact.at else "", fact.what, fact.reference)
            for fact in evidence.timeline
        ],
        shown=[(heading, lines) for heading, lines in _shown(evidence, now, zone) if lines],
        rules=[
            (rule.path, rule.now, (rule.then or "not known") if rule.then != rule.now else None, rule.section)
            for rule in evidence.rules
        ],
        trail=[*_trail(evidence, case.colleagues, now, zone)],
        seen_left=evidence.money.left.amount if evidence.money else None,
        why_not=_why_not(dispute, case, by),
        waits=[*waiting_outcome(proposal)] if proposal and dispute.awaits_approval else (),
        fell=outcome_that_fell(proposal) if proposal and is_open else None,
        to_approve=proposal.id if proposal and approves else None,
        photos=[photo.id for photo in evidence.photos],
        lines=read.lines,
        currency=currency,
        digits=exponent(currency),
        refused=(),
        is_of_bank=dispute.bank is not None,
        is_contested=bool(dispute.bank and dispute.bank.contested_at),
        is_with_manager=dispute.is_with_manager,
        correctable=dispute.proposal_id if by.role is Role.MANAGER and _is_ruled(dispute) else None,
    )


def _state(dispute: DisputeFacts) -> str:
    if dispute.outcome in {OutcomeKind.WON, OutcomeKind.LOST}:
        return OUTCOMES[dispute.outcome]
    if dispute.state is not DisputeState.OPEN:
        how = f": {OUTCOMES[dispute.outcome].lower()}" if dispute.outcome else ""
        return f"{words(dispute.state).capitalize()}{how}"
    if dispute.awaits_approval:
        return "Waits for a second person"
    if dispute.bank and dispute.bank.contested_at:
        return "Contested: the bank is to rule"
    return "A manager is to settle it" if dispute.is_with_manager else "Open"


def _is_ruled(dispute: DisputeFacts) -> bool:
    return dispute.bank is not None and dispute.bank.ruling is not None


def _why_not(dispute: DisputeFacts, case: Case, by: Principal) -> str | None:
    """What the steps themselves would answer, said before anybody tries."""
    handoff = case.handoff
    if dispute.state is not DisputeState.OPEN:
        return "It is decided."
    if dispute.awaits_approval:
        return "An outcome waits for a second person."
    if dispute.is_with_manager and by.role is not Role.MANAGER:
        return "A manager is to settle it."
    is_theirs = handoff.state is HandoffState.TAKEN and handoff.taken_by == by.staff_email
    if handoff.state in lifecycle.OPEN and not is_theirs:
        return "Take the conversation to settle it."
    return None


def _decided_by(evidence: EvidenceFile, proposal_id: str | None) -> str | None:
    """The e-mail of who decided the outcome that is proposed."""
    actors = [step.actor for step in evidence.trail if step.proposal_id and step.proposal_id == proposal_id]
    return actors[-1].partition(":")[2] if actors else None


def _about(dispute: DisputeFacts) -> Iterator[str]:
    if dispute.order_number:
        yield f"Order {dispute.order_number}" + ("" if dispute.lines else ", all of it")
    for line in dispute.lines:
        options = f" ({line.options})" if line.options else ""
        left = f", {line.paid.text}" if line.paid.amount else ""
        yield f"{line.quantity} x {line.name}{options}{left}"
    if bank := dispute.bank:
        told = (bank.network, bank.reason_code and f"reason {bank.reason_code}", bank.case_reference)
        yield ", ".join(filter(None, told))
        if ruling := bank.ruling:
            yield f"The bank keeps {ruling.kept.text if ruling.kept.amount else 'nothing'}" + (
                f", for reason {ruling.reason_code}" if ruling.reason_code else ""
            )


def _deadline(dispute: DisputeFacts, now: datetime, zone: ZoneInfo) -> str:
    at = deadline(dispute.respond_by, now, zone)
    if dispute.state is not DisputeState.OPEN:
        return f"Was to be answered by {at}"
    if dispute.bank and dispute.bank.contested_at:
        return f"Answered {moment(dispute.bank.contested_at, now, zone)}"
    if dispute.respond_by <= now:
        return f"Overdue: was to be answered by {at}"
    return f"Answer by {at}, in {span(dispute.respond_by - now)}"


def _shown(evidence: EvidenceFile, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, list[str]]]:
    if money := evidence.money:
        lines = [f"Paid {money.paid.text}", f"Given back {money.given_back.text}"]
        lines += [f"Promised by returns {money.promised.text}"] if money.promised.amount else []
        lines += [f"Taken back by the bank {money.with_bank.text}"] if money.with_bank.amount else []
        yield "Money", [*lines, f"Can still be given back: {money.left.text}"]
    yield "Refunds", [f"{one.amount.text} to {one.to}: {words(one.status)}" for one in evidence.refunds]
    yield "Promised", [fact.what for fact in evidence.promises]
    yield "Handed over", [_proof(proof, now, zone) for proof in evidence.proofs]
    yield (
        "Before",
        [
            ", ".join(filter(None, (one.what, one.order_number, words(one.ended or "still open"))))
            for one in evidence.earlier
        ],
    )


def _proof(proof: Proof, now: datetime, zone: ZoneInfo) -> str:
    at = moment(proof.delivered_at, now, zone) if proof.delivered_at else None
    return ", ".join(filter(None, (proof.parcel, at, proof.scan, proof.place, proof.signature)))


def _trail(
    evidence: EvidenceFile, colleagues: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> Iterator[tuple[str, str, str, str | None]]:
    for step in evidence.trail:
        who = actor(step.actor, colleagues)
        yield moment(step.at, now, zone), DISPUTE_STEPS[step.step], who, step.note
