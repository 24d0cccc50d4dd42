"""Conversations and their messages: the rows that a transcript is, and the lease under which they grow.

One turn of a conversation runs at a time, on whichever replica. Who runs it holds a lease, renews it while
the turn lasts, and writes only as its holder: a replica that lost its lease can add nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlalchemy import BindParameter, Update, bindparam, insert, or_, select, update

from tools.commerce.database import ReadSession, WriteSession, notify
from tools.commerce.schema import (
    Conversation,
    ConversationChannel,
    ConversationStatus,
    Message,
    MessageRole,
    Role,
)

LEASE = timedelta(seconds=8)

AUTHOR = "agent"
"""Key of a message's payload: the name of the person of the shop who wrote it."""

NEWS = "parley_news"
"""PostgreSQL's channel on which other replicas hear, at the commit, which conversation has something new."""


class TurnLost(Exception):
    """The lease ran out and somebody else may be at work: stop, and write nothing."""


@dataclass(frozen=True)
class NewMessage:
    """A message to append to a transcript."""

    role: MessageRole
    text: str
    payload: dict[str, JsonValue] | None = None
    client_message_id: str | None = None


@dataclass(frozen=True)
class Opening:
    """What a conversation starts with."""

    id: str
    token_hash: str
    channel: ConversationChannel
    role: Role
    customer_id: int | None
    staff_email: str | None


# Every turn runs these: they are built once, for building them costs more than running them.
_ID: BindParameter[str] = bindparam("conversation")
_HOLDER: BindParameter[str] = bindparam("holder")
_NOW: BindParameter[datetime] = bindparam("now")
_HELD = update(Conversation).where(Conversation.id == _ID, Conversation.turn_holder == _HOLDER)
_CLAIM = (
    update(Conversation)
    .where(
        Conversation.id == _ID,
        or_(Conversation.turn_holder.is_(None), Conversation.turn_expires_at < _NOW),
    )
    .values(turn_holder=_HOLDER, turn_expires_at=bindparam("expires"))
    .returning(Conversation.last_seq)
)
_RENEW = _HELD.values(turn_expires_at=bindparam("expires")).returning(Conversation.last_seq)
_ADVANCE = _HELD.values(
    last_seq=Conversation.last_seq + bindparam("count"),
    updated_at=_NOW,
    turn_expires_at=bindparam("expires"),
).returning(Conversation.last_seq)
_RELEASE = _HELD.values(turn_holder=None, turn_expires_at=None)
_FINISH = (
    update(Message)
    .where(Message.conversation_id == _ID, Message.seq == bindparam("number"))
    .values(answered_at=_NOW)
)
_INSERT = insert(Message)
_MESSAGES = select(Message).where(Message.conversation_id == _ID)
_WITH_CLIENT_ID = _MESSAGES.where(Message.client_message_id == bindparam("client_id"))
_UNANSWERED = _MESSAGES.where(Message.role == MessageRole.USER, Message.answered_at.is_(None)).order_by(
    Message.seq
)
_NEWEST = _MESSAGES.order_by(Message.seq.desc()).limit(bindparam("most"))
_AFTER = _MESSAGES.where(Message.seq > bindparam("number")).order_by(Message.seq)
_OF_TURN = _MESSAGES.where(Message.turn == bindparam("number")).order_by(Message.seq)


def open_conversation(session: WriteSession, opening: Opening, now: datetime) -> None:
    session.add(
        Conversation(
            id=opening.id,
            token_hash=opening.token_hash,
            channel=opening.channel,
            status=ConversationStatus.BOT,
            role=opening.role,
            customer_id=opening.customer_id,
            staff_email=opening.staff_email,
            created_at=now,
            updated_at=now,
        )
    )


def conversation(session: ReadSession | WriteSession, conversation_id: str) -> Conversation | None:
    return session.get(Conversation, conversation_id)


def claim_turn(session: WriteSession, conversation_id: str, holder: str, now: datetime) -> bool:
    """Take the conversation's lease if nobody holds it; True when `holder` has it now."""
    return _changed(session, _CLAIM, conversation_id, holder, now) is not None


def renew_turn(session: WriteSession, conversation_id: str, holder: str, now: datetime) -> None:
    """Raises TurnLost when the lease has gone to somebody else."""
    if _changed(session, _RENEW, conversation_id, holder, now) is None:
        raise TurnLost(conversation_id)


def release_turn(session: WriteSession, conversation_id: str, holder: str) -> None:
    """Give the lease back; harmless when it is no longer ours."""
    _run(session, _RELEASE, conversation=conversation_id, holder=holder)


