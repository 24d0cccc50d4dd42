"""The cards of figures: a table of metrics, and why one of them changed."""

from datetime import date, datetime
from typing import Literal

from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Better, Unit
from tools.commerce.metrics.query import Comparison
from tools.facts import Facts


class Span(Facts):
    """Days of the shop, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, period: Period) -> "Span":
        return cls(first=period.first, last=period.last)


class FigureFacts(Facts):
    """Numbers are decimal, in the metric's unit, money in minor units; None where they cannot be computed, or were
    not asked for. `share` is a part of the whole from 0 to 1, `running` what there has been since the period began.

    Each has a text for people: `$1,204.50`, `7.3%`, `+12.1%`, `not known`.
    """

    text: str
    value: str | None = None
    before: str | None = None
    before_text: str | None = None
    change_text: str | None = None
    """Relative to `before`."""
    target: str | None = None
    target_text: str | None = None
    beyond_target_text: str | None = None
    """Relative to `target`: `+3.2%` is above it."""
    share: str | None = None
    share_text: str | None = None
    running: str | None = None
    running_text: str | None = None


class MetricFacts(Facts):
    """`adds_up` tells whether its parts make the whole; `covers` of which days there is data at all."""

    name: str
    title: str
    definition: str
    time_basis: str
    unit: Unit
    better: Better
    adds_up: bool
    covers: Span | None = None


class KpiRow(Facts):
    """`is_partial`: the unit of time was cut off by the period, or is not over."""

    span: Span | None = None
    members: tuple[str | None, ...] = ()
    figures: tuple[FigureFacts, ...]
    is_partial: bool = False


class KpiCard(Facts):
    """`total` holds each metric of the whole; `rows` the same for each unit of time and member of the dimensions.

    `others` are all the members together that were left out, where the figure of them together can be told.
    """

    kind: Literal["kpi"] = "kpi"
    metrics: tuple[MetricFacts, ...]
    currency: str
    span: Span | None = None
    comparison: Comparison | None = None
    compared_to: Span | None = None
    """The period that it is compared to; none of a target."""
    grain: Grain | None = None
    dimensions: tuple[Dimension, ...] = ()
    filters: tuple[str, ...] = ()
    """As people read them: `channel: web`, `not country: US`."""
    picked: str = ""
    """Of which figures alone there are rows: `orders above 100`."""
    total: tuple[FigureFacts, ...]
    rows: tuple[KpiRow, ...] = ()
    left_out: int = 0
    others: tuple[FigureFacts, ...] = ()
    as_of: datetime
    """When it was computed, in the shop's time zone: its day is the shop's."""
    newest: datetime | None = None
    """When the latest of what is counted happened; None of what has no history."""
    notes: tuple[str, ...] = ()
    """Sentences on what of the period there is no data of."""
    rows_read: int = 0
    sql: tuple[str, ...] = ()


class ContributionFacts(Facts):
    """`part` is what the member added to the change, of which `rate` by its own figure and `mix` by its share.

    `part_value` is a decimal number as in FigureFacts; the others are for people.
    """

    member: str | None = None
    figure: FigureFacts
    part: str
    part_value: str
    rate: str
    mix: str


class DriverFacts(Facts):
    """`others` is what members that are not listed added; `others_value` the same as a decimal number."""

    dimension: Dimension
    members: tuple[ContributionFacts, ...]
    others: str
    others_value: str


class ExplanationCard(Facts):
    kind: Literal["kpi_explanation"] = "kpi_explanation"
    metric: MetricFacts
    currency: str
    span: Span
    compared_to: Span
    filters: tuple[str, ...] = ()
    figure: FigureFacts
    change: str
    """In the metric's unit: `+$25.00`, `-1.2 pp`, `not known`."""
    drivers: tuple[DriverFacts, ...]
    """The dimension that tells most about the change first; none where nothing changed."""
