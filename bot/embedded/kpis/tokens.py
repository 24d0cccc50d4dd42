"""A question about figures as words in one form: "How many orders were cancelled?" -> howmany, order, cancel."""

import re
import unicodedata
from dataclasses import dataclass

from bot.embedded.reading.entities import MAX_CHARS
from knowledge.words import stem

_IN_FULL = {
    "w/o": "without",
    "w/": "with ",
    "yr": "year",
    "yrs": "years",
    "wk": "week",
    "wknd": "weekend",
    "w": "with",
    "nd": "and",
    "n": "and",
    "wks": "weeks",
    "wek": "week",
    "lst": "last",
    "sell-through": "sellthrough",
    "sell through": "sellthrough",
    "sell thru": "sellthrough",
    "sell-thru": "sellthrough",
    "weeek": "week",
    "mth": "month",
    "mths": "months",
    "mnth": "month",
    "qtr": "quarter",
    "qtrs": "quarters",
    "yday": "yesterday",
    "hrs": "hours",
    "prev": "previous",
    "q-o-q": "qoq",
    "m-o-m": "mom",
    "bestseller": "best seller",
    "bestsellers": "best sellers",
    "best-sellers": "best sellers",
    "slow movers": "worst sellers",
    "slow-movers": "worst sellers",
    "slow mover": "worst seller",
}
"""What people write short."""
_SHORT = re.compile(
    rf"(?<!\w)(?:{'|'.join(re.escape(short) for short in sorted(_IN_FULL, key=len, reverse=True))})(?![\w/])",
    re.IGNORECASE,
)
_SLIPS = (
    (re.compile(r"(?<!\w)(\d{1,3}) ?d(?!\w)", re.IGNORECASE), r"\1 days"),
    (re.compile(r"(?<!\w)(\d{1,3}) ?h(?!\w)", re.IGNORECASE), r"\1 hours"),
    (re.compile(r"(?<=\w),? i (?:mean|meant)\b", re.IGNORECASE), ""),
    (re.compile(r"\by(?= (?:is|are|was|were|did|do|does|has|have|so)\b)", re.IGNORECASE), "why"),
    (re.compile(r"\b(this|last|next|past|per) weak\b", re.IGNORECASE), r"\1 week"),
    (
        re.compile(
            r"\b(?:spring|summer|autumn|fall|winter|holiday|flash|clearance|warehouse|(?:mid|end)[- ](?:of[- ])?season)"
            r" sale\b",
            re.IGNORECASE,
        ),
        "sales campaign",
    ),
    (
        re.compile(
            r"\b(sort|order|rank)(?:ed)? (?:(?:it|them|this|that|these) )?by (?:the )?"
            r"(?:size|value|amount|figure|number)s?\b",
            re.IGNORECASE,
        ),
        r"\1ed",
    ),
    (re.compile(r"\bhole (day|week|month|quarter|year)\b", re.IGNORECASE), r"whole \1"),
    (re.compile(r"\bslowest (?:(?:10|ten) ?(?:%|percent)|tenth)", re.IGNORECASE), "90th percentile"),
    (re.compile(r"\bsame thing\b", re.IGNORECASE), "same"),
    (
        re.compile(r"\b(days?|weeks?|months?) (?:of|worth of) (?:stock|inventory)\b", re.IGNORECASE),
        r"\1 of cover",
    ),
    (re.compile(r"\bcompar(ed|es?|ing) 2(?= )", re.IGNORECASE), r"compar\1 to"),
    (re.compile(r"\bwich\b", re.IGNORECASE), "which"),
    (
        re.compile(r"\bon (?:(?:their |the |a )?phones|(?:their|a) phone)(?= |\?|$)", re.IGNORECASE),
        "on mobile",
    ),
    (re.compile(r"\b(more|less|fewer|higher|lower|better|worse) then\b", re.IGNORECASE), r"\1 than"),
)
"""What is short, or a word where another is meant, by the word beside it."""
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*|%")
_HOW = re.compile(r"\bhow (?=(many|mny|much|long|fast|quick(?:ly)?|soon|slow(?:ly)?)\b)")
_ON_TIME = re.compile(r"\bon[- ]time\b")
_HOW_FORMS = {"many": "howmany", "mny": "howmany", "much": "howmuch"}
_FORMS = {
    "average": "avg mean",
    "bring": "brought",
    "buy": "bought purchased",
    "cancel": "canceled canceling cancelled cancelling",
    "cart": "basket baskets trolley trolleys",
    "center": "centre",
    "come": "came",
    "customer": "client clients",
    "fall": "fell",
    "fulfil": "fulfill",
    "fulfilment": "fulfillment",
    "get": "got",
    "give": "gave given",
    "go": "went",
    "grow": "grew",
    "item": "goods articles",
    "keep": "kept",
    "leave": "left",
    "make": "made",
    "parcel": "parcels package packages shipment shipments",
    "pay": "paid",
    "percent": "% pct percentage",
    "ratio": "rate rates",  # "return rate", which is not "rated"
    "rise": "rose",
    "run": "ran",
    "sell": "sold",
    "send": "sent",
    "share": "proportion fraction portion",
    "shipping": "postage",
    "spend": "spent",
    "take": "took",
}
_IRREGULAR = {form: word for word, forms in _FORMS.items() for form in forms.split()}


@dataclass(frozen=True)
class Token:
    """`word` is in lower case as it stands in the text from `start` to `end`."""

    word: str
    root: str
    start: int
    end: int


def readable(text: str) -> str:
    """On one line, with plain apostrophes, and short forms in full."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS])
    text = " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    for slip, meant in _SLIPS:
        text = slip.sub(meant, text)
    return _SHORT.sub(lambda found: _IN_FULL[found[0].lower()], text)


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a `readable` text in their order."""
    lower = _lowered(text)
    how = {match.start(): match for match in _HOW.finditer(lower)}
    found: list[Token] = []
    together = {match.start(): match for match in _ON_TIME.finditer(lower)}
    skip = -1
    for match in _WORD.finditer(lower):
        if match.start() < skip:
            continue
        if one := together.get(match.start()):
            found.append(Token("ontime", "ontime", *one.span()))
            skip = one.end()
        elif asked := how.get(match.start()):
            form = _HOW_FORMS.get(asked[1], "howlong")
            found.append(Token(form, form, match.start(), asked.end(1)))
            skip = asked.end(1)
        else:
            found.append(Token(match[0], root(match[0]), *match.span()))
    return tuple(found)


def root(word: str) -> str:
    """The form that "returned", "returns" and "returning" share."""
    word = word.removesuffix("'s")
    if word in _IRREGULAR:
        return stem(_IRREGULAR[word])
    return stem(word)


def roots(phrase: str) -> tuple[str, ...]:
    return tuple(token.root for token in tokens(phrase))


def _lowered(text: str) -> str:
    """In lower case, letter for letter, so that places in it are places in the text."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
