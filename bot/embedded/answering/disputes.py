"""What only the shop's people can settle becomes a case of the right kind, about the right order and items."""

from collections.abc import Sequence
from datetime import timedelta

from bot.embedded.answering import handing_over, policies
from bot.embedded.answering.claims import claim_of
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes.draft import Draft
from bot.embedded.meant.order import named_numbers
from bot.embedded.reading.named_items import lines_named
from bot.embedded.reading.references import Pick, selection
from bot.embedded.situation import Situation, Slot
from tools.cards import LineFacts, OrderCard, Refusal, ReturnsCard, TrackingCard
from tools.commerce.schema import (
    DisputeKind,
    HandoffReason,
    OrderStatus,
    ProposalKind,
    RefundStatus,
    ShipmentStatus,
)
from tools.dispute_card import DisputeCard
from tools.handoff_card import BACK_TO_ASSISTANT

TOOL = "open_dispute"
PHOTOS = "If you have photos of it, you can send them here: they go with the case."
WHICH_ITEM = "Which item is it?"
ALL_OF_IT = "All of them"
TURNS_UP = timedelta(days=1)
"""After the scan: carriers mark parcels as delivered early, and neighbors bring them round."""

_SHOWN_BY_PHOTOS = frozenset({DisputeKind.DAMAGED, DisputeKind.NOT_AS_DESCRIBED, DisputeKind.WRONG_ITEM})
_HANDED_OVER_FOR = {
    DisputeKind.CHARGEBACK: HandoffReason.CHARGEBACK,
    DisputeKind.UNKNOWN_CHARGE: HandoffReason.FRAUD,
}
_MAY_BE_OVERRULED = frozenset({ProposalKind.RETURN, ProposalKind.EXCHANGE, ProposalKind.REFUND})
"""Changes whose refusal a person may decide otherwise."""


def pass_on(
    kind: DisputeKind,
    situation: Situation,
    *,
    order: str | None = None,
    lines: Sequence[int] = (),
    before: str = "",
) -> Answer:
    """Opens the case, after what is to be said `before`; without `lines` it is about the whole order."""
    if TOOL not in situation.tools:
        return handing_over.hand_over(
            situation, _HANDED_OVER_FOR.get(kind, HandoffReason.COMPLAINT), before or handing_over.SORRY
        )
    found = situation.ask(
        TOOL, kind=kind.value, order_number=order, items=[{"line": line} for line in lines] or None
    )
    if not isinstance(found, DisputeCard):
        said = found.message if isinstance(found, Refusal) else ""
        return Answer(f"{before}\n\n{said} {handing_over.contact(situation)}".strip(), order=order)
    parts = [before, found.message, PHOTOS if kind in _SHOWN_BY_PHOTOS else ""]
    return Answer("\n\n".join(part for part in parts if part), order=order, offers=(BACK_TO_ASSISTANT,))


def unknown_charge(task: Task, situation: Situation) -> Answer:
    """With what the articles advise; which order it is cannot be said of a payment that nobody knows."""
    article = policies.known(task, situation)
    return pass_on(DisputeKind.UNKNOWN_CHARGE, situation, before=article.text if article else "")


def chargeback(task: Task, situation: Situation) -> Answer:
    numbers = named_numbers(task, situation)
    order = numbers[0] if numbers else situation.memory.order
    return pass_on(DisputeKind.CHARGEBACK, situation, order=order)


def of_refused(draft: Draft, situation: Situation, before: str) -> Answer | None:
    """For somebody who insists on a change that was refused; None where they claim nothing that went wrong."""
    claimed = claim_of(draft)
    if (
        claimed is DisputeKind.OTHER
        or draft.change not in _MAY_BE_OVERRULED
        or situation.is_staff
        or draft.order is None
    ):
        return None
    lines = [item.line for item in draft.items]
    return pass_on(claimed, situation, order=draft.order, lines=lines, before=before)


def insisted_on(situation: Situation) -> Draft | None:
    """The change that was refused just now."""
    draft = situation.memory.draft
    is_open = situation.memory.asked is not None or (draft is not None and (draft.proposed or draft.idle))
    return None if is_open else draft


def not_received(task: Task, situation: Situation, tracked: TrackingCard, said: str) -> Answer | None:
    """Of an order that counts as delivered; None while it is still on its way."""
    if not has_come(tracked):
        return None
    days = [parcel.delivered_on for parcel in tracked.parcels if parcel.delivered_on]
    is_fresh = bool(days) and situation.today - max(days) < TURNS_UP
    article = policies.quoted(task, situation) if is_fresh else None
    if article and article.text not in situation.last_answer:
        return Answer(f"{said}\n\n{article.text}".strip(), order=tracked.number)
    return pass_on(DisputeKind.NOT_RECEIVED, situation, order=tracked.number, before=said)


def of_items(
    kind: DisputeKind, task: Task, situation: Situation, tracked: TrackingCard, said: str
) -> Answer | None:
    """Something of an order that has come; None while a parcel of it is still on its way. Raises Asks for the item."""
    if not has_come(tracked):
        return None
    card = situation.ask("get_order_details", order_number=tracked.number)
    lines = _lines(task, situation, card, said) if isinstance(card, OrderCard) else ()
    return pass_on(kind, situation, order=tracked.number, lines=lines, before=said)


def refund_not_received(card: ReturnsCard, situation: Situation, said: str) -> Answer | None:
    """Of a refund that should be there by now, or failed; None where it is only to be waited for."""
    over = [
        one
        for one in card.refunds
        if one.status is RefundStatus.FAILED
        or (
            one.status is RefundStatus.ISSUED
            and (one.expected_by is None or one.expected_by < situation.today)
        )
    ]
    insists = bool(card.refunds) and said in situation.last_answer
    if not over and not insists:
        return None
    before = "" if insists else said
    return pass_on(DisputeKind.REFUND_NOT_RECEIVED, situation, order=card.number, before=before)


def has_come(tracked: TrackingCard) -> bool:
    """Whether all of it counts as delivered."""
    if tracked.parcels:
        return all(parcel.status is ShipmentStatus.DELIVERED for parcel in tracked.parcels)
    return tracked.order_status is OrderStatus.DELIVERED


def _lines(task: Task, situation: Situation, card: OrderCard, before: str) -> tuple[int, ...]:
    """The lines that are meant; () for all of the order."""
    if len(card.lines) == 1:
        return (card.lines[0].line,)
    is_answer = situation.memory.asked is Slot.ITEM
    text = situation.text if is_answer else task.text
    if named := lines_named(text, card.lines):
        return tuple(line.line for line in named)
    chosen = selection(text) if is_answer else None
    if chosen and chosen.pick is Pick.NTH and chosen.place <= len(card.lines):
        return (card.lines[chosen.place - 1].line,)
    if chosen and chosen.pick is Pick.ALL:
        return ()
    options = (*(_label(line) for line in card.lines), ALL_OF_IT)
    numbered = "\n".join(f"{place}. {label}" for place, label in enumerate(options, start=1))
    if is_answer and (chosen is not None and chosen.place == len(options)):
        return ()
    raise Asks(f"{before}\n\n{WHICH_ITEM}\n{numbered}".strip(), Slot.ITEM, card.number, offers=options)


def _label(line: LineFacts) -> str:
    return f"{line.name} ({line.options})" if line.options else line.name
