"""The facts of a case, in the words and times of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.desk.history import HistoryInShort, history_in_short
from api.desk.wording import REASONS, STATES, STEPS, actor, moment, span, words
from tools.cards import ParcelFacts, ReturnsCard
from tools.change_cards import ProposalCard
from tools.commerce.handoffs.case import Case, CaseOrder
from tools.commerce.schema import Handoff, HandoffState, HandoffStep
from tools.principal import IdentityLevel


@dataclass(frozen=True)
class OrderInShort:
    number: str
    standing: str
    placed: str
    total: str
    items: str
    lines: tuple[str, ...]
    """Where its parcels are, what came back, what money went back."""


@dataclass(frozen=True)
class ProposalInShort:
    kind: str
    status: str
    summary: str


@dataclass(frozen=True)
class NoteInFull:
    id: str
    by: str
    at: str
    text: str


@dataclass(frozen=True)
class CaseFacts:
    id: str
    reason: str
    state: str
    who: str
    proved: str
    email: str | None
    unreachable_at: str | None
    channel: str
    since: str
    trail: Sequence[tuple[str, str, str]]
    """When, what, by whom."""
    notes: Sequence[NoteInFull]
    orders: Sequence[OrderInShort]
    more_orders: int
    proposals: Sequence[ProposalInShort]
    history: HistoryInShort


def facts_of(case: Case, now: datetime, zone: ZoneInfo) -> CaseFacts:
    handoff, shopper = case.handoff, case.shopper
    return CaseFacts(
        id=handoff.id,
        reason=REASONS[handoff.reason],
        state=_state(case, now),
        who=shopper.name or shopper.email or "not identified",
        proved=_proved(case),
        email=shopper.email,
        unreachable_at=shopper.unreachable_at,
        channel=words(case.channel).capitalize(),
        since=moment(handoff.opened_at, now, zone),
        trail=[
            (moment(event.at, now, zone), _step(event.step, handoff), actor(event.actor, case.colleagues))
            for event in case.trail
        ],
        notes=[
            NoteInFull(
                note.id,
                case.colleagues.get(note.author, note.author),
                moment(note.written_at, now, zone),
                note.text,
            )
            for note in case.notes
        ],
        orders=[_order(order) for order in case.orders],
        more_orders=case.total_orders - len(case.orders),
        proposals=[_proposal(proposal) for proposal in case.proposals],
        history=history_in_short(case.history, case.colleagues, now, zone),
    )


def _state(case: Case, now: datetime) -> str:
    handoff = case.handoff
    if handoff.state is HandoffState.TAKEN and handoff.taken_by:
        return f"{case.colleagues.get(handoff.taken_by, handoff.taken_by)} has it"
    if handoff.state is not HandoffState.WAITING:
        return STATES[handoff.state]
    if handoff.escalations or handoff.answer_by <= now:
        return f"Overdue, waits {span(now - handoff.opened_at)}"
    return f"Waits {span(now - handoff.opened_at)}, due in {span(handoff.answer_by - now)}"


def _proved(case: Case) -> str:
    orders = ", ".join(case.shopper.proved_orders)
    also = f", and shown to be theirs: {orders}" if orders else ""
    match case.shopper.level:
        case IdentityLevel.ACCOUNT:
            return f"Signed in to their account{also}"
        case IdentityLevel.ORDER:
            return f"Not signed in; shown to be theirs: {orders}"
        case IdentityLevel.STAFF:
            return "A member of staff"
        case IdentityLevel.ANONYMOUS:
            return "Nothing proved: tell them nothing about an order"


def _step(step: HandoffStep, handoff: Handoff) -> str:
    if step is HandoffStep.RATED and handoff.rating:
        return f"{STEPS[step]} {handoff.rating} of 5"
    return STEPS[step]


def _order(found: CaseOrder) -> OrderInShort:
    order = found.order
    lines = [*map(_parcel, found.parcels), *(_returned(found.returns) if found.returns else ())]
    return OrderInShort(
        number=order.number,
        standing=f"{words(order.status)}, late" if order.is_late else words(order.status),
        placed=_day(order.placed_on),
        total=order.total.text,
        items=", ".join(order.items),
        lines=tuple(lines),
    )


def _parcel(parcel: ParcelFacts) -> str:
    which = " ".join(filter(None, (parcel.carrier, parcel.tracking_number))) or "Parcel"
    if parcel.delivered_on:
        return f"{which}: delivered {_day(parcel.delivered_on)}"
    parts = [f"{which}: {words(parcel.status)}"]
    if parcel.events:
        last = parcel.events[0]
        parts.append(f"last {_day(last.at)}: {last.description}")
    if parcel.expected_on:
        parts.append(f"expected {_day(parcel.expected_on)}")
    if parcel.days_late:
        parts.append(f"{parcel.days_late} days late")
    return ", ".join(parts)


def _returned(card: ReturnsCard) -> list[str]:
    back = [f"{words(one.return_kind).capitalize()} {one.rma}: {words(one.status)}" for one in card.returns]
    return back + [f"Refund {one.amount.text} to {one.to}: {words(one.status)}" for one in card.refunds]


def _proposal(card: ProposalCard) -> ProposalInShort:
    return ProposalInShort(words(card.change).capitalize(), words(card.status), card.summary)


def _day(day: date | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else ""
