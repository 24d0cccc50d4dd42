"""Carries a change from the wish to a proposal: the order, what is known, one question at a time, the tool's answer.

Nothing is done here. A proposal waits for the person's yes, which code takes and carries out.
"""

import re

from bot.embedded import policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import asking
from bot.embedded.changes.continuing import drops, is_yes
from bot.embedded.changes.draft import Draft, Line, Question
from bot.embedded.changes.kinds import NOT_SHIPPED, at_status, has_no_flow, kind_of
from bot.embedded.changes.reading import lines_told, told
from bot.embedded.changes.refusing import alternative, as_kind, without_what_failed
from bot.embedded.changes.requesting import request
from bot.embedded.choice import Likely, named_numbers, which_order
from bot.embedded.identity import ask_who, prove_order, sign_in
from bot.embedded.intents import Intent
from bot.embedded.orders import see
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import changes as wording
from tools.cards import OrderCard, OrderSummary, Refusal
from tools.change_cards import Needed, ProposalCard
from tools.commerce.schema import OrderStatus, ProposalKind

MISSES = 2
"""After so many in a row a person is offered."""
MOST_STEPS = 6
SAID_KEPT = 6

_ADDS = re.compile(r"\badd\b", re.IGNORECASE)
_CHANGING = re.compile(
    r"\b(?:return(?:ed|ing)?|send(?:ing)?|sent|back|refund(?:ed)?|cancel(?:led|ed)?|exchange(?:d)?|swap(?:ped)?|"
    r"chang(?:e|ed|ing)|"
    r"replace(?:d)?|remove|money|bigger|smaller|larger|broken|damaged|cracked|address|payment|card|reason)\b",
    re.IGNORECASE,
)
"""Words for the change, which name nothing that is in an order."""
_COUNTRY = re.compile(r", ([A-Z]{2})$")


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
    card = _order(draft, task, situation)
    if not isinstance(card, OrderCard) or card.status is not OrderStatus.DELIVERED:
        return Answer(before, order=number)
    draft = told(_with_order(draft, card), task.text)
    asked = asking.asking(draft, Question.CHANGE, wording.PUT_RIGHT, wording.WAYS_TO_PUT_RIGHT)
    raise Asks(f"{before}\n\n{asked.question}", Slot.CHANGE, number, asked)


def _begin(task: Task, situation: Situation) -> Answer:
    kind = kind_of(task.intent, task.text)
    if policies.asks_rule(task) or (
        kind is None and (has_no_flow(task.text) or task.intent is not Intent.CHANGE_ORDER)
    ):
        return policies.by_a_person(task, situation)
    if kind is ProposalKind.ITEM_CHANGE and _ADDS.search(task.text) and not _adds_more(task):
        return Answer(wording.NO_NEW_ITEMS)
    then = task.then
    before = situation.memory.draft
    draft = Draft(change=kind or ProposalKind.ITEM_CHANGE, said=(task.text,), then=then)
    if kind is None:
        asked = asking.asking(draft, Question.CHANGE, wording.WHICH_CHANGE, wording.CHANGES)
        raise Asks(asked.question, Slot.CHANGE, situation.memory.order, asked)
    if (
        before
        and before.order
        and kind is not ProposalKind.PROFILE_CHANGE
        and not _names_another_order(task, situation, before)
    ):
        draft = as_kind(before, kind).but(said=(task.text,), then=then)
        return _propose(_read_first(draft, task.text), task, situation)
    return _with_article(task, situation, draft)


def _with_article(task: Task, situation: Situation, draft: Draft) -> Answer:
    """To "can I …?" the shop's rule is told as well, before what it comes to for their order."""
    article = policies.on_change(task, situation) if policies.asks_whether(task) else None
    if article is None:
        return _propose(draft, task, situation)
    try:
        answer = _propose(draft, task, situation)
    except Asks as asks:
        raise Asks(f"{article.text}\n\n{asks.text}", asks.slot, asks.order, asks.draft) from None
    if answer.draft is not None:
        return answer
    return Answer(f"{answer.text}\n\n{article.text}", answer.order)


def _go_on(task: Task, situation: Situation, draft: Draft) -> Answer:
    text = situation.text
    if situation.memory.asked not in {None, Slot.CHANGE}:
        return _propose(draft, task, situation)  # who they are, or which order, was asked
    if drops(text) or _declines(draft, text):
        return Answer(wording.LEFT, order=draft.order)
    if draft.asked is Question.OFFER:
        if not is_yes(text):
            return _propose(told(draft.but(asked=None), text), task, situation)
        return _propose(told(draft.but(asked=None, question=""), text), task, situation)
    if draft.asked is None:
        changed = told(draft.but(asked=None, proposed=False, idle=0), text)
        return _propose(_heard(changed, text), task, situation)
    found = asking.answered(draft, text)
    if found.asked is draft.asked and found.told_as_much_as(draft) and found.question == draft.question:
        raise _missed(draft, situation)
    if found.question != draft.question and found.asked:
        raise Asks(found.question, Slot.CHANGE, found.order, found)
    found = found.but(asked=None, question="", choices=(), missed=0)
    if draft.asked is Question.CHANGE:
        found = (
            as_kind(found, found.change).but(reason=found.reason, said=found.said) if found.order else found
        )
        found = _read_first(found, *found.said)
    return _propose(_heard(found, text), task, situation)


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
        raise Asks(asks.text + _rest(known), asks.slot, asks.order or known.order, known) from None


