"""Carrying out a yes or no, and answering it from what the records say then."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import uuid4

from bot import dispute_replies
from bot.desk import Desk
from bot.outcomes import asked_again, outcome_text
from bot.public import cards_payload, told_cards, told_without_cards, without_links
from bot.verdicts import Act, Verdict
from tools import crossing
from tools.cards import Card
from tools.change_cards import ReceiptCard
from tools.commerce import reach, transcript
from tools.commerce.changes import proposals, showing
from tools.commerce.changes.decisions import Decision, decide
from tools.commerce.changes.ledger import entries_of
from tools.commerce.database import UNAVAILABLE, ReadSession, WriteSession
from tools.commerce.schema import EntryStatus, MessageRole, Proposal, ProposalKind, ProposalStatus
from tools.commerce.transcript import NewMessage
from tools.context import rulebook

SETTLE_SECONDS = 12.0
"""How long an answer waits for the payment gateway; it is tried again in the background."""

TRIES = 3

log = logging.getLogger(__name__)


class Deciding:
    """Everything here may run twice, after a crash or on a second replica: the second time changes nothing."""

    def __init__(self, desk: Desk, conversation_id: str) -> None:
        self._desk = desk
        self._id = conversation_id

    async def carry_out(self, verdict: Verdict) -> NewMessage:
        """The answer to it, not stored yet."""
        decision = Decision.DECLINE if verdict.act is Act.DECLINE else Decision.CONFIRM
        if verdict.act is not Act.SHOW_AGAIN:
            await self._decide(verdict.proposal_id, decision)
        return await self.tell(verdict.proposal_id, decision, ask=verdict.act is Act.SHOW_AGAIN)

    async def tell(self, proposal_id: str, decision: Decision, *, ask: bool = False) -> NewMessage:
        """What became of a proposal; with `ask`, one that is still open is shown again."""

        def work(session: ReadSession) -> NewMessage:
            proposal = session.get_one(Proposal, proposal_id)
            now = self._desk.now()
            card = showing.card(proposal, now)
            if ask and card.status is ProposalStatus.OPEN:
                return _answer(asked_again(card), [card])
            if proposal.kind is ProposalKind.DISPUTE_OUTCOME:
                return dispute_replies.decided(session, proposal, None, self._desk.local_time)
            entries = entries_of(session, proposal_id)
            text = outcome_text(proposal, entries, decision, now, self._desk.shop)
            is_open = card.status is ProposalStatus.OPEN
            return _answer(text, [card if is_open else showing.receipt(proposal, now)])

        return await crossing.read(self._desk.database, work)

    async def announce(self, proposal_id: str) -> bool:
        """Tell of what was decided while nobody waited; False while a turn runs, which comes first."""
        answer = await self.tell(proposal_id, Decision.CONFIRM)
        holder = str(uuid4())

        def work(session: WriteSession) -> bool:
            now = self._desk.now()
            if not transcript.claim_turn(session, self._id, holder, now):
                return False
            # Under the lease, for another replica may have told it since.
            is_new = note_told(session, answer)
            if is_new:
                seq = transcript.append_unasked(session, self._id, holder, answer, now)
                reach.note_unread(session, self._id, seq, now)
            transcript.release_turn(session, self._id, holder)
            return is_new

        return await crossing.write(self._desk.database, work)

    async def _decide(self, proposal_id: str, decision: Decision) -> None:
        def work(session: WriteSession) -> bool:
            book = rulebook(self._desk.policy, self._desk.shop, self._desk.knowledge, self._desk.now())
            decided = decide(session, self._id, proposal_id, decision, book)
            return decided is not None and decided.status is ProposalStatus.ACCEPTED

        for attempt in range(1, TRIES + 1):
            try:
                accepted = await crossing.write(self._desk.database, work)
            except UNAVAILABLE as error:
                # Lost or locked: it was done or it was not, and the next try finds out which.
                log.warning("a decision was not stored, attempt=%d: %s", attempt, type(error).__name__)
            else:
                if accepted:
                    await move_money(self._desk, proposal_id)
                return


async def move_money(desk: Desk, proposal_id: str) -> None:
    """Now, so that an answer can tell; if the gateway is slow, later."""
    if not await crossing.read(desk.database, lambda session: _is_unsettled(session, proposal_id)):
        return
    settling = asyncio.create_task(asyncio.to_thread(desk.settlement.settle, proposal_id))
    settling.add_done_callback(_log_failure)
    await asyncio.wait({settling}, timeout=SETTLE_SECONDS)


def note_told(session: WriteSession, answer: NewMessage) -> bool:
    """In the transaction that stores an answer: what it tells of a proposal's end is told then.

    Whether it tells something that was still to be told.
    """
    news = [
        proposals.told(session, card.proposal_id, card.status)
        for card in told_cards(answer.payload or {})
        if isinstance(card, ReceiptCard)
    ]
    news += [
        proposals.told(session, proposal_id, ProposalStatus(status))
        for proposal_id, status in told_without_cards(answer.payload or {}).items()
    ]
    return any(news)


def _is_unsettled(session: ReadSession, proposal_id: str) -> bool:
    return any(entry.status is EntryStatus.PENDING for entry in entries_of(session, proposal_id))


def _answer(text: str, cards: Sequence[Card]) -> NewMessage:
    return NewMessage(MessageRole.ASSISTANT, without_links(text), {"cards": cards_payload(cards)})


def _log_failure(task: "asyncio.Task[object]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("money was not settled: %s", type(error).__name__)
