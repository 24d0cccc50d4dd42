"""What the person's message asks us to do, read together with what was said before it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.embedded.answering import given_back
from bot.embedded.answering.figures import intended, measures_in
from bot.embedded.answering.outlook import is_of_own, supposes
from bot.embedded.answering.signing_in import SIGNING_IN, wants_code
from bot.embedded.answers import Task
from bot.embedded.changes.continuing import also_said, carried_on, comes_besides
from bot.embedded.changes.draft import Later
from bot.embedded.changes.holding import wants_own_changed
from bot.embedded.changes.kinds import kind_of
from bot.embedded.changes.repeating import asks_again, is_noise
from bot.embedded.changes.turning import goes_on
from bot.embedded.intents import ABOUT_PRODUCTS, CHANGES, PLEASANTRIES, Intent
from bot.embedded.reading.content import content_words
from bot.embedded.reading.entities import emails, order_numbers, postcodes, sign_in_code
from bot.embedded.reading.manner import is_question
from bot.embedded.reading.named_items import with_items
from bot.embedded.reading.periods import period
from bot.embedded.reading.references import is_follow_up, refers_back, selection
from bot.embedded.situation import Situation, Slot
from bot.embedded.understanding.wish import SURE, UNSURE, Wish
from bot.embedded.wishes.acts import acts_in
from bot.embedded.wishes.agenda import Agenda, agenda, is_free
from bot.embedded.wishes.dependent import dependent
from bot.embedded.wishes.fresh import fresh, plainly
from bot.embedded.wishes.unsure import chosen

LONGEST_FRAGMENT = 5
"""Words of an "and the other one?", which is no wish of its own."""
LONGEST_CHOICE = 4
"""Words of an answer to "which one?" that may sound like a wish."""
LONGEST_TOTALS_FRAGMENT = 8
ABOUT_ORDERS = frozenset({Intent.TRACK_ORDER, Intent.ORDER_DETAILS, Intent.LIST_ORDERS, Intent.RETURN_STATUS})
_WHO = frozenset({Slot.PROOF, Slot.EMAIL, Slot.CODE})
_SHORT_REPLIES = frozenset({Intent.AFFIRM, Intent.DENY})
_VAGUE = frozenset({Intent.OUT_OF_SCOPE, Intent.POLICY_QUESTION, Intent.SMALL_TALK})
"""What a mere "and to Mexico?" may be taken for."""
_IF = re.compile(r"\b(?:if|suppose|would|thinking of|considering)\b(?! like)", re.IGNORECASE)
_MONEY_BACK = re.compile(
    r"^\W*(?:and |what about |how about |also )*(?:the|my|its) (?:refund|return|exchange)\b", re.IGNORECASE
)
_BARE = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay)\W+)?(?:how|when|where|(?:at |around |about )?(?:what|which) (?:time|day)|"
    r"how much (?:will|would|is|does|did) (?:it|that|i) (?:going to be|be|get(?: back)?|come to)"
    r"(?: for (?:it|that|them))?|"
    r"(?:on)?to (?:which|what) (?:card|account)|which card)"
    r"(?: (?:was|is|did|does|will) (?:that|it|this)(?: be| come| late| overdue)?)?\W*",
    re.IGNORECASE,
)
"""More of the same is asked for: "when was that?"."""
_HOW_LATE = re.compile(
    r"\W*(?:and |so )*(?:by )?how (?:much|late|many days)(?: (?:late|(?:late )?(?:is|was) (?:it|that)(?: late)?))?\W*",
    re.IGNORECASE,
)
_NUMBER_OR_EMAIL = re.compile(r"\S*[@\d]\S*")
_WORD = re.compile(r"[^\W\d_]{2}")
_OF_ORDERS = re.compile(
    r"\b(?:order\w*|bought|purchase\w*|paid|parcel|package|track\w*|deliver\w*|arriv\w*|sent|shipped)\b",
    re.IGNORECASE,
)


def recalled(situation: Situation, wishes: Sequence[Wish]) -> Situation:
    """With a question that was set aside for something else put again, when this message answers it."""
    left = situation.memory.set_aside
    if situation.memory.asked or left is None:
        return situation
    wish = wishes[0]
    elsewhere = wish.confidence >= SURE and wish.intent not in ABOUT_ORDERS | SIGNING_IN
    text = situation.text
    given: object = sign_in_code(text) if left.asked is Slot.CODE else emails(text) or order_numbers(text)
    if left.asked is Slot.ITEM:
        given = selection(text)
    if elsewhere or not given:
        return situation
    return replace(situation, memory=left)


def tasks(situation: Situation, wishes: Sequence[Wish], read: Callable[[str], Sequence[Wish]]) -> Agenda:
    """Nothing new, where the message only asks for what was put off. `read` names the wishes of any text."""
    first = wishes[0]
    if _asks_what_comes_back(situation, wishes):
        return agenda([Task(Intent.RETURN_STATUS, situation.text)], situation)
    if found := dependent(situation, read):
        return agenda(found, situation)
    if situation.memory.later and is_free(situation.memory, situation) and goes_on(situation.text):
        return Agenda()
    if comes_besides(situation, first):
        return Agenda(later=(Later(intent=first.intent, text=situation.text),))
    if going_on := carried_on(situation, first) or _taken_up(situation, wishes):
        return _told_apart(going_on, situation) or Agenda((going_on,))
    if len(wishes) > 1 and is_of_own(first.intent, situation.text, situation) and not _wants_change(wishes):
        # "Until when can I return it? I'm not sure yet." is one question too.
        return agenda([Task(Intent.RETURN_STATUS, situation.text)], situation)
    return agenda(fresh(situation, wishes), situation)


def _asks_what_comes_back(situation: Situation, wishes: Sequence[Wish]) -> bool:
    """ "If I returned it, how much would I get?" is one question, and so is "how much is that altogether?"."""
    if _wants_change(wishes):
        return False
    supposed = supposes(situation.text) and is_of_own(Intent.RETURN_STATUS, situation.text, situation)
    return (supposed and not _is_changing(situation)) or given_back.in_all(situation) is not None


def _told_apart(task: Task, situation: Situation) -> Agenda | None:
    """Item by item, what was said before anybody could see the order that it is about."""
    draft = task.draft
    if draft is None or draft.lines or situation.memory.asked not in _WHO | {Slot.ORDER}:
        return None
    first, *rest = acts_in(" ".join(draft.said), situation) or (task,)
    kind = kind_of(first.intent, first.text)
    if not rest or kind is None:
        return None
    own = draft.but(change=kind, said=(first.text,))
    later = tuple(Later(intent=one.intent, text=one.text) for one in rest if one.intent)
    return Agenda((replace(task, intent=first.intent, text=first.text, draft=own),), later)


def _wants_change(wishes: Sequence[Wish]) -> bool:
    """Whether one of several is plainly for a change: "I'd like to return one. How much would I get back?"."""
    return len(wishes) > 1 and any(
        wish.intent in CHANGES
        and wish.confidence >= SURE
        and "?" not in wish.text
        and not _IF.search(wish.text)
        for wish in wishes
    )


def _is_changing(situation: Situation) -> bool:
    draft = situation.memory.draft
    return situation.memory.asked is Slot.CHANGE or bool(draft and draft.proposed and not draft.idle)


def _taken_up(situation: Situation, wishes: Sequence[Wish]) -> Task | None:
    """What the message answers, or goes on with, of what was said before."""
    if situation.memory.asked:
        return _resumed(situation, wishes)
    if alone := _only_looks_in(situation.text) or _more_of_the_same(situation):
        return alone
    is_one = len(wishes) == 1 and plainly(situation.text, situation) is None
    return _continued(situation, wishes[0]) if is_one else None


def _more_of_the_same(situation: Situation) -> Task | None:
    last = situation.memory.intent
    if last in ABOUT_ORDERS and _HOW_LATE.fullmatch(situation.text):
        return Task(Intent.TRACK_ORDER, situation.text)
    is_of_order = last in {Intent.TRACK_ORDER, Intent.RETURN_STATUS, Intent.ORDER_DETAILS}
    return Task(last, situation.text) if is_of_order and _BARE.fullmatch(situation.text) else None


def _only_looks_in(text: str) -> Task | None:
    """ "anyone there?", "what?" """
    if asks_again(text):
        return Task(Intent.REPEAT, text)
    return Task(Intent.GREETING, text) if is_noise(text) else None


def _resumed(situation: Situation, wishes: Sequence[Wish]) -> Task | None:
    """The wish that our question belongs to, if the message answers it; None when it wants something new."""
    memory, wish = situation.memory, wishes[0]
    if memory.asked is Slot.WISH:
        return chosen(situation, wish)
    goal, draft = memory.intent, also_said(memory.draft, situation.text)
    signing_in = memory.asked in {Slot.EMAIL, Slot.CODE}
    if (signing_in or memory.asked is Slot.PROOF) and wants_code(situation, wish):
        return Task(goal, memory.text, resumed=True, after_sign_in=True, draft=draft)
    if _fills(memory.asked, situation):
        if memory.draft is None and _asks_for_more(goal, wishes):
            goal, text = wish.intent, wish.text
        else:
            text = memory.text
        return Task(goal, text, resumed=True, after_sign_in=signing_in, draft=draft)
    if memory.asked in {Slot.ORDER, Slot.PRODUCT, Slot.ITEM} and not _is_new(wish, goal):
        return Task(goal, memory.text, resumed=True, draft=draft)
    if draft is not memory.draft and memory.asked in _WHO and not _is_new(wish, goal):
        return Task(goal, memory.text, resumed=True, after_sign_in=signing_in, draft=draft)
    return None


def _fills(slot: Slot | None, situation: Situation) -> bool:
    """Whether the message holds what our question asked for."""
    text = situation.text
    known = [order.number for order in situation.orders_shown]
    match slot:
        case Slot.PROOF:
            return bool(emails(text) or postcodes(text, expected=True) or order_numbers(text, known))
        case Slot.ORDER:
            picked = order_numbers(text, known) or selection(text) or with_items(text, situation.orders_shown)
            return bool(picked or (situation.is_staff and emails(text)))
        case Slot.EMAIL:
            return bool(emails(text))
        case Slot.CODE:
            return bool(sign_in_code(text) or emails(text))
        case _:
            return False


def _asks_for_more(goal: Intent | None, wishes: Sequence[Wish]) -> bool:
    """Whether somebody who gave us what we asked for changed their wish about the order with it."""
    wish = wishes[0]
    if not _WORD.search(_NUMBER_OR_EMAIL.sub(" ", wish.text)):
        return False  # a bare code is taken for this by one number and for that by another
    return wish.intent in ABOUT_ORDERS and wish.intent is not goal and wish.confidence >= SURE


def _is_new(wish: Wish, goal: Intent | None) -> bool:
    if wish.intent is goal or wish.intent in _SHORT_REPLIES:
        return False
    if goal in ABOUT_ORDERS and is_question(wish.text) and len(wish.text.split()) > LONGEST_CHOICE:
        return wish.confidence >= UNSURE  # asked in place of an answer to "which order?"
    short = len(wish.text.split()) <= LONGEST_CHOICE and {wish.intent, goal} <= ABOUT_ORDERS
    return wish.confidence >= SURE and not short


def _continued(situation: Situation, wish: Wish) -> Task | None:
    """ "And the other one?": the last wish again, about something else."""
    memory, text = situation.memory, situation.text
    leans_back = is_follow_up(text) or refers_back(text)
    if memory.intent is None or not leans_back or wish.intent in PLEASANTRIES:
        return None
    if memory.intent in ABOUT_PRODUCTS and wants_own_changed(text, situation):
        return Task(Intent.CHANGE_ORDER, text)
    if wish.intent in CHANGES and wish.confidence >= SURE and len(text.split()) > LONGEST_FRAGMENT:
        return None  # "then I want my money back for the fan"
    if goes_on := _goes_on(situation, wish):
        return Task(goes_on, wish.text)
    names_order = memory.intent in ABOUT_ORDERS and _names_order(situation)
    if names_order and _MONEY_BACK.search(text):
        return Task(Intent.RETURN_STATUS, text)
    names_option = memory.intent in ABOUT_PRODUCTS and _names_option(situation)
    if wish.confidence >= SURE and wish.intent not in _SHORT_REPLIES:
        fragment = names_option or (names_order and wish.intent not in ABOUT_ORDERS)
        if not (fragment and is_follow_up(text)):
            return None
    if names_order:
        listed = memory.intent is Intent.LIST_ORDERS
        return Task(intended(Intent.ORDER_DETAILS if listed else memory.intent, text), text)
    is_fragment = is_follow_up(text) and len(text.split()) <= LONGEST_FRAGMENT
    if memory.intent in ABOUT_PRODUCTS and (selection(text) or content_words(text) or is_fragment):
        found = memory.intent is Intent.FIND_PRODUCTS
        return Task(Intent.PRODUCT_QUESTION if found else memory.intent, text)
    return None


def _goes_on(situation: Situation, wish: Wish) -> Intent | None:
    """What a fragment is about that would be taken for something else by itself."""
    last, text = situation.memory.intent, situation.text
    if last is Intent.POLICY_QUESTION and is_follow_up(text) and wish.intent in _VAGUE:
        return Intent.POLICY_QUESTION
    if last is Intent.ORDER_TOTALS and _asks_another_figure(situation, wish):
        return Intent.ORDER_TOTALS
    if last in ABOUT_PRODUCTS and not is_follow_up(text):
        # "How long should it steep?", "what colors does it come in?": it is the product.
        is_odd = wish.intent is Intent.OUT_OF_SCOPE
        is_no_order = wish.intent is Intent.ORDER_DETAILS and not _OF_ORDERS.search(text)
        if is_odd or is_no_order:
            return Intent.PRODUCT_QUESTION
        if wish.intent in ABOUT_PRODUCTS and (wish.confidence >= UNSURE or situation.memory.product):
            return wish.intent
    return None


def _asks_another_figure(situation: Situation, wish: Wish) -> bool:
    """ "And in January?", "what about coffee?" after a sum over all orders."""
    text = situation.text
    if wish.intent in CHANGES or len(text.split()) > LONGEST_TOTALS_FRAGMENT or order_numbers(text):
        return False
    if selection(text) and not measures_in(text):
        return False
    of_things = wish.intent in ABOUT_PRODUCTS and is_follow_up(text)
    return of_things or bool(period(text, situation.today) or measures_in(text))


def _names_order(situation: Situation) -> bool:
    """Whether the message points at an order: by number, place in the list, time, or what is in it."""
    text, shown = situation.text, situation.orders_shown
    numbers = order_numbers(text, [order.number for order in shown])
    by_time = period(text, situation.today)
    return bool(numbers or selection(text) or by_time or with_items(text, shown))


def _names_option(situation: Situation) -> bool:
    """Whether the message is but a value of an option of the product spoken of: "and broken?" of tea leaves."""
    words = content_words(situation.text).lower().split()
    values = {word for value in situation.option_values for word in value.split()}
    return bool(words) and set(words) <= values
