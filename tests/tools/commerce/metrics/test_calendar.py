"""Days, weeks, fiscal quarters, and what a period is compared to."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import Calendar, Grain, Period, place_of

VERMONT = Calendar(ZoneInfo("America/New_York"), Weekday.MONDAY, 1)
APRIL_TO_MARCH = Calendar(ZoneInfo("Europe/London"), Weekday.SUNDAY, 4)

days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
periods = st.tuples(days, st.integers(0, 800)).map(lambda pair: Period(pair[0], pair[0] + timedelta(pair[1])))
calendars = st.builds(
    Calendar, st.just(ZoneInfo("America/New_York")), st.sampled_from(Weekday), st.integers(1, 12)
)


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("calendar", "grain", "expected"),
    [
        (VERMONT, Grain.WEEK, ("2026-11-23", "2026-11-29")),
        (APRIL_TO_MARCH, Grain.WEEK, ("2026-11-22", "2026-11-28")),
        (VERMONT, Grain.QUARTER, ("2026-10-01", "2026-12-31")),
        (VERMONT, Grain.YEAR, ("2026-01-01", "2026-12-31")),
        (APRIL_TO_MARCH, Grain.YEAR, ("2026-04-01", "2027-03-31")),
        (APRIL_TO_MARCH, Grain.MONTH, ("2026-11-01", "2026-11-30")),
    ],
)
def test_the_unit_that_holds_a_day(calendar: Calendar, grain: Grain, expected: tuple[str, str]) -> None:
    assert calendar.unit(date(2026, 11, 26), grain) == period(*expected)


def test_a_fiscal_quarter_begins_with_the_fiscal_year() -> None:
    from_february = Calendar(ZoneInfo("UTC"), Weekday.MONDAY, 2)

    assert from_february.unit(date(2026, 1, 15), Grain.QUARTER) == period("2025-11-01", "2026-01-31")


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    def hours(day: str) -> float:
        start, end = VERMONT.moments(period(day, day))
        return (end.astimezone(ZoneInfo("UTC")) - start.astimezone(ZoneInfo("UTC"))) / timedelta(hours=1)

    assert [hours(day) for day in ("2026-03-08", "2026-11-01", "2026-11-26")] == [23, 25, 24]


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        (("2026-09-01", "2026-10-31"), ("2026-07-01", "2026-08-31")),
        (("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15")),
        (("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
        # Under way: as much of the unit before.
        (("2026-11-01", "2026-11-26"), ("2026-10-01", "2026-10-26")),
        (("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-02-28")),
        (("2026-11-23", "2026-11-26"), ("2026-11-16", "2026-11-19")),
        (("2026-01-01", "2026-11-26"), ("2025-01-01", "2025-11-26")),
        # No unit at all: as many days.
        (("2026-11-10", "2026-11-19"), ("2026-10-31", "2026-11-09")),
        (("2026-11-26", "2026-11-26"), ("2026-11-25", "2026-11-25")),
    ],
)
def test_what_a_period_is_compared_to(asked: tuple[str, str], before: tuple[str, str]) -> None:
    assert VERMONT.before(period(*asked)) == period(*before)


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (("2026-10-01", "2026-10-31"), ("2025-10-01", "2025-10-31")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        (("2026-11-16", "2026-11-22"), ("2025-11-17", "2025-11-23")),
    ],
)
def test_the_same_period_a_year_before(asked: tuple[str, str], before: tuple[str, str]) -> None:
    assert VERMONT.year_before(period(*asked)) == period(*before)


@given(calendars, periods, st.sampled_from(Grain))
def test_the_units_of_a_period_cover_it_without_a_gap(
    calendar: Calendar, whole: Period, grain: Grain
) -> None:
    units = calendar.split(whole, grain)

    assert (units[0].first, units[-1].last) == (whole.first, whole.last)
    assert all(one.last + timedelta(1) == other.first for one, other in pairwise(units))
    assert all(unit.first >= calendar.unit(unit.first, grain).first for unit in units)
    assert place_of(whole.last, units) == len(units) - 1


@given(calendars, periods)
def test_what_is_compared_to_ends_before_it_begins(calendar: Calendar, whole: Period) -> None:
    before = calendar.before(whole)

    assert before.last < whole.first
    assert before.days <= whole.days + 3 * 31


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        period("2026-02-02", "2026-02-01")
