"""Where parcels are, in sentences that answer what was asked of them."""

import re
from collections.abc import Sequence
from datetime import date

from bot.embedded.reading.deadlines import deadline
from bot.embedded.reading.references import Pick, selection
from bot.embedded.wording.order_lists import STANDS, short
from bot.embedded.wording.phrases import counted, day, on_day, sentence
from knowledge.wording import listed
from tools.cards import ParcelFacts, TrackingCard
from tools.commerce.schema import OrderStatus, ShipmentStatus

_THE_REST = re.compile(
    r"\b(?:rest|remaining|remainder|other (?:parcel|package|box|items?)|still)\b", re.IGNORECASE
)
_NEW_ONE = re.compile(r"\b(?:new|replacement|exchanged?)\b", re.IGNORECASE)
_YES_OR_NO = r"(?:^|[.?!,;:]|\b(?:and|so|but|hi|hey|hello|ok|okay|know|tell me|check) ?(?:if|whether)?)\W*"
_ASKS_ARRIVED = re.compile(
    _YES_OR_NO + r"(?:is|was|has|have|hasn't|did|didn't|are|were)\b(?!.{0,40}\b(?:will|going)\b)[^.?!]{0,60}"
    r"\b(?:deliver|arriv|come\b|here\b|there\b|got here)",
    re.IGNORECASE,
)
_ASKS_SHIPPED = re.compile(
    _YES_OR_NO
    + r"(?:is|was|has|have|hasn't|did|are|were)\b[^.?!]{0,40}\b(?:shipp?(?:ed)?\b|sent\b|send\b|left\b|"
    r"leave\b|go out|gone out|dispatched|on (?:its|the) way)",
    re.IGNORECASE,
)
_ASKS_IN_TIME = re.compile(
    r"\b(?:will|would|can|could|does|do|is|are|going to|gonna|should)\b|"
    r"^\W*(?:and |or |ok |so |what about )?(?:by|before|on|until|this|today|tomorrow)\b",
    re.IGNORECASE,
)
_ASKS_LATE = re.compile(
    _YES_OR_NO
    + r"(?:is|are|will|isn't|was|were|wasn't)\b[^.?!]{0,30}\b(?:late|delayed|on time|in time|on schedule)\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(r"\btracking (?:number|num|no|nr|code|id|link|url)\b|\btracking#", re.IGNORECASE)
_ASKS_CARRIER = re.compile(
    r"\b(?:which|what|who(?:'?s| is)?)\b[^.?!]{0,20}\b(?:carrier|courier|delivery company|shipping company)\b|"
    r"\bwho(?:'?s| is| are)?\b[^.?!]{0,12}\b(?:deliver|bring|ship|carr)",
    re.IGNORECASE,
)


_ASKS_HOW_LATE = re.compile(
    r"\bby how (?:much|many)\b|\bhow (?:late\b(?! do)|many days|much (?:late|overdue))|\bhow long overdue\b",
    re.IGNORECASE,
)
_ASKS_CONTENTS = re.compile(r"\bwhat(?:'?s| is| was| are)? (?:in|inside)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(r"\bwhen\b|\bhow (?:long|soon)\b|\bwhat (?:day|date|time)\b|\beta\b", re.IGNORECASE)


def tracking(card: TrackingCard, question: str, today: date, name: str) -> str:
    """What `question` asks of the parcels of the order called `name` ("your order FW-1")."""
    if not card.parcels:
        return _not_shipped(card, question, name, today)
    meant = _asked_about(card.parcels, question)
    for asked, answered in ((_ASKS_NUMBER, _number), (_ASKS_CARRIER, _carriers)):
        if asked.search(question):
            expected = _expected(meant[0][1], today, brief=True) if _asks_day(meant, question) else ""
            return answered(meant, name) + expected
    if _ASKS_CONTENTS.search(question) and all(parcel.contents for _, parcel in meant):
        return "\n".join(
            sentence(f"parcel {place} of {name} holds {listed(parcel.contents)}; it {_where(parcel, today)}")
            for place, parcel in meant
        )
    if _ASKS_HOW_LATE.search(question) and (late := max(parcel.days_late for _, parcel in meant)):
        return sentence(f"{name} {'is' if _is_waited_for(meant) else 'was'} {counted(late, 'day')} late")
    opening = _opening(meant, question, today)
    brief = bool(opening or _ASKS_WHEN.search(question))
    if len(card.parcels) == 1:
        return _opened(opening, f"{name} {_parcel(card.parcels[0], today, brief=brief)}")
    if len(meant) == 1:
        place, parcel = meant[0]
        facts = _parcel(parcel, today, brief=brief)
        return _opened(opening, f"parcel {place} of {name}{_contents(parcel)} {facts}")
    parts = [_opened(opening, f"{name} comes in {counted(len(card.parcels), 'parcel')}:").rstrip(".")]
    parts += [
        f"- Parcel {place}{_contents(parcel)} {_parcel(parcel, today, brief=brief)}"
        for place, parcel in meant
    ]
    return "\n".join(parts)


def nothing_newer(card: TrackingCard, today: date, name: str) -> str:
    """For somebody who was told all of it a moment ago."""
    under_way = [parcel for parcel in card.parcels if parcel.status is not ShipmentStatus.DELIVERED]
    if card.parcels and not under_way:
        last = max((p.delivered_on for p in card.parcels if p.delivered_on), default=None)
        when = f" {on_day(last, today)}" if last else ""
        return f"As I said, {name} was delivered{when}. If it isn't there, tell me, and I'll say what to do."
    newest_known = f"That is still the newest I have on {name}."
    if len(under_way) != 1:
        return newest_known
    expected = _expected(under_way[0], today, brief=True)
    if under_way[0].expected_on is None:
        return newest_known + expected
    return f"As I said, {name}{expected.removeprefix(' It')}"


def newest(card: TrackingCard, today: date) -> str:
    """Of an exchange: the parcel that left last."""
    sent = [parcel for parcel in card.parcels if parcel.shipped_on]
    if not sent:
        return ""
    last = max(sent, key=lambda parcel: parcel.shipped_on or date.min)
    return sentence(f"the new parcel {_parcel(last, today, brief=True)}")


def _opened(opening: str, facts: str) -> str:
    return f"{opening}: {facts}" if opening else sentence(facts)


def _asked_about(parcels: Sequence[ParcelFacts], question: str) -> list[tuple[int, ParcelFacts]]:
    """Numbered from 1: the one parcel that is named, those still under way for "the rest", else all."""
    numbered = list(enumerate(parcels, start=1))
    chosen = selection(question)
    if chosen and chosen.pick is Pick.NTH and chosen.place <= len(parcels):
        return [numbered[chosen.place - 1]]
    if _THE_REST.search(question) or _NEW_ONE.search(question):
        under_way = [(place, p) for place, p in numbered if p.status is not ShipmentStatus.DELIVERED]
        return under_way or numbered
    return numbered


def _is_waited_for(meant: Sequence[tuple[int, ParcelFacts]]) -> bool:
    return any(parcel.status is not ShipmentStatus.DELIVERED for _, parcel in meant)


def _opening(meant: Sequence[tuple[int, ParcelFacts]], question: str, today: date) -> str:
    """The yes or no that a question for one begins with; "" for any other question."""
    parcels = [parcel for _, parcel in meant]
    waiting = [parcel for parcel in parcels if parcel.status is not ShipmentStatus.DELIVERED]
    wanted = deadline(question, today)
    if waiting and wanted and _ASKS_IN_TIME.search(question):
        return _in_time(waiting, wanted)
    if _ASKS_LATE.search(question) and waiting:
        return (
            "It's late, I'm sorry" if any(parcel.days_late for parcel in waiting) else "It's on time so far"
        )
    if _ASKS_LATE.search(question) and all(parcel.promised_on for parcel in parcels):
        late = max(parcel.days_late for parcel in parcels)
        return f"It was {counted(late, 'day')} late, I'm sorry" if late else "It came in time"
    if _ASKS_ARRIVED.search(question):
        if not waiting:
            return "Yes"
        return "Not all of it yet" if len(waiting) < len(parcels) else "Not yet"
    if _ASKS_SHIPPED.search(question):
        return "Yes" if all(parcel.shipped_on for parcel in parcels) else "Not yet"
    return ""


def _in_time(waiting: Sequence[ParcelFacts], wanted: date) -> str:
    first = [parcel.expected_on for parcel in waiting]
    last = [parcel.expected_by or parcel.expected_on for parcel in waiting]
    if any(day_ is not None and day_ > wanted for day_ in first):
        return "I'm afraid not"
    if all(day_ is not None and day_ <= wanted for day_ in last):
        return "Yes, it should"
    return "I can't promise that"


def _not_shipped(card: TrackingCard, question: str, name: str, today: date) -> str:
    said = f"{name} {STANDS[card.order_status]}"
    if card.order_status not in {OrderStatus.PENDING, OrderStatus.PROCESSING}:
        return sentence(said)
    said += ", and has not left our warehouse yet"
    if card.promised_on and card.promised_on >= today:
        said += f". It is promised for {day(card.promised_on, today)}"
    elif card.promised_on:
        said += f". It was promised for {day(card.promised_on, today)}, so it is late: I'm sorry"
    wanted = deadline(question, today)
    opening = ""
    if wanted and card.promised_on and _ASKS_IN_TIME.search(question):
        opening = "Yes, it should" if today <= card.promised_on <= wanted else "I can't promise that"
    elif _ASKS_ARRIVED.search(question) or _ASKS_SHIPPED.search(question):
        opening = "Not yet"
    return _opened(opening, sentence(said) if not opening else f"{said}.")


def _asks_day(meant: Sequence[tuple[int, ParcelFacts]], question: str) -> bool:
    """Whether the day of one parcel that is still coming is asked for besides."""
    is_coming = len(meant) == 1 and meant[0][1].status is not ShipmentStatus.DELIVERED
    return is_coming and bool(_ASKS_WHEN.search(question))


def _number(meant: Sequence[tuple[int, ParcelFacts]], name: str) -> str:
    known = [
        f"{parcel.tracking_number}{f' ({parcel.carrier})' if parcel.carrier else ''}"
        for _, parcel in meant
        if parcel.tracking_number
    ]
    if not known:
        return sentence(f"I have no tracking number for {name}")
    are = "is" if len(known) == 1 else "are"
    return sentence(f"the tracking number{'' if are == 'is' else 's'} of {name} {are} {listed(known)}")


def _carriers(meant: Sequence[tuple[int, ParcelFacts]], name: str) -> str:
    known = list(dict.fromkeys(parcel.carrier for _, parcel in meant if parcel.carrier))
    if not known:
        return sentence(f"I don't know the carrier of {name}")
    numbers = [parcel.tracking_number for _, parcel in meant if parcel.tracking_number]
    more = f", tracking number {numbers[0]}" if len(numbers) == 1 else ""
    return sentence(f"{name} comes with {listed(known)}{more}")


def _where(parcel: ParcelFacts, today: date) -> str:
    return _parcel(parcel, today, brief=True).split(". ")[0].rstrip(".")


def _contents(parcel: ParcelFacts) -> str:
    return f" ({short(parcel.contents, most=5)})" if parcel.contents else ""


def _parcel(parcel: ParcelFacts, today: date, *, brief: bool) -> str:
    match parcel.status:
        case ShipmentStatus.DELIVERED:
            when = f" {on_day(parcel.delivered_on, today)}" if parcel.delivered_on else ""
            return f"was delivered{when}.{_last_word(parcel)}"
        case ShipmentStatus.LOST:
            return f"has been reported lost by {_carrier(parcel)}. I'm very sorry."
        case ShipmentStatus.RETURNED:
            return f"could not be delivered, and {_carrier(parcel)} has sent it back to us."
        case ShipmentStatus.PREPARING:
            return f"is packed and waiting for {_carrier(parcel)}.{_expected(parcel, today, brief=brief)}"
        case ShipmentStatus.EXCEPTION:
            met = f"has met a problem on its way with {_carrier(parcel)}."
            scan = "" if brief else _latest(parcel, today)
            return met + scan + _expected(parcel, today, brief=brief)
        case ShipmentStatus.OUT_FOR_DELIVERY:
            return f"is out for delivery with {_carrier(parcel)}.{_expected(parcel, today, brief=brief)}"
        case ShipmentStatus.IN_TRANSIT:
            scan = "" if brief else _latest(parcel, today)
            return f"is on its way with {_carrier(parcel)}.{_expected(parcel, today, brief=brief)}{scan}"


def _carrier(parcel: ParcelFacts) -> str:
    return parcel.carrier or "the carrier"


def _expected(parcel: ParcelFacts, today: date, *, brief: bool) -> str:
    late = ""
    if parcel.days_late and parcel.promised_on and not brief:
        late = f" It was promised for {day(parcel.promised_on, today)}, so it is late: I'm sorry about that."
    basis = f", going by {parcel.expected_from}" if parcel.expected_from and parcel.expected_on else ""
    if parcel.expected_on and parcel.expected_by and parcel.expected_by != parcel.expected_on:
        span = f"between {day(parcel.expected_on, today)} and {day(parcel.expected_by, today)}"
        return f"{late} It should arrive {span}{basis}."
    if parcel.expected_on:
        return f"{late} It should arrive {on_day(parcel.expected_on, today)}{basis}."
    why = f": {parcel.expected_from}" if parcel.expected_from else ""
    return f"{late} I can't give you an honest date for it{why}."


def _latest(parcel: ParcelFacts, today: date) -> str:
    if not parcel.events:
        return ""
    event = parcel.events[0]
    where = f" in {event.location}" if event.location else ""
    return f" The latest scan: {event.description.rstrip('.')}{where}, {day(event.at.date(), today)}."


def _last_word(parcel: ParcelFacts) -> str:
    if not parcel.events:
        return ""
    carrier = parcel.carrier or "The carrier"
    return f" {carrier} noted: {sentence(parcel.events[0].description)}"
