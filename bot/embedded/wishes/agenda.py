"""What of a message is worked on now, and what waits: every question is answered at once, changes come one by one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.embedded.answers import Task
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.draft import Later
from bot.embedded.changes.kinds import kind_of, names_way
from bot.embedded.changes.reasons import cancellation_reason, refund_cause
from bot.embedded.intents import CHANGES, Intent
from bot.embedded.reading.clauses import clauses
from bot.embedded.reading.entities import order_numbers
from bot.embedded.reading.named_items import told_order
from bot.embedded.reading.references import refers_back
from bot.embedded.situation import Memory, Situation
from bot.embedded.wishes.each import by_order
from tools.commerce.schema import ProposalKind, ProposalStatus

_DONE = frozenset({ProposalStatus.ACCEPTED, ProposalStatus.NEEDS_APPROVAL})
_SWAPS = frozenset({Intent.CHANGE_ORDER, Intent.EXCHANGE_ITEM})
_DIFFERENCE = re.compile(
    r"\b(?:difference|surcharge|extra cost|remainder|what's (?:left|missing))\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\bthe (?:other|remaining) (?:one|two|three|four|five|six|\d+)\b(?! \w+ing\b)", re.IGNORECASE
)
_PREPOSITION = r"(?:(?:in|on|for|of|to|with) )?(?:both )?(?:my|the|our) "
_ACCOUNT = _PREPOSITION + r"(?:\w+ )?(?:profile|account|address book)"
_ORDER = _PREPOSITION + r"(?:[\w-]+ ){0,2}order"
_BOTH_PLACES = re.compile(
    rf"\b(?P<account>{_ACCOUNT})(?:,? and|,? as well as|,? plus)(?: also)? (?P<order>{_ORDER})\b|"
    rf"\b(?P<order_first>{_ORDER})(?:,? and|,? as well as|,? plus)(?: also)? (?P<account_last>{_ACCOUNT})\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"^\W*(?:(?:please|can|could|would|you)\W+)*(?:do|process|handle|make) (?:the|both|them|these|all|that)\b[\w ,]*"
    r"\b(?:together|at once|at the same time|in one go)\W*$",
    re.IGNORECASE,
)
"""Of what was asked for before."""
_GIVE_BACK = frozenset({Intent.RETURN_ITEM, Intent.CANCEL_ORDER})


@dataclass(frozen=True)
class Agenda:
    now: tuple[Task, ...] = ()
    later: tuple[Later, ...] = ()
    """Changes that this message asked for beside the first: only one proposal can wait for a yes."""


def agenda(found: Sequence[Task], situation: Situation) -> Agenda:
    """The tasks in the order they were said, all changes but the first put off."""
    found = _with_difference([part for task in found for part in _by_kind(task)])
    found = [part for task in _with_reasons(_with_the_others(found)) for part in _in_both_places(task)]
    found = [task for task in found if not _TOGETHER.match(task.text)]
    found = [part for task in found for part in by_order(task, situation)]
    changes = [task for task in found if task.intent in CHANGES]
    if any(task.intent in _GIVE_BACK for task in changes):
        # "Take it back and refund me": the money is a part of it.
        only_money = [t for t in changes if t.intent is Intent.REQUEST_REFUND and not refund_cause(t.text)]
        found = _with_money(found, only_money)
        changes = [task for task in found if task.intent in CHANGES]
    if len(changes) < 2:
        return Agenda(tuple(found))
    later = tuple(Later(intent=task.intent, text=task.text) for task in changes[1:] if task.intent)
    others = [task for task in found if task not in changes]
    return Agenda((*others, changes[0]), later)


def _with_money(found: Sequence[Task], only_money: Sequence[Task]) -> list[Task]:
    """With where the money should go as a part of what is given back."""
    rest = [task for task in found if task not in only_money]
    place = next(place for place, task in enumerate(rest) if task.intent in _GIVE_BACK)
    rest[place] = replace(rest[place], text=" ".join([rest[place].text, *(task.text for task in only_money)]))
    return rest


def is_free(memory: Memory, situation: Situation) -> bool:
    """Whether nothing of before waits for an answer or a yes, so that what was put off can come."""
    draft = memory.draft
    return memory.asked is None and not (draft and draft.proposed and situation.decided is None)


def still_wanted(situation: Situation) -> tuple[Later, ...]:
    """What waits, without what was wanted only if the change before it was not done."""
    done = situation.decided and situation.decided.receipt.status in _DONE
    return tuple(later for later in situation.memory.later if not (later.instead and done))


def up_next(memory: Memory, situation: Situation) -> tuple[Task, Situation]:
    """The first of what was put off, read as if it were said now."""
    first, *rest = memory.later
    left = memory.model_copy(update={"later": tuple(rest)})
    return Task(first.intent, first.text), replace(situation, text=first.text, memory=left)


def _with_difference(found: Sequence[Task]) -> list[Task]:
    """With how the difference of a swap is paid as a part of it: "the bigger one, and take the difference from …".

    And so with where an order should go: "it's going to my sister. Please use my own address".
    """
    joined: list[Task] = []
    for task in found:
        before = joined[-1] if joined else None
        pays = task.intent is Intent.CHANGE_ORDER and _DIFFERENCE.search(task.text)
        is_one = before and ((before.intent in _SWAPS and pays) or _goes_on_with_address(before, task))
        if before and is_one:
            joined[-1] = replace(before, text=f"{before.text} {task.text}")
        else:
            joined.append(task)
    return joined


def _is_of_address(task: Task) -> bool:
    is_change = task.intent in {Intent.CHANGE_ORDER, Intent.CHANGE_PROFILE}
    is_of_order = kind_of(Intent.CHANGE_ORDER, task.text) is ProposalKind.ADDRESS_CHANGE
    return is_change and (is_of_order or bool(_BOTH_PLACES.search(task.text)))


def _goes_on_with_address(before: Task, task: Task) -> bool:
    """Whether both are about one new address, which one of them tells, or neither."""
    if not (_is_of_address(before) and _is_of_address(task)) or told_order(task.text):
        return False
    told = [one for one in (before, task) if address_in(one.text) and order_numbers(one.text)]
    return len(told) < 2


def _in_both_places(task: Task) -> list[Task]:
    """A new address for the account and an order as one wish for each: "update my profile and the order"."""
    both = _BOTH_PLACES.search(task.text) if _is_of_address(task) else None
    if both is None:
        return [task]
    lead, rest = task.text[: both.start()], task.text[both.end() :]
    of_account, of_order = both["account"] or both["account_last"], both["order"] or both["order_first"]
    return [
        replace(task, intent=Intent.CHANGE_PROFILE, text=f"{lead}{of_account}."),
        replace(task, intent=Intent.CHANGE_ORDER, text=f"{lead}{of_order}{rest}"),
    ]


def _with_the_others(found: Sequence[Task]) -> list[Task]:
    """ "I only need one of the three shirts. Cancel the other two" is one wish, for what its end says."""
    joined: list[Task] = []
    for task in found:
        before = joined[-1] if joined else None
        is_of_others = task.intent in _GIVE_BACK and _OTHERS.search(task.text)
        if before and is_of_others and "?" not in before.text:
            joined[-1] = replace(task, text=f"{before.text} {task.text}")
        else:
            joined.append(task)
    return joined


def _with_reasons(found: Sequence[Task]) -> list[Task]:
    """With why as a part of the change before it: "cancel it, I no longer need it" is one wish."""
    joined: list[Task] = []
    for task in found:
        before = joined[-1] if joined else None
        tells_why = cancellation_reason(task.text) and refers_back(task.text) and not names_way(task.text)
        tells_why = tells_why and not order_numbers(task.text)
        if before and before.intent in CHANGES and task.intent in _GIVE_BACK and tells_why:
            joined[-1] = replace(before, text=f"{before.text} {task.text}")
        else:
            joined.append(task)
    return joined


def _by_kind(task: Task) -> list[Task]:
    """A wish for several kinds of change as one for each: "make it a 9 and send it to …"."""
    if task.intent is not Intent.CHANGE_ORDER:
        return [task]
    pieces = [(piece, kind_of(task.intent, piece)) for piece in clauses(task.text)]
    kinds = [kind for _, kind in pieces if kind]
    if len(set(kinds)) < 2 or len(kinds) < len(pieces):
        return [task]
    return [replace(task, text=piece) for piece, _ in pieces]
