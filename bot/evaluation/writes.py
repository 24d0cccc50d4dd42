"""Which tables of the shop were written to: a change that no proposal tells of is found by that."""

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

from tools.commerce.schema import (
    AuditHead,
    AuditRow,
    Conversation,
    Dispute,
    DisputeEvent,
    DisputeLine,
    Handoff,
    HandoffEvent,
    IdentityAttempt,
    LedgerEntry,
    Message,
    OrderProof,
    OutboxEmail,
    Proposal,
    ShopperReach,
    SignInCode,
)

_STATEMENT = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

TALK = frozenset(
    model.__tablename__
    for model in (
        AuditHead,
        AuditRow,
        Conversation,
        Dispute,
        DisputeEvent,
        DisputeLine,
        Handoff,
        HandoffEvent,
        IdentityAttempt,
        LedgerEntry,
        Message,
        OrderProof,
        OutboxEmail,
        Proposal,
        ShopperReach,
        SignInCode,
    )
)
"""What a conversation may write to without anything of the shop being changed."""


class Writes:
    """Listens to an engine's statements from its making on."""

    def __init__(self, engine: Engine) -> None:
        self.tables: set[str] = set()
        event.listen(engine, "before_cursor_execute", self._note)

    @property
    def to_the_shop(self) -> frozenset[str]:
        return frozenset(self.tables - TALK)

    def _note(
        self,
        _connection: Connection,
        _cursor: Any,
        statement: str,
        _parameters: Any,
        _context: Any,
        _many: bool,
    ) -> None:
        found = _STATEMENT.match(statement)
        if found:
            self.tables.add(found[1].lower())
