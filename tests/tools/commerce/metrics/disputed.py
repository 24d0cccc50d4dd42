"""Disputes in a demo shop, and what its figures of disputes count, in plain Python from the rows."""

from datetime import timedelta
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.commerce.database import Database
from tools.commerce.schema import (
    BankRuling,
    Conversation,
    ConversationChannel,
    ConversationStatus,
    Dispute,
    DisputeKind,
    DisputeState,
    Order,
    Role,
    Ruling,
)

EVERY = 3
"""Of so many orders one is disputed, and of so many disputes all but one are about an order and ruled on by a bank."""


def add_disputes(database: Database) -> None:
    states, rulings, kinds = cycle(DisputeState), cycle(Ruling), cycle(DisputeKind)
    with database.writing() as session:
        for place, order in enumerate(session.scalars(select(Order).order_by(Order.id)).all()[::EVERY]):
            if order.placed_at is None:
                continue
            at, name = order.placed_at + timedelta(days=4), f"disputed-{place}"
            session.add(
                Conversation(
                    id=name, token_hash=name, channel=ConversationChannel.WIDGET, status=ConversationStatus.BOT,
                    role=Role.SHOPPER, created_at=at, updated_at=at,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Dispute(
                    id=name, conversation_id=name, kind=next(kinds), state=next(states), claim="?", policy_version="1",
                    order_id=order.id if place % EVERY else None, opened_by="shopper", opened_at=at, respond_by=at,
                )
            )  # fmt: skip
            session.flush()
            if place % EVERY:
                session.add(
                    BankRuling(
                        dispute_id=name, ruling=next(rulings), ruled_at=at + timedelta(days=9), taken_minor=0
                    )
                )


def disputes(session: Session) -> list[tuple[Dispute, BankRuling | None]]:
    """All, each with how a bank ruled on it where one did."""
    rows = select(Dispute, BankRuling).outerjoin(BankRuling, BankRuling.dispute_id == Dispute.id)
    return [(dispute, ruling) for dispute, ruling in session.execute(rows)]
