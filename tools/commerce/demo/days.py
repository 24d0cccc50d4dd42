"""The days that the demo shop has traded, by index: 0 is eighteen months ago, `today` the last one."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PAST_DAYS = 548
AHEAD_DAYS = 60


class Days:
    """Times of the shop's own zone, handed out in UTC. `today` is `PAST_DAYS` days after day 0."""

    def __init__(self, today: date, now: datetime, zone: ZoneInfo, working_weekdays: Collection[int]) -> None:
        self.now = now.astimezone(UTC)
        self.today = PAST_DAYS
        self.date = [today + timedelta(days=n - PAST_DAYS) for n in range(PAST_DAYS + AHEAD_DAYS + 1)]
        self._midnight = [datetime.combine(day, time(), zone).astimezone(UTC) for day in self.date]
        self._working = [day.weekday() in working_weekdays for day in self.date]
        self._nth_working: dict[tuple[int, int], int] = {}

    def at(self, day: int, seconds: int) -> datetime:
        """`seconds` after the local midnight at which `day` begins."""
        return self._midnight[day] + timedelta(0, seconds)

    def end(self, day: int) -> datetime:
        """The evening hour that a promise for `day` runs to: 8 p.m."""
        return self.at(day, 20 * 3600)

    def working_on_or_after(self, day: int) -> int:
        return self.working_after(day - 1, 1)

    def working_after(self, day: int, count: int) -> int:
        """The day `count` working days after `day`, or the last known one."""
        key = (day, count)
        if key not in self._nth_working:
            found = day
            for _ in range(count):
                found += 1
                while found < len(self._working) - 1 and not self._working[found]:
                    found += 1
            self._nth_working[key] = min(found, len(self._working) - 1)
        return self._nth_working[key]

    def seconds_until_now(self, day: int) -> int:
        """How much of `day` has passed, at most 24 hours, in seconds."""
        return max(0, min(86_400, int((self.now - self._midnight[day]).total_seconds())))
