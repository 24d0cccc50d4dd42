"""What is watched, and when it is told."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tools.commerce.metrics import showing
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import MOST_DIMENSIONS, MOST_METRICS, Comparison, Filter, KpiQuery
from tools.commerce.watches.schedule import Cadence, Schedule
from tools.facts import Facts

DAY = timedelta(days=1)
MOST_MEMBERS = 10
"""That a digest tells of; the others come together."""


class Direction(StrEnum):
    ABOVE = "above"
    BELOW = "below"


class Window(StrEnum):
    """Which days a watched figure is of. Whole days end with yesterday; a period under way ends with today."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    LAST_28_DAYS = "last_28_days"
    MONTH_TO_DATE = "month_to_date"

    @property
    def is_under_way(self) -> bool:
        return self in {Window.TODAY, Window.MONTH_TO_DATE}

    def period(self, today: date) -> Period:
        match self:
            case Window.TODAY:
                return Period(today, today)
            case Window.YESTERDAY:
                return Period(today - DAY, today - DAY)
            case Window.MONTH_TO_DATE:
                return Period(today.replace(day=1), today)
            case Window.LAST_7_DAYS:
                return Period(today - 7 * DAY, today - DAY)
            case Window.LAST_28_DAYS:
                return Period(today - 28 * DAY, today - DAY)

    @property
    def said(self) -> str:
        return {
            Window.TODAY: "today",
            Window.YESTERDAY: "of a day",
            Window.LAST_7_DAYS: "in the last 7 days",
            Window.LAST_28_DAYS: "in the last 28 days",
            Window.MONTH_TO_DATE: "this month so far",
        }[self]


class AlertTerms(Facts):
    """Tell when the figure passes the `threshold`, in the metric's unit; again only after it has come back.

    `window` is None of a figure without a history.
    """

    kind: Literal["alert"] = "alert"
    metric: str
    filters: tuple[Filter, ...] = ()
    direction: Direction
    threshold: Decimal
    window: Window | None
    schedule: Schedule

    def query(self, today: date, _: Calendar) -> KpiQuery:
        period = self.window.period(today) if self.window else None
        return KpiQuery(metrics=(self.metric,), period=period, filters=self.filters)

    def is_beyond(self, value: Decimal) -> bool:
        return value > self.threshold if self.direction is Direction.ABOVE else value < self.threshold

    @property
    def of(self) -> Metric:
        return BY_NAME[self.metric]

    def limit(self, currency: str) -> str:
        """`above 8.0%`."""
        return f"{self.direction} {showing.figure(self.of, self.threshold, currency)}"

    def said(self, currency: str) -> str:
        """`Return rate (units) in the last 28 days is above 8.0%`."""
        when = f" {self.window.said}" if self.window else ""
        return f"{self.of.title}{_only(self.filters)}{when} is {self.limit(currency)}"


class DigestTerms(Facts):
    """Tell the figures of the last whole day, week or month, whichever the schedule goes by, each time."""

    kind: Literal["digest"] = "digest"
    metrics: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_METRICS)]
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=MOST_DIMENSIONS)] = ()
    filters: tuple[Filter, ...] = ()
    schedule: Schedule

    @model_validator(mode="after")
    def _of_whole_days(self) -> Self:
        if self.schedule.cadence not in _UNITS:
            raise ValueError("a digest comes every day, week or month")
        return self

    def query(self, today: date, calendar: Calendar) -> KpiQuery:
        if not any(BY_NAME[name].has_history for name in self.metrics):
            return KpiQuery(
                metrics=self.metrics, dimensions=self.dimensions, filters=self.filters, top=MOST_MEMBERS
            )
        unit = _UNITS[self.schedule.cadence]
        period = calendar.unit(calendar.unit(today, unit).first - DAY, unit)
        return KpiQuery(
            metrics=self.metrics,
            period=period,
            grain=None if unit is Grain.DAY or self.dimensions else Grain.DAY,
            dimensions=self.dimensions,
            filters=self.filters,
            comparison=Comparison.PREVIOUS,
            top=MOST_MEMBERS,
        )

    def said(self, _: str) -> str:
        """`Net sales and orders of the last week`."""
        first, *others = (BY_NAME[name].title for name in self.metrics)
        titles = [first, *(title.lower() for title in others)]
        named = f"{', '.join(titles[:-1])} and {titles[-1]}" if len(titles) > 1 else titles[0]
        by = (
            f" by {' and '.join(one.replace('_', ' ') for one in self.dimensions)}" if self.dimensions else ""
        )
        has_past = any(BY_NAME[name].has_history for name in self.metrics)
        when = f" of the last {_UNITS[self.schedule.cadence]}" if has_past else " as it is then"
        return f"{named}{by}{_only(self.filters)}{when}"


_UNITS = {
    Cadence.DAILY: Grain.DAY,
    Cadence.WEEKLY: Grain.WEEK,
    Cadence.MONTHLY: Grain.MONTH,
}

Terms = Annotated[AlertTerms | DigestTerms, Field(discriminator="kind")]


def _only(filters: tuple[Filter, ...]) -> str:
    """` (channel: web)`."""
    return f" ({'; '.join(one.said for one in filters)})" if filters else ""
