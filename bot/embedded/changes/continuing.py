"""Whether a message goes on with the change that is being talked about, or wants something else."""

import re

from bot.embedded.answers import Task
from bot.embedded.changes.addresses import address_in
from bot.embedded.changes.aftermath import asks_after
from bot.embedded.changes.again import once_more
from bot.embedded.changes.asking import answers, repeats
from bot.embedded.changes.draft import MISSES, Draft, Question
from bot.embedded.changes.inquiring import KNOWN_ELSEWHERE, asks, asks_only, topic
from bot.embedded.changes.kinds import in_place_of, kind_of, names_way
from bot.embedded.changes.matching import match
from bot.embedded.changes.reading import methods_named, told
from bot.embedded.changes.reasons import cancellation_reason, refund_cause, return_reason
from bot.embedded.changes.repeating import before_repeating
from bot.embedded.changes.requesting import SWAPS
from bot.embedded.changes.turning import FEWEST, IDLE_TURNS, disagrees, drops, is_yes, says_yes
from bot.embedded.intents import CHANGES, PLEASANTRIES, Intent
from bot.embedded.meant.order import other_numbers
from bot.embedded.reading.entities import emails, order_numbers, postcodes
from bot.embedded.reading.named_items import only_tells_order
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Decided, Situation, Slot
from bot.embedded.understanding.wish import SURE, UNSURE, Wish
from tools.commerce.schema import ProposalKind, ProposalStatus

ASKED = 0.5
"""Of what ends in a question mark: it seldom answers ours."""

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
    r"\b(?:any|an)other (?:way|option|possibility)\b|\bexceptions?\b|\bjust this once\b|\bbend the rules\b|"
    r"\b(?:please|come on),? (?:help|try|do something)\b|\bthat's (?:not fair|unfair)\b",
    re.IGNORECASE,
)
"""Said after a refusal."""
_WORD = re.compile(r"[^\W\d_]{2,}")
FEWEST_TOLD = 3
_ANSWERED_ELSEWHERE = frozenset({Intent.POLICY_QUESTION, Intent.ORDER_DETAILS, Intent.TRACK_ORDER})
"""By the shop's articles, or the order's records."""
_OF_ORDER = re.compile(r"\border\b", re.IGNORECASE)
_SAME_METHOD = re.compile(
    r"\b(?:same|original) (?:\w+ )?(?:card|method|account|way|payment)\b|\b(?:the|any) difference\b",
    re.IGNORECASE,
)
_DO_THAT = re.compile(
    r"^\W*(?:(?:ok|okay|great|good|fine|alright|all right|perfect|then|so|thanks)\W+)*(?:yes|yeah|yep|sure|please|"
    r"(?:let's |i'd like to |i want to |please )?(?:do|go (?:ahead|for)|go with) (?:it|that|this)|go ahead|"
    r"(?:i'll |i want to |please )?(?:return|send) (?:them|it|those|both|these))\b",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"^\W*(?:(?:wait|oh|ok|okay|and|hm+|hang on|actually|yes|but|sure|please|great|perfect|correct|right|go ahead|"
    r"that's (?:right|correct|fine))\W+)*(?:also|besides|plus|in addition|one more thing|"
    r"another thing|while (?:you're|you are) at it|afterwards?|after that)\b",
    re.IGNORECASE,
)
_OPEN = frozenset({Slot.ORDER, Slot.PROOF, Slot.EMAIL, Slot.CODE})
SHORT = 6
"""Words. So short a message may be but a correction."""


def also_said(draft: Draft | None, text: str) -> Draft | None:
    """The draft with what is said beside an order number, an e-mail or a postcode that was asked for, or instead."""
    address = address_in(text, asked=False)
    if draft is None or "?" in text or only_tells_order(plain(text)):
        return draft
    told_of = text
    for given in (
        ()
        if address and address.line1
        else (*emails(text), *order_numbers(text), *postcodes(text, expected=True))
    ):
        told_of = re.sub(re.escape(given), " ", told_of, flags=re.IGNORECASE)
    if len(_WORD.findall(told_of)) < FEWEST_TOLD:
        return draft
    known = draft.but(said=(*draft.said, told_of.strip()))
    return told(known, told_of) if known.lines else known  # else it is read once the order is known


