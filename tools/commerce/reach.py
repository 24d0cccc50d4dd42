"""Telling shoppers who are not there that there is an answer: what they have not read, and their address.

The e-mail says nothing of what was asked or answered. Its link opens the conversation once, in whichever browser, if
the address is known to be theirs: of their account, or of an order that they have shown. To an address that was merely
left it leads to the chat alone. It is told once of all that came while the shopper was away.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from string import Template
from urllib.parse import urldefrag

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.shop_profile import ShopProfile
from tools.commerce import chat_links
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    Conversation,
    ConversationChannel,
    Customer,
    Order,
    OrderProof,
    OutboxEmail,
    Role,
    ShopperReach,
)

ADDRESS = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}", re.IGNORECASE | re.ASCII)

ANSWERED = Template(
    """Hello,

there is an answer for you in the chat at $shop.$link

$how You can also write to $contact.

$shop
"""
)

IN_THE_SAME_BROWSER = "Open it in the browser in which you wrote to us, and your conversation is still there."
ANYWHERE = (
    "The link opens your conversation in any browser, once and within three days. In the browser in which you wrote "
    "to us it is still there as well."
)
FRAGMENT = "parley"
"""What the chat on a page looks for behind the page's address; a server is never sent it."""


def note_unread(session: WriteSession, conversation_id: str, seq: int, now: datetime) -> None:
    """In the transaction that stores what the shopper did not wait for: message `seq`."""
    found = _put(session, conversation_id)
    found.unread_seq = seq
    found.unread_since = found.unread_since or now


def is_unread(session: ReadSession, conversation_id: str) -> bool:
    found = session.get(ShopperReach, conversation_id)
    return found is not None and found.unread_since is not None


def note_read(session: WriteSession, conversation_id: str, seq: int) -> None:
    """The shopper's chat was given everything up to message `seq`."""
    session.execute(
        update(ShopperReach)
        .where(
            ShopperReach.conversation_id == conversation_id,
            ShopperReach.unread_seq <= seq,
            ShopperReach.unread_since.is_not(None),
        )
        .values(unread_since=None, mailed_at=None),
        execution_options={"synchronize_session": False},
    )


def address_in(text: str) -> str | None:
    """The e-mail address in what somebody wrote."""
    found = ADDRESS.search(text)
    return found.group().lower() if found else None


def leave_address(session: WriteSession, conversation_id: str, email: str) -> None:
    _put(session, conversation_id).email = email


def address_of(session: ReadSession | WriteSession, conversation_id: str) -> str | None:
    """Of the account, else of an order that was proved, else the one that was left."""
    left = select(ShopperReach.email).where(ShopperReach.conversation_id == conversation_id)
    return known_address(session, conversation_id) or session.scalar(left)


def known_address(session: ReadSession | WriteSession, conversation_id: str) -> str | None:
    """Of the account, else of an order that was proved."""
    account = (
        select(Customer.email)
        .join(Conversation, Conversation.customer_id == Customer.id)
        .where(Conversation.id == conversation_id)
    )
    proved = (
        select(Order.email)
        .join(OrderProof, OrderProof.order_id == Order.id)
        .where(OrderProof.conversation_id == conversation_id, Order.email.is_not(None))
        .order_by(OrderProof.proved_at.desc())
        .limit(1)
    )
    return session.scalar(account) or session.scalar(proved)


def unread(session: ReadSession, since: datetime) -> Sequence[str]:
    """Conversations of shoppers who have left something unread since then, and were not told."""
    query = (
        select(ShopperReach.conversation_id)
        .join(Conversation, Conversation.id == ShopperReach.conversation_id)
        .where(
            ShopperReach.unread_since <= since,
            ShopperReach.mailed_at.is_(None),
            Conversation.role == Role.SHOPPER,
            # Of one that the desk opened for a case, nobody has the key.
            Conversation.channel == ConversationChannel.WIDGET,
        )
        .order_by(ShopperReach.unread_since)
    )
    return session.scalars(query).all()


def mail_unread(
    session: WriteSession,
    conversation_id: str,
    since: datetime,
    shop: ShopProfile,
    link: str | None,
    now: datetime,
) -> None:
    """Once, whoever else is at it; where there is no address, nothing can be told."""
    claimed = session.scalar(
        update(ShopperReach)
        .where(
            ShopperReach.conversation_id == conversation_id,
            ShopperReach.unread_since <= since,
            ShopperReach.mailed_at.is_(None),
        )
        .values(mailed_at=now)
        .returning(ShopperReach.conversation_id),
        execution_options={"synchronize_session": False},
    )
    recipient = address_of(session, conversation_id) if claimed else None
    if recipient is None:
        return
    opens = link is not None and known_address(session, conversation_id) is not None
    if link and opens:
        link = f"{urldefrag(link).url}#{FRAGMENT}={chat_links.make(session, conversation_id, now)}"
    body = ANSWERED.substitute(
        shop=shop.name,
        link=f"\n\n    {link}" if link else "",
        how=ANYWHERE if opens else IN_THE_SAME_BROWSER,
        contact=shop.contact.email,
    )
    subject = f"{shop.name} has answered you"
    session.add(OutboxEmail(recipient=recipient, subject=subject, body=body, created_at=now))


def _put(session: WriteSession, conversation_id: str) -> ShopperReach:
    """The row, locked until the transaction ends; made where there is none."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"conversation_id": conversation_id, "unread_seq": 0}
    session.execute(insert(ShopperReach).values(values).on_conflict_do_nothing())
    return session.get_one(ShopperReach, conversation_id, with_for_update=True, populate_existing=True)
