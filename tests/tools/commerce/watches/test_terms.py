"""Which days an alert or a digest is of, at the ends of weeks and months and where the clocks change."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import Calendar, Period
from tools.commerce.metrics.query import Comparison
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.watches.schedule import Cadence, Schedule
from tools.commerce.watches.terms import AlertTerms, DigestTerms, Direction, Window

NEW_YORK = Calendar(ZoneInfo("America/New_York"), Weekday.SUNDAY, fiscal_year_starts=2)
HOURLY = Schedule(cadence=Cadence.HOURLY)


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        (Window.TODAY, "2026-03-01T04:59", days("2026-02-28", "2026-02-28")),
        (Window.TODAY, "2026-03-01T05:00", days("2026-03-01", "2026-03-01")),
        (Window.TODAY, "2026-03-09T03:59", days("2026-03-08", "2026-03-08")),  # the clocks went forward
        (Window.YESTERDAY, "2026-03-09T04:00", days("2026-03-08", "2026-03-08")),
        (Window.MONTH_TO_DATE, "2026-03-01T12:00", days("2026-03-01", "2026-03-01")),
        (Window.LAST_7_DAYS, "2026-03-10T12:00", days("2026-03-03", "2026-03-09")),
        (Window.LAST_28_DAYS, "2026-03-01T12:00", days("2026-02-01", "2026-02-28")),
    ],
)
def test_the_days_that_are_watched_are_the_shops(window: Window, now: str, expected: Period) -> None:
    terms = AlertTerms(
        metric="orders", direction=Direction.ABOVE, threshold=Decimal(1), window=window, schedule=HOURLY
    )
    today = Reporting(NEW_YORK, "USD", datetime.fromisoformat(now).replace(tzinfo=UTC)).today

    assert terms.query(today, NEW_YORK).period == expected


@pytest.mark.parametrize(
    ("schedule", "today", "expected"),
    [
        (Schedule(cadence=Cadence.DAILY), "2026-03-01", days("2026-02-28", "2026-02-28")),
        (
            Schedule(cadence=Cadence.WEEKLY, weekday=Weekday.MONDAY),
            "2026-03-09",
            days("2026-03-01", "2026-03-07"),
        ),
        (Schedule(cadence=Cadence.MONTHLY, day=31), "2026-02-28", days("2026-01-01", "2026-01-31")),
        (Schedule(cadence=Cadence.MONTHLY, day=1), "2028-03-01", days("2028-02-01", "2028-02-29")),
    ],
)
def test_a_digest_is_of_the_last_whole_day_week_or_month_of_the_shop(
    schedule: Schedule, today: str, expected: Period
) -> None:
    query = DigestTerms(metrics=("orders",), schedule=schedule).query(date.fromisoformat(today), NEW_YORK)

    assert (query.period, query.comparison) == (expected, Comparison.PREVIOUS)


def test_what_lies_in_stock_has_no_days() -> None:
    digest = DigestTerms(metrics=("stock_units",), schedule=Schedule(cadence=Cadence.DAILY, at=time(8)))

    assert digest.query(date(2026, 3, 1), NEW_YORK).period is None
    assert digest.said("USD") == "Stock as it is then"


def test_exactly_at_the_threshold_it_has_not_passed() -> None:
    above, below = (
        AlertTerms(
            metric="return_rate",
            direction=direction,
            threshold=Decimal("0.08"),
            window=Window.LAST_7_DAYS,
            schedule=HOURLY,
        )
        for direction in Direction
    )

    assert not above.is_beyond(Decimal("0.08"))
    assert not below.is_beyond(Decimal("0.08"))
    assert above.is_beyond(Decimal("0.0801"))
    assert below.is_beyond(Decimal("0.0799"))
