"""Sending the ledger's entries to the payment gateway, and writing down what it answered.

    claim (own transaction) ─▶ send (no transaction) ─▶ record the answer (own transaction)

A process that dies between sending and recording leaves a claim that runs out. The next one sends the same key
again, and the gateway answers as before: money moves once. Entries of a proposal go one after the other; one after
a charge waits until that was paid.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import JsonValue
from sqlalchemy import select, update

from tools.commerce.changes import audit, ledger
from tools.commerce.changes.closing import close, note
from tools.commerce.changes.plan import Applying, Plan, order_of
from tools.commerce.changes.registry import CHANGES
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import Database, WriteSession
from tools.commerce.payments.gateway import GatewayRefused, GatewayUnreachable, Instruction, PaymentGateway
from tools.commerce.schema import (
    AuditEvent,
    EntryStatus,
    LedgerEntry,
    LedgerKind,
    Payment,
    PaymentMethod,
    Proposal,
    ProposalStatus,
)

CLAIM = timedelta(seconds=5)
"""Shorter than the slowest answer: a second try with the same key is harmless, a long silence is not."""

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Claim:
    entry_id: int
    instruction: Instruction


class Settlement:
    """Any number of processes may settle at once. `book` gives the rules as of now."""

    def __init__(self, database: Database, gateway: PaymentGateway, book: Callable[[], Rulebook]) -> None:
        self._database = database
        self._gateway = gateway
        self._book = book

    def settle(self, proposal_id: str) -> None:
        """Send what the proposal has to send now."""
        while claim := self._claim(proposal_id):
            self._send(claim)

    def settle_due(self, limit: int = 20) -> int:
        """Settle the proposals that have waited longest; returns how many were tried."""
        with self._database.reading() as session:
            due = session.scalars(
                select(LedgerEntry.proposal_id)
                .where(
                    LedgerEntry.status == EntryStatus.PENDING,
                    LedgerEntry.next_attempt_at <= self._book().now,
                )
                .order_by(LedgerEntry.next_attempt_at)
                .limit(limit)
            ).all()
        proposals = list(dict.fromkeys(due))
        for proposal_id in proposals:
            try:
                self.settle(proposal_id)
            except Exception as error:  # noqa: BLE001 - one proposal's trouble must not keep the others waiting
                # Its claim runs out, and then it is tried again.
                log.error("an entry was not settled: %s", type(error).__name__)
        return len(proposals)

    def _claim(self, proposal_id: str) -> _Claim | None:
        now = self._book().now
        with self._database.writing() as session:
            for entry in ledger.entries_of(session, proposal_id):
                if entry.status is not EntryStatus.PENDING:
                    continue
                if entry.next_attempt_at <= now and _take(session, entry, now):
                    return _Claim(entry.id, _instruction(session, entry))
                if entry.kind is LedgerKind.CHARGE:
                    return None
        return None

    def _send(self, claim: _Claim) -> None:
        try:
            ref = self._gateway.send(claim.instruction)
        except GatewayRefused as refusal:
            self._record(claim, partial(self._refused, code=refusal.code))
        except GatewayUnreachable as trouble:
            log.warning("the payment gateway did not answer: %s", trouble.code)
            self._record(claim, partial(self._put_off, code=trouble.code))
        else:
            self._record(claim, partial(self._settled, ref=ref))

    def _record(self, claim: _Claim, write: Callable[[WriteSession, LedgerEntry], None]) -> None:
        """Nothing happens where another process has recorded an answer already."""
        with self._database.writing() as session:
            entry = session.get_one(LedgerEntry, claim.entry_id)
            # In the order in which a decision locks them.
            proposal = session.get_one(Proposal, entry.proposal_id, with_for_update=True)
            order_of(session, Plan.model_validate(proposal.plan))
            session.refresh(entry, with_for_update=True)
            if entry.status is EntryStatus.PENDING:
                write(session, entry)

    def _settled(self, session: WriteSession, entry: LedgerEntry, ref: str) -> None:
        book = self._book()
        ledger.settle(session, entry, book.now, ref)
        if entry.kind is LedgerKind.CHARGE:
            ledger.settle_balances(session, entry.proposal_id, book.now)
        proposal = session.get_one(Proposal, entry.proposal_id)
        note(session, proposal, AuditEvent.MONEY_SETTLED, audit.PARLEY, book, {"money": [_told(entry)]})

    def _put_off(self, session: WriteSession, entry: LedgerEntry, code: str) -> None:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(entry.attempts - 1, 10))
        entry.next_attempt_at = self._book().now + pause
        entry.failure = code
        if entry.kind is LedgerKind.CHARGE:
            # What waits for it is not due before it is, or it would take the place of others in each round.
            for later in ledger.entries_of(session, entry.proposal_id):
                if later.status is EntryStatus.PENDING:
                    later.next_attempt_at = max(later.next_attempt_at, entry.next_attempt_at)

    def _refused(self, session: WriteSession, entry: LedgerEntry, code: str) -> None:
        book = self._book()
        ledger.refuse(session, entry, code)
        proposal = session.get_one(Proposal, entry.proposal_id)
        log.error("the payment gateway refused a %s: %s", entry.kind.value, code)
        if entry.kind is LedgerKind.CHARGE:
            self._undo(session, proposal, code, book)
            return
        proposal.untold = True
        told: dict[str, JsonValue] = {"money": [_told(entry)], "because": code}
        note(session, proposal, AuditEvent.MONEY_FAILED, audit.PARLEY, book, told)

    def _undo(self, session: WriteSession, proposal: Proposal, code: str, book: Rulebook) -> None:
        """A change whose charge was refused never happened: everything is as it was before."""
        plan = Plan.model_validate(proposal.plan)
        for entry in ledger.entries_of(session, proposal.id):
            if entry.status is EntryStatus.PENDING:
                ledger.call_off(session, entry)
        undo = CHANGES[plan.kind].undo
        if undo is not None:
            undo(Applying(session, proposal, plan, book.when, book.policy, audit.PARLEY), plan.effect)
        proposal.outcome = {"message": "The payment was refused, so I have undone it."}
        proposal.untold = True
        close(
            session,
            proposal,
            ProposalStatus.FAILED,
            AuditEvent.UNDONE,
            audit.PARLEY,
            book,
            "charge_refused",
            {"gateway": code},
        )


def _take(session: WriteSession, entry: LedgerEntry, now: datetime) -> bool:
    """Guarded: of several processes that see it due, one gets it."""
    taken = session.execute(
        update(LedgerEntry)
        .where(
            LedgerEntry.id == entry.id,
            LedgerEntry.status == EntryStatus.PENDING,
            LedgerEntry.next_attempt_at <= now,
        )
        .values(next_attempt_at=now + CLAIM, attempts=LedgerEntry.attempts + 1)
        .returning(LedgerEntry.id),
        execution_options={"synchronize_session": False},
    ).first()
    session.expire(entry)
    return taken is not None


def _instruction(session: WriteSession, entry: LedgerEntry) -> Instruction:
    payment = session.get(Payment, entry.payment_id) if entry.payment_id else None
    method = session.get(PaymentMethod, entry.payment_method_id) if entry.payment_method_id else None
    return Instruction(
        key=entry.key,
        kind=entry.kind,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        payment_ref=payment.gateway_ref if payment else None,
        method_ref=(method.gateway_ref or method.ref) if method else None,
        is_repeat=entry.attempts > 1,
        resent=entry.resent,
    )


def _told(entry: LedgerEntry) -> str:
    return f"{entry.kind} {entry.amount_minor} {entry.currency}"
