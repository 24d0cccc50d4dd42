"""Add the chats in which staff ask about a case

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ROLES = ("shopper", "analyst", "agent", "manager")


def upgrade() -> None:
    op.create_table(
        "side_chats",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("staff_email", sa.String(254), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*_ROLES, name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_side_chats_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_side_chats_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_side_chats")),
        sa.UniqueConstraint(
            "handoff_id", "staff_email", "role", name=op.f("uq_side_chats_handoff_id_staff_email_role")
        ),
    )


def downgrade() -> None:
    op.drop_table("side_chats")
