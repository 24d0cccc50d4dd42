"""Where a fact's measures can be added up from: its own rows, or the daily sums of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, FromClause, case, func
from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.metrics.calendar import DAY, Calendar, Period
from tools.commerce.metrics.facts import Dimension, Fact, Split
from tools.commerce.metrics.metric import Measure
from tools.commerce.rollups.contributions import NOBODY
from tools.commerce.rollups.groupings import Grouping
from tools.commerce.schema import DailySum


@dataclass(frozen=True, eq=False)
class Origin:
    """`when` is a moment or a day, None of what has no history; `ends` are the first of it in a period and the first
    after it."""

    source: FromClause
    splits: Mapping[Dimension, Split]
    when: ColumnElement[datetime] | ColumnElement[datetime | None] | ColumnElement[date] | None
    ends: Callable[[Period], tuple[datetime, datetime] | tuple[date, date]]
    currency: ColumnElement[str] | None
    value_of: Callable[[Measure], ColumnElement[int] | ColumnElement[int | None]]
    """What a row adds to it; NULL where nothing."""
    only: tuple[ColumnElement[bool], ...] = ()

    @property
    def is_daily(self) -> bool:
        return self.when is not None and self.when.type.python_type is date


def rows_of(fact: Fact, calendar: Calendar) -> Origin:
    return Origin(fact.source, fact.splits, fact.moment, calendar.moments, fact.currency, _of_row)


@cache
def daily_sums(grouping: Grouping) -> Origin:
    """Of measures that the grouping has, split by its dimensions at most."""
    members = (DailySum.member_1, DailySum.member_2, DailySum.member_3)
    return Origin(
        source=DailySum.__table__,
        splits={
            one: func.nullif(column, NOBODY)
            for one, column in zip(grouping.dimensions, members, strict=False)
        },
        when=DailySum.day.expression,
        ends=lambda period: (period.first, period.last + DAY),
        currency=None if grouping.summed.fact.currency is None else DailySum.currency.expression,
        value_of=lambda measure: _of_sum(grouping, measure),
        only=(DailySum.grouping == grouping.number, DailySum.facts > 0),
    )


def _of_sum(grouping: Grouping, measure: Measure) -> ColumnElement[int]:
    column: InstrumentedAttribute[int] = getattr(DailySum, f"sum_{grouping.summed.places[measure] + 1}")
    return column.expression


def _of_row(measure: Measure) -> ColumnElement[int] | ColumnElement[int | None]:
    return case((measure.where, measure.value)) if measure.where is not None else measure.value
