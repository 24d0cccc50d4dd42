"""How somebody speaks of a change: as a wish, or as a question about how the shop handles it."""

import re
from enum import StrEnum

from bot.embedded.reading.plain import plain


class Manner(StrEnum):
    WISH = "wish"
    """ "cancel it" """
    WHETHER = "whether"
    """ "can I still cancel it?" """
    HOW = "how"
    """ "how do I cancel something?" """
    RULE = "rule"
    """ "how long can I return things?", "what is the cancellation fee?" """


_OPENING = r"^\W*(?:(?:and|so|ok|but|hi|hello|hey|please|there)\W+)*"
_TOLD = (
    r"(?:(?:can|could|would|will) (?:you|u) (?:please )?|please |i'd like (?:you )?to |help me (?:to )?|"
    r"(?:i )?(?:want|need|would like|wish|have) (?:you )?to |"
    r"(?:help|assistance|trouble|problems?) (?:to |with |in )?)*"
    r"(?:tell|show|explain|know|learn|find out|understand|check(?:ing)?|see(?:ing)?|hear|inform|ask|get)"
    r"(?: to)?(?: me)?(?: more)?(?: about| on| of)?(?: information| info| details)?(?: about| on| of)?"
)
"""What stands before "how to return" or "the cancellation fee" in more words."""
_HOW = re.compile(
    rf"{_OPENING}(?:{_TOLD} )?(?:how (?:do|can|could|would|should|does|to|may|might|must|is|are|i|we|one)\b|"
    r"what (?:do|must|should) i (?:have to |need to )?do to\b|where (?:do|can|could|should) i\b|"
    r"(?:what's|what is|is there)? ?(?:a|the|any) (?:way|procedure|steps?) (?:to|for)\b|i (?:don't|do not) know how\b)",
    re.IGNORECASE,
)
_RULE = re.compile(
    rf"{_OPENING}(?:how (?:long|many|much)|what(?! about\b)|when|until when|is there|are there|do i (?:have|need)|"
    rf"who pays|why)\b|"
    rf"{_OPENING}(?:{_TOLD} )?(?:(?:information|info|details) (?:about|on|regarding) )?(?:the |your |any |an? )?"
    r"(?:[a-z]+ ){0,2}(?:fees?|penalt(?:y|ies)|polic(?:y|ies)|charges?|costs?|conditions|deadline|period|window|"
    r"rules|process|procedure|terms)\W*$",
    re.IGNORECASE,
)
_WHETHER = re.compile(rf"{_OPENING}(?:can(?! you| u\b)|could(?! you| u\b)|may|am|is)\b", re.IGNORECASE)
_QUESTION = re.compile(rf"\?|{_OPENING}(?:can|could|may|is|are|do|does|how|what)\b", re.IGNORECASE)


def manner(text: str) -> Manner:
    text = plain(text)
    for pattern, found in ((_HOW, Manner.HOW), (_RULE, Manner.RULE), (_WHETHER, Manner.WHETHER)):
        if pattern.search(text):
            return found
    return Manner.WISH


def is_question(text: str) -> bool:
    return bool(_QUESTION.search(plain(text)))
