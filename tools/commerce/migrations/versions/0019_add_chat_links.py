"""Add the links that open a conversation in another browser

Revision ID: 0019
Revises: 0018
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = schema.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chat_links",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_chat_links_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_chat_links")),
    )
    op.create_index(op.f("ix_chat_links_conversation_id"), "chat_links", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("chat_links")
