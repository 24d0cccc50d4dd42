"""A new wish for a change: which kind it is, what was said of it before, and the change that it takes the place of."""

import re
from collections.abc import Sequence

from bot.embedded.answering import policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import asking
from bot.embedded.changes.again import SAME_REASON
from bot.embedded.changes.amending import adds
from bot.embedded.changes.asking import names_items
from bot.embedded.changes.details import detail_named
from bot.embedded.changes.draft import Draft, Question
from bot.embedded.changes.finding import leans_back, names_another_order
from bot.embedded.changes.holding import is_of_items
from bot.embedded.changes.kinds import has_no_flow, in_place_of, is_of_profile, kind_of
from bot.embedded.changes.proposing import propose
from bot.embedded.changes.reading import points_back, told
from bot.embedded.changes.reasons import cancellation_reason, refund_cause, refund_to, return_reason
from bot.embedded.changes.refusing import as_kind
from bot.embedded.intents import ABOUT_PRODUCTS, Intent
from bot.embedded.meant.order import named_numbers
from bot.embedded.reading.conditions import About
from bot.embedded.reading.manner import Manner, manner
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import changes as wording
from tools.change_cards import Choice
from tools.commerce.schema import ProposalKind

_FOR_THAT = re.compile(
    r"\b(?:for|to|into|with|get|want|take|have) (?:that|this|it|one)(?: one)?\b", re.IGNORECASE
)
_OF_ALL = re.compile(
    r"\b(?:for|about|of|on) (?:both|all|everything|each)\b|\ball of (?:them|it)\b", re.IGNORECASE
)
_WITH_REASON = frozenset({ProposalKind.RETURN, ProposalKind.EXCHANGE})
_ADDS = re.compile(r"\badd\b", re.IGNORECASE)


def words_for(task: Task, situation: Situation) -> tuple[str, ...]:
    """With what was said just before: "this lamp is too big", "return it"; "is there a blue one?", "get that"."""
    before = situation.memory
    asked_of_one = before.intent in ABOUT_PRODUCTS and _FOR_THAT.search(task.text)
    complains = before.intent in {Intent.REPORT_PROBLEM, Intent.COMPLAINT}
    tells_cause = before.intent is Intent.TRACK_ORDER and refund_cause(before.text)
    is_open = before.asked is not None or before.draft is not None
    own = (*_depends_on(task), task.text)
    return own if is_open or not (complains or tells_cause or asked_of_one) else (before.text, *own)


def _money_to(task: Task) -> str | None:
    """Where the money is to go, if the wish depends on that."""
    condition = task.condition
    is_told = condition and condition.about is About.MONEY_TO and not condition.denied
    return refund_to(condition.said, asked=True) if condition and is_told else None


def _reason_before(before: Draft | None, kind: ProposalKind | None, situation: Situation) -> str | None:
    """Why they wanted the change before this one, where that was said of this one too.

    Of the cancellations of one message it need not be asked for each.
    """
    if before is None or kind is None:
        return None
    is_alike = kind is before.change or {kind, before.change} <= _WITH_REASON
    is_same = is_alike and SAME_REASON.search(plain(situation.text))
    if is_same or (situation.settled and kind is ProposalKind.CANCELLATION and before.change is kind):
        return before.reason
    of_all = _said_of_all(before, situation) if kind in _WITH_REASON else ()
    return next(filter(None, map(return_reason, of_all)), None)


def _refund_to_before(before: Draft | None, kind: ProposalKind | None, situation: Situation) -> str | None:
    """Where the money should go, if that was said over the change before this one of this one too."""
    of_all = _said_of_all(before, situation) if before and kind is ProposalKind.RETURN else ()
    return next(filter(None, (refund_to(text, asked=True) for text in of_all)), None)


def _said_of_all(before: Draft, situation: Situation) -> tuple[str, ...]:
    """What was said of all changes of a message while the first of them was talked about: "my Visa for both"."""
    return tuple(text for text in reversed(before.said) if _OF_ALL.search(text)) if situation.settled else ()


def _depends_on(task: Task) -> tuple[str, ...]:
    """The words of what it depends on: they may name what "it" is."""
    is_known = task.condition and task.condition.about is not About.UNKNOWN
    return (task.condition.said,) if task.condition and is_known else ()


