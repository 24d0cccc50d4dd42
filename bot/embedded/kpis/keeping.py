"""What staff want to be told without asking again: alerts and digests, made, listed and stopped."""

import re
from collections.abc import Callable, Sequence

from pydantic import JsonValue

from bot.embedded.kpis import acts, sizes
from bot.embedded.kpis.completing import by_reason, with_filters
from bot.embedded.kpis.following import ADDS
from bot.embedded.kpis.question import Figures, Only, Question, Telling
from bot.embedded.kpis.reading import Reading
from bot.embedded.kpis.spoken import spoken
from bot.embedded.kpis.telling import Told
from bot.embedded.situation import Situation
from bot.embedded.wording import changes
from bot.embedded.wording import watches as wording
from tools.cards import Refusal, ToolResult
from tools.change_cards import ProposalCard
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.metric import Metric
from tools.commerce.metrics.query import MOST_DIMENSIONS
from tools.commerce.schema import WatchKind
from tools.commerce.watches.schedule import Cadence
from tools.commerce.watches.terms import Direction, Window
from tools.watch_cards import WatchFacts, WatchList

_ABOVE, _BELOW = spoken("above"), spoken("below")
_CADENCES = tuple(
    (cadence, spoken(f"sent_{cadence.value}")) for cadence in (Cadence.WEEKLY, Cadence.MONTHLY, Cadence.DAILY)
)
_WEEKDAY = re.compile(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b")
_WEEKDAYS = re.compile(
    r"\b(?:on |every |each )*(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE
)
_AT = re.compile(
    r"\b(?:at|around|by|@) ?(\d{1,2})(?:[:.h](\d\d))? ?(a\.?m\.?|p\.?m\.?)?(?!\w)|"
    r"\b(\d{1,2})(?:[:.](\d\d))? ?(a\.?m\.?|p\.?m\.?)(?!\w)|\b(noon|midday)\b"
)
_HOURLY = re.compile(r"\b(?:hourly|every hour|each hour|immediately|right away|as soon as)\b")
_ONE = re.compile(r"\b(?:number|no\.?|#) ?(\d{1,6})\b|\b(\d{1,6})\b")
_OF_KIND = {
    "alert": WatchKind.ALERT,
    "alarm": WatchKind.ALERT,
    "watch": WatchKind.ALERT,
    "digest": WatchKind.DIGEST,
    "report": WatchKind.DIGEST,
}
"""By the word for it."""


def wants_watch(text: str) -> bool:
    return bool(acts.WATCH.search(text)) and bool(
        _ABOVE.search(text) or _BELOW.search(text) or sizes.has_number(text)
    )


def without_terms(text: str) -> str:
    """The text without the threshold and the time, so that its numbers and weekdays are no dates."""
    return _WEEKDAYS.sub(" ", sizes.without_numbers(_AT.sub(" ", text)))


def wanted(text: str) -> Callable[[Reading, Sequence[str], Sequence[Only], str], Telling | Metric] | None:
    """What an alert or a digest is made by; None where the text asks for neither."""
    if wants_watch(text):
        return watch
    return digest if acts.DIGEST.search(text) and cadence_of(text) else None


def watch(reading: Reading, metrics: Sequence[str], filters: Sequence[Only], text: str) -> Telling | Metric:
    """An alert; or the metric of which the threshold is not said."""
    metric = BY_NAME[metrics[0]]
    threshold = sizes.threshold(_AT.sub(" ", text), metric.unit)
    if threshold is None:
        return metric
    args: dict[str, JsonValue] = {
        "metric": metric.name,
        "direction": _direction(text).value,
        "threshold": threshold,
        **_looked_at(reading, text),
    }
    return Telling(tool="watch_metric", args=args | _filters(filters) | _at(text))


def digest(reading: Reading, metrics: Sequence[str], filters: Sequence[Only], text: str) -> Telling | Metric:
    cadence = cadence_of(text) or Cadence.WEEKLY
    args: dict[str, JsonValue] = {"metrics": list(metrics), **_sent(cadence, text)}
    split = by_reason(Question(metrics=tuple(metrics), dimensions=reading.dimensions), reading).dimensions
    if split:
        args["dimensions"] = [one.value for one in split[:MOST_DIMENSIONS]]
    return Telling(tool="propose_digest", args=args | _filters(filters) | _at(text))


def changed(telling: Telling, reading: Reading, filters: Sequence[Only], text: str) -> Telling | None:
    """The same with what is said now in its place: "same for DHL", "rather at 85%", "weekly, on Mondays"; None
    where nothing of it is said."""
    args = dict(telling.args)
    if filters:
        before = [Only.model_validate(one) for one in _listed(args.get("filters"))]
        args |= _filters(with_filters(before, filters))
    if telling.tool == "watch_metric":
        unit = BY_NAME[metrics_of(telling)[0]].unit
        if threshold := sizes.threshold(_AT.sub(" ", text), unit):
            says_way = _BELOW.search(text) or _ABOVE.search(text)
            args |= {"threshold": threshold} | ({"direction": _direction(text).value} if says_way else {})
        args |= _looked_at(reading, text)
    else:
        if cadence := cadence_of(text):
            args.pop("weekday", None)
            args |= _sent(cadence, text)
        if reading.metrics and ADDS.search(text):
            args["metrics"] = list(dict.fromkeys((*metrics_of(telling), *reading.metrics)))
        if reading.dimensions:
            args["dimensions"] = [one.value for one in reading.dimensions[:MOST_DIMENSIONS]]
    args |= _at(text)
    return telling.model_copy(update={"args": args}) if args != telling.args else None


def metrics_of(telling: Telling) -> tuple[str, ...]:
    found = telling.args.get("metrics", telling.args.get("metric"))
    return tuple(str(one) for one in found) if isinstance(found, list) else (str(found),)


def proposed(wanted: Telling | Metric, last: Question | None, situation: Situation) -> Told:
    """Proposes it; or asks for the threshold. Raises NeedsTool."""
    if isinstance(wanted, Metric):
        return Told(wording.which_threshold(wanted), Figures(last=last))
    said = _proposed(situation.ask(wanted.tool, **wanted.args))
    return Told(said, Figures(last=last, telling=wanted))


def cadence_of(text: str) -> Cadence | None:
    return next((cadence for cadence, pattern in _CADENCES if pattern.search(text)), None)


def listed(situation: Situation) -> str:
    found = situation.ask("list_watches")
    if not isinstance(found, WatchList):
        return _refused(found)
    return wording.listed(found.watches)


def stopped(text: str, metrics: Sequence[str], situation: Situation) -> tuple[str, tuple[WatchFacts, ...]]:
    """Proposes to stop the one that is meant; else asks which, with those to choose from. Raises NeedsTool."""
    found = situation.look("list_watches")
    if not isinstance(found, WatchList):
        return _refused(found), ()
    meant = _meant(text, metrics, found.watches)
    if len(meant) == 1:
        return _proposed(situation.ask("stop_watch", number=meant[0].number)), ()
    if not found.watches:
        return wording.listed(()), ()
    return wording.WHICH, meant or found.watches


def _meant(text: str, metrics: Sequence[str], watches: Sequence[WatchFacts]) -> tuple[WatchFacts, ...]:
    if numbered := _ONE.search(text):
        number = int(numbered[1] or numbered[2])
        return tuple(one for one in watches if one.number == number)
    kinds = {kind for word, kind in _OF_KIND.items() if word in text}
    titles = [BY_NAME[name].title.lower() for name in metrics]
    fitting = [one for one in watches if not kinds or one.watch in kinds]
    named = [one for one in fitting if any(title in one.what.lower() for title in titles)]
    if named or titles:
        return tuple(named)
    return tuple(fitting)


def _direction(text: str) -> Direction:
    return Direction.BELOW if _BELOW.search(text) and not _ABOVE.search(text) else Direction.ABOVE


def _window(text: str, reading: Reading) -> Window | None:
    if re.search(r"\b(?:today|daily|a day|per day|in a day|one day)\b", text):
        return Window.TODAY
    if re.search(r"\b(?:this month|month to date|mtd|monthly)\b", text):
        return Window.MONTH_TO_DATE
    if re.search(r"\b(?:week|weekly|7 days|seven days)\b", text) and reading.spans:
        return Window.LAST_7_DAYS
    return None


def _looked_at(reading: Reading, text: str) -> dict[str, JsonValue]:
    """Which days an alert looks at, and how often."""
    window = _window(text, reading)
    told: dict[str, JsonValue] = {"window": window.value} if window else {}
    return told | ({"hourly": True} if _HOURLY.search(text) else {})


def _sent(cadence: Cadence, text: str) -> dict[str, JsonValue]:
    day = _WEEKDAY.search(text) if cadence is Cadence.WEEKLY else None
    told: dict[str, JsonValue] = {"cadence": cadence.value}
    return told | ({"weekday": day[1]} if day else {})


def _at(text: str) -> dict[str, JsonValue]:
    found = _AT.search(text)
    if found is None:
        return {}
    if found[7]:
        return {"at": "12:00"}
    hour, minute, half = int(found[1] or found[4]), found[2] or found[5] or "00", found[3] or found[6]
    if half and half.startswith("p") and hour < 12:
        hour += 12
    elif half and half.startswith("a") and hour == 12:
        hour = 0
    return {"at": f"{hour:02}:{minute}"} if hour < 24 else {}


def _listed(told: JsonValue) -> list[JsonValue]:
    return told if isinstance(told, list) else []


def _filters(filters: Sequence[Only]) -> dict[str, JsonValue]:
    told: list[JsonValue] = [one.model_dump(mode="json", exclude_defaults=True) for one in filters]
    return {"filters": told} if told else {}


def _proposed(found: ToolResult) -> str:
    return changes.proposal(found) if isinstance(found, ProposalCard) else _refused(found)


def _refused(found: ToolResult) -> str:
    return found.message if isinstance(found, Refusal) else wording.FAILED
