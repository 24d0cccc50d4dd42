"""Carries a change from the wish to a proposal: the order, what is known, one question at a time, the tool's answer.

Nothing is done here. A proposal waits for the person's yes, which code takes and carries out.
"""

import re
from collections.abc import Sequence

from bot.embedded import policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import aftermath, asking, inquiring
from bot.embedded.changes.aftermath import asks_after
from bot.embedded.changes.beginning import instead, words_for
from bot.embedded.changes.continuing import corrects, drops
from bot.embedded.changes.details import detail_named
from bot.embedded.changes.draft import MISSES, Draft, Question
from bot.embedded.changes.finding import (
    leans_back,
    moved_to_another,
    names_another_order,
    order_of,
    with_order,
)
from bot.embedded.changes.kinds import has_no_flow, is_of_profile, kind_of
from bot.embedded.changes.reading import told
from bot.embedded.changes.reasons import cancellation_reason, return_reason
from bot.embedded.changes.refusing import as_kind, refused
from bot.embedded.changes.requesting import request
from bot.embedded.intents import Intent
from bot.embedded.manner import Manner, manner
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import changes as wording
from tools.cards import OrderCard, Refusal
from tools.change_cards import Choice, Needed, ProposalCard
from tools.commerce.schema import OrderStatus, ProposalKind, ReturnReason

MOST_STEPS = 6
SAID_KEPT = 6

_ADDS = re.compile(r"\badd\b", re.IGNORECASE)


def carry(task: Task, situation: Situation) -> Answer:
    """The proposal, or why there is none. Raises Asks for what is still to be said."""
    if situation.is_staff:
        return Answer(wording.NOT_FOR_STAFF)
    if task.draft is None:
        return _begin(task, situation)
    return _go_on(task, situation, task.draft)


def offer(draft: Draft, before: str) -> Asks:
    """The question whether they want `draft`, after what is to be said before it."""
    offered = asking.asking(draft, Question.OFFER, wording.offer(draft.change))
    return Asks(f"{before}\n\n{offered.question}", Slot.CHANGE, draft.order, offered)


def put_right(task: Task, situation: Situation, number: str, before: str) -> Answer:
    """After a report of something broken or wrong: a new one, or the money back."""
    draft = Draft(change=ProposalKind.EXCHANGE, said=(task.text,), order=number)
    card = order_of(draft, task, situation)
    if not isinstance(card, OrderCard) or card.status is not OrderStatus.DELIVERED:
        return Answer(before, order=number)
    draft = told(with_order(draft, card), task.text)
    if way := wording.way_to_put_right(task.text):
        return _with_before(
            before, as_kind(draft, way).but(reason=draft.reason, said=draft.said), task, situation
        )
    fits_not = draft.reason == ReturnReason.WRONG_SIZE
    question = wording.ANOTHER_SIZE if fits_not else wording.PUT_RIGHT
    ways = wording.WAYS_WITH_SIZE if fits_not else wording.WAYS_TO_PUT_RIGHT
    asked = asking.asking(draft, Question.CHANGE, question, ways)
    raise Asks(f"{before}\n\n{asked.question}", Slot.CHANGE, number, asked)


def _begin(task: Task, situation: Situation) -> Answer:
    kind = kind_of(task.intent, task.text)
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
        return _propose(instead(before, None, task, situation), task, situation)
    draft = Draft(change=kind or ProposalKind.ITEM_CHANGE, said=words_for(task, situation))
    if kind is None:
        raise _which_change(draft, situation, wording.WHICH_CHANGE, wording.CHANGES)
    if kind is ProposalKind.PROFILE_CHANGE and not is_of_profile(task.text):
        if cancellation_reason(task.text) or return_reason(task.text):
            raise _which_change(draft, situation, wording.GIVE_UP_WHAT, wording.WAYS_TO_GIVE_UP)
        return policies.unclear(situation)
    if (
        before
        and before.order
        and kind is not ProposalKind.PROFILE_CHANGE
        and not names_another_order(task, situation, before)
    ):
        return _propose(instead(before, kind, task, situation), task, situation)
    return _with_article(task, situation, draft)


