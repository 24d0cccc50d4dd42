"""From what is known of a change to its proposal: the order, one question at a time, the tool, and what it says."""

from collections.abc import Callable

from bot.embedded.answering import handing_over
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import asking, inquiring, judging, saved_addresses
from bot.embedded.changes.becoming import in_part
from bot.embedded.changes.draft import Draft, Later, Question
from bot.embedded.changes.finding import order_of, with_order
from bot.embedded.changes.holding import in_their_words
from bot.embedded.changes.kinds import at_status, kind_of
from bot.embedded.changes.reading import told
from bot.embedded.changes.refusing import as_kind, refused
from bot.embedded.changes.requesting import OF_LINES, SWAPS, request
from bot.embedded.intents import CHANGES
from bot.embedded.reading.conditions import About, Condition
from bot.embedded.situation import Call, Situation, Slot
from bot.embedded.wording import changes as wording
from bot.embedded.wording import conditions as because
from bot.embedded.wording.phrases import sentence
from tools.cards import Money, OrderCard, Refusal
from tools.change_cards import Needed, ProposalCard
from tools.commerce.schema import ProposalKind

MOST_STEPS = 6


def propose(draft: Draft, task: Task, situation: Situation) -> Answer:
    """The proposal, or why there is none. Raises Asks with the draft, whoever asks."""
    try:
        return _judged(_with_order(draft, task, situation), task, situation)
    except Asks as asks:
        known = asks.draft or draft
        raise Asks(asks.text, asks.slot, asks.order or known.order, known) from None


def after(before: str, said: Callable[[], Answer]) -> Answer:
    """What is `said` with `before` in front of it, also where it is a question."""
    try:
        answer = said()
    except Asks as asks:
        raise Asks(f"{before}\n\n{asks.text}", asks.slot, asks.order, asks.draft) from None
    return Answer(f"{before}\n\n{answer.text}", answer.order, draft=answer.draft, later=answer.later)


def with_words(draft: Draft, *texts: str) -> Draft:
    """The draft with what these words tell, now that the order's lines are known."""
    for text in texts:
        draft = told(draft, text)
    return draft


def _with_order(draft: Draft, task: Task, situation: Situation) -> Draft:
    if draft.change is ProposalKind.PROFILE_CHANGE:
        return with_words(draft, *draft.said)
    if draft.lines:
        return draft
    card = order_of(draft, task, situation)
    if isinstance(card, Refusal):
        raise Asks(card.message, Slot.ORDER, None, draft.but(order=None))
    found = with_order(draft, card)
    if found.change in OF_LINES:
        found = found.but(
            said=tuple(in_their_words(text, found.lines, situation.likeness) for text in found.said)
        )
    return with_words(found, *found.said)


def _judged(draft: Draft, task: Task, situation: Situation) -> Answer:
    """Gone on with as the order's records decide, where the wish depends on them."""
    condition = draft.condition
    if condition is None or condition.about is About.POSSIBLE or condition.about in judging.OF_PROPOSAL:
        return _asked_tool(draft, task, situation)
    freed = draft.but(condition=None, otherwise=None)
    card = situation.ask("get_order_details", order_number=draft.order) if draft.order else None
    found = judging.of_order(condition, draft, card, situation) if isinstance(card, OrderCard) else None
    before = situation.memory.draft
    is_shown = before is not None and before.proposed and situation.decided is None
    if found is None and not is_shown:
        asked = asking.asking(freed, Question.OFFER, because.shall_i(wording.about(draft.change)))
        raise Asks(f"{because.cannot_tell(condition.said)} {asked.question}", Slot.CHANGE, draft.order, asked)
    if found is None:
        return after(because.cannot_tell(condition.said), lambda: _asked_tool(freed, task, situation))
    chosen = freed if found.holds else _other(draft, situation)
    if chosen is None and is_shown:
        said = because.not_as_wanted(found.why, None)
        return after(said, lambda: _asked_tool(freed, task, situation))
    if chosen is None:
        later = (draft.otherwise,) if draft.otherwise and draft.otherwise.intent not in CHANGES else ()
        return Answer(because.left(found.why), order=draft.order, later=later)
    said = because.so(found.why, wording.about(chosen.change))
    return after(said, lambda: _asked_tool(chosen, task, situation))


def _other(draft: Draft, situation: Situation) -> Draft | None:
    """What they want instead, of the same order; None where that is nothing."""
    if draft.otherwise is None:
        return None
    wanted = draft.otherwise
    kind = kind_of(wanted.intent, wanted.text) or (draft.change if draft.change in SWAPS else None)
    card = situation.ask("get_order_details", order_number=draft.order) if draft.order else None
    if kind is None:
        return None
    if isinstance(card, OrderCard):
        kind = at_status(kind, card.status, wanted.text)
    return with_words(as_kind(draft, kind).but(said=(*draft.said, wanted.text)), wanted.text)


