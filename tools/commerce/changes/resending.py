"""A refund that the payment gateway refused is sent once more: the same entry of the ledger, with the same key."""

from pydantic import JsonValue

from tools.cards import Refusal
from tools.commerce.changes import audit, ledger
from tools.commerce.changes.closing import note
from tools.commerce.changes.permission import denied
from tools.commerce.changes.plan import Plan, order_of
from tools.commerce.changes.refused_refunds import NOT_REFUSED, find_refused
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.database import WriteSession
from tools.commerce.schema import AuditEvent, LedgerEntry, Proposal
from tools.principal import Principal


def send_again(session: WriteSession, entry_id: int, by: Principal, book: Rulebook) -> LedgerEntry | Refusal:
    """To be sent to the gateway once more; the caller settles its proposal then. Of two at once, one finds it done."""
    if refused := denied(by, "send a refund again"):
        return refused
    known = session.get(LedgerEntry, entry_id)
    if known is None:
        return NOT_REFUSED
    # Locked in the order in which a decision locks them.
    proposal = session.get_one(Proposal, known.proposal_id, with_for_update=True)
    order_of(session, Plan.model_validate(proposal.plan))
    entry = find_refused(session, entry_id)
    if isinstance(entry, Refusal):
        return entry
    because = entry.failure or "refused"
    ledger.reopen(session, entry, book.now)
    money = f"{entry.kind} {entry.amount_minor} {entry.currency}"
    details: dict[str, JsonValue] = {"money": [money], "refused": because}
    note(session, proposal, AuditEvent.MONEY_RETRIED, audit.agent(by.staff_email), book, details)
    return entry
