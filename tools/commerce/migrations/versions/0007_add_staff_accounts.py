"""Add staff accounts

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = schema.UtcDateTime(timezone=True)
_ROLES = ("shopper", "analyst", "agent", "manager")


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*_ROLES, name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT, nullable=True),
        sa.Column("signed_out_at", _MOMENT, nullable=True),
        sa.Column("failures", _NUMBER, nullable=False),
        sa.Column("locked_until", _MOMENT, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_accounts_email_is_lower_case")),
        sa.CheckConstraint("role <> 'shopper'", name=op.f("ck_staff_accounts_role_of_staff")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_staff_accounts")),
    )


def downgrade() -> None:
    op.drop_table("staff_accounts")
