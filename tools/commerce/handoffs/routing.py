"""Whom a handoff fits: by skill, by language, and by who had it before.

It decides who is shown it first, and where it is told. Nobody is kept from anything, so nothing is lost because
nobody with the skill is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, true

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import PeopleTerms, ShopProfile
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    Conversation,
    Dispute,
    DisputeKind,
    DisputeState,
    Handoff,
    HandoffReason,
    HandoffState,
    Message,
    MessageRole,
    Role,
    StaffAccount,
)
from tools.languages import NAMES, language_of

MOST_RELEASES = 2
"""Put back more often than that, it is for a manager."""
MOST_MESSAGES = 50
"""So many of the shopper's last messages tell their language."""


@dataclass(frozen=True)
class Needs:
    skill: str | None = None
    language: str | None = None
    meant_for: str | None = None
    """The e-mail of who had it before."""


ANYBODY = Needs()


def check(shop: ShopProfile) -> None:
    """Raises ShopFileError for a skill of a reason, or of a kind of dispute, that there is not."""
    known = {*HandoffReason, *DisputeKind}
    for reason in shop.people.routing:
        if reason not in known:
            told = f"there is no reason {reason!r}: use {', '.join(sorted(known))}"
            raise ShopFileError(Path("shop.yaml"), told, "people.routing")


def needs(
    session: ReadSession | WriteSession,
    conversation_id: str,
    reason: HandoffReason,
    terms: PeopleTerms,
    now: datetime,
    dispute: DisputeKind | None = None,
) -> Needs:
    """What a handoff of this conversation, opened now, asks of whoever takes it."""
    since = now - timedelta(hours=terms.same_person_within_hours)
    return Needs(
        skill=terms.routing.get(dispute or reason, terms.routing.get(reason)),
        language=spoken_in(session, conversation_id),
        meant_for=_had_it_before(session, conversation_id, since),
    )


def spoken_in(session: ReadSession | WriteSession, conversation_id: str) -> str | None:
    """The language of all that the shopper wrote; None where that is not clear."""
    words = (
        select(Message.text)
        .where(Message.conversation_id == conversation_id, Message.role == MessageRole.USER)
        .order_by(Message.seq.desc())
        .limit(MOST_MESSAGES)
    )
    return language_of(session.scalars(words).all())


def fits(who: StaffAccount, shop_language: str, now: datetime) -> ColumnElement[bool]:
    """Whether `who` should look at a handoff first. What nobody took in time is for everybody."""
    readable = Handoff.language.is_(None) | Handoff.language.in_([shop_language, *who.languages])
    known = Handoff.skill.is_(None) | Handoff.skill.in_(who.skills)
    for_manager = exists().where(
        Dispute.conversation_id == Handoff.conversation_id,
        Dispute.state == DisputeState.OPEN,
        Dispute.manager_since.is_not(None),
    )
    return case(
        (or_(Handoff.releases > MOST_RELEASES, for_manager), literal(who.role is Role.MANAGER)),
        (or_(Handoff.escalations > 0, Handoff.answer_by <= now), true()),
        (Handoff.meant_for.is_not(None), Handoff.meant_for == who.email),
        else_=and_(readable, known),
    )


def asks_for(handoff: Handoff, shop_language: str, names: Mapping[str, str]) -> str | None:
    """Whom it fits, in words: `returns; writes French`. None where that is everybody, or its reason says it already.

    `names` are staff's, by e-mail.
    """
    said = []
    if handoff.releases > MOST_RELEASES:
        said.append("for a manager")
    if handoff.meant_for:
        said.append(f"{names.get(handoff.meant_for, handoff.meant_for)} had it before")
    if handoff.skill and not handoff.reason.startswith(handoff.skill):
        said.append(handoff.skill.replace("_", " "))
    if handoff.language and handoff.language != shop_language:
        said.append(f"writes {NAMES[handoff.language]}")
    return "; ".join(said) or None


def _had_it_before(session: ReadSession | WriteSession, conversation_id: str, since: datetime) -> str | None:
    """Who closed the newest case of the same conversation or customer, if that was after `since`."""
    customer = select(Conversation.customer_id).where(Conversation.id == conversation_id).scalar_subquery()
    theirs = select(Conversation.id).where(Conversation.customer_id == customer)
    closed = (
        select(Handoff.taken_by)
        .where(or_(Handoff.conversation_id == conversation_id, Handoff.conversation_id.in_(theirs)))
        .where(Handoff.state == HandoffState.CLOSED, Handoff.closed_at >= since)
        .order_by(Handoff.closed_at.desc())
        .limit(1)
    )
    return session.scalar(closed)
