"""Telling staff what they asked to be told: each alert and digest once, in the conversation that it was made in."""

import logging
from uuid import uuid4

from bot.desk import Desk
from bot.faults import fault
from bot.public import cards_payload
from tools import crossing
from tools.commerce import transcript
from tools.commerce.database import UNAVAILABLE, WriteSession
from tools.commerce.metrics.query import QueryError
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.schema import MessageRole
from tools.commerce.transcript import NewMessage
from tools.commerce.watches.terms import AlertTerms
from tools.commerce.watches.watches import Due, Look, due_watches, look, move_on
from tools.kpi_showing import kpi_card

log = logging.getLogger(__name__)


class Watching:
    """Replicas may look at once: who moves a watch on, in one transaction with the message, has told it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def tend(self) -> list[str]:
        """Look at all that is due; returns the conversations in which something was told."""
        database = self._desk.database
        found = await crossing.read(database, lambda session: due_watches(session, self._desk.now()))
        told = []
        for due in found:
            try:
                if await self._tell(due):
                    told.append(due.conversation_id)
            except Exception as error:  # noqa: BLE001 - the others are told all the same; this one stays due
                log.error("a watch was not told, id=%d: %s", due.id, fault(error))
        return told

    async def _tell(self, due: Due) -> bool:
        reporting = Reporting.of(self._desk.shop, self._desk.now())
        found: Look | None
        try:
            found = await crossing.read(self._desk.database, lambda session: look(session, due, reporting))
        except (QueryError, *UNAVAILABLE) as error:
            # A metric that is no longer there, or takes too long: the others must not wait behind it.
            log.warning("a watch cannot be computed, id=%d: %s", due.id, type(error).__name__)
            found = None
        message = _message(due, found, reporting.currency)
        return await crossing.write(
            self._desk.database, lambda session: _store(session, due, found, message, reporting)
        )


def _store(
    session: WriteSession, due: Due, found: Look | None, message: NewMessage | None, reporting: Reporting
) -> bool:
    """Whether something was told. While a turn runs, which comes first, nothing happens, and it stays due."""
    if message is None:
        move_on(session, due, found, reporting)
        return False
    holder = str(uuid4())
    if not transcript.claim_turn(session, due.conversation_id, holder, reporting.now):
        return False
    is_mine = move_on(session, due, found, reporting)
    if is_mine:
        transcript.append_unasked(session, due.conversation_id, holder, message, reporting.now)
    transcript.release_turn(session, due.conversation_id, holder)
    return is_mine


def _message(due: Due, found: Look | None, currency: str) -> NewMessage | None:
    if found is None or found.table is None:
        return None
    card = kpi_card(found.table, currency)
    terms = due.terms
    if isinstance(terms, AlertTerms):
        (figure,) = card.total
        text = (
            f"{terms.said(currency)}: it is {figure.text}. I'll tell you again only after it has come back."
        )
    else:
        figures = "; ".join(
            f"{metric.title.lower()} {figure.text}"
            + (f" ({figure.change_text})" if figure.change_text else "")
            for metric, figure in zip(card.metrics, card.total, strict=True)
        )
        text = f"{terms.said(currency)}: {figures}."
    return NewMessage(MessageRole.ASSISTANT, text, {"cards": cards_payload([card])})
