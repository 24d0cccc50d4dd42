"""What must come of it: worked out by the shop's own rules, and never kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.evaluation.matching import money_of
from bot.evaluation.scenario import Change
from bot.events import ProposalState
from tools.cards import Refusal
from tools.change_cards import Needed, ProposalCard
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.changes.plan import Outcome
from tools.commerce.changes.requests import ChangeRequest
from tools.commerce.changes.rulebook import Rulebook, plan_of
from tools.commerce.database import Database, WriteSession
from tools.commerce.schema import Conversation, ConversationChannel, ConversationStatus, ProposalStatus, Role
from tools.principal import Principal

_CONVERSATION = "foretold"
_STATUSES = {ProposalStatus.ACCEPTED: "accepted", ProposalStatus.NEEDS_APPROVAL: "needs_approval"}


class _Undone(Exception):
    """Takes back all that was done."""


@dataclass(frozen=True)
class Oracle:
    """A shop's rules as of one moment."""

    database: Database
    book: Rulebook

    def plan(self, customer_id: int, request: ChangeRequest) -> Outcome:
        with self.database.reading() as session:
            return plan_of(session, Principal(Role.SHOPPER, customer_id), request, self.book)

    def foretell(self, customer_id: int, requests: Sequence[ChangeRequest]) -> tuple[Change, ...] | None:
        """What the requests come to, one after the other, each confirmed; None where one is not carried out."""
        with self._undone() as session:
            self._open(session, customer_id)
            found = [self._done(session, request) for request in requests]
        changes = tuple(change for change in found if change is not None)
        return changes if len(changes) == len(requests) else None

    def _open(self, session: WriteSession, customer_id: int) -> None:
        session.add(
            Conversation(
                id=_CONVERSATION,
                token_hash="",
                channel=ConversationChannel.COMMAND_LINE,
                status=ConversationStatus.BOT,
                role=Role.SHOPPER,
                customer_id=customer_id,
                created_at=self.book.now,
                updated_at=self.book.now,
            )
        )
        session.flush()

    def _done(self, session: WriteSession, request: ChangeRequest) -> Change | None:
        made = proposals.propose(session, _CONVERSATION, request, self.book)
        if isinstance(made, Needed | Refusal):
            return None
        decided = decide(session, _CONVERSATION, made.id, Decision.CONFIRM, self.book)
        status = decided.status if decided else None
        return _as_change(made, _STATUSES[status]) if status in _STATUSES else None

    @contextmanager
    def _undone(self) -> Iterator[WriteSession]:
        try:
            with self.database.writing() as session:
                yield session
                raise _Undone
        except _Undone:
            pass


def _as_change(made: ProposalCard, status: str) -> Change:
    state = ProposalState.of(made)
    return Change.model_validate(
        {
            "kind": state.kind,
            "order": state.order_number,
            "lines": {line.line: line.quantity for line in state.lines} or None,
            "becomes": {line.line: line.becomes for line in state.lines if line.becomes},
            "amount": money_of(state) if state.money else None,
            "to": state.money.to if state.money else None,
            "status": status,
        }
    )