def carried_on(situation: Situation, wish: Wish) -> Task | None:
    """The change that the message goes on with; None where it begins something else."""
    memory = situation.memory
    draft = memory.draft
    if draft and memory.asked in _OPEN and (known := _reason_told(draft, situation.text, wish)):
        signing_in = memory.asked in {Slot.EMAIL, Slot.CODE}
        return Task(memory.intent, memory.text, resumed=True, after_sign_in=signing_in, draft=known)
    if memory.asked not in {None, Slot.CHANGE}:
        return None
    if draft is None and situation.decided:
        draft = Draft(change=situation.decided.receipt.change)
    if again := once_more(situation):
        return Task(memory.intent, situation.text, draft=again)
    if draft and asks_after(situation):
        return Task(memory.intent, memory.text, resumed=True, draft=draft)
    if draft is None or memory.draft is None:
        return None
    is_open = draft.asked or (draft.proposed and situation.decided is None and draft.idle <= IDLE_TURNS)
    if is_open and before_repeating(draft, situation.text) is not None:
        return Task(memory.intent, memory.text, resumed=True, draft=draft)
    going_on = _answers(draft, situation, wish) if draft.asked else _amends(draft, situation, wish)
    return Task(memory.intent, memory.text, resumed=True, draft=draft) if going_on else None


def comes_besides(situation: Situation, wish: Wish) -> bool:
    """Whether it is another change that is wanted as well: "oh, and also change the address"."""
    memory, text = situation.memory, situation.text
    is_open = memory.asked is Slot.CHANGE or (
        memory.draft is not None and memory.draft.proposed and situation.decided is None
    )
    if not is_open or memory.draft is None or not _BESIDES.match(plain(text)):
        return False
    return _is_another_change(memory.draft, wish, text)


def _reason_told(draft: Draft, text: str, wish: Wish) -> Draft | None:
    """The draft with why they want it, told where we had asked who they are or which order it is."""
    tells = wish.intent is Intent.REPORT_PROBLEM or return_reason(text) or cancellation_reason(text)
    known = also_said(draft, text)
    return known if tells and known is not draft and wish.intent not in CHANGES else None


def _answers(draft: Draft, situation: Situation, wish: Wish) -> bool:
    text = situation.text
    if drops(text):
        return True
    if _is_another_change(draft, wish, text):
        return False
    if draft.missed >= MISSES:
        return answers(draft, text)
    if draft.asked is Question.CHANGE and asks(text) and wish.intent in _ANSWERED_ELSEWHERE:
        return False  # nothing is priced yet: the order's own record answers
    if (about := topic(draft, text)) and not (about in KNOWN_ELSEWHERE and _asks_elsewhere(wish)):
        return True
    if draft.asked is Question.OFFER:
        return is_yes(text) or bool(_NO.match(plain(text))) or not _wants_other(wish)
    is_question = "?" in text or asks(text)
    if answers(draft, text) and not (_wants_other(wish) and is_question):
        return True
    if asks(text):
        return False
    return not (_wants_other(wish, ASKED if is_question else SURE) or (_shops(wish) and is_question))


def is_part_of(kind: ProposalKind, draft: Draft, text: str) -> bool:
    """Whether it comes with what is under way: the money of a return, the exchange of what hasn't left yet."""
    if kind is ProposalKind.PAYMENT_CHANGE and draft.change in SWAPS:
        return not _OF_ORDER.search(text)  # how the difference is paid
    same = in_place_of(draft.change, kind) is draft.change
    return same and not (kind is ProposalKind.REFUND and refund_cause(text))


def _asks_elsewhere(wish: Wish) -> bool:
    return wish.confidence >= SURE and wish.intent in _ANSWERED_ELSEWHERE


