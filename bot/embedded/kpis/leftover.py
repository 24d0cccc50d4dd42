"""The words of a message that nothing has read, and that may name something in the shop's data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.embedded.kpis.sheet import Sheet
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.tokens import Token, tokens
from bot.embedded.kpis.vocabulary import cuts, is_filler, named, vocabulary
from knowledge.places import COUNTRY_NAMES
from knowledge.words import FUNCTION_WORDS
from tools.commerce.metrics.facts import Dimension
from tools.commerce.schema import Channel, PaymentMethodKind, ReturnReason

_LEAVES_OUT = spoken("leaves_out", whole_words=False)
_LED = re.compile(
    r"\b(?:in|for|from|via|on|through|by|with|of|at|only|just|within|using|inside|about)(?: (?:the|our|all))* $"
)
_NUMBER_OF = re.compile(r"\b(?:number|count|share) of (?:the |our )?$")
_RANKED_BY = re.compile(
    r"\b(?:top|bottom|best|worst|highest|lowest|largest|biggest|smallest|most|least|fewest|rank\w*|sort\w*) .*"
    r"\bby (?:the |our )?$"
)
_JOINED = re.compile(r" ?(?:,|&|and|or|nor|/|\+|and the|or the)+ ?(?:the |in |on |for |from |via )?")
_KIND = re.compile(r"customers?$|buyers?$|shoppers?$")
_NOT_IN_NAMES = FUNCTION_WORDS | frozenset(
    "via vs versus against among per during without excluding except not than only".split()
)
_QUESTIONS = frozenset({"what", "how", "why", "which", "show", "and", "or", "is", "are"})
_SPLIT_BY = re.compile(r"\b(?:by|per|for each|for every|each|split by|broken down by|across)(?: the| our)? $")
_REST_OF_CODE = re.compile(r"(?:[-/][A-Za-z0-9]+)+")
_NO_CODES = frozenset({"LY", "TY", "PM", "OK", "VS", "HQ", "KW"})
_CHANNELS = frozenset(channel.value for channel in Channel)
_OPPOSED = r"(?:vs\.?|versus|against|or|and)"
_AFTER_CHANNEL = re.compile(
    rf"^\W*{_OPPOSED} (?:the )?$|\b(?:{'|'.join(_CHANNELS)}|online) {_OPPOSED} (?:the )?$"
)
_BEFORE_CHANNEL = re.compile(rf" {_OPPOSED} (?:the )?(?:{'|'.join(_CHANNELS)}|online)\b")
_PARTS = re.compile(r"[,+/]")
_CHANNEL, _ADDED = rf"(?:{'|'.join(_CHANNELS)})", r"(?:[,&+/]|and|or) ?"
_PICKED = re.compile(
    rf"\b(?:only|just|for|via|on|{_CHANNEL} ?{_ADDED}|{_CHANNEL}, (?:and )?)(?: in| via)? ?$"
)
_PICKED_AFTER = re.compile(rf" only\b| ?{_ADDED}{_CHANNEL}\b")
_LEAVE = re.compile(
    r"\b(?:leave|leaving|take|taking|keep|keeping|strip|cut|throw|kick)(?: (?:the|our|all))? $"
)
_OUT = re.compile(r"(?: (?:orders|sales|customers))? out\b")
_KIND_OF = r"(?:new|returning|repeat|existing|first[- ]time|guest|loyal)"
_BOTH_KINDS = re.compile(
    rf"\b{_KIND_OF} (?:vs\.?|versus|and|or|against|compared to) {_KIND_OF}(?: (?:customer|buyer|shopper)s?)?\b"
)
_KINDS = re.compile(
    rf"\b{_KIND_OF}(?:[- ](?:customer|buyer|shopper|client|checkout|user|visitor)s?)\b|\bfirst[- ]timers\b|\bguests\b"
)


@dataclass(frozen=True)
class Unread:
    """Words that name nothing known yet, and how they stand."""

    text: str
    start: int
    exclude: bool
    led: bool
    """Whether they are plainly what to filter by: "in Blorp", "only Blorp", "Blorp sales"."""
    by: bool = False
    """Whether it is to be split by them: "by Blorp"."""


def fixed_names(sheet: Sheet) -> tuple[Unread, ...]:
    """Names that every shop writes alike and whose words mean something else alone: "United States", "store credit"."""
    found = [
        Unread(sheet.said[slice(*one.span())], one.start(), _leaves_out(sheet, *one.span()), led=True)
        for one in _fixed().finditer(sheet.open_text)
    ]
    for one in found:
        sheet.cross(one.start, one.start + len(one.text))
    return tuple(found)


@cache
def _fixed() -> re.Pattern[str]:
    """But for those that name a figure as well: what "arrived late"."""
    kinds = (kind.replace("_", " ") for kind in (*PaymentMethodKind, *ReturnReason))
    own = [one for one in kinds if not named(vocabulary().metrics, it := tokens(one), range(len(it)))]
    several = [one for one in (*COUNTRY_NAMES, *own) if " " in one]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(several, key=len, reverse=True)))})\b")


def _leaves_out(sheet: Sheet, start: int, end: int) -> bool:
    """Whether the name from `start` to `end` is not to count: "without web", "leave the web out"."""
    before = sheet.low[:start]
    return bool(_LEAVES_OUT.search(before) or (_LEAVE.search(before) and _OUT.match(sheet.low[end:])))


def customer_kinds(
    sheet: Sheet, *, are_figures: bool = True
) -> tuple[tuple[Unread, ...], tuple[Dimension, ...]]:
    """ "New customers", each word of which says nothing by itself; and whether kinds are set against each other.
    Where they `are_figures`, those that no word makes a filter are left for figures of that name."""
    both = _BOTH_KINDS.search(sheet.open_text)
    if both:
        sheet.cross(*both.span())
    in_cuts = {place for one in cuts(sheet.tokens, sheet.free) for place in one.places}
    found: list[Unread] = []
    for match in _KINDS.finditer(sheet.open_text):
        within = [p for p in sheet.free if match.start() <= sheet.tokens[p].start < match.end()]
        own = named(vocabulary().metrics, sheet.tokens, within)
        before = sheet.low[: match.start()]
        leaves_out = _leaves_out(sheet, *match.span())
        is_picked = sheet.low[match.end() :].startswith(" only")
        is_led = leaves_out or is_picked or (_LED.search(before) and not _NUMBER_OF.search(before))
        if is_led and _RANKED_BY.search(before):
            is_led = bool(
                named(
                    vocabulary().metrics,
                    sheet.tokens,
                    [p for p in sheet.free if p not in within and p not in in_cuts],
                )
            )
        if are_figures and own and len(own[0].places) > 1 and not is_led:
            continue  # a figure of its own
        found.append(Unread(match[0].replace("client", "customer"), match.start(), leaves_out, True))
        sheet.cross(*match.span())
    return tuple(found), (Dimension.CUSTOMER_KIND,) if both else ()


def leftovers(sheet: Sheet, currency: str) -> tuple[Unread, ...]:
    """Runs of words that nothing has read and that say something, as they were written; the shop's own `currency`
    says nothing."""
    runs: list[list[Token]] = []
    bridge: list[Token] = []
    for place, token in enumerate(sheet.tokens):
        if not sheet.is_free(token):
            bridge = []
            continue
        gap = sheet.low[runs[-1][-1].end : token.start] if runs else ""
        is_near = (
            bool(runs) and not any(sheet.crossed[runs[-1][-1].end : token.start]) and not _PARTS.search(gap)
        )
        if token.word.upper() == currency or not _says_something(sheet, place):
            bridge.append(token)
        elif (
            is_near and (not bridge or _bridges(bridge)) and not _LEAVES_OUT.search(sheet.low[: token.start])
        ):
            runs[-1] += [*bridge, token]
            bridge = []
        else:
            runs.append([token])
            bridge = []
    found: list[Unread] = []
    for run in runs:
        start, end = _with_capital_before(sheet, run[0]), run[-1].end
        before = sheet.low[:start]
        if code := _REST_OF_CODE.match(sheet.said[end:]):
            end += code.end()
        leaves_out = _leaves_out(sheet, start, end)
        if found and not leaves_out:
            last = found[-1]
            leaves_out = last.exclude and bool(
                _JOINED.fullmatch(sheet.low[last.start + len(last.text) : start])
            )
        is_led = leaves_out or bool(_LED.search(before)) or _is_before_metric(sheet, end)
        name = sheet.said[start:end].removesuffix("'s")
        found.append(Unread(name, start, leaves_out, is_led, bool(_SPLIT_BY.search(before))))
    return tuple(found)


def _with_capital_before(sheet: Sheet, first: Token) -> int:
    """Where the name begins: in "Two Rivers" with a word that says nothing elsewhere."""
    before = [one for one in sheet.tokens if one.end == first.start - 1 and sheet.is_free(one)]
    if before and sheet.said[first.start].isupper() and sheet.said[before[0].start].isupper():
        return before[0].start
    return first.start


def _says_something(sheet: Sheet, place: int) -> bool:
    token = sheet.tokens[place]
    written = sheet.said[token.start : token.end]
    word = token.word.removesuffix("'s").removesuffix("n't").removesuffix("'re").removesuffix("'ve")
    if word.isdigit() or word == "%":
        return False
    if token.root in sheet.related:
        return False
    if written in _NO_CODES:
        return False
    if not is_filler(word) or (word in _CHANNELS and (_is_opposed(sheet, token) or _is_picked(sheet, token))):
        return True
    if sheet.said.isupper():
        return False
    if written[0].isupper() and word not in vocabulary().fillers:
        return True  # "Maine", which is no form of "main"
    return _is_code(written) or (
        not _begins(sheet, token)
        and written[0].isupper()
        and written != "I"
        and bool(_KIND.match(word)) is False
        and word not in _QUESTIONS
    )


def _is_opposed(sheet: Sheet, token: Token) -> bool:
    """Whether another channel stands beside it: "store against web"."""
    return bool(
        _AFTER_CHANNEL.search(sheet.low[: token.start]) or _BEFORE_CHANNEL.match(sheet.low[token.end :])
    )


def _is_picked(sheet: Sheet, token: Token) -> bool:
    """Whether it stands as a name does, not as "the store", which is the shop: "just store", "store + phone"."""
    before, after = sheet.low[: token.start], sheet.low[token.end :]
    return bool(
        _PICKED.search(before) or _leaves_out(sheet, token.start, token.end) or _PICKED_AFTER.match(after)
    )


def _begins(sheet: Sheet, token: Token) -> bool:
    """Whether a sentence begins with it, whose capital says nothing."""
    before = sheet.said[: token.start].rstrip(" \"'(")
    return not before or before[-1] in ".!?:;"


def is_named(sheet: Sheet, start: int) -> bool:
    """Whether the word before `start` may be a name: "Blorp products"."""
    before = [place for place in sheet.free if sheet.tokens[place].end == start - 1]
    return any(not is_filler(sheet.tokens[place].word) for place in before)


def _bridges(words: Sequence[Token]) -> bool:
    """Whether they can stand within a name: "harbor table lamp", "hearth and hollow"."""
    return len(words) == 1 and (words[0].word in ("and", "of", "for") or words[0].word not in _NOT_IN_NAMES)


def _is_before_metric(sheet: Sheet, end: int) -> bool:
    return sheet.low[end : end + 1] in (" ", "-") and any(first == end + 1 for first in sheet.metrics_at)


def _is_code(word: str) -> bool:
    return len(word) == 2 and word.isupper() and word.isalpha() and word not in _NO_CODES
