"""After the yes or no: how the change stands now, and whether it can be taken back."""

import re

from bot.embedded.answering import handing_over
from bot.embedded.answers import Answer, Asks
from bot.embedded.changes import asking
from bot.embedded.changes.draft import Draft, Question
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Decided, Situation, Slot
from bot.embedded.wording import changes as wording
from bot.embedded.wording import orders, returns
from tools.cards import AccountFacts, OrderCard, ReturnsCard
from tools.commerce.schema import ProposalKind, ProposalStatus, RefundStatus

_UNDO = re.compile(
    r"\b(?:undo|un-?cancel|revert|reinstate|restore)\b|\b(?:change|turn|put) (?:it|that|this|everything) back\b|"
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
_WHAT_NEXT = re.compile(
    r"\bwhen (?:do|will|can|should|does|is|am)\b.{0,40}\b(?:money|refund|new|replacement|back|paid)\b|"
    r"\bhow long\b.{0,40}\b(?:refund|money|take)|\bwhere (?:do|should) i send\b|\bwhat(?:'s| is| happens)? next\b|"
    r"\bwhat (?:do|should) i do (?:now|next)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:refund|money|paid back)", re.IGNORECASE)
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
    if not is_known or is_open or order_numbers(text):
        return False
    return bool(_UNDO.search(text) or _DONE.search(text) or (situation.decided and _WHAT_NEXT.search(text)))


def told(situation: Situation) -> Answer | None:
    """None where nothing has been decided yet. Raises Asks where it can be changed once more."""
    decided = situation.decided
    if decided is None:
        return None
    receipt = decided.receipt
    if receipt.status is not ProposalStatus.ACCEPTED:
        return Answer(decided.text, order=receipt.order_number)
    text = plain(situation.text)
    if _WHAT_NEXT.search(text):
        return Answer(_next(decided, text, situation), order=receipt.order_number)
    if _UNDO.search(text):
        if receipt.change is ProposalKind.ADDRESS_CHANGE:
            raise _asks_address(situation, receipt.order_number)
        way = wording.ONCE_MORE if receipt.change in _AGAIN else handing_over.contact(situation)
        return Answer(f"{wording.NOT_TAKEN_BACK} {way}", order=receipt.order_number)
    stands = _money_back(decided, text, situation) or f"Yes. {_stands(decided, situation)}"
    return Answer(stands, order=receipt.order_number)


def _asks_address(situation: Situation, order: str | None) -> Asks:
    """The question for the address that it should be instead."""
    known = situation.memory.draft or Draft(change=ProposalKind.ADDRESS_CHANGE)
    again = Draft(change=known.change, order=order, lines=known.lines, country=known.country)
    asked = asking.asking(again, Question.ADDRESS, "What is the whole new address?")
    return Asks(f"{wording.NOT_TAKEN_BACK} {asked.question}", Slot.CHANGE, order, asked)


def _next(decided: Decided, text: str, situation: Situation) -> str:
    """When the refund shows, once there is one; before that, what was said to come next."""
    if number := decided.receipt.order_number:
        found = situation.ask("get_return_and_refund_status", order_number=number)
        if isinstance(found, ReturnsCard) and found.refunds:
            return returns.returns(found, text, situation.today)
    return " ".join(decided.receipt.next_steps) or decided.text


def _money_back(decided: Decided, text: str, situation: Situation) -> str | None:
    """How the refund stands, where that is asked, or where it was refused: then a yes would not be true."""
    number = decided.receipt.order_number
    if number is None or all(payout.direction == "pay" for payout in decided.receipt.payouts):
        return None
    found = situation.ask("get_return_and_refund_status", order_number=number)
    if not isinstance(found, ReturnsCard) or not found.refunds:
        return None
    is_refused = any(one.status is RefundStatus.FAILED for one in found.refunds)
    if not is_refused and not _MONEY.search(text):
        return None
    return returns.returns(found, text, situation.today)


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