def _begins_anew(draft: Draft, decided: Decided, wish: Wish) -> bool:
    """Whether it is a new wish after a yes or no; what was declined can still be put right."""
    if wish.confidence < UNSURE or wish.intent not in CHANGES | {Intent.REPORT_PROBLEM}:
        return False
    if decided.receipt.status is not ProposalStatus.DECLINED:
        return True
    return kind_of(wish.intent, wish.text) not in {None, draft.change}


def _shops(wish: Wish) -> bool:
    return wish.confidence >= SURE and wish.intent in {Intent.CHECK_STOCK, Intent.FIND_PRODUCTS}


def _is_another_change(draft: Draft, wish: Wish, text: str) -> bool:
    """Whether they would rather have another kind of change now; the answer to "why" may sound like one."""
    if wish.intent not in CHANGES or wish.confidence < SURE:
        return False
    kind = kind_of(wish.intent, text)
    if kind is None or kind is draft.change or is_part_of(kind, draft, text):
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
        Intent.PRODUCT_QUESTION,
        Intent.NO_ORDER_NUMBER,
    }


def tells_again_or_more(draft: Draft, text: str) -> bool:
    """Whether so few words are but a part of the change: "both", "PayPal", "the blue one"."""
    known = draft.but(asked=None)
    return not told(known, text).told_as_much_as(known) or repeats(known, text)


def _asks_of_another(draft: Draft, situation: Situation) -> bool:
    """Whether it asks something of another order: "sure, and when does A-2 get here?"."""
    return "?" in situation.text and bool(other_numbers(situation.text, draft.order, situation))


def _says_how(draft: Draft, text: str) -> bool:
    """Whether it is about how the change is paid, or where its money goes: "the same card is fine"."""
    if draft.change is ProposalKind.PAYMENT_CHANGE:
        return False
    is_known = bool(_SAME_METHOD.search(text) or methods_named(text))
    return is_known and not asks(text) and not _OF_ORDER.search(text)


def _tells_why(text: str) -> bool:
    """Whether it only says why: "I changed my mind about wearing it", which alone would be a wish to be rid of it."""
    tells = return_reason(text) or cancellation_reason(text)
    return tells is not None and "?" not in text and not names_way(text)


def _takes_up(draft: Draft, text: str, wish: Wish) -> bool:
    """Whether it goes on with what was refused, or was only asked about."""
    does_it = draft.supposed and not _wants_other(wish) and _DO_THAT.search(text)
    return bool(does_it or _WHAT_NOW.search(text))


def _amends(draft: Draft, situation: Situation, wish: Wish) -> bool:
    """Whether it corrects what was proposed, or says yes in words that code did not take for one."""
    text = plain(situation.text)
    if draft.idle > IDLE_TURNS or _asks_of_another(draft, situation):
        return False
    if situation.decided and _begins_anew(draft, situation.decided, wish):
        return False
    if draft.idle == 0 and not draft.proposed and _takes_up(draft, text, wish):
        return True
    waits = draft.proposed and situation.decided is None
    is_waiting = waits and draft.idle == 0
    is_of_it = says_yes(text, wish) or topic(draft, text) or _says_how(draft, text) or _tells_why(text)
    if waits and is_of_it and not _is_another_change(draft, wish, text):
        return True
    says_yes_or_no = wish.intent in {Intent.AFFIRM, Intent.DENY} and wish.confidence >= UNSURE
    asks_of_money = wish.intent is Intent.RETURN_STATUS and not order_numbers(text)
    if is_waiting and (drops(text) or says_yes_or_no or asks_of_money or disagrees(text)):
        return True
    if _is_another_change(draft, wish, text) or (waits and asks_only(text)):
        return False
    if waits and len(text.split()) <= FEWEST and "?" not in text and tells_again_or_more(draft, text):
        return True
    if _wants_other(wish) and not _CORRECTS.match(_AGREES.sub("", text)):
        return False
    may_correct = _CORRECTS.search(text) or (len(text.split()) <= SHORT and situation.decided is None)
    changed = told(draft.but(asked=None), text)
    if may_correct and not changed.told_as_much_as(draft):
        return True
    plain_yes = is_yes(text) and wish.intent not in PLEASANTRIES
    return is_waiting and bool(plain_yes and wish.intent not in CHANGES)
