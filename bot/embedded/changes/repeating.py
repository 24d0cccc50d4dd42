"""Said while something is open, and about nothing else: "anyone there?", "say that again", "what was number 2?"."""

import re

from bot.embedded.changes.draft import Draft
from bot.embedded.reading.plain import plain
from bot.embedded.reading.references import Pick, selection
from bot.embedded.wording import changes as wording

_PAUSE = r"[\s.?!,;:\u2026'()-]*"
_NOISE = re.compile(
    rf"{_PAUSE}(?:(?:hello|helo|hi|hey|yo|anyone|anybody|someone|somebody|are|is|you|u|still|there|here|bot|ping|um+|hm+|"
    rf"uh+|er+)\b{_PAUSE})*",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"{_PAUSE}(?:what|huh|eh|pardon|sorry|come again|excuse me|hm+)?\s*\?{_PAUSE}", re.IGNORECASE
)
_AGAIN = re.compile(
    r"\b(?:say|repeat|tell me|show me|ask|read)\b.{0,20}\b(?:again|once more|one more time)\b|"
    r"\brepeat (?:that|it|the|your|please)\b|\bwhat (?:did you (?:say|ask)|was (?:that|the question|it) again)\b|"
    r"\bcome again\b|\bcan you repeat\b|^\W*repeat\W*$",
    re.IGNORECASE,
)
_SHORTER = re.compile(
    r"^\W*(?:(?:can|could|would) you |please )*(?:(?:say|put|make|give|tell)\b.{0,20})?"
    r"(?:\bshort(?:er)?|\bbrief(?:er|ly)?|\btl[;, ]?dr|\bin (?:one|a) (?:sentence|word|nutshell)|\btoo long)\b.{0,30}$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^\W*(?:what|which|tell me|remind me|read)\b.{0,20}\b(?:first|second|third|fourth|fifth|sixth|last|number \w+|"
    r"option \w+)\b",
    re.IGNORECASE,
)


def is_noise(text: str) -> bool:
    """Whether it only looks whether anybody is there."""
    return bool(_NOISE.fullmatch(plain(text)))


def asks_again(text: str) -> bool:
    """Whether it wants to hear the last thing once more."""
    text = plain(text)
    return bool(_WHAT.fullmatch(text) or _AGAIN.search(text)) or asks_shorter(text)


def asks_shorter(text: str) -> bool:
    """Whether the last answer was too long for them."""
    return bool(_SHORTER.match(plain(text)))


def before_repeating(draft: Draft, text: str) -> str | None:
    """What comes before the open question or proposal is put again; None where the message is about something else."""
    text = plain(text)
    if is_noise(text):
        return wording.HERE
    if asks_again(text):
        return ""
    chosen = selection(text) if _WHICH.match(text) else None
    if chosen and draft.choices and chosen.pick in {Pick.NTH, Pick.LAST, Pick.LATEST}:
        place = chosen.place if chosen.pick is Pick.NTH else len(draft.choices)
        return wording.nth(place, draft.choices[place - 1].label) if place <= len(draft.choices) else ""
    return None