def _asked_tool(draft: Draft, task: Task, situation: Situation) -> Answer:
    if draft.change is not ProposalKind.PROFILE_CHANGE and not draft.lines:
        card = _order(draft, task, situation)
        if isinstance(card, Refusal):
            return Answer(card.message)
        draft = _read_first(_with_order(draft, card), *draft.said)
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
            return Answer(wording.proposal(found) + _rest(draft), order=draft.order, draft=proposed)
        if not isinstance(found, Needed):
            return _refused(draft, found, task, situation)
        known = asking.from_earlier_words(draft, found)
        if known is None:
            asked = asking.question_of(draft, found)
            raise Asks(asked.question, Slot.CHANGE, asked.order, asked)
        if known.asked:
            raise Asks(known.question, Slot.CHANGE, known.order, known)
        draft = known
    return Answer(policies.contact(situation), order=draft.order)


def _refused(draft: Draft, found: object, task: Task, situation: Situation) -> Answer:
    if not isinstance(found, Refusal):
        return Answer("I couldn't look that up just now.", order=draft.order)
    if found.code == "identity_needed" and draft.order:
        prove_order(task, situation, draft.order)
    if found.code == "sign_in_needed" and not situation.signed_in and not task.after_sign_in:
        try:
            sign_in(task, situation)
        except Asks as asks:
            raise Asks(f"{found.message} {asks.text}", asks.slot, draft.order, draft) from None
    again = without_what_failed(draft, found)
    if again and again != draft:
        call = request(again)
        needed = situation.ask(call.tool, **dict(call.args))
        if isinstance(needed, Needed):
            asked = asking.question_of(again, needed)
            raise Asks(f"{wording.refused(found)}\n\n{asked.question}", Slot.CHANGE, asked.order, asked)
    if other := alternative(draft, found):
        offered = asking.asking(other, Question.OFFER, wording.offer(other.change))
        raise Asks(wording.refused(found, other.change), Slot.CHANGE, other.order, offered)
    return Answer(wording.refused(found), order=draft.order, draft=draft)


def _missed(draft: Draft, situation: Situation) -> Asks:
    missed = draft.but(missed=draft.missed + 1)
    if missed.missed < MISSES:
        return Asks(wording.missed(draft.question), Slot.CHANGE, draft.order, missed)
    said = wording.missed_again(policies.contact(situation), draft.question)
    return Asks(said, Slot.CHANGE, draft.order, missed)


def _rest(draft: Draft) -> str:
    return f"\n\n{wording.ONE_AT_A_TIME}" if draft.then else ""


def _read_first(draft: Draft, *texts: str) -> Draft:
    """The draft with what the first words tell, now that the order's lines are known."""
    for text in texts:
        draft = told(draft, text)
    return draft


def _order(draft: Draft, task: Task, situation: Situation) -> OrderCard | Refusal:
    number = draft.order
    if number is None or named_numbers(task, situation):
        words = Task(task.intent, _CHANGING.sub(" ", " ".join(draft.said) or task.text), task.resumed)
        number = which_order(words, situation, _likely(draft.change))
    found = see(task, situation, "get_order_details", number)
    if (
        isinstance(found, Refusal)
        and found.code in {"identity_needed", "order_not_found"}
        and not situation.signed_in
    ):
        raise ask_who(task, situation)
    if isinstance(found, OrderCard | Refusal):
        return found
    return Refusal(code="unavailable", message="I couldn't look that up just now.")


def _with_order(draft: Draft, card: OrderCard) -> Draft:
    country = _COUNTRY.search(card.ship_to or "")
    return draft.but(
        change=at_status(draft.change, card.status, " ".join(draft.said)),
        order=card.number,
        lines=tuple(Line.of(line) for line in card.lines),
        paid_by=tuple(payment.method for payment in card.payments),
        country=country[1] if country else None,
    )


def _likely(kind: ProposalKind) -> Likely | None:
    if kind in {ProposalKind.RETURN, ProposalKind.EXCHANGE}:
        return lambda order: order.status is OrderStatus.DELIVERED
    if kind is ProposalKind.REFUND:
        return None
    return _waits


def _waits(order: OrderSummary) -> bool:
    return order.status in NOT_SHIPPED


def _names_another_order(task: Task, situation: Situation, before: Draft) -> bool:
    numbers = named_numbers(task, situation)
    if numbers:
        return before.order not in numbers
    found = lines_told(before.but(items=(), among=(), whole=False, asked=None), task.text)
    leans = re.search(r"\b(?:it|them|that|this|those|one|instead|rather)\b", task.text, re.IGNORECASE)
    return not (found.items or found.among or leans)


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
