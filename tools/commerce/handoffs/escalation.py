"""A shopper waits too long for a person: whoever is responsible hears of it by e-mail."""

from datetime import datetime
from string import Template

from knowledge.shop_profile import ShopProfile
from tools.commerce.database import WriteSession
from tools.commerce.schema import Handoff, OutboxEmail

# No word of the shopper's: e-mail is read on locked screens, and forwarded.
OVERDUE = Template(
    """A shopper has been waiting for a person since $since, and nobody is on the conversation.
$releases
It is on the desk, under $id. This is reminder $count.

$shop
"""
)
PUT_BACK = "It was put back into the queue {times}.\n"


def mail(session: WriteSession, handoff: Handoff, shop: ShopProfile, now: datetime) -> None:
    """In the transaction that escalates it."""
    since = f"{handoff.opened_at.astimezone(shop.zone):%A %-I:%M %p}"
    times = "once" if handoff.releases == 1 else f"{handoff.releases} times"
    body = OVERDUE.substitute(
        since=since,
        releases=PUT_BACK.format(times=times) if handoff.releases else "",
        id=handoff.id,
        count=handoff.escalations,
        shop=shop.name,
    )
    subject = f"Overdue: a shopper waits for a person ({shop.name})"
    session.add(OutboxEmail(recipient=shop.contact.email, subject=subject, body=body, created_at=now))
