"""What holds in a shop's database whatever happened: looked at where every test that had one ends."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select, text

from bot.transcript import FOR_PEOPLE
from tools.commerce.changes import audit
from tools.commerce.changes.plan import Movement, Plan
from tools.commerce.database import Database, ReadSession
from tools.commerce.rollups.contributions import Key, add_up, no_sums
from tools.commerce.rollups.groupings import SUMMED
from tools.commerce.rollups.state import State
from tools.commerce.schema import (
    AuditEvent,
    AuditRow,
    Conversation,
    DailySum,
    Dispute,
    DisputeEvent,
    DisputeState,
    EmbeddedGatewayCall,
    EntryStatus,
    LedgerEntry,
    LedgerKind,
    Message,
    MessageRole,
    Proposal,
    ProposalStatus,
)

OVERPAID_PAYMENTS = """
    SELECT payments.id FROM payments
    WHERE refunded_minor > amount_minor
        OR refunded_minor < (SELECT COALESCE(SUM(amount_minor), 0) FROM refunds
            WHERE refunds.payment_id = payments.id AND refunds.status <> 'failed')
        OR refunded_minor < (SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_entries AS entry
            WHERE entry.payment_id = payments.id AND entry.status <> 'cancelled'
            AND entry.kind IN ('refund', 'release'))
"""
OVERPAID_ORDERS = """
    SELECT refunds.order_id FROM refunds WHERE refunds.status <> 'failed' GROUP BY refunds.order_id
    HAVING SUM(refunds.amount_minor)
        > (SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE payments.order_id = refunds.order_id)
"""
GIVEN_BESIDE_THE_BANK = """
    SELECT payments.id FROM payments
    JOIN disputes ON disputes.payment_id = payments.id
        AND disputes.network IS NOT NULL AND disputes.state <> 'withdrawn'
    LEFT JOIN bank_rulings ON bank_rulings.dispute_id = disputes.id
    WHERE payments.refunded_minor + COALESCE(bank_rulings.taken_minor, disputes.amount_minor) > payments.amount_minor
        AND EXISTS (SELECT 1 FROM ledger_entries AS entry WHERE entry.payment_id = payments.id
            AND entry.status <> 'cancelled' AND entry.kind IN ('refund', 'release')
            AND entry.created_at > disputes.opened_at)
"""
"""Given after the bank took it, although not so much was left; won, it took nothing."""
CLOSED_BY = {
    ProposalStatus.OPEN: set[AuditEvent](),
    ProposalStatus.NEEDS_APPROVAL: {AuditEvent.CONFIRMED},
    ProposalStatus.ACCEPTED: {AuditEvent.EXECUTED},
    ProposalStatus.DECLINED: {AuditEvent.DECLINED, AuditEvent.REJECTED},
    ProposalStatus.EXPIRED: {AuditEvent.EXPIRED, AuditEvent.SUPERSEDED},
    ProposalStatus.FAILED: {AuditEvent.FAILED, AuditEvent.UNDONE},
}
BEFORE = {AuditEvent.PROPOSED, AuditEvent.CONFIRMED}
CARRIED_OUT = {AuditEvent.APPROVED, AuditEvent.EXECUTED}
"""Also before a change is undone, whose charge was refused."""
AFTERWARDS = {
    *(AuditEvent.MONEY_SETTLED, AuditEvent.MONEY_FAILED, AuditEvent.MONEY_RETRIED),
    AuditEvent.RETURN_RECEIVED,
}


def assert_invariants(database: Database) -> None:
    with database.reading() as session:
        found = list(broken(session))
    assert not found, "\n".join(found)


def broken(session: ReadSession) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    yield from _conversations(session)
    yield from _daily_sums(session)
    yield from _disputes(session)
    found = session.scalars(select(Proposal)).all()
    if found:
        yield from _money(session)
        entries = session.scalars(select(LedgerEntry)).all()
        yield from _gateway(session, {entry.key: entry for entry in entries})
        rows = session.scalars(select(AuditRow)).all()
        for proposal in found:
            mine = [entry for entry in entries if entry.proposal_id == proposal.id]
            yield from _movements(proposal, mine)
            yield from _trail(proposal, mine, [row for row in rows if row.proposal_id == proposal.id])
    if (chain := audit.verify(session).broken) is not None:
        yield f"the trail is broken at row {chain.number}: {chain.reason}"


def _disputes(session: ReadSession) -> Iterator[str]:
    """Each has its steps from the first to the one that ended it, again after each that corrected that, and what was
    decided was carried out by whom it says."""
    for dispute in session.scalars(select(Dispute)):
        events = session.scalars(
            select(DisputeEvent).where(DisputeEvent.dispute_id == dispute.id).order_by(DisputeEvent.sequence)
        ).all()
        steps = [event.step.value for event in events]
        ends: list[list[str]] = [[]]
        for step in steps:
            ends += [[]] if step == "corrected" else []
            ends[-1] += [step] if step in {"settled", "refused", "withdrawn"} else []
        is_open = dispute.state is DisputeState.OPEN
        if (
            steps[:1] != ["opened"]
            or [event.sequence for event in events] != list(range(1, len(events) + 1))
            or any(len(ended) != 1 for ended in ends[:-1])
            or ends[-1] != ([] if is_open else [dispute.state.value])
        ):
            yield f"dispute {dispute.id} is {dispute.state}, and its trail tells of {steps}"
        if dispute.state in {DisputeState.SETTLED, DisputeState.REFUSED}:
            done = select(AuditRow.actor).where(
                AuditRow.proposal_id == dispute.proposal_id, AuditRow.event == AuditEvent.EXECUTED
            )
            if session.scalars(done).all() != [dispute.closed_by]:
                yield f"dispute {dispute.id} was decided by {dispute.closed_by}, and the trail does not say so"


def _daily_sums(session: ReadSession) -> Iterator[str]:
    """What is summed up by the day is what the facts come to, to the cent."""
    state = State.read(session)
    if not state.is_ours:
        return
    counted = no_sums()
    for summed in SUMMED:
        add_up(session.connection(), summed, None, state.zone, counted, sign=1)
    stored: dict[Key, list[int]] = {
        (row[0], row[1], row[2], row[3], row[4], row[5]): list(row[6:])
        for row in session.connection().execute(select(DailySum.__table__))
        if any(row[6:])
    }
    for key in counted.keys() | stored.keys():
        if not state.is_stale(key[1]) and counted.get(key) != stored.get(key):
            yield f"the daily sums {key} are {stored.get(key)}, but the facts come to {counted.get(key)}"


def _money(session: ReadSession) -> Iterator[str]:
    """What is given back never exceeds what was paid, by each payment and in all."""
    for (payment_id,) in session.execute(text(OVERPAID_PAYMENTS)):
        yield f"more was given back of payment {payment_id} than was marked, or paid"
    for (order_id,) in session.execute(text(OVERPAID_ORDERS)):
        yield f"more was refunded for order {order_id} than was paid"
    for (payment_id,) in session.execute(text(GIVEN_BESIDE_THE_BANK)):
        yield f"of payment {payment_id} was given what the bank had taken already"


def _gateway(session: ReadSession, entries: dict[str, LedgerEntry]) -> Iterator[str]:
    """Each call of the embedded gateway is one entry's, with its terms; each entry it has settled was called."""
    calls = {call.key: call for call in session.scalars(select(EmbeddedGatewayCall))}
    for key, call in calls.items():
        entry = entries.get(key)
        if entry is None or (entry.kind, entry.amount_minor) != (call.kind, call.amount_minor):
            yield f"the gateway was called with {key}, which is no entry's"
    for key, entry in entries.items():
        ref = entry.gateway_ref or ""
        if ref.startswith("embedded-") and (key not in calls or calls[key].ref != ref):
            yield f"entry {key} says that it was settled by the gateway, whose book does not have it"


