"""When to look again: on the shop's clock, at the ends of months, and when it is put forward or back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.shop_profile import Weekday
from tools.commerce.watches.schedule import Cadence, Schedule

NEW_YORK = ZoneInfo("America/New_York")
DAILY = Schedule(cadence=Cadence.DAILY, at=time(9))
MONDAYS = Schedule(cadence=Cadence.WEEKLY, at=time(9), weekday=Weekday.MONDAY)
MONTH_END = Schedule(cadence=Cadence.MONTHLY, at=time(9), day=31)
IN_THE_NIGHT = Schedule(cadence=Cadence.DAILY, at=time(2, 30))
AT_ONE = Schedule(cadence=Cadence.DAILY, at=time(1, 30))


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        (DAILY, "2026-03-10T08:59", "2026-03-10T09:00"),
        (DAILY, "2026-03-10T09:00", "2026-03-11T09:00"),
        (DAILY, "2026-03-07T12:00", "2026-03-08T09:00"),  # the clocks go forward in between
        (MONDAYS, "2026-03-10T09:00", "2026-03-16T09:00"),
        (MONTH_END, "2026-01-31T09:00", "2026-02-28T09:00"),
        (MONTH_END, "2028-02-01T00:00", "2028-02-29T09:00"),
        (MONTH_END, "2026-12-31T09:00", "2027-01-31T09:00"),
        (IN_THE_NIGHT, "2026-03-07T12:00", "2026-03-08T03:30"),  # there is no half past two that night
        (Schedule(cadence=Cadence.HOURLY), "2026-03-10T09:00", "2026-03-10T10:00"),
        (Schedule(cadence=Cadence.HOURLY), "2026-03-10T09:59", "2026-03-10T10:00"),
    ],
)
def test_when_it_is_next_due(schedule: Schedule, after: str, due: str) -> None:
    assert schedule.next_after(local(after), NEW_YORK) == local(due)


def test_an_hour_that_comes_twice_is_due_once() -> None:
    first = AT_ONE.next_after(local("2026-10-31T12:00"), NEW_YORK)

    assert first == local("2026-11-01T01:30")
    assert AT_ONE.next_after(first, NEW_YORK) == local("2026-11-02T01:30")
    assert AT_ONE.next_after(local("2026-11-01T01:30", fold=1), NEW_YORK) == local("2026-11-02T01:30")


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(moment=moments, at=st.times().map(lambda one: one.replace(second=0, microsecond=0)))
def test_a_daily_one_is_due_once_each_day_of_the_shop(moment: datetime, at: time) -> None:
    schedule = Schedule(cadence=Cadence.DAILY, at=at)

    first = schedule.next_after(moment, NEW_YORK)
    second = schedule.next_after(first, NEW_YORK)

    assert moment < first <= moment + timedelta(hours=25)
    days = [due.astimezone(NEW_YORK).date() for due in (first, second)]
    assert days[1] - days[0] == timedelta(days=1)