def instead(before: Draft, kind: ProposalKind | None, task: Task, situation: Situation) -> Draft:
    """Another change of the order that is spoken of, with what is known of it."""
    is_of_parcel = kind is ProposalKind.REFUND and (situation.decided or refund_cause(task.text))
    kind = ProposalKind.REFUND if is_of_parcel else in_place_of(before.change, kind)
    draft = as_kind(before, kind).but(
        said=(*_depends_on(task), task.text), condition=task.condition, otherwise=task.otherwise
    )
    is_of_same = bool(before.items) and points_back(task.text)
    has_own_items = kind is not before.change and not is_of_same and names_items(draft, task.text)
    if situation.decided and not leans_back(task.text):
        has_own_items = True
        if not (kind is before.change and adds(task.text)):
            reason, money_to = (
                told_of(before, kind, situation) for told_of in (_reason_before, _refund_to_before)
            )
            draft = draft.but(reason=reason, refund_to=money_to)
    if has_own_items:
        draft = draft.but(items=(), among=(), whole=False)
    return told(draft, task.text)


def begin(task: Task, situation: Situation) -> Answer:
    kind = kind_of(task.intent, task.text)
    if kind is None and task.intent is Intent.CHANGE_ORDER and _is_of_items(task, situation):
        kind = ProposalKind.ITEM_CHANGE
    if manner(task.text) is Manner.RULE:
        return policies.rule_of_change(task, situation)
    if (
        kind in {None, ProposalKind.PROFILE_CHANGE}
        and has_no_flow(task.text)
        and detail_named(task.text) is None
    ):
        return policies.by_a_person(task, situation)
    if kind is ProposalKind.ITEM_CHANGE and _ADDS.search(task.text) and not _adds_more(task):
        return Answer(wording.NO_NEW_ITEMS)
    before = situation.memory.draft
    if kind is None and before and before.items and leans_back(task.text):
        return propose(instead(before, None, task, situation), task, situation)
    draft = Draft(
        change=kind or ProposalKind.ITEM_CHANGE,
        said=words_for(task, situation),
        reason=_reason_before(before, kind, situation),
        refund_to=_money_to(task) or _refund_to_before(before, kind, situation),
        condition=task.condition,
        otherwise=task.otherwise,
    )
    if kind is None:
        raise _which_change(draft, situation, wording.WHICH_CHANGE, wording.CHANGES)
    if kind is ProposalKind.PROFILE_CHANGE and not is_of_profile(task.text):
        if cancellation_reason(task.text) or return_reason(task.text):
            raise _which_change(draft, situation, wording.GIVE_UP_WHAT, wording.WAYS_TO_GIVE_UP)
        return policies.quoted(task, situation) or policies.unclear(situation)
    if (
        before
        and before.order
        and kind is not ProposalKind.PROFILE_CHANGE
        and not names_another_order(task, situation, before)
    ):
        return propose(instead(before, kind, task, situation), task, situation)
    return _with_article(task, situation, draft)


def _is_of_items(task: Task, situation: Situation) -> bool:
    spoken_of = situation.memory.order
    numbers = named_numbers(task, situation)[:1] or ((spoken_of,) if spoken_of else ())
    return not situation.is_staff and is_of_items(task.text, numbers, situation)


def _which_change(draft: Draft, situation: Situation, question: str, ways: Sequence[Choice]) -> Asks:
    asked = asking.asking(draft, Question.CHANGE, question, ways)
    return Asks(asked.question, Slot.CHANGE, situation.memory.order, asked)


def _with_article(task: Task, situation: Situation, draft: Draft) -> Answer:
    """To "can I …?" and "how do I …?" the shop's rule is told first, while it is open what it comes to for them."""
    try:
        return propose(draft, task, situation)
    except Asks as asks:
        before = _first_answer(asks, task, situation) if _asks_first(task) else None
        if not before:
            raise
        raise Asks(f"{before}\n\n{asks.text}", asks.slot, asks.order, asks.draft) from None


def _asks_first(task: Task) -> bool:
    return manner(task.text) in {Manner.HOW, Manner.WHETHER}


def _first_answer(asks: Asks, task: Task, situation: Situation) -> str | None:
    """What can be said already: that a tool found it possible, or else the shop's rule."""
    draft = asks.draft
    if asks.slot is Slot.CHANGE and draft and draft.asked not in {Question.LINES, Question.NUMBER}:
        is_found_possible = asks.text == draft.question and draft.change in wording.BEFORE_SHIPPING
        return wording.POSSIBLE if is_found_possible else None
    article = policies.on_change(task, situation)
    return article.text if article else None


def _adds_more(task: Task) -> bool:
    """Whether what is to be added is more of what may be in the order."""
    return bool(re.search(r"\b(?:another|more|one extra|an extra|extra)\b", task.text, re.IGNORECASE))
