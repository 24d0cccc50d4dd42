"""Whom a handoff fits: by skill, by language, and by who had it before.

It decides who is shown it first, and where it is told. Nobody is kept from anything, so nothing is lost because
nobody with the skill is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import PeopleTerms, ShopProfile
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    Conversation,
    Handoff,
    HandoffReason,
    HandoffState,
    Message,
    MessageRole,
    Role,
    StaffAccount,
)
from tools.languages import language_of

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
    """Raises ShopFileError for a skill of a reason that there is not."""
    for reason in shop.people.routing:
        if reason not in set(HandoffReason):
            known = ", ".join(HandoffReason)
            raise ShopFileError(
                Path("shop.yaml"), f"there is no reason {reason!r}: use {known}", "people.routing"
            )


def needs(
    session: ReadSession | WriteSession,
    conversation_id: str,
    reason: HandoffReason,
    terms: PeopleTerms,
    now: datetime,
) -> Needs:
    """What a handoff of this conversation, opened now, asks of whoever takes it."""
    since = now - timedelta(hours=terms.same_person_within_hours)
    return Needs(
        skill=terms.routing.get(reason),
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


def fits(handoff: Handoff, who: StaffAccount, shop_language: str, now: datetime) -> bool:
    """Whether `who` should look at it first. What nobody took in time is for everybody."""
    if handoff.releases > MOST_RELEASES:
        return who.role is Role.MANAGER
    if handoff.escalations or handoff.answer_by <= now:
        return True
    if handoff.meant_for:
        return handoff.meant_for == who.email
    is_readable = handoff.language in {None, shop_language, *who.languages}
    return is_readable and handoff.skill in {None, *who.skills}


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
