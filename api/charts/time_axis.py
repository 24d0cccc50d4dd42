"""Which units of time get a label under the axis, and which label."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tools.commerce.metrics.calendar import Grain
from tools.kpi_cards import Span

_Key = Callable[[Span], object]


@dataclass(frozen=True)
class TimeTick:
    """`below` is the year, where it is new to the reader."""

    place: int
    label: str
    below: str


def time_ticks(spans: Sequence[Span], grain: Grain, fits: Callable[[Sequence[str]], bool]) -> list[TimeTick]:
    """As many as fit, at round units: each, each second, each first of a month, of a quarter, of a year."""
    name = _NAMES[grain]
    candidates = _candidates(spans, grain)
    candidates += [(list(range(0, len(spans), step)), name) for step in (5, 10, 20, 50)]
    for places, named in candidates:
        if len(places) >= min(2, len(spans)) and fits([named(spans[place]) for place in places]):
            return _labelled(spans, places, named, grain)
    return _labelled(spans, [0], name, grain)


def _candidates(spans: Sequence[Span], grain: Grain) -> list[tuple[list[int], Callable[[Span], str]]]:
    """The places, and how each is named, from the finest."""
    name = _NAMES[grain]
    every = [(list(range(0, len(spans), step)), name) for step in _STEPS[grain]]
    return [*every, *((_changes(spans, key), named) for key, named in _COARSER[grain])]


def _changes(spans: Sequence[Span], key: _Key) -> list[int]:
    eve = spans[0].first - timedelta(days=1)
    earlier = (Span(first=eve, last=eve), *spans)
    return [place for place, span in enumerate(spans) if key(span) != key(earlier[place])]


def _labelled(
    spans: Sequence[Span], places: list[int], name: Callable[[Span], str], grain: Grain
) -> list[TimeTick]:
    names_years = name is _year
    one_year = spans[0].first.year == spans[-1].last.year
    if names_years or (one_year and grain in {Grain.DAY, Grain.WEEK}):
        return [TimeTick(place, name(spans[place]), "") for place in places]
    years = [spans[place].first.year for place in places]
    news = [place == 0 or year != years[place - 1] for place, year in enumerate(years)]
    return [
        TimeTick(place, name(spans[place]), f"{year}" if new else "")
        for place, year, new in zip(places, years, news, strict=True)
    ]


def _day(span: Span) -> str:
    return f"{span.first:%b} {span.first.day}"


def _month(span: Span) -> str:
    return f"{span.first:%b}"


def _months(span: Span) -> str:
    return f"{span.first:%b}–{span.last:%b}"


def _year(span: Span) -> str:
    """Also of a fiscal year, by its first day."""
    return f"{span.first.year}"


def _by_month(span: Span) -> object:
    return span.first.year, span.first.month


def _by_quarter(span: Span) -> object:
    return span.first.year, (span.first.month - 1) // 3


def _by_year(span: Span) -> object:
    return span.first.year


_NAMES = {
    Grain.DAY: _day,
    Grain.WEEK: _day,
    Grain.MONTH: _month,
    Grain.QUARTER: _months,
    Grain.YEAR: _year,
}
_STEPS = {
    Grain.DAY: (1, 2, 7, 14),
    Grain.WEEK: (1, 2, 4),
    Grain.MONTH: (1,),
    Grain.QUARTER: (1,),
    Grain.YEAR: (1, 2, 5, 10),
}
_OF_DAYS = ((_by_month, _month), (_by_quarter, _month), (_by_year, _year))
_COARSER: dict[Grain, tuple[tuple[_Key, Callable[[Span], str]], ...]] = {
    Grain.DAY: _OF_DAYS,
    Grain.WEEK: _OF_DAYS,
    Grain.MONTH: ((_by_quarter, _month), (_by_year, _year)),
    Grain.QUARTER: ((_by_year, _year),),
    Grain.YEAR: (),
}
