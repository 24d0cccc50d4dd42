"""Links by which a shopper goes on with a conversation in another browser: each opens it once, for some days.

What the link holds is a secret of 256 random bits; with it the other browser hands in a key of its own, which is a
token of that conversation from then on. The same key again gets the same answer, so that a reply that was lost does no
harm; whoever has only read the link finds it used.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import ChatLink

OPENS_FOR = timedelta(days=3)


def make(session: WriteSession, conversation_id: str, now: datetime) -> str:
    """The secret of a new link; those that were sent before and not opened open nothing any more."""
    session.execute(
        delete(ChatLink).where(ChatLink.conversation_id == conversation_id, ChatLink.opened_at.is_(None))
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        ChatLink(secret_hash=hashed(secret), conversation_id=conversation_id, expires_at=now + OPENS_FOR)
    )
    session.flush()
    return secret


def open_with(session: WriteSession, secret: str, key: str, now: datetime) -> str | None:
    """The conversation that `key` is a token of from now on; None for a link that is unknown, over or used."""
    link, theirs = hashed(secret), hashed(key)
    opened: str | None = session.scalar(
        update(ChatLink)
        .where(ChatLink.secret_hash == link, ChatLink.opened_at.is_(None), ChatLink.expires_at > now)
        .values(opened_at=now, key_hash=theirs)
        .returning(ChatLink.conversation_id),
        execution_options={"synchronize_session": False},
    )
    if opened is not None:
        return opened
    again = select(ChatLink.conversation_id).where(
        ChatLink.secret_hash == link, ChatLink.key_hash == theirs, ChatLink.expires_at > now
    )
    return session.scalar(again)


def is_key(session: ReadSession, conversation_id: str, token: str) -> bool:
    """Whether a link to that conversation was opened with `token`."""
    opened = select(ChatLink.secret_hash).where(
        ChatLink.conversation_id == conversation_id, ChatLink.key_hash == hashed(token)
    )
    return session.scalar(opened) is not None


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
