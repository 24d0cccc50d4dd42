"""After a refusal: what may be tried again with another answer, and which other change is possible instead."""

from collections.abc import Callable, Mapping

from bot.embedded.answering import disputes, handing_over
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes import asking
from bot.embedded.changes.draft import Draft, Item, Question
from bot.embedded.changes.requesting import request
from bot.embedded.meant.identity import prove_order, sign_in
from bot.embedded.situation import Situation, Slot
from bot.embedded.wording import changes as wording
from bot.embedded.wording import returns
from bot.public import without_links
from tools.cards import Refusal, ReturnsCard
from tools.change_cards import Needed
from tools.commerce.schema import ProposalKind

_INSTEAD: Mapping[tuple[ProposalKind, str], ProposalKind] = {
    (ProposalKind.CANCELLATION, "order_delivered"): ProposalKind.RETURN,
    (ProposalKind.ITEM_CHANGE, "order_delivered"): ProposalKind.EXCHANGE,
    (ProposalKind.ITEM_CHANGE, "window_over"): ProposalKind.CANCELLATION,
    (ProposalKind.ITEM_CHANGE, "changed_before"): ProposalKind.CANCELLATION,
    (ProposalKind.ITEM_CHANGE, "below_minimum"): ProposalKind.CANCELLATION,
    (ProposalKind.EXCHANGE, "out_of_stock"): ProposalKind.RETURN,
    (ProposalKind.EXCHANGE, "exchanged_before"): ProposalKind.RETURN,
    (ProposalKind.EXCHANGE, "price_differs"): ProposalKind.RETURN,
}
_NAMED_INSTEAD = (("cancel it", ProposalKind.CANCELLATION), ("exchange", ProposalKind.EXCHANGE))
"""What a refusal of a return or an exchange may offer, by the words in which it does."""


def refused(draft: Draft, found: object, task: Task, situation: Situation) -> Answer:
    """Why not, and what instead. Raises Asks where another answer, a sign-in or another change would help."""
    if not isinstance(found, Refusal):
        return Answer("I couldn't look that up just now.", order=draft.order)
    if found.code == "identity_needed" and draft.order:
        prove_order(task, situation, draft.order)
    if found.code == "sign_in_needed" and not situation.signed_in and not task.after_sign_in:
        try:
            sign_in(task, situation)
        except Asks as asks:
            raise Asks(f"{found.message} {asks.text}", asks.slot, draft.order, draft) from None
    again = without_what_failed(draft, found)
    if again and again != draft:
        call = request(again)
        needed = situation.ask(call.tool, **dict(call.args))
        if isinstance(needed, Needed):
            asked = asking.question_of(again, needed)
            raise Asks(f"{wording.refused(found)}\n\n{asked.question}", Slot.CHANGE, asked.order, asked)
    if rest := without_refused_items(draft, found):
        labels = [line.label for line in rest.chosen]
        offered = asking.asking(rest, Question.OFFER, wording.go_on_with(labels))
        raise Asks(f"{wording.refused(found)}\n\n{offered.question}", Slot.CHANGE, rest.order, offered)
    if other := alternative(draft, found):
        offered = asking.asking(other, Question.OFFER, wording.offer(other.change))
        raise Asks(wording.refused(found, other.change), Slot.CHANGE, other.order, offered)
    return _left_refused(draft, found, situation)


def without_refused_items(draft: Draft, refusal: Refusal) -> Draft | None:
    """What is left of it without the items that the refusal names; None where it names none, or all."""
    refused = {line.line for line in draft.chosen if line.name in refusal.message}
    left = tuple(item for item in draft.items if item.line not in refused)
    return draft.but(items=left) if refused and left else None


def _left_refused(draft: Draft, found: Refusal, situation: Situation) -> Answer:
    """Why not; for somebody who was told so before, a person decides, where one can."""
    if without_links(found.message) in situation.last_answer:
        insists = situation.memory.asked is None
        if insists and (passed_on := disputes.of_refused(draft, situation, found.message)):
            return passed_on
        said = wording.refused_again(found, handing_over.contact(situation))
    elif found.code == "nothing_left" and draft.order:
        said = " ".join([found.message, *_given_back(draft.order, situation)])
    else:
        said = wording.refused(found)
    return Answer(said, order=draft.order, draft=draft)


def _given_back(number: str, situation: Situation) -> list[str]:
    """What became of the items of which nothing is left."""
    found = situation.ask("get_return_and_refund_status", order_number=number)
    known = isinstance(found, ReturnsCard) and (found.returns or found.refunds)
    return [returns.returns(found, "", situation.today)] if known and isinstance(found, ReturnsCard) else []


def alternative(draft: Draft, refusal: Refusal) -> Draft | None:
    """A draft of what is possible instead, where there is a flow for it."""
    kind = _INSTEAD.get((draft.change, refusal.code))
    if kind is None and draft.change in {ProposalKind.RETURN, ProposalKind.EXCHANGE}:
        said = (refusal.instead or "").lower()
        kind = next((kind for words, kind in _NAMED_INSTEAD if words in said), None)
    if kind is None or kind is draft.change:
        return None
    return as_kind(draft, kind)


def as_kind(draft: Draft, kind: ProposalKind) -> Draft:
    """The same items of the same order, in another kind of change."""
    items = tuple(
        item.model_copy(update={"sku": None, "quantity": _count_as(draft, item, kind)})
        for item in draft.items
    )
    known = draft.model_dump(include={"order", "paid_by", "country", "among", "whole"})
    returned = {ProposalKind.RETURN, ProposalKind.EXCHANGE}
    reason = draft.reason if kind is draft.change or {draft.change, kind} <= returned else None
    refund_to = draft.refund_to if kind is draft.change else None
    return Draft(
        change=kind,
        lines=draft.lines,
        items=items,
        reason=reason,
        refund_to=refund_to,
        said=draft.said[-1:],
        **known,
    )


def _count_as(draft: Draft, item: Item, kind: ProposalKind) -> int | None:
    """How many of it: a change of the items tells how many there should be, the others how many go."""
    line = draft.line(item.line)
    if kind is draft.change or ProposalKind.ITEM_CHANGE not in {kind, draft.change}:
        return item.quantity
    left = line.quantity - item.quantity if line and item.quantity else 0
    return left if left > 0 and kind is not ProposalKind.EXCHANGE else None


def without_what_failed(draft: Draft, refusal: Refusal) -> Draft | None:
    """The draft to ask the tool with again, so that it asks for another answer; None where none would help."""
    again = _AGAIN.get(refusal.code)
    return again(draft) if again else None


def _another_version(draft: Draft) -> Draft:
    return draft.but(items=tuple(item.model_copy(update={"sku": None}) for item in draft.items))


_AGAIN: Mapping[str, Callable[[Draft], Draft]] = {
    "payment_method_unknown": lambda draft: draft.but(payment_method=None),
    "balance_too_low": lambda draft: draft.but(payment_method=None),
    "same_method": lambda draft: draft.but(payment_method=None),
    "refund_method_not_offered": lambda draft: draft.but(refund_to=None),
    "option_unknown": _another_version,
}
