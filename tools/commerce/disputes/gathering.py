"""Puts the evidence file of a dispute together, from the records alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tools.commerce import transcript
from tools.commerce.changes.lines import paid_for
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import ReadSession
from tools.commerce.disputes import lifecycle, order_facts, policy_versions
from tools.commerce.disputes.earlier import earlier
from tools.commerce.disputes.evidence import (
    BankFacts,
    ClaimedLine,
    DisputeFacts,
    EvidenceFile,
    Fact,
    PhotoRef,
    PolicyThen,
    Quote,
    RuleThenAndNow,
    RulingFacts,
    Source,
    StepFacts,
)
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    BankRuling,
    Dispute,
    DisputeKind,
    DisputeLine,
    MessageRole,
    Order,
    Photo,
    PolicyVersion,
    Ruling,
    Shipment,
)
from tools.commerce.transcript import AUTHOR
from tools.facts import Money

ALL_OF_IT: tuple[ORMOption, ...] = (*LOADED, selectinload(Order.shipments).selectinload(Shipment.events))

_TO_RETURN = (
    "returns.window_days",
    "returns.window_days_by_category",
    "returns.window_days_by_reason",
    "returns.free_label_reasons",
    "returns.final_sale_reasons",
)
RULES: Mapping[DisputeKind, tuple[str, ...]] = {
    DisputeKind.NOT_RECEIVED: (
        "late_parcels.not_found_wait_hours",
        "late_parcels.lost_after_days",
        "late_parcels.lost_after_days_abroad",
        "late_parcels.report_within_days",
        "delivery.signature_over",
    ),
    DisputeKind.DAMAGED: (
        "damage.report_within_days",
        "damage.photos",
        "damage.keep_item_under",
        "damage.replacement_within_days",
    ),
    DisputeKind.NOT_AS_DESCRIBED: _TO_RETURN,
    DisputeKind.WRONG_ITEM: _TO_RETURN,
    DisputeKind.MISSING_ITEM: ("damage.missing_report_within_days",),
    DisputeKind.REFUND_NOT_RECEIVED: (
        "returns.inspection_days",
        "refunds.issue_within_days",
        "refunds.days_to_appear",
    ),
    DisputeKind.UNKNOWN_CHARGE: ("payments.authorization_release_days",),
    DisputeKind.DOUBLE_CHARGE: ("payments.authorization_release_days",),
    DisputeKind.CHARGEBACK: (
        "returns.window_days",
        "refunds.issue_within_days",
        "cancellation.statuses",
        "late_parcels.report_within_days",
        "damage.report_within_days",
    ),
    DisputeKind.OTHER: ("returns.window_days", "refunds.methods"),
}
"""The rules that matter for each kind, by their paths."""


def read_evidence(session: ReadSession, dispute_id: str, book: Rulebook) -> EvidenceFile | None:
    """None when there is no such dispute."""
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        return None
    order = disputed_order(session, dispute)
    steps = tuple(
        StepFacts(one.step, one.actor, one.at, one.note, one.proposal_id)
        for one in lifecycle.trail(session, dispute_id)
    )
    facts = [*order_facts.timeline(order)] if order else []
    about = dispute_facts(session, dispute, order)
    facts += [*_of_dispute(dispute), *_of_bank(about), *_of_outcomes(session, steps)]
    then, rules = _rules(session, dispute, order, book)
    return EvidenceFile(
        dispute=about,
        trail=steps,
        timeline=order_facts.in_order(facts),
        promises=tuple(order_facts.promises(order, book.when)) if order else (),
        proofs=tuple(order_facts.proofs(order)) if order else (),
        money=order_facts.money(session, order) if order else None,
        refunds=tuple(order_facts.refunds(session, order)) if order else (),
        conversation=tuple(_quotes(session, dispute.conversation_id)),
        photos=tuple(_photos(session, dispute.conversation_id)),
        earlier=earlier(session, dispute, order),
        policy_then=then,
        rules=rules,
    )


def disputed_order(session: ReadSession, dispute: Dispute) -> Order | None:
    """With all that matters of it loaded."""
    if dispute.order_id is None:
        return None
    query = select(Order).where(Order.id == dispute.order_id).options(*ALL_OF_IT)
    return session.scalars(query).one_or_none()


def dispute_facts(session: ReadSession, dispute: Dispute, order: Order | None) -> DisputeFacts:
    at_stake = None
    if dispute.amount_minor is not None and dispute.currency is not None:
        at_stake = Money.of(dispute.amount_minor, dispute.currency)
    return DisputeFacts(
        id=dispute.id,
        kind=dispute.kind,
        state=dispute.state,
        claim=dispute.claim,
        order_number=order.number if order else None,
        lines=tuple(_claimed(session, dispute, order)) if order else (),
        at_stake=at_stake,
        opened_by=dispute.opened_by,
        opened_at=dispute.opened_at,
        respond_by=dispute.respond_by,
        is_with_manager=dispute.manager_since is not None,
        awaits_approval=lifecycle.awaits_approval(session, dispute),
        proposal_id=dispute.proposal_id,
        outcome=dispute.outcome,
        closed_by=dispute.closed_by,
        closed_at=dispute.closed_at,
        bank=_bank(session, dispute),
    )


def _bank(session: ReadSession, dispute: Dispute) -> BankFacts | None:
    if dispute.network is None:
        return None
    row, currency = session.get(BankRuling, dispute.id), dispute.currency
    ruling = None
    if row is not None and currency is not None:
        ruling = RulingFacts(row.ruling, row.ruled_at, Money.of(row.taken_minor, currency), row.reason_code)
    return BankFacts(
        dispute.network, dispute.reason_code, dispute.case_reference, dispute.contested_at, ruling
    )


def _claimed(session: ReadSession, dispute: Dispute, order: Order) -> Iterator[ClaimedLine]:
    named = select(DisputeLine).where(DisputeLine.dispute_id == dispute.id)
    quantities = {part.order_line_id: part.quantity for part in session.scalars(named)}
    for line in order.lines:
        if (quantity := quantities.get(line.id)) is not None:
            paid = Money.of(paid_for(order, line, quantity), order.currency)
            yield ClaimedLine(line.line_no, line.name, line.options, quantity, paid)


def _of_dispute(dispute: Dispute) -> Iterator[Fact]:
    kind = dispute.kind.replace("_", " ")
    yield Fact(f"A dispute was opened: {kind}.", Source.DISPUTE, f"dispute {dispute.id}", dispute.opened_at)
    if dispute.network is not None and dispute.amount_minor is not None and dispute.currency is not None:
        amount = Money.of(dispute.amount_minor, dispute.currency).text
        told = f"{dispute.network} took {amount} back, for reason {dispute.reason_code}."
        yield Fact(told, Source.BANK, f"case {dispute.case_reference}", dispute.opened_at)


def _of_bank(dispute: DisputeFacts) -> Iterator[Fact]:
    if (bank := dispute.bank) is None:
        return
    record = f"case {bank.case_reference}"
    if bank.contested_at is not None:
        yield Fact("The chargeback was contested with the bank.", Source.BANK, record, bank.contested_at)
    if bank.ruling is not None:
        because = f", for reason {bank.ruling.reason_code}" if bank.ruling.reason_code else ""
        told = _RULED[bank.ruling.ruling].format(kept=bank.ruling.kept.text, because=because)
        yield Fact(told, Source.BANK, record, bank.ruling.ruled_at)


_RULED = {
    Ruling.WON: "The bank ruled for the shop{because}, and keeps nothing.",
    Ruling.LOST: "The bank ruled against the shop{because}, and keeps {kept}.",
    Ruling.ACCEPTED: "The chargeback was accepted: the bank keeps {kept}.",
}
_TOLD = {
    AuditEvent.CONFIRMED: "An outcome was decided, and waits for a second person",
    AuditEvent.APPROVED: "It was approved",
    AuditEvent.REJECTED: "It was not approved",
    AuditEvent.EXECUTED: "The outcome was carried out",
    AuditEvent.EXPIRED: "Nobody approved it in time",
    AuditEvent.FAILED: "It could no longer be done",
    AuditEvent.MONEY_FAILED: "The payment gateway refused to move the money",
}


def _of_outcomes(session: ReadSession, steps: tuple[StepFacts, ...]) -> Iterator[Fact]:
    """What became of each outcome that was decided, from the trail of changes."""
    ids = {step.proposal_id for step in steps if step.proposal_id}
    rows = select(AuditRow).where(AuditRow.proposal_id.in_(sorted(ids))).order_by(AuditRow.number)
    for row in session.scalars(rows):
        if (told := _TOLD.get(row.event)) is not None:
            who = row.actor.partition(":")[2] or row.actor
            yield Fact(f"{told} ({who}).", Source.DISPUTE, f"audit row {row.number}", row.at)


def _quotes(session: ReadSession, conversation_id: str) -> Iterator[Quote]:
    for row in transcript.after(session, conversation_id, 0):
        payload = row.payload or {}
        if row.role is MessageRole.USER:
            yield Quote(row.seq, "shopper", row.created_at, row.text)
        elif row.role is MessageRole.ASSISTANT and "tool_calls" not in payload and row.text:
            yield Quote(row.seq, payload.get(AUTHOR, "assistant"), row.created_at, row.text)


def _photos(session: ReadSession, conversation_id: str) -> Iterator[PhotoRef]:
    sent = (
        select(Photo.sha256, Photo.message_seq, Photo.added_at)
        .where(Photo.conversation_id == conversation_id, Photo.message_seq.is_not(None))
        .order_by(Photo.message_seq, Photo.added_at, Photo.sha256)
    )
    for sha256, message, added_at in session.execute(sent):
        if message is not None:
            yield PhotoRef(sha256, message, added_at)


def _rules(
    session: ReadSession, dispute: Dispute, order: Order | None, book: Rulebook
) -> tuple[PolicyThen | None, tuple[RuleThenAndNow, ...]]:
    today = session.get(PolicyVersion, book.policy.fingerprint)
    now = policy_versions.values_of(today) if today else {}
    bought = order.placed_at if order else None
    found = policy_versions.in_force(session, bought, book.when) if bought else None
    then: Mapping[str, Any] = policy_versions.values_of(found[0]) if found else {}
    told = PolicyThen(found[0].fingerprint, found[0].version, found[1]) if found else None
    rules = []
    for path in RULES[dispute.kind]:
        written = policy_versions.rule_in(now, path)
        if written is not None:
            before = policy_versions.rule_in(then, path)
            rules.append(RuleThenAndNow(path, written, before, book.cite(path)))
    return told, tuple(rules)
