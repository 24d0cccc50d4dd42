"""Add the provider's name of a payment method

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Not in a batch: rebuilding the table in SQLite would delete, by cascade, all that refers to it.
    op.execute("ALTER TABLE payment_methods ADD COLUMN gateway_ref VARCHAR(120)")


def downgrade() -> None:
    op.execute("ALTER TABLE payment_methods DROP COLUMN gateway_ref")
