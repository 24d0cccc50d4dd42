"""What the changes of one conversation give back in all: "how much will I get back altogether?"."""

import re

from bot.embedded.answers import Answer
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation
from tools.change_cards import PayoutFacts, ReceiptCard
from tools.commerce.schema import ProposalStatus
from tools.facts import Money

_BACK = re.compile(
    r"\b(?:how much|what)\b.{0,40}\b(?:back|refund\w*)\b|\b(?:total|sum|combined)\b.{0,20}\b(?:refund\w*|back)\b",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r"\b(?:total|altogether|in all|all together|combined|in sum|sum|both|all of (?:it|them|those)|everything)\b",
    re.IGNORECASE,
)


def in_all(situation: Situation) -> Answer | None:
    """None where that is not asked, or not about more than one change that was agreed to here."""
    text = plain(situation.text)
    back = [(receipt, payout) for receipt in situation.receipts for payout in _back(receipt)]
    currencies = {payout.amount.currency for _, payout in back}
    is_of_several = len({receipt.proposal_id for receipt, _ in back}) > 1 and len(currencies) == 1
    if not (is_of_several and _BACK.search(text) and _IN_ALL.search(text)):
        return None
    total = Money.of(sum(payout.amount.amount for _, payout in back), currencies.pop())
    parts = [f"{payout.amount.text} to {payout.to} for {_told(receipt)}" for receipt, payout in back]
    return Answer(f"You get back {total.text} in all: {' and '.join(parts)}.", order=back[-1][0].order_number)


def _back(receipt: ReceiptCard) -> list[PayoutFacts]:
    is_agreed = receipt.status in {ProposalStatus.ACCEPTED, ProposalStatus.NEEDS_APPROVAL}
    return [payout for payout in receipt.payouts if payout.direction == "back"] if is_agreed else []


def _told(receipt: ReceiptCard) -> str:
    return f"order {receipt.order_number}" if receipt.order_number else "your account"
