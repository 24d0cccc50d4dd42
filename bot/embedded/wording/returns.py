"""Returns, exchanges and refunds in sentences."""

import re
from datetime import date

from bot.embedded.wording.phrases import day, on_day, sentence
from knowledge.wording import listed
from tools.cards import RefundFacts, ReturnFacts, ReturnsCard
from tools.commerce.schema import RefundStatus, ReturnKind, ReturnStatus

_STANDS = {
    ReturnStatus.REQUESTED: "has been requested and is waiting for approval",
    ReturnStatus.APPROVED: "is approved; we are waiting for the parcel to be sent",
    ReturnStatus.IN_TRANSIT: "is on its way back to us",
    ReturnStatus.RECEIVED: "has arrived back at our warehouse and is being checked",
    ReturnStatus.COMPLETED: "is complete",
    ReturnStatus.REJECTED: "was not accepted",
    ReturnStatus.CANCELLED: "was cancelled",
}
_OVER = {ReturnStatus.COMPLETED, ReturnStatus.REJECTED, ReturnStatus.CANCELLED}
_UNDER_WAY = {ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.IN_TRANSIT}
_ASKS_MONEY = re.compile(
    r"refund|\bmoney\b|\bhow much\b|\bamount\b|\bget back\b|\bpaid back\b|\bcredit", re.IGNORECASE
)
_ASKS_RECEIVED = re.compile(
    r"\b(?:did|have|has|is|was)\b[^.?!]{0,50}\b(?:receive|got|get|arriv|reach|there|with you|come back)",
    re.IGNORECASE,
)
_ASKS_REFUNDED = re.compile(
    r"\b(?:did|have|has|was|were|am|been)\b[^.?!]{0,40}\b(?:refund|money|issued|sent|processed|paid back)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(r"\bwhen\b|\bhow (?:long|soon)\b|\bby what (?:day|date)\b", re.IGNORECASE)
_ASKS_AMOUNT = re.compile(r"\bhow much\b|\b(?:what|which) (?:amount|sum)\b", re.IGNORECASE)


def returns(card: ReturnsCard, question: str, today: date) -> str:
    """What `question` asks of an order's returns and refunds."""
    if not card.returns and not card.refunds:
        return f"There is no return and no refund on order {card.number}."
    sent_back = [sentence(_return(one, today)) for one in card.returns]
    money = [sentence(_refund(one, today)) for one in card.refunds]
    if _ASKS_MONEY.search(question) and money:
        return _about_money(card, question, money, today)
    if _ASKS_MONEY.search(question) and not money:
        none = f"No refund has been made on order {card.number} so far."
        return " ".join([none, *sent_back])
    opening = _received(card, today) if _ASKS_RECEIVED.search(question) and len(card.returns) == 1 else ""
    if opening:
        return " ".join([opening, *money])
    return _on_order(card, [*sent_back, *money])


def asks_when(question: str) -> bool:
    return bool(_ASKS_WHEN.search(question))


def is_exchange(card: ReturnsCard) -> bool:
    """Whether something of the order is being, or was, exchanged."""
    dropped = {ReturnStatus.REJECTED, ReturnStatus.CANCELLED}
    return any(one.return_kind is ReturnKind.EXCHANGE and one.status not in dropped for one in card.returns)


def _about_money(card: ReturnsCard, question: str, money: list[str], today: date) -> str:
    one = card.refunds[0]
    if len(money) > 1 or one.status is RefundStatus.FAILED:
        return _on_order(card, money)
    pending = one.status is RefundStatus.PENDING
    if _ASKS_AMOUNT.search(question):
        verb = "will be" if pending else "was"
        return f"{one.amount.text} {verb} refunded to {one.to} for order {card.number}."
    if _ASKS_WHEN.search(question) and one.expected_by:
        return f"The {one.amount.text} should be on {one.to} by {day(one.expected_by, today)}."
    opening = ""
    if _ASKS_REFUNDED.search(question):
        opening = "Not quite yet: " if pending else "Yes: "
    told = _on_order(card, money)
    return opening + (told[0].lower() + told[1:] if opening else told)


def _on_order(card: ReturnsCard, said: list[str]) -> str:
    first = said[0][0].lower() + said[0][1:]
    return " ".join([f"On order {card.number}, {first}", *said[1:]])


def _received(card: ReturnsCard, today: date) -> str:
    """Whether what was sent back has reached us."""
    one = card.returns[0]
    what = f"{_kind(one)} {one.rma}{_items(one)}"
    if one.received_on:
        stands = (
            "" if one.status is ReturnStatus.RECEIVED else f", and the {_kind(one)} {_STANDS[one.status]}"
        )
        checked = " and is being checked" if one.status is ReturnStatus.RECEIVED else ""
        return f"Yes: the {what} reached us {on_day(one.received_on, today)}{checked}{stands}."
    return f"Not yet: the {what} {_STANDS[one.status]}." if one.status in _UNDER_WAY else ""


def _return(one: ReturnFacts, today: date) -> str:
    when = ""
    if one.status is ReturnStatus.RECEIVED and one.received_on:
        when = f", since {day(one.received_on, today)}"
    elif one.closed_on and one.status in _OVER:
        when = f", since {day(one.closed_on, today)}"
    return f"the {_kind(one)} {one.rma}{_items(one)} {_STANDS[one.status]}{when}"


def _kind(one: ReturnFacts) -> str:
    return "exchange" if one.return_kind is ReturnKind.EXCHANGE else "return"


def _items(one: ReturnFacts) -> str:
    return f" of {listed(one.items)}" if one.items else ""


def _refund(one: RefundFacts, today: date) -> str:
    match one.status:
        case RefundStatus.PENDING:
            said = (
                f"a refund of {one.amount.text} to {one.to} has been decided and is with the payment provider"
            )
        case RefundStatus.ISSUED:
            when = f" {on_day(one.completed_on, today)}" if one.completed_on else ""
            said = f"{one.amount.text} was refunded to {one.to}{when}"
        case RefundStatus.FAILED:
            return f"a refund of {one.amount.text} to {one.to} did not go through, and a person has to look at it"
    if one.expected_by:
        said += f"; it should show there by {day(one.expected_by, today)}"
    return said
