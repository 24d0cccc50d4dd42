"""What the shop's people do with a dispute. The desk and Slack only translate; every step is one transaction, of
the case, the money and what the shopper reads of it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from bot import dispute_replies
from bot.colleague import Colleague
from bot.deciding import move_money
from bot.desk import Desk
from bot.dispute_replies import said
from bot.leased import write_between_turns
from tools import crossing
from tools.cards import Refusal
from tools.commerce import transcript
from tools.commerce.changes import audit
from tools.commerce.changes.plan import Outcome
from tools.commerce.changes.refused_refunds import NOT_REFUSED
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.changes.resending import send_again
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes import claims, lifecycle, outcomes, setbacks
from tools.commerce.disputes.amending import Amendment, amend
from tools.commerce.disputes.claims import Opened
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.disputes.stakes import Claim
from tools.commerce.handoffs import lifecycle as handoffs
from tools.commerce.money import format_money
from tools.commerce.orders import find_order
from tools.commerce.schema import (
    ConversationChannel,
    Dispute,
    HandoffState,
    LedgerEntry,
    Order,
    OrderProof,
    Proposal,
    ProposalStatus,
    Role,
)
from tools.commerce.transcript import NewMessage
from tools.context import rulebook
from tools.handoffs import answer_by
from tools.principal import Principal


@dataclass(frozen=True)
class Decided:
    """`awaits_approval` where a second person has to agree first."""

    proposal_id: str
    awaits_approval: bool


class Disputes:
    """Raises DisputeError, with a stable code and a sentence for the desk; ConversationBusy while a turn runs."""

    def __init__(self, desk: Desk, tell_news: Callable[[str], None]) -> None:
        self._desk = desk
        self._tell_news = tell_news

    async def open(self, conversation_id: str, who: Colleague, claim: Claim) -> str:
        """Open a case in a conversation; the same claim again joins the open one. Returns its id."""
        opened: list[Opened] = []

        def work(session: WriteSession) -> NewMessage | None:
            opened.append(self._opened(session, conversation_id, who, claim))
            if not opened[0].is_new:
                return None
            day = claims.answer_day(opened[0].dispute, self._desk.local_time)
            return said(dispute_replies.OPENED, name=who.name, day=f"{day:%A, %B} {day.day}")

        await self._between_turns(conversation_id, work)
        return opened[-1].dispute.id

    async def open_without_conversation(self, who: Colleague, claim: Claim) -> str:
        """A chargeback that the bank sent, or a letter: the case gets a conversation of its own. Returns its id.

        Nobody has the key to that conversation; it stands for the customer whose order it is about.
        """

        def work(session: WriteSession) -> str:
            order = find_order(session, _principal(who), claim.order_number or "")
            if isinstance(order, Refusal):
                raise DisputeError(order.code, order.message)
            conversation_id = _open_conversation(session, order, self._desk)
            return self._opened(session, conversation_id, who, claim).dispute.id

        return await crossing.write(self._desk.database, work)

    async def preview(self, request: DisputeOutcomeRequest, who: Colleague) -> Outcome:
        """What an outcome would do: a plan, or the refusal that says why not. Nothing is written."""

        def work(session: ReadSession) -> Outcome:
            return outcomes.preview(session, request, _principal(who), self._book)

        return await crossing.read(self._desk.database, work)

    async def settle(
        self, request: DisputeOutcomeRequest, who: Colleague, *, seen_left_minor: int | None = None
    ) -> Decided:
        """Decide it, in one step: also a refusal. See `tools.commerce.disputes.outcomes.settle`."""
        found: list[Proposal] = []

        def work(session: WriteSession) -> NewMessage:
            book, by = self._book, _principal(who)
            proposal = outcomes.settle(session, request, by, book, seen_left_minor=seen_left_minor)
            found.append(proposal)
            handoff = handoffs.open_handoff(session, proposal.conversation_id)
            if handoff and handoff.taken_by == who.email:
                handoffs.note_answer(session, handoff.id, who.email, book.now)
            if proposal.status is ProposalStatus.NEEDS_APPROVAL:
                return said(dispute_replies.SECOND_PERSON, name=who.name)
            return dispute_replies.decided(session, proposal, who.name, book.when)

        await self._step(request.dispute_id, work)
        decided = Decided(found[-1].id, found[-1].status is ProposalStatus.NEEDS_APPROVAL)
        if not decided.awaits_approval:
            await move_money(self._desk, decided.proposal_id)
        return decided

    async def send_again(self, entry_id: int, who: Colleague) -> None:
        """A refund that the gateway refused, once more: the shopper reads that, and whether it went through."""

        def conversation_of(session: ReadSession) -> str:
            entry = session.get(LedgerEntry, entry_id)
            if entry is None:
                raise DisputeError(NOT_REFUSED.code, NOT_REFUSED.message)
            return session.get_one(Proposal, entry.proposal_id).conversation_id

        found: list[str] = []

        def work(session: WriteSession) -> NewMessage:
            entry = send_again(session, entry_id, _principal(who), self._book)
            if isinstance(entry, Refusal):
                raise DisputeError(entry.code, entry.message)
            found.append(entry.proposal_id)
            amount = format_money(entry.amount_minor, entry.currency)
            return said(dispute_replies.SENT_AGAIN, name=who.name, amount=amount)

        conversation_id = await crossing.read(self._desk.database, conversation_of)
        await self._between_turns(conversation_id, work)
        await move_money(self._desk, found[-1])

    async def escalate(self, dispute_id: str, who: Colleague, note: str | None = None) -> None:
        """A manager is to settle it: whoever has the conversation puts it back, so that one takes it."""

        def work(session: WriteSession) -> NewMessage:
            now, actor = self._desk.now(), audit.agent(who.email)
            self._check_is_theirs(session, dispute_id, who)
            dispute = lifecycle.escalate(session, dispute_id, actor, now, note)
            handoff = handoffs.open_handoff(session, dispute.conversation_id)
            if handoff and handoff.state is HandoffState.TAKEN and handoff.taken_by == who.email:
                due = answer_by(self._desk.shop, self._desk.local_time)
                handoffs.release(session, handoff.id, who.email, now, due)
            if handoff is None:
                due = answer_by(self._desk.shop, self._desk.local_time)
                setbacks.wait_again(session, dispute, self._desk.shop.people, actor, now, due)
            return said(dispute_replies.WITH_MANAGER, name=who.name)

        await self._step(dispute_id, work)

    async def amend(self, dispute_id: str, who: Colleague, amendment: Amendment) -> None:
        """Put right what it is about: its kind, its order, its items."""

        def work(session: WriteSession) -> None:
            self._check_is_theirs(session, dispute_id, who)
            amend(session, dispute_id, amendment, _principal(who), self._book)

        await self._step(dispute_id, work)

    async def withdraw(self, dispute_id: str, who: Colleague, note: str | None = None) -> None:
        """The claim is taken back, or has settled itself: the case is closed, and nothing is given."""

        def work(session: WriteSession) -> NewMessage:
            self._check_is_theirs(session, dispute_id, who)
            lifecycle.withdraw(session, dispute_id, audit.agent(who.email), self._desk.now(), note)
            return said(dispute_replies.WITHDRAWN, name=who.name)

        await self._step(dispute_id, work)

    @property
    def _book(self) -> Rulebook:
        return rulebook(self._desk.policy, self._desk.shop, self._desk.knowledge, self._desk.now())

    def _opened(self, session: WriteSession, conversation_id: str, who: Colleague, claim: Claim) -> Opened:
        due = answer_by(self._desk.shop, self._desk.local_time)
        opened = claims.open_dispute(
            session, conversation_id, claim, _principal(who), self._book, self._desk.shop.people, due
        )
        if isinstance(opened, Refusal):
            raise DisputeError(opened.code, opened.message)
        return opened

    @staticmethod
    def _check_is_theirs(session: WriteSession, dispute_id: str, who: Colleague) -> None:
        lifecycle.check_is_theirs(session, lifecycle.locked_open(session, dispute_id), _principal(who))

    async def _step(self, dispute_id: str, work: Callable[[WriteSession], NewMessage | None]) -> None:
        def conversation_of(session: ReadSession) -> str:
            found = session.get(Dispute, dispute_id)
            if found is None:
                raise DisputeError("unknown_dispute", "There is no such dispute.")
            return found.conversation_id

        await self._between_turns(await crossing.read(self._desk.database, conversation_of), work)

    async def _between_turns(
        self, conversation_id: str, work: Callable[[WriteSession], NewMessage | None]
    ) -> None:
        await write_between_turns(self._desk, conversation_id, work, is_answer=lambda _: True)
        self._tell_news(conversation_id)


def _principal(who: Colleague) -> Principal:
    return Principal(role=who.role, staff_email=who.email)


def _open_conversation(session: WriteSession, order: Order, desk: Desk) -> str:
    opening = transcript.Opening(
        id=str(uuid4()),
        # Of a token that nobody has.
        token_hash=sha256(secrets.token_bytes(32)).hexdigest(),
        channel=ConversationChannel.DESK,
        role=Role.SHOPPER,
        customer_id=order.customer_id,
        staff_email=None,
    )
    transcript.open_conversation(session, opening, desk.now())
    session.flush()
    session.add(OrderProof(conversation_id=opening.id, order_id=order.id, proved_at=desk.now()))
    session.flush()
    return opening.id
