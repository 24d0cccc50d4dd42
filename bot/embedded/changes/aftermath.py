"""After the yes or no: how the change stands now, and whether it can be taken back."""

import re

from bot.embedded import policies
from bot.embedded.answers import Answer
from bot.embedded.plain import plain
from bot.embedded.situation import Decided, Situation
from bot.embedded.wording import changes as wording
from bot.embedded.wording import orders, returns
from tools.cards import AccountFacts, OrderCard, ReturnsCard
from tools.commerce.schema import ProposalKind, ProposalStatus

_UNDO = re.compile(
    r"\b(?:undo|un-?cancel|revert|reinstate|restore)\b|\b(?:take|change|turn|put) (?:it|that|this|everything) back\b|"
    r"\breverse (?:it|that|this|the)\b|\b(?:didn't|did not) (?:mean|want) (?:that|to do that)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:did|has|have|is|was|are) (?:it|that|this|everything|you|they|my \w+)(?: (?:really|now|all|already|been|"
    r"actually))* (?:work(?:ed)?|go(?:ne)? through|went through|done|do it|do that|happen(?:ed)?|cancell?ed|changed|"
    r"returned|exchanged|settled|saved|updated|succeed(?:ed)?|complete[d]?)\b|\bdid (?:that|it) work\b|"
    r"^\W*(?:so )?(?:is it )?done\W*\?$|\ball (?:done|set)\W*\?",
    re.IGNORECASE,
)
_WITH_RETURN = frozenset({ProposalKind.RETURN, ProposalKind.EXCHANGE, ProposalKind.REFUND})
_AGAIN = frozenset(
    {
        ProposalKind.ADDRESS_CHANGE,
        ProposalKind.ITEM_CHANGE,
        ProposalKind.PAYMENT_CHANGE,
        ProposalKind.PROFILE_CHANGE,
    }
)
"""What can be changed once more instead of taken back."""


def asks_after(situation: Situation) -> bool:
    """Whether the message is about what became of a change, or wants it taken back."""
    text = plain(situation.text)
    draft = situation.memory.draft
    is_known = situation.decided is not None or (draft is not None and draft.proposed)
    is_open = situation.memory.asked is not None
    return is_known and not is_open and bool(_UNDO.search(text) or _DONE.search(text))


def told(situation: Situation) -> Answer | None:
    """None where nothing has been decided yet."""
    decided = situation.decided
    if decided is None:
        return None
    receipt = decided.receipt
    if receipt.status is not ProposalStatus.ACCEPTED:
        return Answer(decided.text, order=receipt.order_number)
    if _UNDO.search(plain(situation.text)):
        way = wording.ONCE_MORE if receipt.change in _AGAIN else policies.contact(situation)
        return Answer(f"{wording.NOT_TAKEN_BACK} {way}", order=receipt.order_number)
    return Answer(f"Yes. {_stands(decided, situation)}", order=receipt.order_number)


def _stands(decided: Decided, situation: Situation) -> str:
    """From the records as they are now; without any, what was said then."""
    receipt = decided.receipt
    if receipt.change is ProposalKind.PROFILE_CHANGE:
        found = situation.ask("get_my_account")
        return wording.account(found) if isinstance(found, AccountFacts) else decided.text
    tool = "get_return_and_refund_status" if receipt.change in _WITH_RETURN else "get_order_details"
    found = situation.ask(tool, order_number=receipt.order_number)
    if isinstance(found, ReturnsCard):
        return returns.returns(found, "", situation.today)
    if isinstance(found, OrderCard):
        about = {ProposalKind.ADDRESS_CHANGE: "address", ProposalKind.PAYMENT_CHANGE: "payment"}
        return orders.order(found, about.get(receipt.change, ""), situation.today, f"order {found.number}")
    return decided.text
