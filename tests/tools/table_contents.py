"""What every table holds, to be compared before and after: whatever is in the way, a change shows."""

from collections.abc import Collection

from sqlalchemy import select

from tools.commerce.database import Database
from tools.commerce.schema import Base

TALK = frozenset({"conversations", "messages"})
PROOFS = frozenset({"conversations", "order_proofs", "identity_attempts", "sign_in_codes", "outbox_emails"})
"""What proving who one is leaves behind."""
PROPOSALS = frozenset({"proposals", "audit_trail", "audit_head"})
"""What proposing leaves behind. That nothing but these differs is that nothing was done."""
HANDOFFS = frozenset(
    {"conversations", "handoffs", "handoff_events", "disputes", "dispute_lines", "dispute_events"}
)
"""What calling a person leaves behind."""

Contents = dict[str, list[str]]


def contents(database: Database, besides: Collection[str] = ()) -> Contents:
    """Every row of every table but those `besides`, as text in a fixed order."""
    with database.reading() as session:
        return {
            name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for name, table in Base.metadata.tables.items()
            if name not in besides
        }


def differing(before: Contents, after: Contents) -> set[str]:
    return {name for name in before if before[name] != after[name]}
