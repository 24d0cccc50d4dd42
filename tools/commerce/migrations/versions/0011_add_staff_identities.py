"""Add who an OpenID provider says the staff are

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = schema.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_identities",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["email"],
            ["staff_accounts.email"],
            name=op.f("fk_staff_identities_email"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_staff_identities")),
        sa.UniqueConstraint("email", "issuer", name=op.f("uq_staff_identities_email_issuer")),
    )
    op.create_table(
        "spent_sign_ins",
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_spent_sign_ins")),
    )
    op.create_index(op.f("ix_spent_sign_ins_expires_at"), "spent_sign_ins", ["expires_at"])


def downgrade() -> None:
    op.drop_table("spent_sign_ins")
    op.drop_table("staff_identities")
