"""What is said of alerts and digests."""

from collections.abc import Sequence

from tools.commerce.metrics.metric import Metric
from tools.watch_cards import WatchFacts

FAILED = "I couldn't look that up just now."
WHICH_FIGURE = "Which figure shall I watch? For example: “tell me when return rate is above 8%”."
WHICH = "Which one shall I stop?"


def listed(watches: Sequence[WatchFacts]) -> str:
    if not watches:
        return "I watch nothing for you and send you nothing regularly."
    return "\n".join([f"{_counted(watches)} for you:", *(f"- {label(one)}" for one in watches)])


def label(watch: WatchFacts) -> str:
    """`3: Return rate (units) in the last 28 days is above 8.0% (every day at 9:00 AM)`."""
    return f"{watch.number}: {watch.what} ({watch.when})"


def stop_label(watch: WatchFacts) -> str:
    return f"Stop number {watch.number}"


def which_threshold(metric: Metric) -> str:
    return f"At which value of {metric.title.lower()} shall I tell you? For example: “tell me when it is above 8%”."


def _counted(watches: Sequence[WatchFacts]) -> str:
    return "I keep one thing" if len(watches) == 1 else f"I keep {len(watches)} things"
