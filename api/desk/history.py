"""What there was with a shopper before, in the words of the case's page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.desk.wording import DISPUTES, OUTCOMES, REASONS, STATES, moment, words
from tools.commerce.handoffs.history import Bought, EarlierCase, EarlierDispute, History
from tools.commerce.schema import DisputeState


@dataclass(frozen=True)
class Earlier:
    """A case or a dispute: what it was, how it ended, and what was done."""

    case_id: str | None
    what: str
    at: str
    ended: str
    done: Sequence[str] = ()


@dataclass(frozen=True)
class HistoryInShort:
    bought: Sequence[str]
    disputes: Sequence[Earlier]
    cases: Sequence[Earlier]


def history_in_short(
    history: History, colleagues: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> HistoryInShort:
    return HistoryInShort(
        bought=[*_bought(history.bought)] if history.bought else [],
        disputes=[_dispute(one, now, zone) for one in history.disputes],
        cases=[_case(one, colleagues, now, zone) for one in history.cases],
    )


def _bought(bought: Bought) -> Iterator[str]:
    totals = bought.totals
    since = f" since {totals.first_on:%B %Y}" if totals.first_on else ""
    sums = " and ".join(each.total.text for each in totals.money)
    yield (
        f"{_counted(totals.orders, 'order')}{since}, {sums}"
        if sums
        else f"{_counted(totals.orders, 'order')}{since}"
    )
    back = [_counted(bought.returns, "return")] if bought.returns else []
    back += [f"{each.refunded.text} refunded" for each in totals.money if each.refunded]
    back += [f"{totals.canceled} canceled"] if totals.canceled else []
    if back:
        yield ", ".join(back)


def _case(one: EarlierCase, colleagues: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Earlier:
    handoff = one.handoff
    by = f" by {colleagues.get(handoff.taken_by, handoff.taken_by)}" if handoff.taken_by else ""
    rated = f", rated {handoff.rating} of 5" if handoff.rating else ""
    return Earlier(
        case_id=handoff.id,
        what=REASONS[handoff.reason],
        at=moment(handoff.opened_at, now, zone),
        ended=f"{STATES[handoff.state]}{by}{rated}",
        done=one.done,
    )


def _dispute(one: EarlierDispute, now: datetime, zone: ZoneInfo) -> Earlier:
    dispute = one.dispute
    about = ", ".join(filter(None, (one.order_number, one.at_stake.text if one.at_stake else None)))
    ended = words(dispute.state).capitalize()
    if dispute.state is DisputeState.SETTLED and dispute.outcome:
        ended = f"{ended}: {OUTCOMES[dispute.outcome].lower()}"
    return Earlier(
        case_id=one.handoff_id,
        what=f"{DISPUTES[dispute.kind]} ({about})" if about else DISPUTES[dispute.kind],
        at=moment(dispute.opened_at, now, zone),
        ended=ended,
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
