"""Add what banks rule on chargebacks, and how often a refused movement of money was sent again

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = schema.UtcDateTime(timezone=True)
_OUTCOMES_BEFORE = (
    *("refund", "partial_refund", "replacement", "store_credit"),
    *("return_label", "refusal", "escalate", "ask"),
)
_OUTCOMES = (*_OUTCOMES_BEFORE[:6], "contest", "won", "lost", *_OUTCOMES_BEFORE[6:])
_STEPS_BEFORE = (
    *("opened", "claimed_again", "amended", "escalated"),
    *("proposed", "settled", "refused", "withdrawn"),
)
_STEPS = (*_STEPS_BEFORE[:5], "contested", *_STEPS_BEFORE[5:])
_EVENTS_BEFORE = (
    *("proposed", "confirmed", "declined", "expired", "superseded", "approved", "rejected", "executed"),
    *("failed", "money_settled", "money_failed", "undone", "return_received"),
)
_EVENTS = (*_EVENTS_BEFORE[:11], "money_retried", *_EVENTS_BEFORE[11:])


def upgrade() -> None:
    op.create_table(
        "bank_rulings",
        sa.Column("dispute_id", sa.String(36), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum(
                *("won", "lost", "accepted"),
                name="ruling",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ruled_at", _MOMENT, nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason_code", sa.String(20), nullable=True),
        sa.CheckConstraint("taken_minor >= 0", name=op.f("ck_bank_rulings_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_bank_rulings_dispute_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_bank_rulings")),
    )
    op.create_index(op.f("ix_bank_rulings_ruled_at"), "bank_rulings", ["ruled_at"])
    op.add_column("disputes", sa.Column("contested_at", _MOMENT, nullable=True))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("ledger_entries", sa.Column("resent", number, nullable=False, server_default="0"))
    _allow("disputes", "outcome", "outcome_kind", _OUTCOMES_BEFORE, _OUTCOMES)
    _allow("dispute_events", "step", "dispute_step", _STEPS_BEFORE, _STEPS)
    _allow("audit_trail", "event", "audit_event", _EVENTS_BEFORE, _EVENTS)


def downgrade() -> None:
    _allow("audit_trail", "event", "audit_event", _EVENTS, _EVENTS_BEFORE)
    _allow("dispute_events", "step", "dispute_step", _STEPS, _STEPS_BEFORE)
    _allow("disputes", "outcome", "outcome_kind", _OUTCOMES, _OUTCOMES_BEFORE)
    op.drop_column("ledger_entries", "resent")
    op.drop_column("disputes", "contested_at")
    op.drop_table("bank_rulings")


def _allow(table: str, column: str, name: str, before: Sequence[str], after: Sequence[str]) -> None:
    if op.get_context().dialect.name == "sqlite":
        _rewrite_check(table, _listed(before), _listed(after))
        return
    check = op.f(f"ck_{table}_{name}")
    op.drop_constraint(check, table, type_="check")
    op.create_check_constraint(check, table, f"{column} IN ({_listed(after)})")


def _rewrite_check(table: str, before: str, after: str) -> None:
    """In the table's own text: built anew it would lose its triggers, and what refers to its rows forbids that
    (sqlite.org/lang_altertable.html)."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = :table AND instr(sql, :before)"
        ),
        {"table": table, "before": f"({before})", "after": f"({after})"},
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"what {table} allows is not where it is looked for")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
