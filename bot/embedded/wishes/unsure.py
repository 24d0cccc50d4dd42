"""What is made of a message that can be read in more than one way: if two readings are close, the person says which."""

from collections.abc import Sequence

from bot.embedded.answers import Asks, Task
from bot.embedded.changes.kinds import kind_of
from bot.embedded.changes.matching import labelled, placed
from bot.embedded.changes.reasons import return_reason
from bot.embedded.intents import CHANGES, Intent
from bot.embedded.reading.entities import order_numbers
from bot.embedded.situation import Situation, Slot
from bot.embedded.understanding.wish import Wish
from bot.embedded.wording.changes import question
from tools.change_cards import Choice
from tools.commerce.schema import ProposalKind, ReturnReason

EITHER = "I could take that in two ways. Which do you mean?"
CLOSE = 0.8
"""From this share of the first reading's confidence on the second is as likely."""
TOGETHER = 0.5
"""So sure it must be that it is one of the two."""
_LABELS = {
    Intent.CANCEL_ORDER: "Cancel an order",
    Intent.CHANGE_ORDER: "Change an order",
    Intent.CHANGE_PROFILE: "Change my own details",
    Intent.RETURN_ITEM: "Return something",
    Intent.EXCHANGE_ITEM: "Exchange something",
    Intent.REQUEST_REFUND: "Get money back",
    Intent.REPORT_PROBLEM: "Tell you of a problem",
    Intent.TRACK_ORDER: "Find out where a parcel is",
    Intent.RETURN_STATUS: "Hear how a return or refund stands",
}
_SAME_END = tuple(
    frozenset(pair)
    for pair in (
        # How far the order is decides which of the two is possible.
        (Intent.CHANGE_ORDER, Intent.EXCHANGE_ITEM),
        (Intent.CANCEL_ORDER, Intent.RETURN_ITEM),
        (Intent.CANCEL_ORDER, Intent.REQUEST_REFUND),
        (Intent.RETURN_ITEM, Intent.REQUEST_REFUND),
        # What went wrong is asked, or known, before the money goes back.
        (Intent.REPORT_PROBLEM, Intent.REQUEST_REFUND),
    )
)


def of_unsure(wish: Wish, situation: Situation) -> Task | None:
    """The task of a wish with two close readings; None where one stands out, or where it can be neither."""
    readings = (wish.intent, wish.runner_up)
    sure = wish.confidence, wish.runner_up_confidence
    if (
        situation.is_staff
        or sure[1] < CLOSE * sure[0]
        or sum(sure) < TOGETHER
        or not set(readings) <= set(_LABELS)
    ):
        return None
    kinds = {kind_of(intent, wish.text) for intent in readings}
    # "It's noisy, I don't want it" tells more than a problem.
    decided = Intent.REPORT_PROBLEM in readings and return_reason(wish.text) == ReturnReason.CHANGED_MIND
    decided = decided and bool(CHANGES & set(readings))
    if decided or frozenset(readings) in _SAME_END or (len(kinds) == 1 and None not in kinds):
        return Task(next(intent for intent in readings if intent in CHANGES), wish.text)
    return Task(None, wish.text, readings=readings)


def ask_which(task: Task) -> Asks:
    """The question which of the task's readings is meant."""
    return Asks(question(EITHER, choices(task.readings)), Slot.WISH)


def choices(readings: Sequence[Intent]) -> tuple[Choice, ...]:
    return tuple(Choice(value=intent.value, label=_LABELS[intent]) for intent in readings)


def chosen(situation: Situation, wish: Wish) -> Task | None:
    """What the message says that they meant; None where it says neither."""
    memory = situation.memory
    offered = choices(memory.readings)
    named = labelled(situation.text, offered) or placed(situation.text, offered)
    meant = Intent(named.value) if named else wish.intent
    if meant not in memory.readings:
        return None
    return Task(meant, memory.text, resumed=True) if named else Task(meant, situation.text)


def numbered_change(wish: Wish, situation: Situation) -> Intent | None:
    """The change that an unsure wish names beside an order's number; at most it ends in a proposal or a question."""
    if not order_numbers(wish.text, [order.number for order in situation.orders_shown]):
        return None
    readings = (wish.intent, *((wish.runner_up,) if wish.intent is Intent.ORDER_DETAILS else ()))
    kinds = {intent: kind_of(intent, wish.text) for intent in readings if intent in CHANGES}
    return next((i for i, kind in kinds.items() if kind not in {None, ProposalKind.PROFILE_CHANGE}), None)
