"""What somebody asks about the change that is under way, and what is known of it before it is decided."""

import re
from enum import StrEnum

from bot.embedded.changes.choosing import version_answered
from bot.embedded.changes.draft import Draft, Question
from bot.embedded.reading.plain import plain
from bot.embedded.versions.asked import asked
from bot.embedded.wording import changes as wording
from tools.commerce.schema import ProposalKind

_OPENING = (
    r"^\W*(?:(?:wait(?: a (?:sec\w*|minute|moment))?|hang on|hold on|hm+|first|but|and|so|ok|okay|well|hey|just|"
    r"quick question|before that|(?:can you |please )?tell me|oh|um+)\W+)*"
)
_ASKS = re.compile(
    _OPENING + r"(?:what(?:'s|s)?(?! about\b)|which|why(?! not\b)|how(?! about\b)|when|where|who|"
    r"(?:does|will|would|could|is|are) (?:i|you|it|that|this|they|there|we|your|my|the|any)|"
    r"do (?:i|you|they|we|your|the|any)|if i)\b",
    re.IGNORECASE,
)


_ASKS_ONLY = re.compile(
    _OPENING + r"(?:how (?!about\b)\w+|(?:is|are|does|do|will) (?:the|my)\b)(?!.{0,60}\binstead\b)",
    re.IGNORECASE,
)


_ASKS_FOR_LIST = re.compile(
    r"\b(?:which|what|how many)\b.{0,40}\b(?:do you have|have you got|are there|is there|there are|exist|"
    r"come in|comes in|available|in stock|can i (?:get|choose|have|pick))\b",
    re.IGNORECASE,
)
""" "Which ones do you have in a 9?", which chooses none, even where there is but one."""


class Topic(StrEnum):
    CHOICES = "choices"
    """Which answers there are to the open question."""
    PURPOSE = "purpose"
    """Why it is asked."""
    MONEY = "money"
    WHERE = "where"
    """Where the money goes, or is taken from."""
    TOTAL = "total"
    """What the order comes to after the change."""
    NEXT = "next"
    """What happens afterwards, and how long that takes."""


OF_PROPOSAL = frozenset({Topic.TOTAL, Topic.MONEY, Topic.WHERE, Topic.NEXT, Topic.PURPOSE})
"""What a proposal's own facts answer."""


KNOWN_ELSEWHERE = frozenset({Topic.MONEY, Topic.NEXT})
"""What the shop's articles, or the order's records, may answer better."""
_TOPICS = (
    (
        Topic.MONEY,
        r"\bhow much\b|\b(?:costs?|charged?|fees?|price|free|bonus|cheaper|cheapest|label|postage|extra|lose|"
        r"refund(?:ed)?(?: amount)?)\b|\bwhat (?:do|will|would) i (?:get|pay)\b|\bhave to pay\b",
    ),
    (
        Topic.WHERE,
        r"\b(?:which|what|whose) (?:\w+ )?(?:card|account|method)\b|\bwhere\b.{0,20}\b(?:money|refund)\b|"
        r"\bwhere (?:does|do|will|would|is) (?:it|that) (?:go|be|come|get|taken|paid|credited)|"
        r"\b(?:back )?(?:to|on|onto) my (?:\w+ )?(?:card|paypal|account|visa|mastercard|amex)\b",
    ),
    (
        Topic.CHOICES,
        r"\b(?:what|which)\b.{0,20}\b(?:colou?rs?|sizes?|ones?|versions?|options?|reasons?|items?|choices|methods?|"
        r"available|possible)\b|\bwhat (?:else )?(?:do|have) you (?:have|got)\W*$|\bwhat else\b|"
        r"\bhow many\b.{0,30}\b(?:colou?rs?|sizes?|versions?|options?|variants?|choices|kinds|ones|models?)\b",
    ),
    (Topic.PURPOSE, r"\bwhy\b|\bneed to know\b|\bwhat for\b|\bwho cares\b"),
    (
        Topic.NEXT,
        r"\bhow (?:long|soon|fast|quick\w*)\b|\bwhen\b.{0,30}\b(?:money|refund|new one|replacement)\b|"
        r"\bwhat happens\b|\bwhat(?:'s|s| is) next\b|"
        r"\bhow (?:does|do|will|would) (?:it|that|this|i)\b|\bold one\b",
    ),
)


