"""Days as the shop's people count them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True)
class LocalTime:
    """A moment, and the shop's time zone in which days begin and end."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.day(self.now)

    @overload
    def day(self, moment: datetime) -> date: ...

    @overload
    def day(self, moment: None) -> None: ...

    @overload
    def day(self, moment: datetime | None) -> date | None: ...

    def day(self, moment: datetime | None) -> date | None:
        return None if moment is None else moment.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def end_of(self, day: date) -> datetime:
        return self.start_of(day + timedelta(days=1))


def working_days_after(day: date, count: int) -> date:
    """The day that many Mondays to Fridays after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