def _which_change(draft: Draft, situation: Situation, question: str, ways: Sequence[Choice]) -> Asks:
    asked = asking.asking(draft, Question.CHANGE, question, ways)
    return Asks(asked.question, Slot.CHANGE, situation.memory.order, asked)


def _with_article(task: Task, situation: Situation, draft: Draft) -> Answer:
    """To "can I …?" and "how do I …?" the shop's rule is told first, while it is open what it comes to for them."""
    try:
        return _propose(draft, task, situation)
    except Asks as asks:
        before = _first_answer(asks, task, situation) if _asks_first(task) else None
        if not before:
            raise
        raise Asks(f"{before}\n\n{asks.text}", asks.slot, asks.order, asks.draft) from None


def _with_before(before: str, draft: Draft, task: Task, situation: Situation) -> Answer:
    try:
        answer = _propose(draft, task, situation)
    except Asks as asks:
        raise Asks(f"{before}\n\n{asks.text}", asks.slot, asks.order, asks.draft) from None
    return Answer(f"{before}\n\n{answer.text}", answer.order, draft=answer.draft)


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


def _go_on(task: Task, situation: Situation, draft: Draft) -> Answer:
    text = situation.text
    if situation.memory.asked not in {None, Slot.CHANGE}:
        return _identified(draft, task, situation)
    if asks_after(situation):
        told_of = aftermath.told(situation)
        return told_of or _with_before(wording.NOT_YET, draft, task, situation)
    if drops(text) or _declines(draft, text):
        return Answer(wording.LEFT, order=draft.order)
    if (moved := moved_to_another(draft, situation)) is not draft:
        return _propose(moved, task, situation)
    if draft.asked is None or draft.asked is Question.OFFER:
        return _amended(draft, task, situation)
    return _answered(draft, task, situation)


def _amended(draft: Draft, task: Task, situation: Situation) -> Answer:
    """What was proposed, with what the message corrects of it, or shown again for a plain yes."""
    text = situation.text
    if draft.proposed and inquiring.topic(draft, text):
        return _propose(draft.but(proposed=False, idle=0), task, situation)
    changed = told(draft.but(asked=None, question="", proposed=False, idle=0), text)
    heard = _heard(changed, text)
    if not draft.proposed or not changed.told_as_much_as(draft):
        return _propose(heard, task, situation)
    if inquiring.asks(text):
        return _propose(heard, task, situation)
    return _with_before(wording.NOT_CHANGED if corrects(text) else wording.PLAIN_YES, heard, task, situation)


def _identified(draft: Draft, task: Task, situation: Situation) -> Answer:
    """After who they are, or which order, was asked; what they said of the change instead is kept."""
    try:
        return _propose(draft, task, situation)
    except Asks as asks:
        is_open_still = asks.slot is situation.memory.asked and draft.said[-1:] == (situation.text.strip(),)
        said = wording.noted(asks.text) if is_open_still else asks.text
        raise Asks(said, asks.slot, asks.order, asks.draft) from None


def _answered(draft: Draft, task: Task, situation: Situation) -> Answer:
    """With what the message answers to the open question."""
    text = situation.text
    if topic := inquiring.topic(draft, text):
        said = f"{inquiring.answer(draft, topic)}\n\n{draft.question}"
        raise Asks(said, Slot.CHANGE, draft.order, draft.but(idle=0))
    draft = draft.but(idle=0)
    found = asking.answered(draft, text)
    if found.asked is draft.asked and found.told_as_much_as(draft) and found.question == draft.question:
        if asking.repeats(draft, text):
            raise Asks(wording.noted(draft.question), Slot.CHANGE, draft.order, draft)
        raise _missed(draft, situation)
    if found.question != draft.question and found.asked:
        raise Asks(found.question, Slot.CHANGE, found.order, found)
    found = found.but(asked=None, question="", choices=(), missed=0)
    if draft.asked is Question.CHANGE:
        if found.order:
            found = as_kind(found, found.change).but(reason=found.reason, said=found.said)
        found = _read_first(found, *found.said)
    try:
        return _propose(_heard(found, text), task, situation)
    except Asks as asks:
        if asks.draft and asks.draft.question == draft.question:
            raise Asks(wording.noted(asks.text), asks.slot, asks.order, asks.draft) from None
        raise


