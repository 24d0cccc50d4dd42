"""The cards of figures: a table of metrics, and why one of them changed."""

from datetime import date
from typing import Literal

from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Better, Unit
from tools.facts import Facts


class Span(Facts):
    """Days of the shop, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, period: Period) -> "Span":
        return cls(first=period.first, last=period.last)


class FigureFacts(Facts):
    """`value` is a decimal number in the metric's unit, money in minor units; None where it cannot be computed.

    `text`, `before_text` and `change_text` are the same for people: `$1,204.50`, `7.3%`, `+12.1%`, `not known`.
    """

    text: str
    value: str | None = None
    before: str | None = None
    before_text: str | None = None
    change_text: str | None = None


class MetricFacts(Facts):
    """`adds_up` says whether the figures of its members make that of the whole."""

    name: str
    title: str
    definition: str
    time_basis: str
    unit: Unit
    better: Better
    adds_up: bool


class KpiRow(Facts):
    span: Span | None = None
    members: tuple[str | None, ...] = ()
    figures: tuple[FigureFacts, ...]


class KpiCard(Facts):
    """`total` holds each metric of the whole; `rows` the same for each unit of time and member of the dimensions."""

    kind: Literal["kpi"] = "kpi"
    metrics: tuple[MetricFacts, ...]
    currency: str
    span: Span | None
    compared_to: Span | None = None
    grain: Grain | None = None
    dimensions: tuple[Dimension, ...] = ()
    filters: tuple[str, ...] = ()
    """As people read them: `channel: web`, `not country: US`."""
    total: tuple[FigureFacts, ...]
    rows: tuple[KpiRow, ...] = ()
    left_out: int = 0
    rows_read: int = 0
    sql: tuple[str, ...] = ()


class ContributionFacts(Facts):
    """`part` is what the member added to the change, of which `rate` by its own figure and `mix` by its share.

    `part_value` is a decimal number as in FigureFacts; the others are for people.
    """

    member: str | None
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
    figure: FigureFacts
    drivers: tuple[DriverFacts, ...]
    """The dimension that tells most about the change first; none where nothing changed."""
