"""Why a figure changed: how much each member of a dimension added to the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import nlargest

from sqlalchemy.orm import Session

from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.coverage import recorded
from tools.commerce.metrics.facts import Dimension, Fact
from tools.commerce.metrics.figures import Figure
from tools.commerce.metrics.metric import Measure, Metric, Quantile, Ratio, Total
from tools.commerce.metrics.query import Comparison, Filter, KpiQuery, QueryError, check_split, checked
from tools.commerce.metrics.reading import WHOLE, Key, Reader, Sums
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.metrics.tables import common_days, compared, is_covered

MOST_DRIVERS = 3
MOST_MEMBERS = 6


@dataclass(frozen=True)
class Contribution:
    """What a member added to the change. `mix` is for its share having grown or shrunk, `rate` for its own figure
    having changed; of a sum there is no mix."""

    member: str | None
    figure: Figure
    rate: Decimal
    mix: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.rate + self.mix


@dataclass(frozen=True)
class Driver:
    """A dimension, and its members by how much they moved the figure; all members together make the change."""

    dimension: Dimension
    contributions: tuple[Contribution, ...]
    others: Decimal
    """What the members that are not listed added up to."""
    surprise: Decimal
    """How far the change is from one that all members had an equal part in, as a share of it."""


@dataclass(frozen=True)
class Explanation:
    metric: Metric
    period: Period
    compared_to: Period
    filters: tuple[Filter, ...]
    figure: Figure
    drivers: tuple[Driver, ...]
    covered: Period | None
    """The days that there is data of."""

    @property
    def change(self) -> Decimal | None:
        return (
            None
            if self.figure.value is None or self.figure.before is None
            else self.figure.value - self.figure.before
        )


def explain(
    session: Session,
    metric_name: str,
    period: Period,
    comparison: Comparison | Period,
    reporting: Reporting,
    *,
    filters: tuple[Filter, ...] = (),
    dimensions: Sequence[Dimension] = (),
) -> Explanation:
    """By the dimensions given, or else by all, the most telling first. Raises QueryError."""
    query = KpiQuery(metrics=(metric_name,), period=period, comparison=comparison, filters=filters)
    (metric,) = checked(query)
    formula = _additive(metric)
    period = reporting.so_far(period)
    compared_to = compared(period, comparison, reporting.calendar)
    if compared_to is None:
        raise QueryError("no_contributions", "A change is explained against another period, not a target.")

    known = recorded(session, (*metric.facts, *(cause.fact for cause in metric.causes.values())), reporting)
    found = known.coverage
    looked_at = _LookedAt(session, (compared_to, period), filters, reporting, known.facts)
    wholes = looked_at.sums(metric)
    before, value = (
        sums.value(metric, WHOLE) if is_covered(metric, one, found) else None
        for one, sums in zip(looked_at.periods, wholes, strict=True)
    )
    figure = Figure(value, before)
    drivers: list[Driver] = []
    for dimension in _candidates(metric, dimensions, filters):
        cause = metric.causes.get(dimension)
        then, now = looked_at.sums(replace(metric, formula=Total(cause)) if cause else metric, dimension)
        change = _Change(metric, formula, figure, wholes, then, now, cause)
        if driver := _driver(change, dimension):
            drivers.append(driver)
    drivers.sort(key=lambda driver: -driver.surprise)
    return Explanation(
        metric,
        period,
        compared_to,
        filters,
        figure,
        tuple(drivers[:MOST_DRIVERS]),
        common_days(metric, found),
    )


@dataclass(frozen=True)
class _LookedAt:
    """The two periods, the earlier one first, and what of them counts."""

    session: Session
    periods: tuple[Period, Period]
    filters: tuple[Filter, ...]
    reporting: Reporting
    facts: frozenset[Fact]
    """Of which there are any."""

    def sums(self, metric: Metric, *dimensions: Dimension) -> tuple[Sums, Sums]:
        """Before and now."""
        reporting = self.reporting
        reader = Reader(
            self.session, (metric,), self.filters, reporting.calendar, reporting.currency, self.facts
        )
        then, now = (reader.read(one, dimensions=dimensions) for one in self.periods)
        return then, now


def _candidates(metric: Metric, asked: Sequence[Dimension], filters: Sequence[Filter]) -> Sequence[Dimension]:
    """In what to look. Raises QueryError for a dimension asked for that the metric does not have."""
    known = metric.dimensions | metric.causes.keys()
    for dimension in asked:
        if dimension not in known:
            check_split(metric, dimension)
    # How orders stand today differs between any two periods: it tells of their age only.
    return asked or sorted(known - {one.dimension for one in filters} - {Dimension.STATUS})


@dataclass(frozen=True)
class _Change:
    """`then` and `now` are split by a dimension; of a cause, which the part below the line has not, what is above."""

    metric: Metric
    formula: Total | Ratio
    whole: Figure
    wholes: tuple[Sums, ...]
    """Before and now."""
    then: Sums
    now: Sums
    cause: Measure | None

    @property
    def amount(self) -> Decimal:
        if self.whole.value is None or self.whole.before is None:
            return Decimal(0)
        return self.whole.value - self.whole.before

    def sums(self, measure: Measure, key: Key) -> tuple[Decimal, Decimal]:
        """Before and now."""
        then, now = (Decimal(one.of_measures[measure].get(key, 0)) for one in (self.then, self.now))
        return then, now

    def sums_of_all(self, measure: Measure) -> tuple[Decimal, Decimal]:
        then, now = (Decimal(sum(one.of_measures[measure].values())) for one in (self.then, self.now))
        return then, now


def _additive(metric: Metric) -> Total | Ratio:
    """The formula, where its parts make the whole. Raises QueryError."""
    formula = metric.formula
    if isinstance(formula, Quantile) or any(measure.is_distinct for measure in formula.measures):
        raise QueryError(
            "no_contributions",
            f"The parts of {metric.title.lower()} do not add up to the whole, so no part of a change can be "
            "credited to one of them. Split it by a dimension instead.",
        )
    return formula


def _driver(change: _Change, dimension: Dimension) -> Driver | None:
    keys = sorted(change.now.keys() | change.then.keys(), key=lambda key: str(key[1]))
    if not change.amount or len(keys) < 2:
        return None
    contributions = [_contribution(change, key) for key in keys]
    ranked = sorted(contributions, key=lambda one: -abs(one.total))
    listed = tuple(ranked[:MOST_MEMBERS])
    return Driver(
        dimension=dimension,
        contributions=listed,
        others=change.amount - sum((one.total for one in listed), Decimal(0)),
        surprise=_surprise(change, contributions, keys),
    )


def _contribution(change: _Change, key: Key) -> Contribution:
    if change.cause is not None:
        return _caused(change, change.cause, key)
    figure = Figure(change.now.value(change.metric, key), change.then.value(change.metric, key))
    if isinstance(change.formula, Ratio):
        rate, mix = _parted(change, change.formula, key)
        return Contribution(key[1][0], figure, rate / change.metric.scale, mix / change.metric.scale)
    before, now = change.sums(change.formula.of, key)
    return Contribution(key[1][0], figure, (now - before) / change.metric.scale)


def _caused(change: _Change, cause: Measure, key: Key) -> Contribution:
    """Of all that is below the line, the part that this is the cause of: these parts make the whole rate."""
    below = (sums.of_measures[change.formula.measures[-1]].get(WHOLE, 0) for sums in change.wholes)
    before, now = (a / b / change.metric.scale for a, b in zip(change.sums(cause, key), below, strict=True))
    return Contribution(key[1][0], Figure(now, before), now - before)


def _parted(change: _Change, ratio: Ratio, key: Key) -> tuple[Decimal, Decimal]:
    """What a member's own rate, and its share of the whole, added to the change of a ratio. Exact, for it is taken
    at the mean of before and now (T. L. Bennet, The Theory of Measurement of Changes in Cost of Living, 1920).

    Who was not there before, or is no longer, has no other rate to compare its own with: all of it is mix. What
    has something above the line and nothing below it has no rate at all, and still its part.
    """
    above, below = change.sums(ratio.above, key), change.sums(ratio.below, key)
    of_all = change.sums_of_all(ratio.below)
    wholes = [a / b for a, b in zip(change.sums_of_all(ratio.above), of_all, strict=True)]
    shares = [own / whole for own, whole in zip(below, of_all, strict=True)]
    known = [a / b for a, b in zip(above, below, strict=True) if b]
    rates = known if len(known) == 2 else [*known, *known] or [Decimal(0)] * 2
    grown = shares[1] - shares[0]
    total = above[1] / of_all[1] - above[0] / of_all[0] - grown * (wholes[0] + wholes[1]) / 2
    mix = grown * ((rates[0] + rates[1]) / 2 - (wholes[0] + wholes[1]) / 2)
    return total - mix, mix


def _surprise(change: _Change, contributions: Iterable[Contribution], keys: Sequence[Key]) -> Decimal:
    """Had all moved alike, each member's part of the change would be its part of what there was before.

    Of the few that stand out most: among hundreds of products some always move a little.
    """
    weighed = change.cause or change.formula.measures[-1]
    sizes = [abs(change.sums(weighed, key)[0]) for key in keys]
    whole = sum(sizes) or Decimal(1)
    apart = (
        abs(one.total - change.amount * size / whole) for one, size in zip(contributions, sizes, strict=True)
    )
    return sum(nlargest(MOST_DRIVERS, apart), Decimal(0)) / abs(change.amount)
