"""How the shop's database stands after a conversation."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from bot.evaluation.played import EndState
from bot.evaluation.scenario import Cell, Expected
from bot.evaluation.stage import Played
from bot.events import ProposalState
from tools.commerce.changes import showing
from tools.commerce.database import ReadSession
from tools.commerce.schema import Base, Customer, Order, Proposal, ProposalStatus

CONFIRMED = (ProposalStatus.ACCEPTED, ProposalStatus.NEEDS_APPROVAL)


def end_state(played: Played, conversation_id: str, expected: Expected) -> EndState:
    with played.database.reading() as session:
        changes = _confirmed(session, conversation_id, played.clock())
        return EndState(
            changes=changes,
            unexplained=() if changes else tuple(sorted(played.writes.to_the_shop)),
            orders=_rows(session, Order, Order.number, expected.orders),
            customers=_rows(session, Customer, Customer.email, expected.customers),
        )


def _confirmed(session: ReadSession, conversation_id: str, now: datetime) -> tuple[ProposalState, ...]:
    found = session.scalars(
        select(Proposal)
        .where(Proposal.conversation_id == conversation_id, Proposal.status.in_(CONFIRMED))
        .order_by(Proposal.created_at)
    )
    return tuple(ProposalState.of(showing.card(proposal, now)) for proposal in found)


def _rows(
    session: ReadSession,
    model: type[Base],
    key: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    expected: Mapping[str, Mapping[str, Cell]],
) -> dict[str, dict[str, Cell]]:
    """The columns asked about; a row that is not there has none."""
    found: dict[str, dict[str, Cell]] = {}
    for name, cells in expected.items():
        row = session.scalar(select(model).where(key == name))
        found[name] = {column: _cell(getattr(row, column)) for column in cells} if row else {}
    return found


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, bool | int) else str(value)
