"""Look up a customer's earlier orders in an index alone.

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE, SINCE = "ix_orders_customer_id_placed_at", "ix_orders_customer_id_placed_at_id"


def upgrade() -> None:
    op.create_index(SINCE, "orders", ["customer_id", "placed_at", "id"])
    op.drop_index(BEFORE, "orders")


def downgrade() -> None:
    op.create_index(BEFORE, "orders", ["customer_id", "placed_at"])
    op.drop_index(SINCE, "orders")
