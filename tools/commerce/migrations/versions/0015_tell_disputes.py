"""Tell disputes in channels, and warn of their deadlines

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _allow_kinds("handoff", "approval", "dispute")
    op.create_table(
        "dispute_warnings",
        sa.Column("dispute_id", sa.String(36), nullable=False),
        sa.Column(
            "warned",
            sa.Enum(
                *("holder", "managers"),
                name="warned",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("warned_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_warnings_dispute_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dispute_id", "warned", name=op.f("pk_dispute_warnings")),
    )


def downgrade() -> None:
    op.drop_table("dispute_warnings")
    op.execute("DELETE FROM channel_notices WHERE kind = 'dispute'")
    _allow_kinds("handoff", "approval")


def _allow_kinds(*kinds: str) -> None:
    name = op.f("ck_channel_notices_notice_kind")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("channel_notices") as table:
        # SQLite builds the table anew, and takes no check along.
        if op.get_context().dialect.name != "sqlite":
            table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"kind IN ({listed})")
