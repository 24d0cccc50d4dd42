"""Nobody has taken a handoff in time: whoever is responsible hears of it by e-mail."""

from collections.abc import Sequence
from datetime import datetime
from string import Template

from knowledge.shop_profile import ShopProfile
from tools.commerce.database import WriteSession
from tools.commerce.handoffs import lifecycle
from tools.commerce.schema import Handoff, OutboxEmail

# No word of the shopper's: e-mail is read on locked screens, and forwarded.
OVERDUE = Template(
    """A shopper has been waiting for a person since $since, and nobody has taken the conversation.

It is on the desk, under $id. This is reminder $count.

$shop
"""
)


def escalate_all(
    session: WriteSession, handoff_ids: Sequence[str], shop: ShopProfile, now: datetime, answer_by: datetime
) -> None:
    """Each whose time has passed; what another process has told of meanwhile is left alone."""
    for handoff_id in handoff_ids:
        if handoff := lifecycle.escalate(session, handoff_id, now, answer_by):
            session.add(_email(handoff, shop, now))


def _email(handoff: Handoff, shop: ShopProfile, now: datetime) -> OutboxEmail:
    since = f"{handoff.opened_at.astimezone(shop.zone):%A %-I:%M %p}"
    body = OVERDUE.substitute(since=since, id=handoff.id, count=handoff.escalations, shop=shop.name)
    subject = f"Overdue: a shopper waits for a person ({shop.name})"
    return OutboxEmail(recipient=shop.contact.email, subject=subject, body=body, created_at=now)
