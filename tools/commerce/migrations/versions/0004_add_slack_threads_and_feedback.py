"""Add Slack's threads and deliveries, and feedback on answers

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _integer() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "slack_deliveries",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("received_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", _integer(), nullable=False),
        sa.Column("next_attempt_at", schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", schema.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slack_deliveries")),
    )
    op.create_index(
        op.f("ix_slack_deliveries_done_at_received_at"), "slack_deliveries", ["done_at", "received_at"]
    )
    op.create_table(
        "slack_threads",
        sa.Column("id", _integer(), autoincrement=True, nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_ts", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("role", _one_of("role", "shopper", "analyst", "agent", "manager"), nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("response_url", sa.String(length=500), nullable=True),
        sa.Column("response_until", schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column("posted_seq", _integer(), nullable=False),
        sa.Column("posting_seq", _integer(), nullable=True),
        sa.Column("posting_by", sa.String(length=36), nullable=True),
        sa.Column("posting_until", schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failures", _integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_slack_threads_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_threads")),
        sa.UniqueConstraint(
            "channel_id",
            "thread_ts",
            "user_id",
            "role",
            name=op.f("uq_slack_threads_channel_id_thread_ts_user_id_role"),
        ),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_slack_threads_conversation_id")),
    )
    op.create_table(
        "message_feedback",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("seq", _integer(), autoincrement=False, nullable=False),
        sa.Column("rater", sa.String(length=254), nullable=False),
        sa.Column("verdict", _one_of("feedback_verdict", "good", "bad"), nullable=False),
        sa.Column("given_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_message_feedback_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", "rater", name=op.f("pk_message_feedback")),
    )
    op.create_index(op.f("ix_message_feedback_given_at"), "message_feedback", ["given_at"])


def downgrade() -> None:
    op.drop_table("message_feedback")
    op.drop_table("slack_threads")
    op.drop_table("slack_deliveries")
