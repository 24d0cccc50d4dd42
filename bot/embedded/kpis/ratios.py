"""One figure by another: "refunds per order", "cancellations as a share of orders"."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.embedded.kpis.sheet import Sheet
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.vocabulary import Named, cuts, vocabulary

_DIVIDES = spoken("divides", whole_words=False)


@dataclass(frozen=True)
class Ratio:
    """`above` the line is None where it is left to what was spoken of before: "as a share of orders"."""

    above: str | None
    below: str

    def over(self, before: Sequence[str]) -> "Ratio":
        """Of the figure that was spoken of `before`, where none is named."""
        return self if self.above or len(before) != 1 else Ratio(before[0], self.below)

    @property
    def metric(self) -> str | None:
        """The figure that there is of it."""
        return vocabulary().ratios.get((self.above or "", self.below))


def ratio(sheet: Sheet, found: Sequence[Named]) -> Ratio | None:
    """What the metrics that are named make together; the words between them are crossed out."""
    in_cuts = {place for one in cuts(sheet.tokens, sheet.free) if len(one.places) > 1 for place in one.places}
    for one in found:
        start = min(one.places)
        if start in in_cuts:
            continue  # "by customer kind"
        divides = _DIVIDES.search(sheet.low[: sheet.tokens[start].start])
        if divides is None:
            continue
        sheet.cross(*divides.span())
        before = [it for it in found if max(it.places) < start]
        above = max(before, key=lambda it: max(it.places), default=None)
        return Ratio(above.meaning if above else None, one.meaning)
    return None
