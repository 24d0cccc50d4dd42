"""Something went wrong with an order: how far it came, how the shop settles that, and what can be done here."""

from dataclasses import replace

from bot.embedded.answering import disputes, handing_over, policies
from bot.embedded.answering.claims import claim_in
from bot.embedded.answering.orders import see
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes.carrying import offer, put_right
from bot.embedded.changes.draft import Draft
from bot.embedded.changes.reasons import is_our_fault, refund_cause, return_reason
from bot.embedded.intents import Intent
from bot.embedded.meant.identity import ask_who
from bot.embedded.meant.order import named_numbers, which_order
from bot.embedded.situation import Situation
from bot.embedded.wording import parcels
from tools.cards import Refusal, TrackingCard
from tools.commerce.schema import DisputeKind, HandoffReason, OrderStatus, ProposalKind, ReturnReason

LEFT = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED})
SORRY = "I'm sorry to hear that."
LATE = "What if my parcel is late?"
"""What the articles are asked of one that is still on its way."""


def report_problem(task: Task, situation: Situation) -> Answer:
    """What the carrier says of the order, where it is known; then how the shop settles it, and what is possible."""
    claimed = None if situation.is_staff else claim_in(task.text)
    if claimed is DisputeKind.UNKNOWN_CHARGE:
        return disputes.unknown_charge(task, situation)
    known = situation.signed_in or situation.memory.order or named_numbers(task, situation)
    reason = return_reason(task.text)
    can_be_put_right = is_our_fault(reason) or reason == ReturnReason.WRONG_SIZE
    is_told = (can_be_put_right and "?" not in task.text) or claimed is not None
    if not known and is_told and not situation.is_staff:
        asks = ask_who(task, situation)
        article = policies.known(task, situation) if claimed is DisputeKind.NOT_RECEIVED else None
        said = f"{SORRY} {article.text}\n\n" if article else f"{SORRY} "
        raise Asks(f"{said}{asks.text}", asks.slot)
    if situation.is_staff or not known:
        return Answer(f"{SORRY} {policies.by_a_person(task, situation).text}")
    try:
        card, tracked = _tracked(task, situation)
    except Asks as asks:
        raise Asks(f"{SORRY} {asks.text}", asks.slot, asks.order) from None
    if card and (passed_on := _passed_on(claimed, task, situation, card, f"{SORRY} {tracked.text}".strip())):
        return passed_on
    article = policies.quoted(
        Task(task.intent, LATE) if claimed is DisputeKind.NOT_RECEIVED else task, situation
    )
    said = f"{SORRY} {tracked.text}".strip() + (f"\n\n{article.text}" if article else "")
    if tracked.order and can_be_put_right:
        return put_right(task, situation, tracked.order, said)
    if tracked.order and refund_cause(task.text):
        draft = Draft(change=ProposalKind.REFUND, order=tracked.order, said=(task.text,))
        raise offer(draft, said)
    way = handing_over.contact(situation)
    return Answer(f"{said}\n\n{way}", order=tracked.order, offers=handing_over.offers(situation))


def complaint(task: Task, situation: Situation) -> Answer:
    """Anger goes to a person; what it is about becomes a case, or is put right first."""
    if situation.is_staff:
        return handing_over.complaint(task, situation)
    reason, claimed = handing_over.urgent(task.text), claim_in(task.text)
    if reason is HandoffReason.PRIVACY:
        return _about_their_data(task, situation)
    if claimed is DisputeKind.CHARGEBACK and reason in {None, HandoffReason.CHARGEBACK}:
        return disputes.chargeback(task, situation)
    if claimed is DisputeKind.UNKNOWN_CHARGE and reason in {None, HandoffReason.FRAUD}:
        return disputes.unknown_charge(task, situation)
    if reason is None and (draft := disputes.insisted_on(situation)):
        passed_on = disputes.of_refused(draft, situation, handing_over.SORRY)
        if passed_on:
            return passed_on
    return handing_over.complaint(task, situation)


def _about_their_data(task: Task, situation: Situation) -> Answer:
    """What the shop's page says of it, and a person who sees to it."""
    article = policies.quoted(task, situation)
    handed = handing_over.hand_over(situation, HandoffReason.PRIVACY, "")
    return replace(handed, text=f"{article.text}\n\n{handed.text}") if article else handed


def to_a_person(task: Task, situation: Situation) -> Answer:
    """A person; with a case, where a claim was turned down just now."""
    draft = disputes.insisted_on(situation)
    passed_on = disputes.of_refused(draft, situation, "Of course.") if draft else None
    return passed_on or handing_over.to_a_person(task, situation)


def _passed_on(
    claimed: DisputeKind | None, task: Task, situation: Situation, card: TrackingCard, said: str
) -> Answer | None:
    """The case, where the records say that all of it has come and the shopper that it hasn't. Raises Asks."""
    if claimed is DisputeKind.NOT_RECEIVED:
        return disputes.not_received(task, situation, card, said)
    if claimed is DisputeKind.MISSING_ITEM:
        return disputes.of_items(claimed, task, situation, card, said)
    return None


def _tracked(task: Task, situation: Situation) -> tuple[TrackingCard | None, Answer]:
    """How far the order with the problem came; which one it is, is asked rather than guessed."""
    number = which_order(task, situation, lambda order: order.status in LEFT)
    found = see(task, situation, "track_parcel", number)
    if not isinstance(found, TrackingCard):
        return None, Answer(
            found.message if isinstance(found, Refusal) else "I couldn't look that up just now."
        )
    name = f"order {number}" if situation.is_staff else f"your order {number}"
    said = parcels.tracking(found, "", situation.today, name)
    return found, Answer("" if said in situation.last_answer else said, order=found.number)


JOBS = {Intent.REPORT_PROBLEM: report_problem}
