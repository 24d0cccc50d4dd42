"""Whether a message goes on with the change that is being talked about, or wants something else."""

import re

from bot.embedded.answers import Task
from bot.embedded.changes.aftermath import asks_after
from bot.embedded.changes.asking import answers
from bot.embedded.changes.draft import Draft, Question
from bot.embedded.changes.kinds import kind_of
from bot.embedded.changes.matching import match
from bot.embedded.changes.reading import told
from bot.embedded.classifier import UNSURE, Wish
from bot.embedded.entities import order_numbers
from bot.embedded.intents import CHANGES, PLEASANTRIES, Intent
from bot.embedded.plain import plain
from bot.embedded.situation import Situation, Slot

SURE = 0.75
ASKED = 0.5
"""Of what ends in a question mark: it seldom answers ours."""
IDLE_TURNS = 3
"""For so long a proposal that was left for something else can still be corrected."""

_DROPS = re.compile(
    r"\bnever ?mind\b|\bforget (?:it|about it|that|the whole thing)\b|\bdrop it\b|\bleave it(?: (?:as it is|be|"
    r"alone|like that|then))*\W*$|"
    r"\bdon't bother\b|\bno,? thank(?:s| you)\b|^\W*(?:no,? )?(?:nothing|none|stop|nope|nah)\W*$|"
    r"\bi'll keep (?:it|them|everything)\b|"
    r"\blet's (?:not|leave it)\b|\bi changed my mind about (?:this|that|the (?:return|exchange|change|refund|"
    r"cancell?ation))\b|"
    r"\bi(?:'d| would) rather not\b|\bdon't (?:do|change|cancel|return|exchange|refund|send) "
    r"(?:it|that|them|anything|(?:my|the) order)\b|\bscrap that\b",
    re.IGNORECASE,
)
YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|please|fine|do (?:it|that)|go ahead|sounds good|right|correct|of course|"
    r"absolutely|why not|gladly|alright|all right)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*(?:no|nope|nah|not now|don't)\b", re.IGNORECASE)
_CORRECTS = re.compile(
    r"\b(?:no|not|actually|instead|rather|wait|only|just|make (?:it|that|them)|as well|too|but|other|change|"
    r"sorry|meant|mean|"
    r"also|prefer|better|hold on|correction|add|and|to|if|unless|provided|as long as)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(r"^\W*(?:(?:yes|yeah|yep|ok|okay|sure|fine|great|good|please)\b\W*)+", re.IGNORECASE)
_WHAT_NOW = re.compile(
    r"\bwhat (?:else |then |now )?(?:can|could|should|do) i do\b|\bwhat (?:are my options|now|then|instead)\b|"
    r"\b(?:any|an)other (?:way|option|possibility)\b",
    re.IGNORECASE,
)
"""Said after a refusal."""
_GOES_ON = re.compile(
    r"^\W*(?:(?:and|ok|okay|yes|thanks|thank you|great|now|so|good)\W+)*(?:(?:go on|next|continue|the rest|"
    r"the other(?: one| thing)?|"
    r"what about the (?:rest|other)|now the other\w*)\b.*)?$",
    re.IGNORECASE,
)
SHORT = 6
"""Words. So short a message may be but a correction."""


def drops(text: str) -> bool:
    return bool(_DROPS.search(plain(text)))


def is_yes(text: str) -> bool:
    return bool(YES.match(plain(text)))


def carried_on(situation: Situation, wish: Wish) -> Task | None:
    """The change that the message goes on with; None where it begins something else."""
    memory = situation.memory
    draft = memory.draft
    if draft and memory.asked is Slot.ORDER and wish.intent is Intent.REPORT_PROBLEM:
        known = draft.but(said=(*draft.said, situation.text))
        return Task(memory.intent, memory.text, resumed=True, draft=known)
    if memory.asked not in {None, Slot.CHANGE}:
        return None
    if draft is None and situation.decided:
        draft = Draft(change=situation.decided.receipt.change)
    if draft and asks_after(situation):
        return Task(memory.intent, memory.text, resumed=True, draft=draft)
    if draft is None or memory.draft is None:
        return None
    if draft.then and not draft.asked and _GOES_ON.match(plain(situation.text)):
        later = draft.then[0]
        return Task(later.intent, later.text, resumed=True, then=draft.then[1:])
    going_on = _answers(draft, situation, wish) if draft.asked else _amends(draft, situation, wish)
    return Task(memory.intent, memory.text, resumed=True, draft=draft) if going_on else None


def _answers(draft: Draft, situation: Situation, wish: Wish) -> bool:
    text = situation.text
    if drops(text):
        return True
    if _is_another_change(draft, wish, text):
        return False
    if draft.asked is Question.OFFER:
        return is_yes(text) or bool(_NO.match(plain(text))) or not _wants_other(wish)
    is_question = "?" in text
    if answers(draft, text) and not (_wants_other(wish) and is_question):
        return True
    return not (_wants_other(wish, ASKED if is_question else SURE) or (_shops(wish) and is_question))


def _shops(wish: Wish) -> bool:
    return wish.confidence >= SURE and wish.intent in {Intent.CHECK_STOCK, Intent.FIND_PRODUCTS}


def _is_another_change(draft: Draft, wish: Wish, text: str) -> bool:
    """Whether they would rather have another kind of change now; the answer to "why" may sound like one."""
    if wish.intent not in CHANGES or wish.confidence < SURE:
        return False
    kind = kind_of(wish.intent, text)
    if kind is None or kind is draft.change:
        return False
    named = re.search(
        r"\b(?:cancel|return|send back|exchange|swap|refund|address|pay|money back|replace|account|newsletter)",
        text,
        re.IGNORECASE,
    )
    if draft.asked is Question.CHANGE or draft.change is kind or not named:
        return False
    return not (draft.choices and match(text, draft.choices, asked=True))


def _wants_other(wish: Wish, sure: float = SURE) -> bool:
    return wish.confidence >= sure and wish.intent not in CHANGES | {
        Intent.AFFIRM,
        Intent.DENY,
        Intent.REPORT_PROBLEM,
        Intent.OUT_OF_SCOPE,
        Intent.SMALL_TALK,
        Intent.CHECK_STOCK,
        Intent.FIND_PRODUCTS,
        Intent.NO_ORDER_NUMBER,
    }


def _amends(draft: Draft, situation: Situation, wish: Wish) -> bool:
    """Whether it corrects what was proposed, or says yes in words that code did not take for one."""
    text = plain(situation.text)
    if draft.idle > IDLE_TURNS:
        return False
    if draft.idle == 0 and not draft.proposed and _WHAT_NOW.search(text):
        return True
    is_waiting = draft.proposed and draft.idle == 0 and situation.decided is None
    says_yes_or_no = wish.intent in {Intent.AFFIRM, Intent.DENY} and wish.confidence >= UNSURE
    asks_of_money = wish.intent is Intent.RETURN_STATUS and not order_numbers(text)
    if is_waiting and (drops(text) or says_yes_or_no or asks_of_money):
        return True
    if _is_another_change(draft, wish, text) or (
        _wants_other(wish) and not _CORRECTS.match(_AGREES.sub("", text))
    ):
        return False
    corrects = _CORRECTS.search(text) or (len(text.split()) <= SHORT and situation.decided is None)
    changed = told(draft.but(asked=None), text)
    if corrects and not changed.told_as_much_as(draft):
        return True
    plain_yes = is_yes(text) and wish.intent not in PLEASANTRIES
    return is_waiting and bool(plain_yes and wish.intent not in CHANGES)
