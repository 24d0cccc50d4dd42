"""What waits on the demo shop's desk when it is made, so that a merchant sees what a case is.

Nobody has written it, but all of it is opened by the code that opens real cases: the conversations, what is claimed,
whom it is for, and what the shopper is told.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import yaml
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter
from sqlalchemy import delete

from bot.public import cards_payload
from knowledge.shop_profile import ShopProfile
from tools.cards import Refusal
from tools.commerce import transcript
from tools.commerce.changes.requests import LineWish
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.customers import customer_of
from tools.commerce.database import Database, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.disputes import claims
from tools.commerce.disputes.stakes import Claim
from tools.commerce.handoffs.lifecycle import PARLEY
from tools.commerce.identity import principal_of
from tools.commerce.policy import Policy
from tools.commerce.schema import Conversation, ConversationChannel, Dispute, DisputeKind, HandoffReason, Role
from tools.commerce.schema import MessageRole as By
from tools.dispute_card import DisputeCard
from tools.disputes import opened_card
from tools.handoff_card import BACK_TO_ASSISTANT, HandoffCard
from tools.handoffs import answer_by, handed_over

NOTED = "Thank you. What else should our team know?"


class DemoClaim(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DisputeKind
    order: str
    line: int


class DemoCase(BaseModel):
    """With a claim it is a dispute; else it was handed over for `reason`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    ago: int
    customer: str | None = None
    said: tuple[str, ...]
    claim: DemoClaim | None = None
    reason: HandoffReason = HandoffReason.ASKED


_CASES = TypeAdapter(tuple[DemoCase, ...])


def open_demo_cases(database: Database, shop: ShopProfile, policy: Policy, now: datetime) -> int:
    """Those of an earlier demo shop are replaced. Returns how many there are."""
    text = Path(__file__).with_name("demo_cases.yaml").read_text("utf-8")
    cases = _CASES.validate_python(yaml.safe_load(text))
    with database.writing() as session:
        ids = [case.id for case in cases]
        session.execute(delete(Dispute).where(Dispute.conversation_id.in_(ids)))
        session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
        for case in cases:
            when = LocalTime(now - timedelta(minutes=case.ago), shop.zone)
            _open(session, case, shop, policy, when)
    return len(cases)


def _open(session: WriteSession, case: DemoCase, shop: ShopProfile, policy: Policy, when: LocalTime) -> None:
    opening = transcript.Opening(
        id=case.id,
        # Of a token that nobody has.
        token_hash=sha256(secrets.token_bytes(32)).hexdigest(),
        channel=ConversationChannel.WIDGET,
        role=Role.SHOPPER,
        customer_id=customer_of(session, None, case.customer) if case.customer else None,
        staff_email=None,
    )
    transcript.open_conversation(session, opening, when.now)
    session.flush()
    holder = str(uuid4())
    transcript.claim_turn(session, case.id, holder, when.now)
    for text in case.said[:-1]:
        turn = transcript.accept_message(session, case.id, holder, text, None, when.now).turn
        _answer(session, case.id, holder, turn, transcript.NewMessage(By.ASSISTANT, NOTED), when)
    turn = transcript.accept_message(session, case.id, holder, case.said[-1], None, when.now).turn
    card = _passed_on(session, case, shop, policy, when)
    payload: dict[str, JsonValue] = {"cards": cards_payload([card]), "choices": [BACK_TO_ASSISTANT]}
    _answer(session, case.id, holder, turn, transcript.NewMessage(By.ASSISTANT, card.message, payload), when)
    transcript.release_turn(session, case.id, holder)


def _answer(
    session: WriteSession,
    conversation_id: str,
    holder: str,
    turn: int,
    said: transcript.NewMessage,
    when: LocalTime,
) -> None:
    transcript.append(session, conversation_id, holder, turn, [said], when.now)
    transcript.finish_turn(session, conversation_id, turn, when.now)


def _passed_on(
    session: WriteSession, case: DemoCase, shop: ShopProfile, policy: Policy, when: LocalTime
) -> DisputeCard | HandoffCard:
    if case.claim is None:
        return handed_over(session, case.id, case.reason, PARLEY, shop, when)
    claim = Claim(
        case.claim.kind,
        claims.words_of(session, case.id),
        case.claim.order,
        (LineWish(line=case.claim.line, quantity=None),),
    )
    by, book = principal_of(session, case.id), Rulebook(policy, shop.currency, when)
    opened = claims.open_dispute(session, case.id, claim, by, book, shop.people, answer_by(shop, when))
    if isinstance(opened, Refusal):
        raise ValueError(f"the demo shop has no such order: {opened.message}")
    return opened_card(session, opened, shop, when)
