"""Add disputes, and the versions of the policy that they are judged by

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.commerce import schema

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = schema.UtcDateTime(timezone=True)
_KINDS = (
    *("not_received", "damaged", "not_as_described", "wrong_item", "missing_item"),
    *("refund_not_received", "unknown_charge", "double_charge", "chargeback", "other"),
)
_STATES = ("open", "settled", "refused", "withdrawn")
_OUTCOMES = (
    *("refund", "partial_refund", "replacement", "store_credit"),
    *("return_label", "refusal", "escalate", "ask"),
)
_STEPS = (
    *("opened", "claimed_again", "amended", "escalated"),
    *("proposed", "settled", "refused", "withdrawn"),
)
_OPEN = sa.text("state = 'open'")
_OPEN_OF_NO_ORDER = sa.text("state = 'open' AND order_id IS NULL")
_PROPOSED_BEFORE = (
    *("cancellation", "address_change", "item_change", "payment_change"),
    *("return", "exchange", "refund", "profile_change", "watch", "digest", "watch_stop"),
)
_PROPOSED = (*_PROPOSED_BEFORE, "dispute_outcome")


def _closed_set(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _create_disputes()
    _create_dispute_lines()
    _create_dispute_events()
    op.create_table(
        "policy_versions",
        sa.Column("fingerprint", sa.String(80), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_policy_versions")),
    )
    op.create_index(
        op.f("ix_policy_versions_version_first_seen_at"), "policy_versions", ["version", "first_seen_at"]
    )
    _allow_kinds(_PROPOSED_BEFORE, _PROPOSED)


def downgrade() -> None:
    for table in ("policy_versions", "dispute_events", "dispute_lines", "disputes"):
        op.drop_table(table)
    _allow_kinds(_PROPOSED, _PROPOSED_BEFORE)


def _create_disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("kind", _closed_set("dispute_kind", _KINDS), nullable=False),
        sa.Column("state", _closed_set("dispute_state", _STATES), nullable=False),
        sa.Column("order_id", _NUMBER, nullable=True),
        sa.Column("payment_id", _NUMBER, nullable=True),
        sa.Column("customer_id", _NUMBER, nullable=True),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("policy_version", sa.String(80), nullable=False),
        sa.Column("opened_by", sa.String(300), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("respond_by", _MOMENT, nullable=False),
        sa.Column("manager_since", _MOMENT, nullable=True),
        sa.Column("proposal_id", sa.String(36), nullable=True),
        sa.Column("outcome", _closed_set("outcome_kind", _OUTCOMES), nullable=True),
        sa.Column("closed_by", sa.String(300), nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("network", sa.String(40), nullable=True),
        sa.Column("reason_code", sa.String(20), nullable=True),
        sa.Column("case_reference", sa.String(80), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_disputes_amount_not_negative")),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_disputes_amount_has_a_currency")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_disputes_conversation_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_disputes_order_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_disputes_customer_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_disputes_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    for indexed in (
        ["state", "respond_by"],
        ["order_id"],
        ["customer_id", "opened_at"],
        ["opened_at"],
        ["proposal_id"],
    ):
        op.create_index(op.f(f"ix_disputes_{'_'.join(indexed)}"), "disputes", indexed)
    for name, columns, where in (
        ("uq_disputes_one_open", ["conversation_id", "kind", "order_id"], _OPEN),
        ("uq_disputes_one_open_of_no_order", ["conversation_id", "kind"], _OPEN_OF_NO_ORDER),
    ):
        op.create_index(name, "disputes", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _create_dispute_lines() -> None:
    op.create_table(
        "dispute_lines",
        sa.Column("dispute_id", sa.String(36), nullable=False),
        sa.Column("order_line_id", _NUMBER, nullable=False),
        sa.Column("quantity", _NUMBER, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_dispute_lines_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_lines_dispute_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name=op.f("fk_dispute_lines_order_line_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dispute_id", "order_line_id", name=op.f("pk_dispute_lines")),
    )
    op.create_index(op.f("ix_dispute_lines_order_line_id"), "dispute_lines", ["order_line_id"])


def _create_dispute_events() -> None:
    op.create_table(
        "dispute_events",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("dispute_id", sa.String(36), nullable=False),
        sa.Column("sequence", _NUMBER, nullable=False),
        sa.Column("step", _closed_set("dispute_step", _STEPS), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("proposal_id", sa.String(36), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_events_dispute_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_dispute_events_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_events")),
        sa.UniqueConstraint("dispute_id", "sequence", name=op.f("uq_dispute_events_dispute_id_sequence")),
    )
    op.create_index(op.f("ix_dispute_events_proposal_id"), "dispute_events", ["proposal_id"])


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