_OF_WHAT_IS_SHOWN = (
    (
        Topic.TOTAL,
        r"\bnew (?:total|price|amount)\b|\b(?:order|total|bill|it all|everything)\b.{0,20}\b(?:then|come to|after|"
        r"afterwards?)\b|\bleft to pay\b",
    ),
    (Topic.PURPOSE, r"\bwhy\b"),
    (
        Topic.MONEY,
        r"\b(?:in total|altogether|in all|the total)\b|\b(?:shipping|delivery|tax|postage)\b.{0,20}\b"
        r"(?:back|too|included|refunded)\b",
    ),
    (
        Topic.NEXT,
        r"\bwhen (?:would|will|do|can|does|should) (?:i|it|that|this|they|you)\b|\bwhat do i (?:have|need) to do\b",
    ),
)
"""While a proposal is shown, so few words are about it."""


def asks(text: str) -> bool:
    """Whether it is a question by how it begins; "can I have it in blue?" is an answer as well."""
    return bool(_ASKS.match(plain(text)))


def asks_only(text: str) -> bool:
    """Whether it can be nothing but a question: "is the rod still coming?", not "could I have it in blue?"."""
    return bool(_ASKS_ONLY.match(plain(text)))


def topic(draft: Draft, text: str) -> Topic | None:
    """What of the draft the text asks about; None where it asks nothing, or about something else."""
    text = plain(text)
    if not asks(text):
        return None
    found = next((topic for topic, words in _TOPICS if re.search(words, text, re.IGNORECASE)), None)
    if draft.asked is None:
        found = next(
            (topic for topic, words in _OF_WHAT_IS_SHOWN if re.search(words, text, re.IGNORECASE)), found
        )
        return found if found in OF_PROPOSAL else None
    if found is Topic.CHOICES and not draft.choices:
        return None
    if draft.asked is Question.VARIANT and found is Topic.CHOICES and _ASKS_FOR_LIST.search(text):
        return found
    if draft.asked is Question.VARIANT and not version_answered(draft, text).told_as_much_as(draft):
        return None  # "how much would the black one be?": shown with its price, when it is proposed
    return found


def answer(draft: Draft, about: Topic, text: str) -> str:
    """What can be said while a question of ours is open: the exact figures come with the proposal."""
    if about is Topic.CHOICES and draft.asked is Question.VARIANT and draft.versions:
        return _versions(draft, text)
    if about is Topic.PURPOSE:
        is_free = draft.change is ProposalKind.CANCELLATION or draft.asked is not Question.REASON
        return wording.ANY_REASON if is_free and draft.asked is Question.REASON else wording.RULES_GO_BY_IT
    return {
        Topic.CHOICES: wording.THESE_ARE_ALL,
        Topic.MONEY: wording.MONEY_IS_SHOWN,
        Topic.TOTAL: wording.MONEY_IS_SHOWN,
        Topic.WHERE: wording.MONEY_IS_SHOWN,
        Topic.NEXT: wording.NEXT_IS_SHOWN,
    }[about]


def _versions(draft: Draft, text: str) -> str:
    """Those that the question is about: how many there are, or which of them can be had."""
    line = draft.line(draft.about)
    found = asked(text, draft.versions, line.name if line else "")
    there = [version.label for version in found.versions if version.available and not version.own]
    if re.search(r"\bhow many\b", text, re.IGNORECASE) and len(found.versions) == len(draft.versions):
        return wording.so_many_versions(len(draft.versions), len(there))
    if len(found.versions) == len(draft.versions):
        return wording.THESE_ARE_ALL
    return wording.versions_there(there)
