"""From a situation to the next step: a tool to ask, or something to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.embedded.answering import (
    foreign,
    handing_over,
    inquiries,
    orders,
    own_cases,
    photos,
    policies,
    problems,
    products,
    talk,
    totals,
)
from bot.embedded.answering.cases import CaseQuestions, in_their_place, is_of_shopper
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import carrying
from bot.embedded.changes.draft import MISSES, Draft, Later
from bot.embedded.changes.turning import IDLE_TURNS, preferred, turned
from bot.embedded.intents import CHANGES, Intent
from bot.embedded.kpis.answering import StaffFigures
from bot.embedded.meant.identity import sign_in
from bot.embedded.meant.item import own_thing, thing_of_order
from bot.embedded.meant.likened import likened
from bot.embedded.reading.introducing import without_introduction
from bot.embedded.situation import Call, Memory, NeedsTool, Situation, Slot
from bot.embedded.understanding.classifier import IntentClassifier
from bot.embedded.understanding.commands import as_ordered
from bot.embedded.wishes.agenda import Agenda, is_free, still_wanted, up_next
from bot.embedded.wishes.rereading import reread
from bot.embedded.wishes.tasks import recalled, tasks
from bot.embedded.wording.changes import NOW_THE_REST, ONE_AT_A_TIME, reminder, still_waits
from knowledge.embedding import Embedder
from tools.context import BROKEN

MESSAGES_REMEMBERED = 256
SECTIONS_REMEMBERED = 512
WHICH_PRODUCT = "I'm not sure which product you mean."
REMINDERS = 2
"""So often an open question is put again after something else was answered."""

Job = Callable[[Task, Situation], Answer]

_OF_PAGES = frozenset({Intent.POLICY_QUESTION, Intent.OUT_OF_SCOPE})
"""Wishes whose answer names no thing, though the question may."""

JOBS: Mapping[Intent, Job] = {
    **products.JOBS,
    **inquiries.JOBS,
    **orders.JOBS,
    **totals.JOBS,
    **carrying.JOBS,
    **problems.JOBS,
    **talk.JOBS,
    Intent.TALK_TO_PERSON: problems.to_a_person,
    Intent.COMPLAINT: problems.complaint,
    Intent.CASE_STATUS: own_cases.case_status,
    Intent.SIGN_IN: sign_in,
    Intent.NO_ORDER_NUMBER: sign_in,
}


@dataclass(frozen=True)
class Say:
    text: str
    memory: Memory


class Planner:
    """A pure function of the situation; the classifier only names wishes."""

    def __init__(self, classifier: IntentClassifier, embedder: Embedder) -> None:
        # A turn plans anew after every tool's answer, always with the same message.
        self._wishes = lru_cache(maxsize=MESSAGES_REMEMBERED)(classifier.wishes)
        self._classify = lru_cache(maxsize=SECTIONS_REMEMBERED)(classifier.classify_each)
        self._cases = CaseQuestions(embedder)
        self._figures = StaffFigures(embedder, lru_cache(maxsize=MESSAGES_REMEMBERED)(classifier.classify))

    def next_step(self, situation: Situation) -> tuple[Call, ...] | Say:
        """Every wish of the message is worked on in turn, again from the start after each tool's answer."""
        try:
            return self._say(situation)
        except NeedsTool as needed:
            return needed.calls

    def _say(self, situation: Situation) -> Say:
        if BROKEN in situation.results.values():
            return Say(BROKEN.message, situation.memory)  # and code hands over
        if situation.photos == 0:
            return self._say_to_words(situation)
        if not situation.text:
            return Say(photos.without_words(situation), situation.memory)
        said = self._say_to_words(situation)
        return Say(f"{photos.thanks(situation.photos)} {said.text}", said.memory)

    def _say_to_words(self, situation: Situation) -> Say:
        if situation.is_beside_case:
            if of_case := self._cases.answer(situation):
                return Say(of_case, Memory(order=situation.memory.order, product=situation.memory.product))
            if is_of_shopper(situation.text):
                return self._say_of_the_shop(in_their_place(situation))
        figures = situation.memory.figures
        if told := None if situation.settled else self._figures.answer(situation):
            return Say(told.text, Memory(figures=told.figures))
        said = self._say_of_the_shop(situation)
        if figures is None:
            return said
        left = figures.model_copy(update={"offered": ()})
        return Say(said.text, said.memory.model_copy(update={"figures": left}))

    def _say_of_the_shop(self, situation: Situation) -> Say:
        if situation.settled:
            return _Course(situation).followed(Agenda())
        if handing_over.urgent(situation.text) and not situation.is_beside_case:
            task = Task(Intent.COMPLAINT, situation.text)
            return _Course(situation).followed(Agenda(now=(task,)))
        if code := foreign.language(situation):
            answer = foreign.to_people(situation, code)
            return Say(answer.text, situation.memory.model_copy(update={"offers": answer.offers}))
        situation = turned(likened(without_introduction(situation)))
        read = [as_ordered(wish) for wish in self._wishes(situation.text)]
        wishes = preferred(situation, reread(read, situation, self._classify))
        situation = recalled(situation, wishes)
        return _Course(situation).followed(tasks(situation, wishes, self._wishes))


