"""Allow the ruling of a bank that was noted wrongly to be corrected

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STEPS_BEFORE = (
    *("opened", "claimed_again", "amended", "escalated", "proposed"),
    *("contested", "settled", "refused", "withdrawn"),
)
_STEPS = (*_STEPS_BEFORE, "corrected")


def upgrade() -> None:
    _allow("dispute_events", "step", "dispute_step", _STEPS_BEFORE, _STEPS)


def downgrade() -> None:
    op.execute("DELETE FROM dispute_events WHERE step = 'corrected'")
    _allow("dispute_events", "step", "dispute_step", _STEPS, _STEPS_BEFORE)


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