def _heard(draft: Draft, text: str) -> Draft:
    return draft.but(said=(*draft.said, text)[-SAID_KEPT:])


def _declines(draft: Draft, text: str) -> bool:
    return draft.asked is Question.OFFER and bool(re.match(r"^\W*(?:no|nope|nah|not)\b", text, re.IGNORECASE))


def _propose(draft: Draft, task: Task, situation: Situation) -> Answer:
    """Raises Asks with the draft, whoever asks."""
    try:
        return _asked_tool(draft, task, situation)
    except Asks as asks:
        known = asks.draft or draft
        raise Asks(asks.text, asks.slot, asks.order or known.order, known) from None


def _asked_tool(draft: Draft, task: Task, situation: Situation) -> Answer:
    if draft.change is not ProposalKind.PROFILE_CHANGE and not draft.lines:
        card = order_of(draft, task, situation)
        if isinstance(card, Refusal):
            raise Asks(card.message, Slot.ORDER, None, draft.but(order=None))
        draft = _read_first(with_order(draft, card), *draft.said)
    elif draft.change is ProposalKind.PROFILE_CHANGE:
        draft = _read_first(draft, *draft.said)
    for _ in range(MOST_STEPS):
        draft = asking.settled(draft)
        if asked := asking.question_before(draft):
            raise Asks(asked.question, Slot.CHANGE, asked.order, asked)
        call = request(draft)
        found = situation.ask(call.tool, **dict(call.args))
        if isinstance(found, ProposalCard):
            proposed = draft.but(asked=None, question="", choices=(), missed=0, proposed=True)
            is_asked = inquiring.topic(proposed, situation.text) is not None
            said = wording.proposal(found, in_full=is_asked)
            return Answer(said, order=draft.order, draft=proposed)
        if not isinstance(found, Needed):
            return refused(draft, found, task, situation)
        known = asking.from_earlier_words(draft, found)
        if known is None:
            asked = asking.question_of(draft, found)
            before = wording.NO_SUCH_VERSION if asking.wants_none_of(asked) else ""
            raise Asks(before + asked.question, Slot.CHANGE, asked.order, asked)
        if known.asked:
            raise Asks(known.question, Slot.CHANGE, known.order, known)
        draft = known
    return Answer(policies.contact(situation), order=draft.order)


def _missed(draft: Draft, situation: Situation) -> Asks:
    missed = draft.but(missed=draft.missed + 1)
    if missed.missed < MISSES:
        return Asks(
            wording.missed(draft.question, has_choices=bool(draft.choices)), Slot.CHANGE, draft.order, missed
        )
    said = wording.missed_again(policies.contact(situation), draft.question)
    return Asks(said, Slot.CHANGE, draft.order, missed)


def _read_first(draft: Draft, *texts: str) -> Draft:
    """The draft with what the first words tell, now that the order's lines are known."""
    for text in texts:
        draft = told(draft, text)
    return draft


def _adds_more(task: Task) -> bool:
    """Whether what is to be added is more of what may be in the order."""
    return bool(re.search(r"\b(?:another|more|one extra|an extra|extra)\b", task.text, re.IGNORECASE))


JOBS = dict.fromkeys(
    (
        Intent.CANCEL_ORDER,
        Intent.CHANGE_ORDER,
        Intent.CHANGE_PROFILE,
        Intent.RETURN_ITEM,
        Intent.EXCHANGE_ITEM,
        Intent.REQUEST_REFUND,
    ),
    carry,
)
