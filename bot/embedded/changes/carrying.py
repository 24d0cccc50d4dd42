"""Carries a change from the wish to a proposal, over as many turns as it takes.

Nothing is done here. A proposal waits for the person's yes, which code takes and carries out.
"""

import re
from dataclasses import replace

from pydantic import JsonValue

from bot.embedded.answering import handing_over, policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import aftermath, asking, inquiring
from bot.embedded.changes.aftermath import asks_after
from bot.embedded.changes.becoming import could_become
from bot.embedded.changes.beginning import begin
from bot.embedded.changes.draft import MISSES, Draft, Question
from bot.embedded.changes.finding import moved_to_another, order_of, with_order
from bot.embedded.changes.holding import in_their_words
from bot.embedded.changes.lines import speaks_of_several
from bot.embedded.changes.matching import labelled
from bot.embedded.changes.proposing import after, propose, with_words
from bot.embedded.changes.reading import told
from bot.embedded.changes.refusing import as_kind
from bot.embedded.changes.repeating import before_repeating
from bot.embedded.changes.requesting import OF_LINES
from bot.embedded.changes.turning import corrects, disagrees, drops
from bot.embedded.intents import Intent
from bot.embedded.reading.conditions import condition_in
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import changes as wording
from bot.embedded.wording import outlook
from tools.cards import OrderCard
from tools.commerce.schema import OrderStatus, ProposalKind, ProposalStatus, ReturnReason
from tools.returnable_card import ReturnableCard

SAID_KEPT = 6
FEWEST_WORDS = 3
"""Of a reason that is none of those we know."""


def carry(task: Task, situation: Situation) -> Answer:
    """The proposal, or why there is none. Raises Asks for what is still to be said."""
    if situation.is_beside_case and (article := policies.quoted(task, situation)):
        # "Can she still return it?": what the shop promises; nobody can change anything here.
        return article
    if situation.is_staff:
        return Answer(wording.NOT_FOR_STAFF)
    if task.draft is None:
        return begin(task, situation)
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
    way = wording.way_to_put_right(task.text)
    if way is None and could_become(task.text, draft.chosen or draft.lines):
        way = ProposalKind.EXCHANGE
    if way:
        return after(
            before,
            lambda: propose(as_kind(draft, way).but(reason=draft.reason, said=draft.said), task, situation),
        )
    fits_not = draft.reason == ReturnReason.WRONG_SIZE
    question = wording.ANOTHER_SIZE if fits_not else wording.PUT_RIGHT
    ways = wording.WAYS_WITH_SIZE if fits_not else wording.WAYS_TO_PUT_RIGHT
    asked = asking.asking(draft, Question.CHANGE, question, ways)
    raise Asks(f"{before}\n\n{asked.question}", Slot.CHANGE, number, asked)


def _go_on(task: Task, situation: Situation, draft: Draft) -> Answer:
    decided = situation.decided
    if draft.asked is None and decided and decided.receipt.status is not ProposalStatus.DECLINED:
        draft = draft.but(items=(), among=(), whole=False, versions=())  # what is done is not asked for again
    if draft.lines and draft.change in OF_LINES and draft.asked in {None, Question.LINES}:
        known = in_their_words(situation.text, draft.lines, situation.likeness)
        situation = replace(situation, text=known)
    text = situation.text
    if situation.memory.asked not in {None, Slot.CHANGE}:
        return _identified(draft, task, situation)
    if (before := before_repeating(draft, text)) is not None:
        return _put_again(draft, before, task, situation)
    if asks_after(situation):
        told_of = aftermath.told(situation)
        return told_of or after(wording.NOT_YET, lambda: propose(draft, task, situation))
    if drops(text) or _declines(draft, text):
        return Answer(wording.LEFT, order=draft.order)
    if (moved := moved_to_another(draft, situation)) is not draft:
        return propose(moved, task, situation)
    if draft.asked is None or draft.asked is Question.OFFER:
        return _amended(draft, task, situation)
    return _answered(draft, task, situation)


def _put_again(draft: Draft, before: str, task: Task, situation: Situation) -> Answer:
    """The open question, or the proposal that waits."""
    if draft.asked:
        said = f"{before} {draft.question}" if before == wording.HERE else f"{before}\n\n{draft.question}"
        raise Asks(said.strip(), Slot.CHANGE, draft.order, draft.but(idle=0))
    return (
        after(before, lambda: propose(draft, task, situation)) if before else propose(draft, task, situation)
    )


