"""How a shopper points at something already shown: by place in a list, by time, by "it"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.embedded.reading.plain import plain


class Pick(StrEnum):
    NTH = "nth"
    """The place in the list as it was shown."""
    LAST = "last"
    """The last in the list as it was shown."""
    LATEST = "latest"
    """The newest by time."""
    OLDEST = "oldest"
    PREVIOUS = "previous"
    """The one before the one being spoken of."""
    OTHER = "other"
    ALL = "all"
    """Both, all of them."""


@dataclass(frozen=True)
class Selection:
    pick: Pick
    place: int = 0
    """From 1, for NTH; 0 otherwise."""


ORDINALS = {
    word: place
    for place, words in enumerate(
        (
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
            "ninth 9th",
            "tenth 10th",
        ),
        start=1,
    )
    for word in words.split()
}
NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_THING = r"(?:one|order|orders|purchase|parcel|package|item|product|entry|option|delivery|return|refund)"
_NTH = re.compile(
    r"(?<!\bby the )(?<!\bon the )(?<!\bsince the )(?<!\buntil the )(?<!\btill the )(?<!\bbefore the )\b("
    + "|".join(ORDINALS)
    + r")\b(?! (?:time|class|of all|name|question|thing|thoughts?|place|floor|hand|day|week|month))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\b(?:no\.?|number|nr\.?|option|choice)|#)[ ]?(\d{1,2}|" + "|".join(NUMBERS) + r")(?![\w-])",
    re.IGNORECASE,
)
_LONE = re.compile(r"[ (]*(\d{1,2})[.)! ]*|(?:the )?(" + "|".join(NUMBERS) + r")[.! ]*", re.IGNORECASE)
_LAST_SHOWN = re.compile(
    r"\b(?:last|bottom)(?: "
    + _THING
    + r")? (?:in|on|of|from) (?:the|that|your|this) list\b|\bthe bottom one\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:last|latest|newest|(?:most )?recent(?:ly)?(?: placed)?)(?: \w{1,20}){0,2} "
    + _THING
    + r"\b|\b(?:last|latest|newest|most recent) "
    + _THING
    + r"\b|\b(?:the|my) (?:latest|newest|most recent)\b|\bmost recent\b|\bthe last(?: one)?[.!? ]*$|"
    r"\b(?:what|things?|stuff) i (?:just|last) (?:ordered|bought)|\bjust (?:ordered|bought|placed)\b|"
    r"\border i just (?:made|placed)\b",
    re.IGNORECASE,
)
_OLDEST = re.compile(r"\b(?:oldest|earliest|very first|first ever)\b", re.IGNORECASE)
_PREVIOUS = re.compile(
    r"\b(?:one|order|purchase|that) before\b(?! (?:(?:it|they|you|we|i)(?:'s| \w)|shipp|dispatch|deliver))|"
    r"\bprevious (?:" + _THING + r")\b|\bprevious[.!?]?$|\bthe prior (?:one|order)\b|"
    r"\b(?:second|next)(?:[ -]to)?[ -]last\b|\bpenultimate\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:other|another|different) (?:(?:open|pending|recent|delivered|new|old|remaining) )?"
    + _THING
    + r"\b|\bthe other\b(?! day)|\bother one\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:both|all of (?:them|those|these)|each of (?:them|those|these)|every one|all (?:the |my )?(?:\w{1,20} "
    r")?(?:orders|items|ones)|"
    r"all (?:two|three|four|five))\b|^\W*(?:all|everything|all of it)\W*$",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:it|it's|its|itll|it'll|that|that's|thats|this|these|those|them|they|they're|theirs?|same|the one|"
    r"that order|this order|other one|previous one|such)\b",
    re.IGNORECASE,
)
_THAT_CLAUSE = re.compile(
    r"\b(?:said|says|say|told|tell me|know|think|thought|see|saw|sure|hope|understand|believe|so|anything|something|"
    r"everything|all|order|orders|item|items|lamp|thing|things|one|ones)[ ]that\b(?! (?:one|order|item)\b)|"
    r"\b(?:this|that) (?:morning|afternoon|evening|week|weekend|month|year|time|way|shop|store|site|website|"
    r"company|christmas|summer|"
    r"winter|spring|fall|autumn)\b|"
    r"\b(?:is|does|was) it (?:possible|ok|okay|safe|true|normal|raining|snowing|take|"
    r"cost (?:to|anything|something|money|extra|more))\b|\bhow long does it\b|"
    r"\bhow much does it cost to\b|\bhow does it work\b|\bdoes it matter\b|\bwhat time is it\b|\bthat's (?:it|all)\b",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"^\W*(?:(?:ok|okay|yes|no|well|great|thanks|thank you|cool|hm+|so)\W{1,3})?"
    r"(?:and|what about|how about|what of|or|then|also|but|same (?:for|with|question)|(?:is|does) that|in "
    r"(?:which|what))\b",
    re.IGNORECASE,
)
_VERBS = frozenset(
    "am is are was were be been has have had do does did can could will would should may might must want need "
    "get got show find track cancel return exchange change refund tell give send sell buy ordered order help "
    "talk speak "
    "see look looking check where's what's how's who's i'm i'd i've it's there's when's let's isn't aren't "
    "don't doesn't "
    "didn't can't won't hasn't haven't wasn't where how why who when".split()
)
_ENUMERATES = re.compile(
    r"(?:(?<=[.!?:;])|^)\s*(?:and )?(?:first|second|third|last|next)(?:ly)?(?: of all)?\s*,(?=\s*\w)",
    re.IGNORECASE,
)
"""Before the first of several wishes: it picks none of the things shown."""


def selection(text: str) -> Selection | None:
    """Which of the things shown is meant; None when the text doesn't say."""
    text = _ENUMERATES.sub(" ", plain(text))
    if lone := _LONE.fullmatch(text):
        return (
            Selection(Pick.NTH, int(lone[1]) if lone[1] else NUMBERS[lone[2].lower()])
            if lone[1] != "0"
            else None
        )
    for pattern, pick in (
        (_LAST_SHOWN, Pick.LAST),
        (_PREVIOUS, Pick.PREVIOUS),
        (_OLDEST, Pick.OLDEST),
        (_LATEST, Pick.LATEST),
    ):
        if pattern.search(text):
            return Selection(pick)
    if match := _NTH.search(text):
        return Selection(Pick.NTH, ORDINALS[match[1].lower()])
    if match := _NUMBERED.search(text):
        said = match[1].lower()
        place = NUMBERS.get(said) or int(said)
        return Selection(Pick.NTH, place) if place else None
    if _ALL.search(text):
        return Selection(Pick.ALL)
    return Selection(Pick.OTHER) if _OTHER.search(text) else None


def refers_back(text: str) -> bool:
    """Whether the text leans on what was said before: "it", "that one", "and what about …"."""
    text = plain(text)
    return bool(_FOLLOW_UP.match(text) or _BACK.search(_THAT_CLAUSE.sub(" ", text)))


def is_follow_up(text: str) -> bool:
    """Whether the text continues the last question: "and …", "what about …", or a bare fragment."""
    text = plain(text)
    words = re.findall(r"[\w'-]+", text.lower())
    return bool(_FOLLOW_UP.match(text)) or (0 < len(words) <= 5 and not _VERBS & set(words))
