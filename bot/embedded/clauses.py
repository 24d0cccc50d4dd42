"""Splits a message into the pieces that may each hold a wish."""

import re

MAX_CLAUSES = 12
_END = re.compile(r"(?<=[.!?;])[\"')]{0,2}\s+|\s*\n+\s*|\s+[-–—]\s+")
_JOINT = re.compile(
    r"[,;]?\s+(?:and|also|but|plus|then|oh|btw)\s+(?=(?:also|can|could|would|will|do|does|did|is|are|was|has|have|how|what|when|where|which|"
    r"who|why|i'd|i want|i would|i need|i also|please|tell|show|send|cancel|check|let me|give|may i|what's|where's|if you)\b)|"
    r"[,;]?\s+(?=(?:by the way|btw|on another note|another question|one more thing|second question|secondly|separately)\b)|"
    r",\s+(?=(?:can|could|would|will) (?:you|i|we)\b|(?:what|how|where|when|which|why)\b|(?:is|are|do|does|did|has|have) (?:it|you|the|there|my|your|i)\b|"
    r"also\b|please (?:cancel|send|tell|show|check|help)\b|i (?:want|need|would like|wanna)\b|i'd like\b)",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"\b(?:no|nr|mr|mrs|ms|dr|st|e\.g|i\.e|approx|etc|vs|num|ref|inc|ltd)\.$", re.IGNORECASE
)


def clauses(message: str) -> tuple[str, ...]:
    """Pieces of the message in order, each a stretch of it as written; one piece for a plain sentence."""
    sentences = _cut(
        message,
        [
            m
            for m in _END.finditer(message)
            if not _ABBREVIATION.search(message, max(0, m.start() - 8), m.start())
        ],
    )
    pieces = [piece for sentence in sentences for piece in _cut(sentence, list(_JOINT.finditer(sentence)))]
    found = tuple(piece for piece in pieces if any(c.isalnum() for c in piece))
    if len(found) <= MAX_CLAUSES:
        return found
    return (*found[: MAX_CLAUSES - 1], " ".join(found[MAX_CLAUSES - 1 :]))


def _cut(text: str, cuts: list[re.Match[str]]) -> list[str]:
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