def _amended(draft: Draft, task: Task, situation: Situation) -> Answer:
    """What was proposed, with what the message corrects of it, or shown again for a plain yes."""
    text = situation.text
    if draft.proposed and inquiring.topic(draft, text):
        return propose(draft.but(proposed=False, idle=0), task, situation)
    changed = told(draft.but(asked=None, question="", proposed=False, supposed=False, idle=0), text)
    heard = _heard(changed, text)
    if condition := condition_in(text):
        return propose(heard.but(condition=condition), task, situation)
    if not draft.proposed or not changed.told_as_much_as(draft):
        return propose(heard, task, situation)
    if corrects(text) or disagrees(text) or inquiring.asks(text):
        # Shown again, it would be one careless yes away from being done.
        return Answer(wording.WHAT_ELSE, order=draft.order, draft=draft)
    return after(wording.PLAIN_YES, lambda: propose(heard, task, situation))


def _identified(draft: Draft, task: Task, situation: Situation) -> Answer:
    """After who they are, or which order, was asked; what they said of the change instead is kept."""
    try:
        return propose(draft, task, situation)
    except Asks as asks:
        is_open_still = asks.slot is situation.memory.asked and draft.said[-1:] == (situation.text.strip(),)
        said = wording.noted(asks.text) if is_open_still else asks.text
        raise Asks(said, asks.slot, asks.order, asks.draft) from None


def _answered(draft: Draft, task: Task, situation: Situation) -> Answer:
    """With what the message answers to the open question."""
    text = situation.text
    if topic := inquiring.topic(draft, text):
        raise _told_meanwhile(draft, topic, situation)
    draft = draft.but(idle=0)
    found = _found(draft, text)
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
        found = with_words(found, *found.said)
    # The name of a version, or of what is in the order, would be taken for more than the answer that it is.
    is_of_one = draft.asked is Question.VARIANT and not speaks_of_several(text, draft.chosen)
    if not is_of_one and not labelled(text, draft.choices):
        found = _heard(found, text)
    try:
        return propose(found, task, situation)
    except Asks as asks:
        if asks.draft and asks.draft.question == draft.question:
            raise Asks(wording.noted(asks.text), asks.slot, asks.order, asks.draft) from None
        raise


def _told_meanwhile(draft: Draft, topic: inquiring.Topic, situation: Situation) -> Asks:
    """What they ask of the change while a question is open, and that question again."""
    said = inquiring.answer(draft, topic, plain(situation.text))
    if topic is inquiring.Topic.MONEY and (sum_up := _sum_of(draft, situation)):
        said = f"{sum_up} {said}"
    return Asks(f"{said}\n\n{draft.question}", Slot.CHANGE, draft.order, draft.but(idle=0))


def _sum_of(draft: Draft, situation: Situation) -> str:
    """What a return would give back, as far as that is known before all of it is told; empty where it isn't."""
    items = draft.items
    if draft.change is not ProposalKind.RETURN or not items or any(item.quantity for item in items):
        return ""
    lines: list[JsonValue] = [item.line for item in items]
    card = situation.ask("check_what_can_be_returned", order_number=draft.order, lines=lines)
    if not isinstance(card, ReturnableCard):
        return ""
    return outlook.outlook(card, outlook.Asked.MONEY, situation.today, is_named=True)


def _found(draft: Draft, text: str) -> Draft:
    """What the text answers. Words that are none of the reasons there are, and that again, are another reason."""
    found = asking.answered(draft, text)
    has_other = any(one.value == ReturnReason.OTHER for one in draft.choices)
    is_told = found == draft and draft.missed and has_other and len(text.split()) >= FEWEST_WORDS
    return draft.but(reason=ReturnReason.OTHER) if is_told else found


def _heard(draft: Draft, text: str) -> Draft:
    return draft.but(said=(*draft.said, text)[-SAID_KEPT:])


def _declines(draft: Draft, text: str) -> bool:
    return draft.asked is Question.OFFER and bool(re.match(r"^\W*(?:no|nope|nah|not)\b", text, re.IGNORECASE))


def _missed(draft: Draft, situation: Situation) -> Asks:
    missed = draft.but(missed=draft.missed + 1)
    if missed.missed < MISSES:
        return Asks(
            wording.missed(draft.question, has_choices=bool(draft.choices)), Slot.CHANGE, draft.order, missed
        )
    said = wording.missed_again(handing_over.contact(situation), draft.question)
    return Asks(said, Slot.CHANGE, draft.order, missed)


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
