"""Add photos that people send in a conversation

Revision ID: 0013
Revises: 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema
from tools.commerce.schema.base import BigKey

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNSENT = sa.text("message_seq IS NULL")


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", BigKey, nullable=False),
        sa.Column("height", BigKey, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("added_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("message_seq", BigKey, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_photos_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "sha256", name=op.f("pk_photos")),
    )
    op.create_index(
        "ix_photos_unsent", "photos", ["added_at"], sqlite_where=_UNSENT, postgresql_where=_UNSENT
    )
    op.create_index(op.f("ix_photos_sha256"), "photos", ["sha256"])


def downgrade() -> None:
    op.drop_table("photos")
