"""What a message says beside the change under way: yes in many words, no, never mind, rather something else."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.embedded.changes.draft import Draft
from bot.embedded.changes.inquiring import asks
from bot.embedded.changes.reasons import refund_to
from bot.embedded.intents import Intent
from bot.embedded.reading.plain import plain
from bot.embedded.situation import Situation, Slot
from bot.embedded.understanding.wish import UNSURE, Wish
from tools.commerce.schema import ProposalKind

IDLE_TURNS = 3
"""For so long what was left for something else can still be gone on with."""
FEWEST = 2
"""Words that can hold a wish."""

LONGEST_NO = 8
"""Words of a message that says no more than that it is wrong."""
_DROPS = re.compile(
    r"\bnever ?mind\b|\bforget (?:it|about it|that|the whole thing)\b|\bdrop it\b|\bleave it(?: (?:as it is|be|"
    r"alone|like that|then))*\W*$|"
    r"\bdon't bother\b|\bno,? thank(?:s| you)\b|^\W*(?:no,? )?(?:nothing|none|stop|nope|nah)\W*$|"
    r"\bi(?:'ll| will|'d rather)? (?:just )?keep (?:it|them|everything)\b|"
    r"\blet's (?:not|leave it)\b|\bi changed my mind about (?:this|that|the (?:return|exchange|change|refund|"
    r"cancell?ation))\b|"
    r"\bi(?:'d| would) rather not\b|\bdon't (?:do|change|cancel|return|exchange|refund|send) "
    r"(?:it|that|them|anything|(?:my|the) order)\b|\bscrap that\b|\b(?:forget|scrap|drop|skip) "
    r"(?:about )?(?:the|my|this|that) (?:return|exchange|swap|change|refund|cancell?ation)\W*$",
    re.IGNORECASE,
)
_TURNS_AWAY = re.compile(
    r"^\W*(?:(?:no|nah|nope|oh|ok|okay|wait|actually|well|hmm+|sorry|you know what)\W+)*"
    r"(?:never ?mind|scrap (?:it|that)|(?:forget|drop|leave|skip|keep) (?:it|that|them|about (?:it|that)|"
    r"(?:the|my) \w+)|"
    r"(?P<wrong>(?:that|this|it)(?:'s| is| was)(?: not|n't) (?:it|right|correct|what i (?:meant|said|asked"
    r"(?: for)?|want(?:ed)?))|you (?:got|understood) (?:it|me|that) wrong|wrong|not that))\b"
    r"(?: (?:then|as it is|altogether|for now))?[\s,.;:!–—-]+(?:and |but |so |please )*",
    re.IGNORECASE,
)
"""Before something else that they want instead."""
_NOT_THAT = re.compile(
    r"\b(?:instead of|rather than|not) (?:a |an |the |my |any )?(?P<given_up>refund|money(?: back)?|return\w*|"
    r"sending it back|"
    r"cancel\w*|exchang\w*)\b",
    re.IGNORECASE,
)
"""What they would rather not have any more."""
_GIVEN_BACK = frozenset({ProposalKind.RETURN, ProposalKind.REFUND})
_DISAGREES = re.compile(
    r"\b(?:not|n't) (?:quite |really |exactly |at all )?(?:what|that|it|right|correct)\b|\bwrong\b|\bnope\b|"
    r"^\W*no\b(?!\W*(?:\w+ ){3,})",
    re.IGNORECASE,
)
_RATHER = re.compile(r"\b(?:rather|instead|prefer(?:ring)? to)\b", re.IGNORECASE)
_DONE_WITH_IT = (
    (Intent.CANCEL_ORDER, re.compile(r"\bcancel", re.IGNORECASE)),
    (
        Intent.RETURN_ITEM,
        re.compile(r"\breturn(?:ing)?\b|\b(?:send|give|take) (?:\w+ ){1,4}back\b", re.IGNORECASE),
    ),
    (Intent.EXCHANGE_ITEM, re.compile(r"\b(?:exchang|swap)", re.IGNORECASE)),
)
_PRAISES = re.compile(
    r"^\W*(?:(?:ok|okay|oh|that's|sounds|looks)\W+)*(?:great|good|perfect|cool|nice|fine|lovely|awesome|excellent|"
    r"super|wonderful|k|then)\b(?: (?:i guess|by me|with me|then|to me|enough))*\W*$",
    re.IGNORECASE,
)
_DIFFERS = re.compile(
    r"\b(?:no|not|but|instead|rather|except|without|keep|if|unless|provided|as long as|only|make|change)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\W*(?:(?:and|ok|okay|yes|thanks|thank you|great|now|so|good)\W+)*(?:(?:go on|next|continue|the rest|"
    r"the other(?: one| thing)?|"
    r"what about the (?:rest|other)|now the other\w*)\b.*)?$",
    re.IGNORECASE,
)
YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|please|fine|do (?:it|that)|go ahead|sounds good|right|correct|of course|"
    r"absolutely|why not|gladly|alright|all right)\b",
    re.IGNORECASE,
)


def drops(text: str) -> bool:
    return bool(_DROPS.search(plain(text)))


def goes_on(text: str) -> bool:
    """Whether it asks for what was put off: "next", "and the rest?"."""
    return bool(_GOES_ON.match(plain(text)))


def disagrees(text: str) -> bool:
    """Whether so short a message only says that something is not right."""
    return len(text.split()) <= LONGEST_NO and bool(_DISAGREES.search(plain(text)))


def is_yes(text: str) -> bool:
    return bool(YES.match(plain(text)))


def corrects(text: str) -> bool:
    """Whether it says that something should be different, or under which condition."""
    return bool(_DIFFERS.search(plain(text)))


def turned(situation: Situation) -> Situation:
    """With "never mind, return the lamp" read as the wish that it ends with, and the question let go of."""
    memory, text = situation.memory, plain(situation.text)
    away = _TURNS_AWAY.match(text)
    if memory.draft is None or memory.asked not in {None, Slot.CHANGE} or not away:
        return situation
    wanted = text[away.end() :]
    if len(wanted.split()) < FEWEST or drops(wanted):
        return situation
    left = memory.draft.but(asked=None, question="", choices=(), missed=0, idle=IDLE_TURNS + 1)
    memory = memory.model_copy(update={"asked": None, "draft": left})
    return replace(situation, text=wanted, memory=memory, disagrees=bool(away["wrong"]))


def preferred(situation: Situation, wishes: Sequence[Wish]) -> Sequence[Wish]:
    """While a change is under way, "I'd rather return it and get my money" is a wish for the one it names."""
    text = situation.text
    named = [intent for intent, words in _DONE_WITH_IT if words.search(text)]
    is_open = situation.memory.draft is not None and situation.decided is None
    if not is_open or len(wishes) > 1:
        return wishes
    if rather := _rather_than(situation.memory.draft, text):
        return [replace(wishes[0], intent=rather, confidence=1.0)]
    if len(named) != 1 or asks(text) or not _RATHER.search(text):
        return wishes
    return [replace(wishes[0], intent=named[0], confidence=1.0)]


def _rather_than(draft: Draft | None, text: str) -> Intent | None:
    """The other way to the same end, where they give up the one under way: "the steel one instead of a refund"."""
    given_up = _NOT_THAT.search(plain(text))
    if draft is None or given_up is None or refund_to(text):
        return None
    exchanges = given_up["given_up"].lower().startswith("exchang")
    if exchanges and draft.change is ProposalKind.EXCHANGE:
        return Intent.RETURN_ITEM
    return Intent.EXCHANGE_ITEM if not exchanges and draft.change in _GIVEN_BACK else None


def says_yes(text: str, wish: Wish) -> bool:
    """Whether it is a yes in words that may be no more than praise: then it is asked for a plain one."""
    affirms = wish.intent is Intent.AFFIRM and wish.confidence >= UNSURE
    return "?" not in text and (affirms or bool(_PRAISES.match(text)))
