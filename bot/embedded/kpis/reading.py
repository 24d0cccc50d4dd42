"""What a message says about figures: metrics, periods, comparison, dimensions, and the words left over for names."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.embedded.kpis import cues
from bot.embedded.kpis.cues import Cue, Rank, Said
from bot.embedded.kpis.leftover import Unread, customer_kinds, fixed_names, is_named, leftovers
from bot.embedded.kpis.ratios import Ratio, ratio
from bot.embedded.kpis.reckoning import Reader
from bot.embedded.kpis.sheet import Sheet
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.tokens import readable, root
from bot.embedded.kpis.vocabulary import Named, cuts, named, vocabulary
from bot.embedded.kpis.when import when
from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison

_AND = frozenset(
    {"and", "plus", "with", "also", "as", "well", "then", "or", "the", "our", "its", "vs", "versus", "both"}
)
_SPLITS = spoken("splits", whole_words=False)
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
    r" (?:mix|split|breakdown|shares?|distribution|rank(?:ing|ed)|level|sorted|"
    r"by (?:brand|category|product|channel))\b|-wise"
)
_IS_OVER = re.compile(r"[ ?.!]*(?:(?:there|then|please|pls)[ ?.!]*)?")
_RANKED = re.compile(
    r"^(?:best|worst|biggest|largest|smallest|highest|lowest|strongest|weakest|slowest|fastest)$"
)
_ANY_OF = re.compile(r"\b(?:any|every|each|no)(?: of (?:the|our))? $")
_GRADED = re.compile(r"(?:slower|faster|quicker|longer)(?= than)")
_ASKS_ON = re.compile(r"\band (?:also )?(?:how (?:many|much|long|often)|what(?:'s| is| was)) ")
"""Between two figures that are asked for one after the other."""
_EITHER = re.compile(
    r"\b(this|last) (?:vs\.?|versus|and|against|compared (?:to|with)|or|than) (?:the )?(last|previous|this|prior) "
    r"(week|month|quarter|year)\b"
)


HIGHER = {name: name.removesuffix("_median") + "_p90" for name in BY_NAME if name.endswith("_median")}
"""The 90th percentile of what each median is of."""


@dataclass(frozen=True)
class Reading:
    text: str
    undated: str = ""
    """The text without its days and what they are compared to."""
    metrics: tuple[str, ...] = ()
    metric_words: int = 0
    """How many words of the text name the metric."""
    ratio: Ratio | None = None
    finer: str = ""
    """What is asked of times within a day, or of days of the week, which figures are not told by."""
    bounds: str = ""
    """How large or small something is to be: "more than 5"."""
    bounds_members: bool = False
    """Whether that is said of what it is split by: "countries with more than 5 orders"."""
    is_ninetieth: bool = False
    """Whether the 90th percentile is asked for without saying of what."""
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
        return bool(
            self.spans
            or self.other
            or self.compare
            or self.grain
            or self.dimensions
            or self.running
            or self.share
            or self.is_ninetieth
        )

    @property
    def says_how(self) -> bool:
        """Whether it names any part of a query, though it may be as it was."""
        return bool(
            self.has_strong_signs or self.metrics or self.rank or self.bounds or self.course or self.moved
        )

    @property
    def has_signs(self) -> bool:
        """Whether it says anything that only a question about figures says."""
        return bool(
            self.has_strong_signs or self.moved or self.roots & _SIGNS or self.roots & {"howmany", "howmuch"}
        )


def read(text: str, reader: Reader) -> Reading:
    """A pure function of the text and of what its days are relative to."""
    sheet = Sheet(_EITHER.sub(r"\1 \3 vs \2 \3", readable(text)))
    _take(sheet, cues.occasion)
    finer = _take(sheet, cues.finer)
    spans, other, compare = when(sheet, reader)
    undated = " ".join(sheet.open_text.split())
    bounds = cues.bounds(sheet.open_text)
    if bounds:  # "slower than 4 days" still names a figure
        graded = _GRADED.match(bounds.said)
        sheet.cross(bounds.start + (graded.end() if graded else 0), bounds.end)
    grain = _take(sheet, cues.grain)
    rank = cues.rank(sheet.low.replace(bounds.said, " " * len(bounds.said)) if bounds else sheet.low)
    dated = sheet.open_text
    running = _take(sheet, cues.running)
    fixed = fixed_names(sheet)
    kinds, by_kind = customer_kinds(sheet)
    metrics, of_two = _metrics(sheet)
    if metrics:  # "returning customers" that is no figure beside another
        kinds = (*kinds, *customer_kinds(sheet, are_figures=False)[0])
    ninetieth = None if metrics else _take(sheet, cues.ninetieth)
    share = _take(sheet, cues.share)
    course = cues.course(sheet.low)
    split, mentioned, bounded = _dimensions(sheet, bounds.start if bounds else 0)
    split = (*by_kind, *split)
    return Reading(
        text=sheet.said,
        undated=undated,
        metrics=tuple(one.meaning for one in metrics),
        metric_words=sum(len(one.places) for one in metrics),
        ratio=of_two,
        finer=finer.said if finer else "",
        bounds=bounds.said if bounds else "",
        bounds_members=bounded,
        is_ninetieth=ninetieth is not None,
        spans=spans,
        other=other,
        compare=compare,
        moved=cues.has_moved(sheet.low),
        grain=grain.said if grain else None,
        course=course is not None,
        dimensions=split,
        mentioned=mentioned,
        rank=(cues.with_count(rank.said, dated, sheet.low) if split else rank.said) if rank else None,
        share=share is not None,
        running=running is not None,
        unread=(*fixed, *kinds, *leftovers(sheet, reader.currency)),
        words=len(sheet.tokens),
        roots=frozenset(token.root for token in sheet.tokens),
    )


def _take(sheet: Sheet, find: Callable[[str], Cue[Said] | None]) -> Cue[Said] | None:
    cue = find(sheet.open_text)
    if cue:
        sheet.cross(cue.start, cue.end)
    return cue


def _metrics(sheet: Sheet) -> tuple[tuple[Named, ...], Ratio | None]:
    """The surest, and those that stand beside it: "orders, net sales and AOV"; or what one is by another."""
    kept = {place for one in cuts(sheet.tokens, sheet.free) if len(one.places) > 1 for place in one.places}
    found = named(vocabulary().metrics, sheet.tokens, [place for place in sheet.free if place not in kept])
    if not found:
        return (), None
    found = _as_quantile(sheet, found)
    of_two = ratio(sheet, found)
    lacking = [one for one in found if one.meaning in vocabulary().lacking]
    plain = [one for one in found if one.meaning not in vocabulary().vague]
    found = tuple(plain) or found
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
    if of_two:
        chosen = [one for one in found if one.meaning in (of_two.above, of_two.below)]
    sheet.related = frozenset().union(*(vocabulary().related.get(one.meaning, frozenset()) for one in chosen))
    for one in chosen:
        sheet.metrics_at.append(min(sheet.tokens[place].start for place in one.places))
        for place in one.places:
            sheet.cross(sheet.tokens[place].start, sheet.tokens[place].end)
    return tuple(chosen), of_two


def _as_quantile(sheet: Sheet, found: tuple[Named, ...]) -> tuple[Named, ...]:
    """ "P90" makes of each median the 90th percentile of the same."""
    if _take(sheet, cues.ninetieth) is None:
        return found
    return tuple(replace(one, meaning=HIGHER.get(one.meaning, one.meaning)) for one in found)


def _governed(sheet: Sheet, one: Named) -> int:
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


def _beside(sheet: Sheet, first: Named, second: Named) -> bool:
    """Whether the words between the two only join them."""
    low, high = sorted((first, second), key=lambda one: min(one.places))
    start, end = max(low.places), min(high.places)
    if start >= end:
        return False
    between = sheet.tokens[start + 1 : end]
    gap = sheet.low[sheet.tokens[start].end : sheet.tokens[end].start]
    if _ASKS_ON.search(gap):
        return True
    joined = bool(re.search(r"[,/&+;]|\b(?:and|plus|vs|versus|or|with|as well as)\b", gap))
    return joined and all(token.word in _AND or not sheet.is_free(token) for token in between)


def _dimensions(sheet: Sheet, bounds_at: int) -> tuple[tuple[Dimension, ...], tuple[Dimension, ...], bool]:
    """Those to split by, those that only stand there, and whether one stands before the bounds at `bounds_at`."""
    split: list[tuple[int, Dimension]] = []
    mentioned: list[Dimension] = []
    for one in sorted(cuts(sheet.tokens, sheet.free), key=lambda one: min(one.places)):
        start = sheet.tokens[min(one.places)].start
        end = sheet.tokens[max(one.places)].end
        is_bounded = end < bounds_at and (sheet.low[:end].endswith("s") or _ANY_OF.search(sheet.low[:start]))
        is_split = bool(is_bounded) or _splits(sheet, start, end, bool(split))
        if is_split:
            split.append((start, Dimension(one.meaning)))
        else:
            mentioned.append(Dimension(one.meaning))
        sheet.cross(start, end)
    is_of_bounds = any(start < bounds_at for start, _ in split)
    return tuple(dict.fromkeys(dimension for _, dimension in split)), tuple(mentioned), is_of_bounds


def _splits(sheet: Sheet, start: int, end: int, has_one: bool) -> bool:
    before = sheet.low[:start]
    if _SPLIT_AFTER.match(sheet.low[end:]):
        return True
    led = _SPLITS.search(before)
    if led is None and _RANKED.search(" ".join(sheet.open_text[:start].split()[-1:])):
        return True  # "the biggest markdown category", where the figure has been read
    if led is None:
        if is_named(sheet, start):
            return False
        is_plural = sheet.low[:end].endswith("s") and not sheet.low[:end].endswith("ss")
        return is_plural and (not before.strip() or _IS_OVER.fullmatch(sheet.low[end:]) is not None)
    joins = led[0].strip(" ,&/+").startswith("and") or not led[0].strip(" ,&/+")
    return has_one if joins else True
