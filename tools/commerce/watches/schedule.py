"""When to look again: on the hour, or at a time of day of the shop."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from knowledge.shop_profile import Weekday
from tools.facts import Facts

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NINE = time(9)


class Cadence(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Schedule(Facts):
    """`at` is the shop's time; `weekday` is of a weekly one, `day` of a monthly one: in a shorter month, its last."""

    cadence: Cadence
    at: time = NINE
    weekday: Weekday | None = None
    day: Annotated[int | None, Field(ge=1, le=31)] = None

    @model_validator(mode="after")
    def _has_its_day(self) -> Self:
        if (self.weekday is not None) != (self.cadence is Cadence.WEEKLY):
            raise ValueError("a weekly schedule has a weekday, and no other")
        if (self.day is not None) != (self.cadence is Cadence.MONTHLY):
            raise ValueError("a monthly schedule has a day of the month, and no other")
        return self

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """In UTC. A time that a change of the clocks skips comes an hour later; one that it repeats comes once."""
        if self.cadence is Cadence.HOURLY:
            return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
        day = moment.astimezone(zone).date()
        while True:
            due = datetime.combine(day, self.at, zone).astimezone(UTC)
            if due > moment and self._falls_on(day):
                return due
            day += DAY

    @property
    def said(self) -> str:
        """`every Monday at 9:00 AM`."""
        at = f"at {self.at:%-I:%M %p}"
        match self.cadence:
            case Cadence.HOURLY:
                return "every hour"
            case Cadence.DAILY:
                return f"every day {at}"
            case Cadence.WEEKLY:
                return f"every {str(self.weekday).capitalize()} {at}"
            case Cadence.MONTHLY:
                return f"on day {self.day} of every month {at}"

    def _falls_on(self, day: date) -> bool:
        if self.weekday is not None:
            return day.weekday() == tuple(Weekday).index(self.weekday)
        if self.day is not None:
            return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True