def _movements(proposal: Proposal, entries: list[LedgerEntry]) -> Iterator[str]:
    """An accepted proposal moves what it showed, each movement once; any other moves nothing."""
    if proposal.status is not ProposalStatus.ACCEPTED:
        moving = [e for e in entries if e.status in {EntryStatus.PENDING, EntryStatus.SETTLED}]
        net = sum(-e.amount_minor if e.kind is LedgerKind.CHARGE else e.amount_minor for e in moving)
        if net:
            yield f"proposal {proposal.id} is {proposal.status}, and moves {net}"
        return
    planned = Plan.model_validate(proposal.plan).movements
    whole = Counter(_movement(m) for m in planned)
    due = Counter(_movement(m) for m in planned if not m.after_inspection)
    moved = Counter(_movement(e) for e in entries)
    if not due <= moved <= whole:
        yield f"proposal {proposal.id} showed {whole}, and moves {moved}"


def _movement(moved: Movement | LedgerEntry) -> tuple[LedgerKind, int, int | None]:
    # The payment that a charge makes is not known before.
    source = None if moved.kind is LedgerKind.CHARGE else moved.payment_id
    return moved.kind, moved.amount_minor, source


def _trail(proposal: Proposal, entries: list[LedgerEntry], rows: list[AuditRow]) -> Iterator[str]:
    """Every change of its state has its row: who, in which conversation, under which policy."""
    events = Counter(row.event for row in rows)
    steps = [row.event for row in rows if row.event not in AFTERWARDS]
    closing = CLOSED_BY[proposal.status]
    possible = BEFORE | closing
    if proposal.status in {ProposalStatus.ACCEPTED, ProposalStatus.FAILED}:
        possible |= CARRIED_OUT
    if (
        len(set(steps)) < len(steps)
        or not {AuditEvent.PROPOSED} <= set(steps) <= possible
        or (closing and not closing & set(steps))
    ):
        yield f"proposal {proposal.id} is {proposal.status}, and the trail tells of {dict(events)}"
    if events[AuditEvent.MONEY_SETTLED] != sum(entry.gateway_ref is not None for entry in entries):
        yield f"the trail of proposal {proposal.id} does not tell of each entry that was settled"
    for row in rows:
        if not row.actor or row.conversation_id != proposal.conversation_id or not row.policy_version:
            yield f"row {row.number} of the trail does not say who, where or by which policy"


def _conversations(session: ReadSession) -> Iterator[str]:
    """No accepted message is lost, and none that was answered has two answers."""
    counted = (
        select(Conversation.id, Conversation.last_seq, func.count(Message.id), func.max(Message.seq))
        .join(Message)
        .group_by(Conversation.id)
    )
    for conversation_id, last, number, highest in session.execute(counted):
        if not last == number == highest:
            yield f"conversation {conversation_id} has {number} messages, numbered to {highest} of {last}"
    answers: Counter[tuple[str, int]] = Counter()
    answered: list[tuple[str, int]] = []
    for row in session.scalars(select(Message)):
        payload = row.payload or {}
        if row.role is MessageRole.USER and row.answered_at is not None and FOR_PEOPLE not in payload:
            answered.append((row.conversation_id, row.turn))
        elif row.role is MessageRole.ASSISTANT and "tool_calls" not in payload:
            answers[row.conversation_id, row.turn] += 1
    for turn in answered:
        if answers[turn] != 1:
            yield f"turn {turn[1]} of conversation {turn[0]} has {answers[turn]} answers"
