"""Add daily sums, and indices by the moments that figures are counted by

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce.schema.base import BigKey

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENTS = (
    ("orders", "cancelled_at"),
    ("shipments", "shipped_at"),
    ("shipments", "delivered_at"),
    ("returns", "requested_at"),
    ("refunds", "created_at"),
    ("reviews", "created_at"),
)


def upgrade() -> None:
    keys = [sa.Column(f"member_{place}", sa.String(300), nullable=False) for place in (1, 2, 3)]
    sums = [sa.Column(f"sum_{place}", BigKey, nullable=False) for place in range(1, 13)]
    op.create_table(
        "daily_sums",
        sa.Column("grouping", BigKey, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *keys,
        sa.Column("facts", BigKey, nullable=False),
        *sums,
        sa.PrimaryKeyConstraint(
            "grouping", "day", "currency", "member_1", "member_2", "member_3", name=op.f("pk_daily_sums")
        ),
        sqlite_with_rowid=False,
    )
    state = op.create_table(
        "rollup_state",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("definitions", sa.String(64), nullable=False),
        sa.Column("stale_from", sa.Date),
        sa.Column("stale_to", sa.Date),
        sa.CheckConstraint("id = 1", name=op.f("ck_rollup_state_one_row")),
        sa.CheckConstraint(
            "(stale_from IS NULL) = (stale_to IS NULL)", name=op.f("ck_rollup_state_stale_has_two_ends")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )
    # No program's definitions yet: `Database.migrate` adopts them.
    op.bulk_insert(state, [{"id": 1, "zone": "UTC", "definitions": "", "stale_from": None, "stale_to": None}])
    for table, column in _MOMENTS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in _MOMENTS:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    op.drop_table("rollup_state")
    op.drop_table("daily_sums")
