"""What code suggests to decide: from the grounds and the records, always the same for the same ones.

It is read by an agent, who accepts it, changes it or decides otherwise; nothing follows from it by itself. Its amount
is that of the plan which the outcome would have right now, so it never gives more than is left of what was paid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.commerce.changes.dispute_outcome import plan
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.disputes.grounds import Ground, Matter, Side
from tools.commerce.disputes.listing import is_unanswered
from tools.commerce.schema import DisputeKind, OutcomeKind
from tools.facts import Money


@dataclass(frozen=True)
class Suggestion:
    """`request` carries it out as it stands; None of `ask` and `escalate`, and of what is decided already."""

    outcome: OutcomeKind
    why: tuple[Ground, ...]
    """The grounds that decided."""
    request: DisputeOutcomeRequest | None = None
    amount: Money | None = None
    """What it gives to the shopper; None of what gives no money."""
    ask_for: str | None = None
    """What the shopper has yet to tell or show."""
    question: str | None = None
    """The same in words that can be sent to them."""
    needs_manager: str | None = None
    """Why a second person must agree, in a sentence."""


ASK_ORDER = "Which order is it about? Ask for its number, and the e-mail or postcode on it."
ASK_PHOTOS = "Ask for photos of the damage: one up close, one of the whole item with its packaging."
ASK_NEIGHBORS = (
    "Ask them to look around and at the neighbors', and for a line that says that it is not there."
)
ASK_TO_WAIT = "Tell them by when it should be there, and to write again if it is not."
ASK_OTHER_WAY = "Send the refund again, or ask whether they would take it as store credit."
ASK_STATEMENT = "Ask for the lines of the bank's statement that show it."
QUESTIONS = {
    ASK_TO_WAIT: "{why} If it isn't there by then, please write to us here again, and we take care of it.",
    ASK_ORDER: "Which order is it about? Please send me its number, and the e-mail or postcode on it.",
    ASK_PHOTOS: "Could you send me photos of the damage here, please? One up close, and one of the whole item with "
    "its packaging.",
    ASK_NEIGHBORS: "The carrier says that it was delivered. Could you look around once more, please, and ask your "
    "neighbors? If it isn't there, a line from you that says so is enough.",
    ASK_STATEMENT: "Could you send me the lines of your bank's statement that show it, please? A photo of them is "
    "enough.",
}
WANTED = (OutcomeKind.REFUND, OutcomeKind.RETURN_LABEL, OutcomeKind.REPLACEMENT)


def suggest(matter: Matter, grounds: Sequence[Ground]) -> Suggestion | None:
    """None once it is decided, or while a bank is to rule."""
    if not is_unanswered(matter.dispute):
        return None
    by_code = {ground.code: ground for ground in grounds}
    if "no_order" in by_code:
        return _asking((by_code["no_order"],), ASK_ORDER)
    if matter.dispute.kind is DisputeKind.CHARGEBACK:
        return _of_chargeback(matter, by_code)
    outcome, why, ask_for = _weighed(matter.dispute.kind, by_code)
    if outcome is OutcomeKind.ASK:
        return _asking(why, ask_for)
    if outcome is OutcomeKind.REFUSAL:
        return _refusal(matter, why)
    return _giving(matter, outcome, why) if outcome in WANTED else Suggestion(OutcomeKind.ESCALATE, why)


def _asking(why: tuple[Ground, ...], ask_for: str | None) -> Suggestion:
    words = QUESTIONS.get(ask_for or "")
    return Suggestion(
        OutcomeKind.ASK, why, ask_for=ask_for, question=words.format(why=why[0].sentence) if words else None
    )


def _weighed(
    kind: DisputeKind, found: Mapping[str, Ground]
) -> tuple[OutcomeKind, tuple[Ground, ...], str | None]:
    """The first that holds decides, as a careful agent would go through them; of items in and out of time, a person."""
    if {"in_time", "too_late"} <= found.keys():
        return OutcomeKind.ESCALATE, tuple(found.values()), None
    for codes, outcome, ask_for in _WEIGHTS.get(kind, ()):
        if all(code in found for code in codes):
            return outcome, tuple(found[code] for code in codes), ask_for
    return OutcomeKind.ESCALATE, tuple(found.values()), None


_Weight = tuple[tuple[str, ...], OutcomeKind, str | None]
_OUT_OF_TIME: _Weight = (("too_late",), OutcomeKind.REFUSAL, None)
_WEIGHTS: Mapping[DisputeKind, tuple[_Weight, ...]] = {
    DisputeKind.NOT_RECEIVED: (
        _OUT_OF_TIME,
        (("carrier_lost_it",), OutcomeKind.REFUND, None),
        (("not_scanned",), OutcomeKind.REFUND, None),
        (("signed_for",), OutcomeKind.ESCALATE, None),
        (("delivered_scan",), OutcomeKind.ASK, ASK_NEIGHBORS),
        (("not_arrived",), OutcomeKind.REFUND, None),
        (("still_expected",), OutcomeKind.ASK, ASK_TO_WAIT),
    ),
    DisputeKind.DAMAGED: (
        _OUT_OF_TIME,
        (("not_delivered",), OutcomeKind.REFUSAL, None),
        (("photos_missing",), OutcomeKind.ASK, ASK_PHOTOS),
        (("photos_sent", "in_time"), OutcomeKind.REFUND, None),
        (("in_time",), OutcomeKind.REFUND, None),
    ),
    DisputeKind.NOT_AS_DESCRIBED: (
        _OUT_OF_TIME,
        (("not_delivered",), OutcomeKind.REFUSAL, None),
        (("in_time",), OutcomeKind.RETURN_LABEL, None),
    ),
    DisputeKind.WRONG_ITEM: (
        _OUT_OF_TIME,
        (("not_delivered",), OutcomeKind.REFUSAL, None),
        (("in_time",), OutcomeKind.REPLACEMENT, None),
    ),
    DisputeKind.MISSING_ITEM: (_OUT_OF_TIME, (("in_time",), OutcomeKind.REPLACEMENT, None)),
    DisputeKind.REFUND_NOT_RECEIVED: (
        (("refund_failed",), OutcomeKind.ASK, ASK_OTHER_WAY),
        (("refund_on_its_way",), OutcomeKind.REFUSAL, None),
        (("refund_overdue",), OutcomeKind.ASK, ASK_STATEMENT),
    ),
    DisputeKind.DOUBLE_CHARGE: (
        (("charged_twice",), OutcomeKind.REFUND, None),
        (("charged_once",), OutcomeKind.ASK, ASK_STATEMENT),
    ),
    DisputeKind.UNKNOWN_CHARGE: ((("own_account", "delivered"), OutcomeKind.ASK, ASK_STATEMENT),),
}
"""For each kind, in this order: the grounds that must all be there, what they come to, what to ask for."""


def _of_chargeback(matter: Matter, found: Mapping[str, Ground]) -> Suggestion:
    """Answered with what shows that the money was owed, if anything does; else accepted by a manager."""
    if matter.dispute.network is None:
        return Suggestion(OutcomeKind.ESCALATE, tuple(found.values()))
    shown = tuple(ground for ground in found.values() if ground.side is Side.AGAINST and ground.may_be_told)
    if any(ground.code in {"delivered_scan", "signed_for", "delivered"} for ground in shown):
        request = DisputeOutcomeRequest(dispute_id=matter.dispute.id, outcome=OutcomeKind.CONTEST)
        return Suggestion(OutcomeKind.CONTEST, shown, request)
    return Suggestion(OutcomeKind.ESCALATE, tuple(found.values()))


def refusal_of(dispute_id: str, grounds: Sequence[Ground], words: str = "") -> DisputeOutcomeRequest:
    """A refusal for those of the grounds that may be told, with the agent's own words after them."""
    told = [ground for ground in grounds if ground.may_be_told]
    own = " ".join(words.split())
    return DisputeOutcomeRequest(
        dispute_id=dispute_id,
        outcome=OutcomeKind.REFUSAL,
        reasons=(*(ground.sentence for ground in told), *([own] if own else [])),
        rules=tuple(dict.fromkeys(ground.rule for ground in told if ground.rule)),
    )


