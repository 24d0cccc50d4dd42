"""Whether what a wish depends on is so, by what the tools say; None where that cannot be known yet, or at all."""

import re
from dataclasses import dataclass
from datetime import date

from bot.embedded.changes.draft import Draft
from bot.embedded.changes.kinds import NOT_SHIPPED
from bot.embedded.changes.lines import meant
from bot.embedded.changes.reading import methods_named
from bot.embedded.reading.amounts import price_limits
from bot.embedded.reading.conditions import About, Condition
from bot.embedded.reading.deadlines import deadline
from bot.embedded.situation import Situation
from bot.embedded.wording import conditions as wording
from tools.cards import OrderCard, TrackingCard
from tools.change_cards import ProposalCard
from tools.commerce.money import format_money, to_major
from tools.commerce.schema import OrderStatus

OF_PROPOSAL = frozenset({About.REFUND, About.COST, About.MONEY_TO})

_HAS_COME = re.compile(r"\b(?:delivered|arrived|here|got it|received)\b", re.IGNORECASE)
_ON_ITS_WAY = re.compile(r"\bon (?:its|the) way\b|\bin transit\b|\bout for delivery\b", re.IGNORECASE)
_WAITS = re.compile(r"\b(?:processing|pending|packed|still|warehouse)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:after|later than|past)\b", re.IGNORECASE)
_LATE = re.compile(r"\blate\b(?!r)", re.IGNORECASE)
_IN_TIME = re.compile(r"\b(?:on|in) time\b", re.IGNORECASE)
_STRICTLY = re.compile(
    r"\b(?:over|above|more than|under|below|less than|cheaper than|higher than|lower than)\b", re.IGNORECASE
)
_NOT = re.compile(
    r"\b(?:not|no) (?=(?:over|above|more|under|below|less|cheaper|higher|lower)\b)", re.IGNORECASE
)
"""Of a limit that is denied, the denial is counted once: "not over $50"."""
_ANY_CARD = re.compile(r"\b(?:card|account|bank\w*|original)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Judged:
    holds: bool
    why: str
    """The fact that it was judged by, without a full stop."""


def of_order(condition: Condition, draft: Draft, card: OrderCard, situation: Situation) -> Judged | None:
    """By the order's records."""
    match condition.about:
        case About.STATUS:
            return _judged(condition, _has_status(condition.said, card.status), wording.status(card))
        case About.ORDER_AMOUNT:
            return _amount(condition, *_priced(condition.said, draft, card))
        case About.ARRIVAL:
            return _arrival(condition, card, situation)
        case _:
            return None


def of_proposal(condition: Condition, card: ProposalCard) -> Judged | None:
    """By the money of what would be done."""
    match condition.about:
        case About.MONEY_TO:
            to = [payout.to for payout in card.payouts if payout.direction == "back"]
            return _judged(
                condition, bool(to) and all(_is_named(condition.said, one) for one in to), wording.goes_to(to)
            )
        case About.REFUND:
            back = sum(payout.amount.amount for payout in card.payouts if payout.direction == "back")
            currency = _currency(card)
            return _amount(condition, back, currency, wording.BACK) if currency else None
        case About.COST:
            return _cost(condition, card)
        case _:
            return None


def _judged(condition: Condition, is_so: bool, why: str) -> Judged:
    return Judged(is_so != condition.denied, why)


def _has_status(said: str, status: OrderStatus) -> bool:
    if _ON_ITS_WAY.search(said):
        return status is OrderStatus.SHIPPED
    if _HAS_COME.search(said) and not re.search(r"\bstill\b", said, re.IGNORECASE):
        return status is OrderStatus.DELIVERED
    if _WAITS.search(said):
        return status in NOT_SHIPPED
    return status in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}


def _priced(said: str, draft: Draft, card: OrderCard) -> tuple[int, str, str]:
    """What is meant by "it": the items that the condition names, or else the whole order; its currency and its name."""
    named = {item.line for item in meant(said, draft.lines).items}
    lines = [line for line in card.lines if line.line in named]
    if not lines:
        return card.total.amount, card.total.currency, wording.order_cost(card.number)
    total = sum(line.total.amount for line in lines)
    return total, card.total.currency, wording.items_cost([line.name for line in lines])


def _amount(condition: Condition, minor: int, currency: str, subject: str) -> Judged | None:
    said = _NOT.sub("", condition.said) if condition.denied else condition.said
    limits = price_limits(said)
    amount, strictly = to_major(minor, currency), bool(_STRICTLY.search(said))
    within = []
    if limits.minimum is not None:
        within.append(amount > limits.minimum if strictly else amount >= limits.minimum)
    if limits.maximum is not None:
        within.append(amount < limits.maximum if strictly else amount <= limits.maximum)
    return _judged(condition, all(within), f"{subject} {format_money(minor, currency)}") if within else None


def _cost(condition: Condition, card: ProposalCard) -> Judged | None:
    """What is to be paid, or is taken off what goes back."""
    currency = _currency(card)
    if currency is None:
        return _judged(condition, True, wording.cost(None))
    paid = sum(payout.amount.amount for payout in card.payouts if payout.direction == "pay")
    taken_off = [part for part in card.parts if part.amount.amount < 0]
    cost = paid or -sum(part.amount.amount for part in taken_off)
    limits = price_limits(condition.said)
    if limits.minimum is not None or limits.maximum is not None:
        return _amount(condition, cost, currency, wording.COSTS)
    return _judged(condition, cost == 0, wording.cost(format_money(cost, currency) if cost else None))


def _arrival(condition: Condition, card: OrderCard, situation: Situation) -> Judged | None:
    expected = _expected(card, situation)
    if expected is None:
        return None
    if _LATE.search(condition.said) or _IN_TIME.search(condition.said):
        is_so = card.is_late == bool(_LATE.search(condition.said))
        return _judged(condition, is_so, wording.arrival(expected, situation.today))
    last = deadline(condition.said, situation.today)
    if last is None:
        return None
    is_so = expected > last if _LATER.search(condition.said) else expected <= last
    return _judged(condition, is_so, wording.arrival(expected, situation.today))


def _expected(card: OrderCard, situation: Situation) -> date | None:
    """The later end of what is known of its arrival."""
    found = situation.ask("track_parcel", order_number=card.number)
    parcels = found.parcels if isinstance(found, TrackingCard) else ()
    days = [parcel.delivered_on or parcel.expected_by or parcel.expected_on for parcel in parcels]
    return max((day for day in days if day), default=card.delivered_on or card.expected_on)


def _is_named(said: str, label: str) -> bool:
    named = methods_named(said)
    if named:
        return named.lower().replace(" ", "") in label.lower().replace(" ", "")
    return bool(_ANY_CARD.search(said)) and "ending in" in label


def _currency(card: ProposalCard) -> str | None:
    """None of what moves no money."""
    amounts = [*(payout.amount for payout in card.payouts), *(part.amount for part in card.parts)]
    return amounts[0].currency if amounts else None
