"""Add handoffs to people

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = schema.UtcDateTime(timezone=True)
_REASONS = (
    "asked",
    "not_understood",
    "tool_failed",
    "needs_a_person",
    "complaint",
    "legal_threat",
    "injury",
    "chargeback",
    "fraud",
    "privacy",
)
_STATES = ("waiting", "taken", "closed", "withdrawn")
_STEPS = ("opened", "escalated", "taken", "released", "answered", "closed", "withdrawn", "rated")
_OPEN = sa.text("state IN ('waiting', 'taken')")


def _closed_set(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("reason", _closed_set("handoff_reason", _REASONS), nullable=False),
        sa.Column("state", _closed_set("handoff_state", _STATES), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("answer_by", _MOMENT, nullable=False),
        sa.Column("escalations", _NUMBER, nullable=False),
        sa.Column("taken_by", sa.String(254), nullable=True),
        sa.Column("taken_at", _MOMENT, nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("rating", _NUMBER, nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_handoffs_rating_of_five")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handoffs_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index(op.f("ix_handoffs_opened_at"), "handoffs", ["opened_at"])
    op.create_index(op.f("ix_handoffs_state_answer_by"), "handoffs", ["state", "answer_by"])
    op.create_index(
        "uq_handoffs_one_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "handoff_events",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("sequence", _NUMBER, nullable=False),
        sa.Column("step", _closed_set("handoff_step", _STEPS), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_events_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_events")),
        sa.UniqueConstraint("handoff_id", "sequence", name=op.f("uq_handoff_events_handoff_id_sequence")),
    )


def downgrade() -> None:
    op.drop_table("handoff_events")
    op.drop_table("handoffs")