def _asked_tool(draft: Draft, task: Task, situation: Situation) -> Answer:
    for _ in range(MOST_STEPS):
        draft = saved_addresses.filled(asking.settled(draft), situation)
        if line := in_part(draft):
            return Answer(
                f"{wording.only_together(line.label)} {handing_over.contact(situation)}", order=draft.order
            )
        if asked := asking.question_before(draft):
            raise Asks(asked.question, Slot.CHANGE, asked.order, asked)
        call = request(draft)
        if situation.disagrees and (shown := _as_shown(call, situation)):
            return Answer(wording.WHAT_ELSE, order=draft.order, draft=shown.but(idle=0))
        found = situation.ask(call.tool, **dict(call.args))
        if isinstance(found, ProposalCard):
            return _proposed(draft, found, situation)
        if not isinstance(found, Needed):
            return _refused(draft, found, task, situation)
        known = asking.from_earlier_words(draft, found)
        if known is None or known.asked:
            asked = asking.question_of(draft, found)
            why_not = asking.wants_none_of(asked)
            if why_not and (other := _other(draft, situation)):
                return _rather(why_not, other, task, situation)
            known = known or asked.but(question=f"{why_not} {asked.question}".strip())
            known = saved_addresses.offered(known, situation)
            raise Asks(known.question, Slot.CHANGE, known.order, known)
        draft = known
    return Answer(handing_over.contact(situation), order=draft.order)


def _as_shown(call: Call, situation: Situation) -> Draft | None:
    """What was shown last, where the call comes to that once more."""
    before = situation.memory.draft
    return before if before and before.proposed and request(before).key == call.key else None


def _refused(draft: Draft, found: object, task: Task, situation: Situation) -> Answer:
    """Gone on with what they want instead, if they said so; else with what is possible."""
    is_of_order = isinstance(found, Refusal) and found.code not in {"identity_needed", "sign_in_needed"}
    other = _other(draft, situation) if is_of_order else None
    if other is None and isinstance(found, Refusal) and is_of_order and draft.otherwise:
        return Answer(wording.refused(found), order=draft.order, later=(draft.otherwise,))
    if other is None or not isinstance(found, Refusal):
        return refused(draft.but(condition=None, otherwise=None), found, task, situation)
    return _rather(wording.refused(found), other, task, situation)


def _rather(why_not: str, other: Draft, task: Task, situation: Situation) -> Answer:
    return after(why_not, lambda: _asked_tool(other, task, situation))


def _proposed(draft: Draft, card: ProposalCard, situation: Situation) -> Answer:
    done = draft.but(
        asked=None, question="", choices=(), missed=0, proposed=True, condition=None, otherwise=None
    )
    asked = inquiring.topic(done, situation.text)
    answered = wording.facts(card, asked.value) if asked else ""
    if asked is inquiring.Topic.TOTAL:
        answered = _new_total(card, situation) or answered
    before, later = _of_condition(draft.condition, draft.otherwise, card)
    said = "\n\n".join(part for part in (before, answered, wording.proposal(card)) if part)
    return Answer(said, order=draft.order, draft=done, later=later)


def _new_total(card: ProposalCard, situation: Situation) -> str:
    """What the order comes to afterwards; "" where its total would not tell."""
    if card.change not in {ProposalKind.CANCELLATION, ProposalKind.ITEM_CHANGE} or card.order_number is None:
        return ""
    found = situation.ask("get_order_details", order_number=card.order_number)
    if not isinstance(found, OrderCard) or (found.refunded and found.refunded.amount):
        return ""
    moved = sum(one.amount.amount if one.direction == "pay" else -one.amount.amount for one in card.payouts)
    after_it = Money.of(found.total.amount + moved, found.total.currency)
    return f"Order {found.number} then comes to {after_it.text}, instead of {found.total.text}."


def _of_condition(
    condition: Condition | None, otherwise: Later | None, card: ProposalCard
) -> tuple[str, tuple[Later, ...]]:
    """What the proposal says of what they made it depend on, and what comes if they decline it for that."""
    if condition is None or condition.about is About.POSSIBLE:
        return "", ()
    found = judging.of_proposal(condition, card)
    if found is None:
        return because.cannot_tell(condition.said), ()
    if found.holds:
        return sentence(found.why), ()
    kind = kind_of(otherwise.intent, otherwise.text) if otherwise else None
    rather = (otherwise.model_copy(update={"instead": True}),) if otherwise and kind else ()
    return because.not_as_wanted(found.why, wording.about(kind) if kind else None), rather
