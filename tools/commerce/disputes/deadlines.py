"""The deadline of a dispute is near: whoever has the conversation hears of it by e-mail, and later the managers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from string import Template

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.shop_profile import PeopleTerms, ShopProfile
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.disputes.claims import reference_of
from tools.commerce.disputes.listing import UNANSWERED, is_unanswered
from tools.commerce.handoffs.due import Due
from tools.commerce.handoffs.lifecycle import open_handoff
from tools.commerce.schema import (
    Dispute,
    DisputeWarning,
    Order,
    OutboxEmail,
    Role,
    StaffAccount,
    Warned,
)

# No word of the shopper's, nor who they are: e-mail is read on locked screens, and forwarded.
NEAR = Template(
    """Dispute $reference ($kind$order) is to be answered by $deadline, and nothing is decided yet.

It is on the desk. $who

$shop
"""
)


def near(session: ReadSession, warned: Warned, terms: PeopleTerms, now: datetime) -> Sequence[Due]:
    """Open disputes whose deadline is near enough to warn these people, who were not warned of it."""
    told = exists().where(DisputeWarning.dispute_id == Dispute.id, DisputeWarning.warned == warned)
    query = (
        select(Dispute.id, Dispute.conversation_id)
        .where(*UNANSWERED, Dispute.respond_by <= now + _ahead(warned, terms), ~told)
        .order_by(Dispute.respond_by)
    )
    return [Due(dispute_id, conversation_id) for dispute_id, conversation_id in session.execute(query)]


def warn(session: WriteSession, dispute_id: str, warned: Warned, shop: ShopProfile, now: datetime) -> None:
    """Once, whoever else is at it. Where nobody has it, or there is no manager, the shop's own address is told."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"dispute_id": dispute_id, "warned": warned, "warned_at": now}
    claimed = session.execute(
        insert(DisputeWarning).values(values).on_conflict_do_nothing().returning(DisputeWarning.dispute_id)
    ).first()
    dispute = session.get_one(Dispute, dispute_id, populate_existing=True)
    if claimed is None or not is_unanswered(dispute):
        return
    handoff = open_handoff(session, dispute.conversation_id)
    holder = handoff.taken_by if handoff else None
    order = session.get(Order, dispute.order_id) if dispute.order_id else None
    recipients = _managers(session) if warned is Warned.MANAGERS else [holder] if holder else []
    deadline = dispute.respond_by.astimezone(shop.zone)
    body = NEAR.substitute(
        reference=reference_of(dispute),
        kind=dispute.kind.replace("_", " "),
        order=f", order {order.number}" if order else "",
        deadline=f"{deadline:%A, %B} {deadline.day}, {deadline:%-I:%M %p}",
        who=f"{holder} has the conversation." if holder else "Nobody has the conversation.",
        shop=shop.name,
    )
    subject = f"A dispute is to be answered by {deadline:%A %-I:%M %p} ({shop.name})"
    for recipient in recipients or [shop.contact.email]:
        session.add(OutboxEmail(recipient=recipient, subject=subject, body=body, created_at=now))


def _managers(session: WriteSession) -> Sequence[str]:
    enabled = StaffAccount.role == Role.MANAGER, StaffAccount.disabled_at.is_(None)
    return session.scalars(select(StaffAccount.email).where(*enabled).order_by(StaffAccount.email)).all()


def _ahead(warned: Warned, terms: PeopleTerms) -> timedelta:
    hours = terms.dispute_warning_hours if warned is Warned.HOLDER else terms.dispute_manager_hours
    return timedelta(hours=hours)