class _Course:
    """What is said in one turn, and what it leaves behind."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._said: list[str] = []
        self._question: Asks | None = None
        self._memory = situation.memory
        self._has_proposed = False
        self._own_later: tuple[Later, ...] = ()

    def followed(self, agenda: Agenda) -> Say:
        """Everything of now; then what was put off, until something waits for an answer."""
        for task in agenda.now:
            self._take(task, self._situation)
        self._then(*agenda.later, *still_wanted(self._situation))
        while self._memory.later and not self._has_proposed and is_free(self._memory, self._situation):
            task, situation = up_next(self._memory, self._situation)
            if self._said or situation.settled:
                self._said.append(NOW_THE_REST)
            self._take(task, situation)
            self._then(*situation.memory.later)
        self._close(is_new=bool(agenda.later))
        return Say("\n\n".join(dict.fromkeys(self._said)), self._memory)

    def _then(self, *later: Later) -> None:
        """Puts off these, after what the change itself put off."""
        self._memory = self._memory.model_copy(update={"later": (*self._own_later, *later)})
        self._own_later = ()

    def _take(self, task: Task, situation: Situation) -> None:
        try:
            answer = _work_on(task, situation, self._said)
        except Asks as asks:
            if self._question is None:
                self._question = asks
                self._memory = _waiting(task, asks, situation)
        else:
            self._said.append(answer.text)
            self._own_later = answer.later
            self._has_proposed = self._has_proposed or (answer.draft is not None and answer.draft.proposed)
            if self._question is None:
                self._memory = _answered(task, answer, situation)

    def _close(self, *, is_new: bool) -> None:
        """The open question comes last. `is_new` when this message has put something off."""
        memory = self._memory
        if self._question:
            if memory.misunderstood:
                self._said.append(policies.not_understood(self._situation))
            if is_new:
                self._said.append(ONE_AT_A_TIME)
            self._said.append(self._question.text)
        elif left_open := _left_open(memory, self._situation):
            self._said.append(left_open)
        elif is_new:
            self._said.append(ONE_AT_A_TIME)
            if not self._has_proposed and memory.draft:
                self._said.append(_open_still(memory, memory.draft))


def _open_still(memory: Memory, draft: Draft) -> str:
    return (
        reminder(draft.change, draft.question) if memory.asked is Slot.CHANGE else still_waits(draft.change)
    )


def _left_open(memory: Memory, situation: Situation) -> str | None:
    """Of a change that waits for an answer or a yes, after something else was talked about."""
    draft = memory.draft
    if draft is None or not 0 < draft.idle <= REMINDERS:
        return None
    if memory.asked is Slot.CHANGE:
        return reminder(draft.change, draft.question)
    is_first = draft.proposed and draft.idle == 1 and situation.decided is None
    return still_waits(draft.change) if is_first else None


def _work_on(task: Task, situation: Situation, said: list[str]) -> Answer:
    if not task.after_sign_in:
        return _unless_in_between(task, situation)
    signed_in = sign_in(task, situation)
    if task.intent in {Intent.SIGN_IN, Intent.NO_ORDER_NUMBER, None}:
        return signed_in
    said.append(signed_in.text)
    return _job(task)(Task(task.intent, task.text, draft=task.draft), situation)


def _unless_in_between(task: Task, situation: Situation) -> Answer:
    """A second question would displace that of the change which is under way."""
    try:
        return _job(task)(task, situation)
    except Asks as asks:
        if asks.slot is Slot.PRODUCT and situation.memory.asked is Slot.CHANGE:
            return Answer(WHICH_PRODUCT, understood=False)
        raise


def _job(task: Task) -> Job:
    if task.draft is not None:
        return carrying.carry
    return JOBS[task.intent] if task.intent else products.named_or_unclear


def _set_aside(task: Task, situation: Situation) -> Memory | None:
    """The question that stays open when somebody asks about something else in between."""
    if task.resumed:
        return None
    memory = situation.memory
    return memory.model_copy(update={"set_aside": None}) if memory.asked else memory.set_aside


def _waiting(task: Task, asks: Asks, situation: Situation) -> Memory:
    is_repeated = (
        asks.slot in {Slot.ORDER, Slot.PRODUCT, Slot.ITEM}
        and asks.text in situation.last_answer
        and task.text == situation.memory.text
    )
    return Memory(
        intent=task.intent,
        text=task.text,
        asked=asks.slot,
        order=asks.order or (situation.memory.order if asks.slot is Slot.PRODUCT else None),
        product=None if asks.slot is Slot.PRODUCT else situation.memory.product,
        draft=asks.draft or task.draft,
        readings=task.readings,
        misunderstood=situation.memory.misunderstood + 1 if is_repeated else 0,
        offers=asks.offers,
    )


def _answered(task: Task, answer: Answer, situation: Situation) -> Memory:
    before = situation.memory
    if before.asked is Slot.CHANGE and not task.draft and task.intent not in CHANGES:
        draft = before.draft
        if draft is None or (draft.missed < MISSES and draft.idle < IDLE_TURNS):
            # Answered in between; the open question is put again.
            return before.model_copy(update={"draft": draft and draft.but(idle=draft.idle + 1)})
    if task.intent in _OF_PAGES and not answer.order and (own := own_thing(task.text, situation)):
        answer = replace(answer, order=own[0], product=answer.product or own[1])
    return Memory(
        intent=task.intent,
        text=task.text,
        order=answer.order or situation.memory.order,
        product=answer.product
        or (thing_of_order(task.text, answer.order, situation) if answer.order else None)
        or situation.memory.product,
        set_aside=_set_aside(task, situation),
        misunderstood=0 if answer.understood else situation.memory.misunderstood + 1,
        draft=answer.draft or _left_proposed(task, situation),
        offers=answer.offers,
    )


def _left_proposed(task: Task, situation: Situation) -> Draft | None:
    """What was proposed, while they speak of something else: for some turns it can still be corrected."""
    draft = situation.memory.draft
    if (
        draft is None
        or not draft.proposed
        or task.draft
        or task.intent in CHANGES
        or draft.idle >= IDLE_TURNS
    ):
        return None
    return draft.but(idle=draft.idle + 1)
