"""Conversations and their messages: the rows that a transcript is, and the lease under which they grow.

One turn of a conversation runs at a time, on whichever replica. Who runs it holds a lease, renews it while
the turn lasts, and writes only as its holder: a replica that lost its lease can add nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlalchemy import Select, insert, or_, select, update

from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.schema import (
    Conversation,
    ConversationChannel,
    ConversationStatus,
    Message,
    MessageRole,
    Role,
)

LEASE = timedelta(seconds=8)


class TurnLost(Exception):
    """The lease ran out and somebody else may be at work: stop, and write nothing."""


@dataclass(frozen=True)
class NewMessage:
    """A message to append to a transcript."""

    role: MessageRole
    text: str
    payload: dict[str, JsonValue] | None = None


@dataclass(frozen=True)
class Opening:
    """What a conversation starts with."""

    id: str
    token_hash: str
    channel: ConversationChannel
    role: Role
    customer_id: int | None
    staff_email: str | None


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
    claimed = session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            or_(Conversation.turn_holder.is_(None), Conversation.turn_expires_at < now),
        )
        .values(turn_holder=holder, turn_expires_at=now + LEASE)
        .execution_options(synchronize_session=False)
        .returning(Conversation.id)
    )
    return claimed.first() is not None


def renew_turn(session: WriteSession, conversation_id: str, holder: str, now: datetime) -> None:
    """Raises TurnLost when the lease has gone to somebody else."""
    _as_holder(session, conversation_id, holder, turn_expires_at=now + LEASE)


def release_turn(session: WriteSession, conversation_id: str, holder: str) -> None:
    """Give the lease back; harmless when it is no longer ours."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.turn_holder == holder)
        .values(turn_holder=None, turn_expires_at=None)
        .execution_options(synchronize_session=False)
    )


def accept_message(
    session: WriteSession,
    conversation_id: str,
    holder: str,
    text: str,
    client_message_id: str | None,
    now: datetime,
) -> Message:
    """Store a user's message as the start of a turn of its own."""
    seq = _advance(session, conversation_id, holder, 1, now)
    message = Message(
        conversation_id=conversation_id,
        seq=seq,
        turn=seq,
        role=MessageRole.USER,
        text=text,
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
            "created_at": now,
        }
        for offset, message in enumerate(messages)
    ]
    session.execute(insert(Message), rows)
    return first


def finish_turn(session: WriteSession, conversation_id: str, turn: int, now: datetime) -> None:
    """Mark the turn's message as answered."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.seq == turn)
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )


def message_with_client_id(
    session: ReadSession | WriteSession, conversation_id: str, client_message_id: str
) -> Message | None:
    return session.scalars(
        select(Message).where(
            Message.conversation_id == conversation_id,
            Message.client_message_id == client_message_id,
        )
    ).one_or_none()


def unanswered(session: ReadSession | WriteSession, conversation_id: str) -> Sequence[Message]:
    """The users' messages whose turns never ended, oldest first."""
    return session.scalars(
        _of(conversation_id)
        .where(Message.role == MessageRole.USER, Message.answered_at.is_(None))
        .order_by(Message.seq)
    ).all()


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
            Conversation.status == ConversationStatus.BOT,
            or_(Conversation.turn_holder.is_(None), Conversation.turn_expires_at < now),
        )
    ).all()


def newest(session: ReadSession | WriteSession, conversation_id: str, limit: int) -> Sequence[Message]:
    """The last `limit` messages, oldest first."""
    rows = session.scalars(_of(conversation_id).order_by(Message.seq.desc()).limit(limit)).all()
    return rows[::-1]


def after(session: ReadSession, conversation_id: str, seq: int) -> Sequence[Message]:
    """Every message numbered above `seq`, oldest first."""
    return session.scalars(_of(conversation_id).where(Message.seq > seq).order_by(Message.seq)).all()


def of_turn(session: ReadSession | WriteSession, conversation_id: str, turn: int) -> Sequence[Message]:
    return session.scalars(_of(conversation_id).where(Message.turn == turn).order_by(Message.seq)).all()


def _of(conversation_id: str) -> Select[Message]:
    return select(Message).where(Message.conversation_id == conversation_id)


def _advance(session: WriteSession, conversation_id: str, holder: str, count: int, now: datetime) -> int:
    return _as_holder(
        session,
        conversation_id,
        holder,
        last_seq=Conversation.last_seq + count,
        updated_at=now,
        turn_expires_at=now + LEASE,
    )


def _as_holder(session: WriteSession, conversation_id: str, holder: str, **values: object) -> int:
    row = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.turn_holder == holder)
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(Conversation.last_seq)
    ).first()
    if row is None:
        raise TurnLost(conversation_id)
    return row[0]
