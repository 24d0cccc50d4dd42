"""What staff are told without asking again, as a tool tells it."""

from datetime import datetime
from typing import Literal

from tools.commerce.schema import WatchKind
from tools.facts import Facts


class WatchFacts(Facts):
    number: int
    """By which it is stopped."""
    watch: WatchKind
    metrics: tuple[str, ...]
    """By their names in query_kpis."""
    what: str
    """`Return rate (units) in the last 28 days is above 8.0%`."""
    when: str
    """How often it is looked at, or sent: `every day at 9:00 AM`."""
    last_told_at: datetime | None = None


class WatchList(Facts):
    kind: Literal["watches"] = "watches"
    watches: tuple[WatchFacts, ...]
