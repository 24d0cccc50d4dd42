"""Stretches of days that have a name of their own: "last week", "Q2", "March 2025", "Black Friday".

How each is read is decided in docs/figures.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.embedded.kpis.dated import DATED
from bot.embedded.kpis.reckoning import Reader
from bot.embedded.kpis.relative import RELATIVE
from tools.commerce.metrics.calendar import Period


@dataclass(frozen=True)
class Named:
    """Days that part of a text names."""

    period: Period
    start: int
    end: int


def named_spans(text: str, reader: Reader) -> tuple[Named, ...]:
    """All that stand alone in the text, in their order, the longest where they overlap."""
    found = sorted(_all(text, reader), key=lambda one: (one.start, -one.end))
    kept: list[Named] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end - one.start > kept[-1].end - kept[-1].start:
            kept[-1] = one
    return tuple(kept)


def _all(text: str, reader: Reader) -> Iterator[Named]:
    for pattern, read in (*DATED, *RELATIVE):
        for match in pattern.finditer(text):
            try:
                yield Named(read(match, reader), *match.span())
            except (ValueError, OverflowError):
                continue  # 31 February
