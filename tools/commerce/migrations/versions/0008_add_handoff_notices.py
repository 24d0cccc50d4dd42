"""Add what the staff's channel shows of handoffs

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "handoff_notices",
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("channel_id", sa.String(40), nullable=False),
        sa.Column("ts", sa.String(40), nullable=True),
        sa.Column("shown", sa.String(300), nullable=False),
        sa.Column("posting_by", sa.String(36), nullable=True),
        sa.Column("posting_until", schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_notices_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoff_notices")),
    )


def downgrade() -> None:
    op.drop_table("handoff_notices")
