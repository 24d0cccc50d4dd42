"""What a person's message says about a proposal. It is stored with the message, and carried out from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import JsonValue

from bot.consent import Consent, besides, read_consent
from bot.public import public_messages
from tools.change_cards import ProposalCard
from tools.commerce import transcript
from tools.commerce.changes import proposals
from tools.commerce.changes.decisions import Decision
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import Message, MessageRole, Proposal, ProposalKind

BUTTONS = {Decision.CONFIRM: "Yes, please go ahead.", Decision.DECLINE: "No, thanks."}
"""What pressing a button is in words: the transcript of a decision reads like one that was typed."""


class Act(StrEnum):
    CONFIRM = "confirm"
    DECLINE = "decline"
    SHOW_AGAIN = "show_again"
    """A yes, but not right after the proposal was shown: it is asked for once more."""


@dataclass(frozen=True)
class Verdict:
    proposal_id: str
    act: Act

    def as_payload(self) -> dict[str, JsonValue]:
        return {"verdict": {"proposal": self.proposal_id, "act": self.act.value}}

    @classmethod
    def of(cls, message: Message) -> Self | None:
        """The verdict that was stored with a message; None for all others."""
        stored = (message.payload or {}).get("verdict")
        return cls(stored["proposal"], Act(stored["act"])) if stored else None


def verdict_in(
    session: ReadSession | WriteSession, conversation_id: str, text: str, said_at: datetime, now: datetime
) -> Verdict | None:
    """Whether typed words are a yes or no to the conversation's newest proposal.

    They are only if the answer directly before showed it, and was there when they were sent. A no, which changes
    nothing, may come later too, where that answer asked nothing else.
    """
    if all(_consent(text, kind) is Consent.NEITHER for kind in ProposalKind):
        return None
    proposal = proposals.newest(session, conversation_id)
    if proposal is None:
        return None
    consent = _consent(text, proposal.kind)
    rows = transcript.last_turn(session, conversation_id)
    if _was_just_shown(rows, proposal, said_at):
        acts = {Consent.YES: Act.CONFIRM, Consent.NO: Act.DECLINE}
        return Verdict(proposal.id, acts[consent]) if consent in acts else None
    if besides(text, proposal.kind):
        return None
    waits = proposals.open_proposal(session, conversation_id, now)
    if waits and consent is Consent.YES:
        return Verdict(waits.id, Act.SHOW_AGAIN)
    return Verdict(waits.id, Act.DECLINE) if waits and consent is Consent.NO and not _asked(rows) else None


def _consent(text: str, kind: ProposalKind) -> Consent:
    """That of a message, or of the plain yes that it begins with."""
    return Consent.YES if besides(text, kind) else read_consent(text, kind)


def _asked(rows: Sequence[Message]) -> bool:
    """Whether a no may be the answer to another question."""
    answers = [message for message in public_messages(rows) if message.role == "assistant"]
    return not answers or bool(answers[-1].choices) or answers[-1].text.rstrip().endswith("?")


def _was_just_shown(rows: Sequence[Message], proposal: Proposal, said_at: datetime) -> bool:
    answers = [row for row in rows if row.role is MessageRole.ASSISTANT]
    if not answers or answers[-1].created_at > said_at:
        return False
    shown = [card for message in public_messages(rows) for card in message.cards]
    return any(isinstance(card, ProposalCard) and card.id == proposal.id for card in shown)
