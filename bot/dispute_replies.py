"""What the shopper reads of a dispute: that it was decided, how, and by which rules."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from bot.public import TELLS, cards_payload, without_links
from tools.commerce.changes import showing
from tools.commerce.changes.ledger import entries_of
from tools.commerce.changes.sentences import refused_by_gateway
from tools.commerce.database import ReadSession, WriteSession
from tools.commerce.days import LocalTime
from tools.commerce.identity import principal_of
from tools.commerce.orders import visible_orders
from tools.commerce.schema import MessageRole, Order, OutcomeKind, Proposal
from tools.commerce.transcript import NewMessage

DECIDED = "Our team has decided about your claim."
OF_BANK = "There is news of your bank's chargeback."
DECIDED_BY = "{name} from our team has decided about your claim."
SECOND_PERSON = (
    "{name} has looked into your claim and made a decision. A second person on our team has to agree first; "
    "you'll read the answer here."
)
WITH_MANAGER = "{name} has asked a manager to decide about your claim. You'll read the answer here."
SENT_AGAIN = (
    "{name} from our team has sent your refund of {amount} once more. "
    "If it is refused again, you'll read it here."
)
OPENED = "{name} has opened a case for this. You'll have an answer by {day}."
WITHDRAWN = "{name} has closed the case about your claim."
NOT_SHOWN = (
    "It can't be told here, because nobody has shown in this chat whose order it is. "
    "Sign in, and the assistant shows you your order and its refunds."
)


def decided(
    session: ReadSession | WriteSession, proposal: Proposal, name: str | None, when: LocalTime
) -> NewMessage:
    """An outcome that was carried out. Of an order that this conversation has not proved, nothing is told."""
    begin = _beginning(proposal, name)
    if not _may_see_it(session, proposal):
        tells: dict[str, JsonValue] = {TELLS: {proposal.id: proposal.status.value}}
        return NewMessage(MessageRole.ASSISTANT, f"{begin} {NOT_SHOWN}", tells)
    outcome: Mapping[str, Sequence[str]] = proposal.outcome or {}
    told = [begin, *outcome.get("done", ()), *outcome.get("next_steps", ())]
    told += refused_by_gateway(entries_of(session, proposal.id))
    payload: dict[str, JsonValue] = {"cards": cards_payload([showing.receipt(proposal, when.now)])}
    if proposal.request["outcome"] == OutcomeKind.REFUSAL:
        payload["citations"] = [
            {"title": rule["title"], "url": rule["url"]} for rule in proposal.rules if rule.get("url")
        ]
    return NewMessage(MessageRole.ASSISTANT, without_links(" ".join(told)), payload)


def _beginning(proposal: Proposal, name: str | None) -> str:
    if proposal.request["outcome"] in {OutcomeKind.CONTEST, OutcomeKind.WON, OutcomeKind.LOST}:
        return OF_BANK
    return DECIDED_BY.format(name=name) if name else DECIDED


def said(text: str, **values: str) -> NewMessage:
    return NewMessage(MessageRole.ASSISTANT, text.format(**values))


def _may_see_it(session: ReadSession | WriteSession, proposal: Proposal) -> bool:
    if proposal.order_id is None:
        return True
    principal = principal_of(session, proposal.conversation_id)
    mine = visible_orders(principal).where(Order.id == proposal.order_id)
    return session.scalars(mine).first() is not None
