"""Conversations: who they are with, what was said, and what was proved in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tools.commerce.schema.base import Base, PrimaryKey, closed_set


class ConversationStatus(StrEnum):
    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


class ConversationChannel(StrEnum):
    WIDGET = "widget"
    SLACK = "slack"
    DESK = "desk"
    COMMAND_LINE = "command_line"


class Role(StrEnum):
    """What kind of person is asking; a shopper's proofs are rows beside this."""

    SHOPPER = "shopper"
    ANALYST = "analyst"
    AGENT = "agent"
    MANAGER = "manager"


class MessageRole(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class AttemptKind(StrEnum):
    ORDER = "order"
    SIGN_IN_CODE = "sign_in_code"


class Conversation(Base):
    """`turn_holder` and `turn_expires_at` are the lease of the one turn that may run at a time."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "customer_id"), Index(None, "created_at"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[ConversationChannel] = mapped_column(closed_set(ConversationChannel))
    status: Mapped[ConversationStatus] = mapped_column(closed_set(ConversationStatus))
    role: Mapped[Role] = mapped_column(closed_set(Role))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    staff_email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_seq: Mapped[int] = mapped_column(default=0)
    turn_holder: Mapped[str | None] = mapped_column(String(36))
    turn_expires_at: Mapped[datetime | None]


class Message(Base):
    """One message of a transcript, numbered without gaps within its conversation.

    `turn` is the number of the user's message that caused it; of what nobody asked for, its own. A user's
    message has `answered_at` once its turn has ended. `payload` holds an assistant's tool calls, or a
    tool's cards and citations.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        Index(None, "conversation_id", "turn"),
        Index(
            "ix_messages_unanswered",
            "created_at",
            sqlite_where=sql("role = 'user' AND answered_at IS NULL"),
            postgresql_where=sql("role = 'user' AND answered_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int]
    turn: Mapped[int]
    role: Mapped[MessageRole] = mapped_column(closed_set(MessageRole))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    client_message_id: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class FeedbackVerdict(StrEnum):
    GOOD = "good"
    BAD = "bad"


class MessageFeedback(Base):
    """What somebody thought of an answer; `seq` is the message's number, `rater` whoever the channel knows them as."""

    __tablename__ = "message_feedback"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rater: Mapped[str] = mapped_column(String(254), primary_key=True)
    verdict: Mapped[FeedbackVerdict] = mapped_column(closed_set(FeedbackVerdict))
    given_at: Mapped[datetime] = mapped_column(index=True)


class OrderProof(Base):
    """An order that somebody in this conversation has shown to be theirs."""

    __tablename__ = "order_proofs"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    proved_at: Mapped[datetime]


class IdentityAttempt(Base):
    """A failed try at proving who one is. Subjects and addresses are hashes, never the words typed."""

    __tablename__ = "identity_attempts"
    __table_args__ = (
        Index(None, "subject_hash", "attempted_at"),
        Index(None, "conversation_id", "attempted_at"),
        Index(None, "address_hash", "attempted_at"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[AttemptKind] = mapped_column(closed_set(AttemptKind))
    subject_hash: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    address_hash: Mapped[str | None] = mapped_column(String(64))
    attempted_at: Mapped[datetime]


class SignInCode(Base):
    """A one-time code sent by e-mail. Only its hash is kept; at most one is open in a conversation."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index(None, "conversation_id", "created_at"),)

    id: Mapped[PrimaryKey]
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    """None when no customer has that e-mail: the code was never sent, the answer was the same."""
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OutboxEmail(Base):
    """An e-mail to send. Written in the transaction that causes it, delivered afterwards."""

    __tablename__ = "outbox_emails"
    __table_args__ = (Index(None, "sent_at", "created_at"),)

    id: Mapped[PrimaryKey]
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    """While a process tries, its claim; then the pause before the next try. None: not tried yet."""