def accept_message(
    session: WriteSession,
    conversation_id: str,
    holder: str,
    text: str,
    client_message_id: str | None,
    now: datetime,
    payload: dict[str, JsonValue] | None = None,
) -> Message:
    """Store a user's message as the start of a turn of its own."""
    seq = _advance(session, conversation_id, holder, 1, now)
    message = Message(
        conversation_id=conversation_id,
        seq=seq,
        turn=seq,
        role=MessageRole.USER,
        text=text,
        payload=payload,
        client_message_id=client_message_id,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def append(
    session: WriteSession,
    conversation_id: str,
    holder: str,
    turn: int,
    messages: Sequence[NewMessage],
    now: datetime,
) -> int:
    """Add `messages` to the transcript in order and return the number of the first one."""
    first = _advance(session, conversation_id, holder, len(messages), now) - len(messages) + 1
    rows = [
        {
            "conversation_id": conversation_id,
            "seq": first + offset,
            "turn": turn,
            "role": message.role,
            "text": message.text,
            "payload": message.payload,
            "client_message_id": message.client_message_id,
            "created_at": now,
        }
        for offset, message in enumerate(messages)
    ]
    session.connection().execute(_INSERT, rows)
    return first


def append_unasked(
    session: WriteSession, conversation_id: str, holder: str, message: NewMessage, now: datetime
) -> int:
    """Add what no message of a user's has caused: a turn of its own, so that no answer changes afterwards.

    Returns its number.
    """
    turn = max((message.seq for message in newest(session, conversation_id, 1)), default=0) + 1
    return append(session, conversation_id, holder, turn, [message], now)


def finish_turn(session: WriteSession, conversation_id: str, turn: int, now: datetime) -> None:
    """Mark the turn's message as answered."""
    _run(session, _FINISH, conversation=conversation_id, number=turn, now=now)


def message_with_client_id(
    session: ReadSession | WriteSession, conversation_id: str, client_message_id: str
) -> Message | None:
    wanted = {"conversation": conversation_id, "client_id": client_message_id}
    return session.scalars(_WITH_CLIENT_ID, wanted).one_or_none()


def unanswered(session: ReadSession | WriteSession, conversation_id: str) -> Sequence[Message]:
    """The users' messages whose turns never ended, oldest first."""
    return session.scalars(_UNANSWERED, {"conversation": conversation_id}).all()


def abandoned(session: ReadSession, since: datetime, now: datetime) -> Sequence[str]:
    """Conversations with an unanswered message from after `since` that nobody is at work on."""
    return session.scalars(
        select(Message.conversation_id)
        .distinct()
        .join(Conversation)
        .where(
            Message.role == MessageRole.USER,
            Message.answered_at.is_(None),
            Message.created_at >= since,
            Conversation.status != ConversationStatus.CLOSED,
            or_(Conversation.turn_holder.is_(None), Conversation.turn_expires_at < now),
        )
    ).all()


def newest(session: ReadSession | WriteSession, conversation_id: str, limit: int) -> Sequence[Message]:
    """The last `limit` messages, oldest first."""
    return session.scalars(_NEWEST, {"conversation": conversation_id, "most": limit}).all()[::-1]


def after(session: ReadSession | WriteSession, conversation_id: str, seq: int) -> Sequence[Message]:
    """Every message numbered above `seq`, oldest first."""
    return session.scalars(_AFTER, {"conversation": conversation_id, "number": seq}).all()


def of_turn(session: ReadSession | WriteSession, conversation_id: str, turn: int) -> Sequence[Message]:
    return session.scalars(_OF_TURN, {"conversation": conversation_id, "number": turn}).all()


def last_turn(session: ReadSession | WriteSession, conversation_id: str) -> Sequence[Message]:
    """The rows of the newest turn; none in a conversation without messages."""
    newest_row = newest(session, conversation_id, 1)
    return of_turn(session, conversation_id, newest_row[0].turn) if newest_row else ()


def storable_text(text: str) -> str:
    """`text` without NUL and half characters, which PostgreSQL cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _advance(session: WriteSession, conversation_id: str, holder: str, count: int, now: datetime) -> int:
    """The number of the last message once `count` more are there. Raises TurnLost."""
    last = _changed(session, _ADVANCE, conversation_id, holder, now, count=count)
    if last is None:
        raise TurnLost(conversation_id)
    notify(session, NEWS, conversation_id)
    return last


# On the connection, for no object of the session is to follow: what the session does around that takes three times as
# long as the statement, and a turn runs half a dozen of these.


def _changed(
    session: WriteSession, statement: Update, conversation_id: str, holder: str, now: datetime, **values: int
) -> int | None:
    """The conversation's last number if the statement found it in the state that it asks for."""
    parameters = {
        "conversation": conversation_id,
        "holder": holder,
        "now": now,
        "expires": now + LEASE,
        **values,
    }
    row = session.connection().execute(statement, parameters).first()
    return None if row is None else int(row[0])


def _run(session: WriteSession, statement: Update, **parameters: object) -> None:
    session.connection().execute(statement, parameters)
