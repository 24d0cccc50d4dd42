"""Splits a message into the pieces that may each hold a wish."""

import re

MAX_CLAUSES = 12
MAX_HALVED = 30
"""Words of a sentence that may be two wishes side by side; a longer one is a story."""
_FEWEST = 3
"""Words of a half."""
_MAX_CUTS = 3

_ASKING_VERBS = (
    r"can|could|would|will|do|does|did|is|are|was|has|have|how|what|when|where|which|who|why|may|what's|"
    r"where's"
)
_WISHING = (
    r"i'd like|i would like|i want|i need|i wanna|i also|let me|if so|please|tell me|show me|send me|give me"
)
_CHANGE = r"(?:return|exchange|swap|send back|refund|change|cancel|update|upgrade|replace|remove)"
_OBJECT = r"(?:the(?! (?:others?|rest|remaining)\b)|my|our|order|both|all|one|two|three|everything)"
_CONNECTOR = (
    r"while (?:you're|you are) at it|"
    r"also|and|but|otherwise|if not|oh|btw|by the way|plus|then|so|another question|one more thing|on another "
    r"note|besides"
)

# Each gap starts where its run of blanks starts, so that a long run is read once.
_BLANKS = r"(?:[,;]\s+|(?<![\s,;])\s+)"
_SENTENCE = re.compile(r"(?<=[.!?;])[\"')]{0,2}\s+|(?<!\s)\s*\n\s*|(?<!\s)\s+[-\u2013\u2014]\s+")
_ABBREVIATION = re.compile(
    r"\b(?:no|nr|mr|mrs|ms|dr|st|e\.g|i\.e|approx|etc|vs|num|ref|inc|ltd)\.$", re.IGNORECASE
)
_JOINT = re.compile(
    rf"{_BLANKS}(?:and|but|plus|then)\s+(?!have (?:it|them|the|my)\b)"
    rf"(?=(?:{_ASKING_VERBS}|{_WISHING}|also|cancel|check|track|by the way)\b)|"
    rf"(?:{_BLANKS}(?:and|but|plus|then|[&+])\s+|[,;]\s+(?:and\s+)?)(?=(?:please )?{_CHANGE}\s+{_OBJECT}\b|"
    r"(?:please )?(?:take back|sign me up|charge my|put (?:it|that) on) |"
    r"(?:send|ship|deliver)\s+(?:it|them|everything|the order|my order)\s+to\b)|"
    r"[,;]\s+(?:and\s+)?(?=my (?:\w+ ){0,2}(?:phone|name|number|address) (?:number )?(?:is now|has changed|changed)\b)|"
    r"(?<=\bthings):\s+|(?<=\bmatters):\s+|(?<=\brequests):\s+|(?<=\bquestions):\s+|"
    rf"{_BLANKS}and\s+(?=(?:the|my) (?:[\w-]+ ){{1,3}}(?:i'd|i would|i want|(?:goes|go|should go) back)\b)|"
    r"[,;]\s+(?:and\s+)?(?=(?:please )?(?:make|put) (?:both|all|my|the (?:[\w-]+ ){1,3}(?:[\w-]+))\b)|"
    rf"{_BLANKS}(?=(?:many )?(?:thank you|thanks|thx|cheers)(?: \w+){{0,3}}\W*$)|"
    rf"{_BLANKS}(?=(?:by the way|btw|on another note|another question|one more thing|secondly)\b)|"
    r"[,;]\s+(?=(?:also|(?:can|could|would|will) (?:you|i|we)|please (?:cancel|send|tell|show|check)|"
    r"(?:what|how|where|when|which|why)|(?:is|are|do|does|did|has|have) (?:it|you|the|there|my|your|i)|"
    r"i (?:want|need|wanna)|i'd like|i would like)\b)",
    re.IGNORECASE,
)
_ONLY_CONNECTOR = re.compile(rf"(?:{_CONNECTOR})[\s,:]*(?:{_CONNECTOR})?[\s,:.]*", re.IGNORECASE)
_TURN = re.compile(
    r"(?:oh|and|ok|okay|so|then)?[\s,]*(?:while (?:you're|you are) at it|"
    r"also|by the way|btw|besides|plus|another question|one more thing|"
    r"on another note|secondly|separately|oh and|other than that)\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(r"\W*(?:(?:and|but|or)\s+)?(?:if|otherwise|else)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:(?:"
    + _CONNECTOR
    + r"|hi|hello|hey|ok|sorry|yes|no|well|if so)[\s,]+){0,3}(?:"
    + _ASKING_VERBS
    + r"|"
    r"cancel|check|track|show|tell|send|give|get|find|help|change|update|return|refund|exchange|swap|add|put|make|"
    r"connect|transfer|log|list|look|search|repeat|explain|stop|start|ship|deliver|replace|remove|any|"
    r"whats|wheres|hows|how's|when's|who's|pls|don't|do not|looking for|ignore|write|translate|talk|speak)\b|"
    r"\b(?:please|pls|plz|i'd (?:like|love|rather|prefer)|i would (?:like|love|rather|prefer)|(?:i|we) "
    r"(?:really |just |also |only )?"
    r"(?:want|need|wanna|demand|wish|require|expect)|we'd like|looking for|let me|can you|could you|would you|"
    r"can i|could i|may i|can we|could we|do you|i wonder|i was wondering|tell me|i'm after|interested in|"
    r"get me|give me|show me|refund (?:me|it)|cancel (?:it|that|this)|take it back|send it back)\b",
    re.IGNORECASE,
)


_LOOSE = re.compile(r",?(?<!\s)\s+(?:and|then|&|plus)\s+|[,;]\s+", re.IGNORECASE)


def clauses(message: str) -> tuple[str, ...]:
    """Pieces of the message in order, each a stretch of it as written; one piece for a plain sentence."""
    gaps = [gap.span() for gap in _SENTENCE.finditer(message) if not _abbreviates(message, gap.start())]
    gaps = sorted(gaps + [gap.span() for gap in _JOINT.finditer(message)])
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(message)]
    found: list[str] = []
    start_of_next: int | None = None
    for start, end in zip(starts, ends, strict=True):
        piece = message[start:end].strip()
        if not any(c.isalnum() for c in piece):
            continue
        start = start if start_of_next is None else start_of_next
        # A lone "also," belongs to what follows it.
        start_of_next = start if _ONLY_CONNECTOR.fullmatch(piece) else None
        if start_of_next is None:
            found.append(message[start:end].strip())
    if len(found) <= MAX_CLAUSES:
        return tuple(found)
    return (*found[: MAX_CLAUSES - 1], " ".join(found[MAX_CLAUSES - 1 :]))


def halves(sentence: str) -> tuple[tuple[str, str], ...]:
    """The ways to cut a sentence in two at an "and" or a comma, wherever each half can say something."""
    if len(sentence.split()) > MAX_HALVED:
        return ()
    cuts = ((sentence[: gap.start()], sentence[gap.end() :]) for gap in _LOOSE.finditer(sentence))
    long = [cut for cut in cuts if all(len(half.split()) >= _FEWEST for half in cut)]
    return tuple(long[:_MAX_CUTS])


def asks(piece: str) -> bool:
    """Whether the piece asks or orders something, rather than tells it."""
    return bool(_ASKS.search(piece.replace("\u2019", "'")))


def turns_to_another(piece: str) -> bool:
    """Whether it opens with "also", "by the way" and the like."""
    return bool(_TURN.match(piece))


def depends(piece: str) -> bool:
    """Whether it opens with a condition: "if it has left, send it back", "otherwise cancel it"."""
    return bool(_DEPENDS.match(piece))


def _abbreviates(message: str, end: int) -> bool:
    return bool(_ABBREVIATION.search(message, max(0, end - 8), end))
