"""Add watches: what staff are told without asking again, and the proposals that make and stop one

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OF_SHOPPERS = (
    *("cancellation", "address_change", "item_change", "payment_change"),
    *("return", "exchange", "refund", "profile_change"),
)
OF_STAFF = ("watch", "digest", "watch_stop")


def _integer() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", _integer(), autoincrement=True, nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=254), nullable=False),
        sa.Column("kind", _one_of("watch_kind", "alert", "digest"), nullable=False),
        sa.Column("state", _one_of("watch_state", "active", "stopped"), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("is_beyond", sa.Boolean(), nullable=True),
        sa.Column("created_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_due_at", schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_told_at", schema.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", schema.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_watches_proposal_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_watches_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_watches_proposal_id")),
    )
    op.create_index(op.f("ix_watches_conversation_id"), "watches", ["conversation_id"])
    op.create_index(op.f("ix_watches_owner"), "watches", ["owner"])
    op.create_index(
        "ix_watches_due",
        "watches",
        ["next_due_at"],
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    _allow_kinds(OF_SHOPPERS, (*OF_SHOPPERS, *OF_STAFF))


def downgrade() -> None:
    op.drop_table("watches")
    _allow_kinds((*OF_SHOPPERS, *OF_STAFF), OF_SHOPPERS)


def _allow_kinds(before: Sequence[str], after: Sequence[str]) -> None:
    if op.get_context().dialect.name == "sqlite":
        _rewrite_check(_listed(before), _listed(after))
        return
    op.drop_constraint(op.f("ck_proposals_proposal_kind"), "proposals", type_="check")
    op.create_check_constraint(op.f("ck_proposals_proposal_kind"), "proposals", f"kind IN ({_listed(after)})")


def _rewrite_check(before: str, after: str) -> None:
    """In the table's own text, for what refers to its rows forbids to build it anew (sqlite.org/lang_altertable.html)."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'proposals' AND instr(sql, :before)"
        ),
        {"before": f"({before})", "after": f"({after})"},
    )
    if changed.rowcount != 1:
        raise RuntimeError("the kinds of proposals are not where they are looked for")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)