def _refusal(matter: Matter, why: tuple[Ground, ...]) -> Suggestion:
    request = refusal_of(matter.dispute.id, why)
    return Suggestion(OutcomeKind.REFUSAL, why, request if request.reasons else None)


def _giving(matter: Matter, outcome: OutcomeKind, why: tuple[Ground, ...]) -> Suggestion:
    """As planned right now; where that can't be done, the money instead of the item, else a manager."""
    request = DisputeOutcomeRequest(
        dispute_id=matter.dispute.id,
        outcome=outcome,
        with_shipping=matter.dispute.kind is DisputeKind.NOT_RECEIVED and _is_about_all(matter),
        goods_come_back=matter.dispute.kind is DisputeKind.WRONG_ITEM,
    )
    planned = plan(matter.planning, request)
    if isinstance(planned, Plan) and outcome is OutcomeKind.REFUND and _must_come_back(matter, planned):
        return _giving(matter, OutcomeKind.RETURN_LABEL, why)
    if isinstance(planned, Plan):
        amount = Money.of(planned.net_minor, planned.currency) if planned.movements else None
        return Suggestion(outcome, why, request, amount, needs_manager=planned.approval)
    if outcome is OutcomeKind.REPLACEMENT:
        instead = {DisputeKind.MISSING_ITEM: OutcomeKind.REFUND}
        return _giving(matter, instead.get(matter.dispute.kind, OutcomeKind.RETURN_LABEL), why)
    return Suggestion(OutcomeKind.ESCALATE, why)


def _must_come_back(matter: Matter, planned: Plan) -> bool:
    """Only what arrived damaged and is worth little is kept by whoever is refunded for it."""
    limit = matter.planning.policy.damage.keep_item_under
    return matter.dispute.kind is DisputeKind.DAMAGED and planned.net_minor >= limit


def _is_about_all(matter: Matter) -> bool:
    return matter.order is not None and len(matter.lines) == len(matter.order.lines)
