"""Route handoffs by skill and language, tell approvals in channels, and reach shoppers who left

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = schema.UtcDateTime(timezone=True)
_KINDS = sa.Enum(
    "handoff", "approval", name="notice_kind", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("skill", sa.String(40), nullable=True))
    op.add_column("handoffs", sa.Column("language", sa.String(2), nullable=True))
    op.add_column("handoffs", sa.Column("meant_for", sa.String(254), nullable=True))
    op.add_column("handoffs", sa.Column("releases", _NUMBER, server_default="0", nullable=False))
    op.add_column("handoffs", sa.Column("reply_by", _MOMENT, nullable=True))
    op.create_index(
        op.f("ix_handoffs_conversation_id_closed_at"), "handoffs", ["conversation_id", "closed_at"]
    )
    op.add_column("staff_accounts", sa.Column("skills", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("staff_accounts", sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
    _create_channel_notices()
    op.execute(
        "INSERT INTO channel_notices (kind, subject_id, channel_id, ts, shown, posting_by, posting_until, tries)"
        " SELECT 'handoff', handoff_id, channel_id, ts, shown, posting_by, posting_until, tries FROM handoff_notices"
    )
    op.drop_table("handoff_notices")
    op.create_table(
        "shopper_reach",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("unread_seq", _NUMBER, nullable=False),
        sa.Column("unread_since", _MOMENT, nullable=True),
        sa.Column("mailed_at", _MOMENT, nullable=True),
        sa.Column("email", sa.String(254), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_shopper_reach_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_shopper_reach")),
    )
    op.create_index(op.f("ix_shopper_reach_unread_since"), "shopper_reach", ["unread_since"])


def _create_channel_notices() -> None:
    op.create_table(
        "channel_notices",
        sa.Column("kind", _KINDS, nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("channel_id", sa.String(40), nullable=False),
        sa.Column("ts", sa.String(40), nullable=True),
        sa.Column("posts", _NUMBER, server_default="0", nullable=False),
        sa.Column("shown", sa.String(300), nullable=False),
        sa.Column("posting_by", sa.String(36), nullable=True),
        sa.Column("posting_until", _MOMENT, nullable=True),
        sa.Column("tries", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_channel_notices")),
    )


def downgrade() -> None:
    op.drop_table("shopper_reach")
    op.create_table(
        "handoff_notices",
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("channel_id", sa.String(40), nullable=False),
        sa.Column("ts", sa.String(40), nullable=True),
        sa.Column("shown", sa.String(300), nullable=False),
        sa.Column("posting_by", sa.String(36), nullable=True),
        sa.Column("posting_until", _MOMENT, nullable=True),
        sa.Column("tries", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_notices_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoff_notices")),
    )
    op.execute(
        "INSERT INTO handoff_notices (handoff_id, channel_id, ts, shown, posting_by, posting_until, tries)"
        " SELECT subject_id, channel_id, ts, shown, posting_by, posting_until, tries FROM channel_notices"
        " WHERE kind = 'handoff' AND subject_id IN (SELECT id FROM handoffs)"
    )
    op.drop_table("channel_notices")
    op.drop_column("staff_accounts", "languages")
    op.drop_column("staff_accounts", "skills")
    op.drop_index(op.f("ix_handoffs_conversation_id_closed_at"), table_name="handoffs")
    for name in ("reply_by", "releases", "meant_for", "language", "skill"):
        op.drop_column("handoffs", name)
