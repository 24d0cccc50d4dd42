"""What a message says about figures: metrics, periods, comparison, dimensions, and the words left over for names."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.embedded.kpis import cues
from bot.embedded.kpis.cues import Cue, Rank, Said
from bot.embedded.kpis.periods import periods
from bot.embedded.kpis.reckoning import Reader
from bot.embedded.kpis.spans import Named as NamedDays
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.tokens import Token, readable, root, tokens
from bot.embedded.kpis.vocabulary import Named, is_filler, named, vocabulary
from knowledge.words import FUNCTION_WORDS
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison

_AND = frozenset(
    {"and", "plus", "with", "also", "as", "well", "then", "or", "the", "our", "its", "vs", "versus", "both"}
)
_SPLITS = spoken("splits", whole_words=False)
_LEAVES_OUT = spoken("leaves_out", whole_words=False)
_LED = re.compile(
    r"\b(?:in|for|from|via|on|through|by|with|of|at|only|just|to|within|using|inside|about)(?: (?:the|our|all))* $"
)
_JOINED = re.compile(r" ?(?:,|&|and|or|nor|/|\+|and the|or the)+ ?(?:the |in |on |for |from |via )?")
_KIND = re.compile(r"customers?$|buyers?$|shoppers?$")
_NOT_IN_NAMES = FUNCTION_WORDS | frozenset(
    "via vs versus among per during without excluding except not than only".split()
)
_QUESTIONS = frozenset({"what", "how", "why", "which", "show", "and", "or", "is", "are"})
_SPLIT_BY = re.compile(r"\b(?:by|per|for each|for every|each|split by|broken down by|across)(?: the| our)? $")
_SIGNS = frozenset(
    map(
        root,
        (
            "lately",
            "recently",
            "nowadays",
            "rate",
            "average",
            "median",
            "number",
            "total",
            "figures",
            "level",
        ),
    )
)
_SPLIT_AFTER = re.compile(
    r" (?:mix|split|breakdown|shares?|distribution|ranking|level|by (?:brand|category|product|channel))\b|-wise"
)
_OPENING = re.compile(r"(?:over|on|from) ")
_JUST_MOVED = spoken("just_moved", whole_words=False)
_OFTEN_IDLE = frozenset({"over", "on", "from", "with", "next", "beside"})
"""Words that compare only where something is said to have moved."""
_EITHER = re.compile(
    r"\b(this|last) (?:vs\.?|versus|and|against|compared (?:to|with)|or|than) (?:the )?(last|previous|this|prior) "
    r"(week|month|quarter|year)\b"
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


@dataclass(frozen=True)
class Reading:
    text: str
    metrics: tuple[str, ...] = ()
    metric_words: int = 0
    """How many words of the text name the metric."""
    spans: tuple[Period, ...] = ()
    other: Period | None = None
    """What the span is compared to by name."""
    compare: Comparison | None = None
    moved: bool = False
    grain: Grain | None = None
    course: bool = False
    dimensions: tuple[Dimension, ...] = ()
    mentioned: tuple[Dimension, ...] = ()
    """Dimensions whose names stand in the text without splitting by them: "the Lighting category"."""
    rank: Rank | None = None
    share: bool = False
    running: bool = False
    unread: tuple[Unread, ...] = ()
    words: int = 0
    roots: frozenset[str] = field(default_factory=frozenset)

    @property
    def has_strong_signs(self) -> bool:
        """Whether it names a period, a comparison, a cut or the like."""
        return bool(self.spans or self.compare or self.grain or self.dimensions or self.running or self.share)

    @property
    def has_signs(self) -> bool:
        """Whether it says anything that only a question about figures says."""
        return bool(
            self.roots & _SIGNS
            or self.spans
            or self.compare
            or self.grain
            or self.dimensions
            or self.running
            or self.share
            or self.moved
        ) or bool(self.roots & {"howmany", "howmuch"})


class _Sheet:
    """The text with what was read crossed out."""

    def __init__(self, text: str) -> None:
        self.said = readable(text)
        self.low = self.said.lower() if len(self.said.lower()) == len(self.said) else self.said
        self.tokens = tokens(self.said)
        self.crossed = [False] * len(self.said)
        self.metrics_at: list[int] = []
        """Where the names of metrics begin."""
        self.related: frozenset[str] = frozenset()
        """Words that belong to how these metrics are spoken of."""

    def cross(self, start: int, end: int) -> None:
        self.crossed[start:end] = [True] * (end - start)

    def is_free(self, token: Token) -> bool:
        return not any(self.crossed[token.start : token.end])

    @property
    def free(self) -> list[int]:
        return [place for place, token in enumerate(self.tokens) if self.is_free(token)]

    @property
    def open_text(self) -> str:
        """The text with blanks for what was read."""
        return "".join(
            " " if crossed else letter for letter, crossed in zip(self.low, self.crossed, strict=True)
        )


def read(text: str, reader: Reader) -> Reading:
    """A pure function of the text and of what its days are relative to."""
    sheet = _Sheet(_EITHER.sub(r"\1 \3 vs \2 \3", readable(text)))
    spans, other, compare = _when(sheet, reader)
    grain = _take(sheet, cues.grain)
    rank = cues.rank(sheet.low)
    running = _take(sheet, cues.running)
    kinds, by_kind = _customer_kinds(sheet)
    metrics = _metrics(sheet)
    share = _take(sheet, cues.share)
    course = cues.course(sheet.low)
    split, mentioned = _dimensions(sheet)
    split = (*by_kind, *split)
    return Reading(
        text=sheet.said,
        metrics=tuple(one.meaning for one in metrics),
        metric_words=sum(len(one.places) for one in metrics),
        spans=spans,
        other=other,
        compare=compare,
        moved=cues.has_moved(sheet.low),
        grain=grain.said if grain else None,
        course=course is not None,
        dimensions=split,
        mentioned=mentioned,
        rank=rank.said if rank else None,
        share=share is not None,
        running=running is not None,
        unread=(*kinds, *_unread(sheet)),
        words=len(sheet.tokens),
        roots=frozenset(token.root for token in sheet.tokens),
    )


def _take(sheet: _Sheet, find: Callable[[str], Cue[Said] | None]) -> Cue[Said] | None:
    cue = find(sheet.open_text)
    if cue:
        sheet.cross(cue.start, cue.end)
    return cue


def _when(sheet: _Sheet, reader: Reader) -> tuple[tuple[Period, ...], Period | None, Comparison | None]:
    """The periods, the other that they are compared to by name, and the comparison."""
    compared = cues.comparison(sheet.low)
    if compared:
        sheet.cross(compared.start, compared.end)
    found = list(periods(sheet.open_text, reader))
    for one in found:
        sheet.cross(one.start, one.end)
    main = [one for one in found if not _is_compared(sheet.low, one)]
    others = [one for one in found if one not in main]
    if not main and others and not compared:
        unit = reader.unit_of(others[0].period)
        current = reader.to_date(reader.calendar.unit(reader.today, unit)) if unit else None
        return ((current,) if current else ()), others[0].period, None
    if len(main) == 2 and not others and (ends := _from_to(sheet.low, main)):
        main, others = [ends[1]], [ends[0]]
    other = others[0].period if others else None
    return tuple(one.period for one in main), other, compared.said if compared else None


def _is_compared(text: str, one: NamedDays) -> bool:
    """Whether it is what another period is compared to: "vs Q1", "up on last week"."""
    before, led = text[: one.start], _OPENING.match(text[one.start : one.end])
    if led:
        return bool(_JUST_MOVED.search(before))
    found = cues.COMPARES.search(before)
    if found is None:
        return False
    if found[0].split()[0] in _OFTEN_IDLE:
        return bool(cues.CHANGE.search(before[: found.start()]))
    return not found[0].startswith("and")


def _from_to(text: str, main: Sequence[NamedDays]) -> tuple[NamedDays, NamedDays] | None:
    """ "How did sales change from Q1 to Q2", "the difference between March and April": the earlier and the later."""
    between = text[main[0].end : main[1].start]
    if not re.fullmatch(r" ?(?:to|and|with|or|,) ?", between) or not cues.CHANGE.search(text):
        return None
    first, second = sorted(main, key=lambda one: one.period.first)
    return first, second


def _metrics(sheet: _Sheet) -> tuple[Named, ...]:
    """The surest, and those that stand beside it: "orders, net sales and AOV"."""
    found = named(vocabulary().metrics, sheet.tokens, sheet.free)
    if not found:
        return ()
    lacking = [one for one in found if one.meaning in vocabulary().lacking]
    best = (
        lacking[0]
        if lacking
        else max(found, key=lambda one: (-_governed(sheet, one), len(one.places), -min(one.places)))
    )
    chosen = [best]
    while further := [
        one
        for one in found
        if one.meaning not in {it.meaning for it in chosen} and any(_beside(sheet, it, one) for it in chosen)
    ]:
        chosen.append(further[0])
    chosen.sort(key=lambda one: min(one.places))
    sheet.related = frozenset().union(*(vocabulary().related.get(one.meaning, frozenset()) for one in chosen))
    for one in chosen:
        sheet.metrics_at.append(min(sheet.tokens[place].start for place in one.places))
        for place in one.places:
            sheet.cross(sheet.tokens[place].start, sheet.tokens[place].end)
    return tuple(chosen)


def _governed(sheet: _Sheet, one: Named) -> int:
    """Whether it stands as a filter does: "from new customers"."""
    start = sheet.tokens[min(one.places)].start
    return int(
        bool(
            re.search(
                r"\b(?:from|by|among|for|of|in|per|to)(?: (?:the|our|all|new|returning))* $",
                sheet.low[:start],
            )
        )
    )


def _beside(sheet: _Sheet, first: Named, second: Named) -> bool:
    """Whether the words between the two only join them."""
    low, high = sorted((first, second), key=lambda one: min(one.places))
    start, end = max(low.places), min(high.places)
    if start >= end:
        return False
    between = sheet.tokens[start + 1 : end]
    gap = sheet.low[sheet.tokens[start].end : sheet.tokens[end].start]
    joined = bool(re.search(r"[,/&+;]|\b(?:and|plus|vs|versus|or|with|as well as)\b", gap))
    return joined and all(token.word in _AND or not sheet.is_free(token) for token in between)


def _dimensions(sheet: _Sheet) -> tuple[tuple[Dimension, ...], tuple[Dimension, ...]]:
    """Those to split by, and those that only stand there."""
    split: list[tuple[int, Dimension]] = []
    mentioned: list[Dimension] = []
    for one in sorted(
        named(vocabulary().dimensions, sheet.tokens, sheet.free), key=lambda one: min(one.places)
    ):
        start = sheet.tokens[min(one.places)].start
        end = sheet.tokens[max(one.places)].end
        is_split = _splits(sheet, start, end, bool(split))
        if is_split:
            split.append((start, Dimension(one.meaning)))
        else:
            mentioned.append(Dimension(one.meaning))
        sheet.cross(start, end)
    return tuple(dict.fromkeys(dimension for _, dimension in split)), tuple(mentioned)


def _splits(sheet: _Sheet, start: int, end: int, has_one: bool) -> bool:
    before = sheet.low[:start]
    if _SPLIT_AFTER.match(sheet.low[end:]):
        return True
    led = _SPLITS.search(before)
    if led is None:
        is_plural = sheet.low[:end].endswith("s") and not sheet.low[:end].endswith("ss")
        return is_plural and (not before.strip() or sheet.low[end:].strip(" ?.!") == "")
    joins = led[0].strip(" ,&/+").startswith("and") or not led[0].strip(" ,&/+")
    return has_one if joins else True


def _unread(sheet: _Sheet) -> tuple[Unread, ...]:
    """Runs of words that nothing has read and that say something, as they were written."""
    runs: list[list[Token]] = []
    bridge: list[Token] = []
    for place, token in enumerate(sheet.tokens):
        if not sheet.is_free(token):
            bridge = []
            continue
        gap = sheet.low[runs[-1][-1].end : token.start] if runs else ""
        is_near = bool(runs) and not any(sheet.crossed[runs[-1][-1].end : token.start]) and "," not in gap
        if not _says_something(sheet, place):
            bridge.append(token)
        elif is_near and (not bridge or _bridges(bridge)):
            runs[-1] += [*bridge, token]
            bridge = []
        else:
            runs.append([token])
            bridge = []
    found: list[Unread] = []
    for run in runs:
        start, end = run[0].start, run[-1].end
        before = sheet.low[:start]
        leaves_out = bool(_LEAVES_OUT.search(before))
        if found and not leaves_out:
            last = found[-1]
            leaves_out = last.exclude and bool(
                _JOINED.fullmatch(sheet.low[last.start + len(last.text) : start])
            )
        is_led = leaves_out or bool(_LED.search(before)) or _is_before_metric(sheet, end)
        found.append(Unread(sheet.said[start:end], start, leaves_out, is_led, bool(_SPLIT_BY.search(before))))
    return tuple(found)


_KIND_OF = r"(?:new|returning|repeat|existing|first[- ]time|guest|loyal)"
_BOTH_KINDS = re.compile(
    rf"\b{_KIND_OF} (?:vs\.?|versus|and|or|against|compared to) {_KIND_OF}(?: (?:customer|buyer|shopper)s?)?\b"
)
_KINDS = re.compile(
    rf"\b{_KIND_OF}(?:[- ](?:customer|buyer|shopper|client|checkout|user|visitor)s?)\b|\bfirst[- ]timers\b|\bguests\b"
)


def _customer_kinds(sheet: _Sheet) -> tuple[tuple[Unread, ...], tuple[Dimension, ...]]:
    """ "New customers", each word of which says nothing by itself; and whether kinds are set against each other."""
    both = _BOTH_KINDS.search(sheet.open_text)
    if both:
        sheet.cross(*both.span())
    found: list[Unread] = []
    for match in _KINDS.finditer(sheet.open_text):
        within = [p for p in sheet.free if match.start() <= sheet.tokens[p].start < match.end()]
        own = named(vocabulary().metrics, sheet.tokens, within)
        if own and len(own[0].places) > 1 and not _LED.search(sheet.low[: match.start()]):
            continue  # a figure of its own
        leaves_out = bool(_LEAVES_OUT.search(sheet.low[: match.start()]))
        found.append(Unread(match[0].replace("client", "customer"), match.start(), leaves_out, True))
        sheet.cross(*match.span())
    return tuple(found), (Dimension.CUSTOMER_KIND,) if both else ()


def _is_before_metric(sheet: _Sheet, end: int) -> bool:
    return sheet.low[end : end + 1] in (" ", "-") and any(first == end + 1 for first in sheet.metrics_at)


def _says_something(sheet: _Sheet, place: int) -> bool:
    token = sheet.tokens[place]
    written = sheet.said[token.start : token.end]
    word = token.word.removesuffix("'s").removesuffix("n't").removesuffix("'re").removesuffix("'ve")
    if word.isdigit() or word == "%":
        return False
    if token.root in sheet.related:
        return False
    if not is_filler(word):
        return True
    if sheet.said.isupper():
        return False
    return _is_code(written) or (
        place > 0
        and written[0].isupper()
        and written != "I"
        and bool(_KIND.match(word)) is False
        and word not in _QUESTIONS
    )


def _bridges(words: Sequence[Token]) -> bool:
    """Whether they can stand within a name: "harbor table lamp", "hearth and hollow"."""
    return len(words) == 1 and (words[0].word in ("and", "of", "for") or words[0].word not in _NOT_IN_NAMES)


def _is_code(word: str) -> bool:
    return len(word) == 2 and word.isupper() and word.isalpha()
