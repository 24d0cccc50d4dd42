"""Something went wrong with an order: how far it came, how the shop settles that, and what can be done here."""

from bot.embedded import handing_over, policies
from bot.embedded.answers import Answer, Asks, Task
from bot.embedded.changes.carrying import offer, put_right
from bot.embedded.changes.draft import Draft
from bot.embedded.changes.reasons import is_our_fault, refund_cause, return_reason
from bot.embedded.choice import named_numbers, which_order
from bot.embedded.identity import ask_who
from bot.embedded.intents import Intent
from bot.embedded.orders import see
from bot.embedded.situation import Situation
from bot.embedded.wording import parcels
from tools.cards import Refusal, TrackingCard
from tools.commerce.schema import OrderStatus, ProposalKind, ReturnReason

LEFT = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED})
SORRY = "I'm sorry to hear that."


def report_problem(task: Task, situation: Situation) -> Answer:
    """What the carrier says of the order, where it is known; then how the shop settles it, and what is possible."""
    known = situation.signed_in or situation.memory.order or named_numbers(task, situation)
    reason = return_reason(task.text)
    can_be_put_right = is_our_fault(reason) or reason == ReturnReason.WRONG_SIZE
    if not known and can_be_put_right and not situation.is_staff and "?" not in task.text:
        asks = ask_who(task, situation)
        raise Asks(f"{SORRY} {asks.text}", asks.slot)
    if situation.is_staff or not known:
        return Answer(f"{SORRY} {policies.by_a_person(task, situation).text}")
    try:
        tracked = _tracked(task, situation)
    except Asks as asks:
        raise Asks(f"{SORRY} {asks.text}", asks.slot, asks.order) from None
    article = policies.quoted(task, situation)
    said = f"{SORRY} {tracked.text}".strip() + (f"\n\n{article.text}" if article else "")
    if tracked.order and can_be_put_right:
        return put_right(task, situation, tracked.order, said)
    if tracked.order and refund_cause(task.text):
        draft = Draft(change=ProposalKind.REFUND, order=tracked.order, said=(task.text,))
        raise offer(draft, said)
    way = handing_over.contact(situation)
    return Answer(f"{said}\n\n{way}", order=tracked.order, offers=handing_over.offers(situation))


def _tracked(task: Task, situation: Situation) -> Answer:
    """How far the order with the problem came; which one it is, is asked rather than guessed."""
    number = which_order(task, situation, lambda order: order.status in LEFT)
    found = see(task, situation, "track_parcel", number)
    if not isinstance(found, TrackingCard):
        return Answer(found.message if isinstance(found, Refusal) else "I couldn't look that up just now.")
    name = f"order {number}" if situation.is_staff else f"your order {number}"
    said = parcels.tracking(found, "", situation.today, name)
    return Answer("" if said in situation.last_answer else said, order=found.number)


JOBS = {Intent.REPORT_PROBLEM: report_problem}
