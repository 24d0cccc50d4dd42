"""How a dispute's outcome is told: to the agent before it is decided, and to the shopper once it is done."""

from knowledge.wording import counted, listed
from tools.commerce.changes.effects import DisputeOutcomeEffect, Goods
from tools.commerce.changes.plan import Plan
from tools.commerce.changes.replacements import SAME_AGAIN
from tools.commerce.changes.sentences import given_to
from tools.commerce.money import format_money
from tools.commerce.policy import Policy
from tools.commerce.schema import Order, OutcomeKind

_SUMMARIES = {
    OutcomeKind.REFUND: "Accept the chargeback{of}: the bank keeps {kept}.",
    OutcomeKind.CONTEST: "Contest the chargeback{of}: the bank has the evidence, and the case waits for its ruling.",
    OutcomeKind.WON: "The bank ruled for the shop on the chargeback{of}: it keeps nothing.",
    OutcomeKind.LOST: "The bank ruled against the shop on the chargeback{of}: it keeps {kept}.",
}
_TOLD = {
    OutcomeKind.REFUND: "We accept the chargeback of your bank{of}.",
    OutcomeKind.CONTEST: "We have answered your bank about its chargeback{of}: now the bank decides.",
    OutcomeKind.WON: "Your bank has ruled on its chargeback{of}: the payment stands.",
    OutcomeKind.LOST: "Your bank has ruled on its chargeback{of}: it gives you back {kept}.",
}


_NOT_RULED = (
    "Take the ruling back: the bank has not ruled on the chargeback{of} yet, and holds the money until then."
)
_NOT_RULED_TOLD = (
    "Your bank has not ruled on its chargeback{of} yet: what you read here about that was our mistake."
)
_PUT_RIGHT = "Put the ruling right. "
_PUT_RIGHT_TOLD = "We had told you your bank's ruling wrongly. "


def is_of_bank(effect: DisputeOutcomeEffect) -> bool:
    """Whether it is about a chargeback, of which the bank decides."""
    return effect.ruling is not None or effect.outcome is OutcomeKind.CONTEST


def _kept(plan: Plan, effect: DisputeOutcomeEffect) -> str:
    return format_money(effect.ruling.kept_minor if effect.ruling else 0, plan.currency)


def summary_of(plan: Plan, effect: DisputeOutcomeEffect, order: Order | None) -> str:
    """What would happen, in a sentence for the desk."""
    what, of = items_of(plan), f" of order {order.number}" if order else ""
    if is_of_bank(effect):
        told = _SUMMARIES[effect.outcome]
        if effect.corrects:
            told = _PUT_RIGHT + told if effect.ruling else _NOT_RULED
        return told.format(of=of, kept=_kept(plan, effect))
    money = given_to(plan.movements, plan.currency)
    match effect.outcome:
        case OutcomeKind.REFUND:
            return f"Refund {what or 'the payment taken twice'}{of}: {money}."
        case OutcomeKind.PARTIAL_REFUND:
            return f"Give a part back{of}, and the items stay: {money}."
        case OutcomeKind.REPLACEMENT:
            back = ", and the first comes back free of charge" if effect.goods is Goods.COME_BACK else ""
            less = f", and give back what it costs less: {money}" if plan.movements else ""
            return f"Send a replacement for {what}{of}{_in_versions(plan)}{back}{less}."
        case OutcomeKind.STORE_CREDIT if effect.instead_of is not None:
            return f"Give {money}, in place of the refund{of} that was refused."
        case OutcomeKind.STORE_CREDIT:
            return f"Give {format_money(plan.net_minor, plan.currency)} of store credit as goodwill."
        case OutcomeKind.RETURN_LABEL:
            return f"Take back {what}{of} free of charge, and then give back {money}."
        case _:
            return f"Refuse the claim{of}."


def next_steps_of(plan: Plan, effect: DisputeOutcomeEffect, policy: Policy) -> tuple[str, ...]:
    """What comes after it, for the shopper."""
    issue = counted(policy.refunds.issue_within_days, "business day")
    if effect.outcome is OutcomeKind.RETURN_LABEL:
        send = counted(policy.returns.send_within_days, "day")
        check = counted(policy.returns.inspection_days, "business day")
        return (
            f"The return is free. Send it within {send}, with the return number on the parcel.",
            f"We check it within {check} of its arrival, and issue the refund within {issue} after that.",
        )
    if effect.outcome is OutcomeKind.REPLACEMENT:
        leaves = counted(policy.damage.replacement_within_days, "business day")
        steps = [f"The replacement leaves within {leaves}."]
        if effect.goods is Goods.COME_BACK:
            send = counted(policy.returns.send_within_days, "day")
            steps.append(
                f"Please send the first one back within {send}, free of charge, with the return number on it."
            )
        return tuple(steps)
    if effect.outcome is OutcomeKind.STORE_CREDIT:
        return ("You can use it with your next order.",)
    if not plan.movements:
        return ()
    keeps = ("You don't have to send anything back.",) if effect.goods is Goods.KEPT else ()
    return (*keeps, f"We issue the refund within {issue}.")


def done_of(plan: Plan, effect: DisputeOutcomeEffect, rma: str | None) -> tuple[str, ...]:
    """What was decided, in sentences for the shopper."""
    if is_of_bank(effect):
        of = f" for order {plan.order_number}" if plan.order_number else ""
        told = _TOLD[effect.outcome]
        if effect.corrects:
            told = _PUT_RIGHT_TOLD + told if effect.ruling else _NOT_RULED_TOLD
        return (told.format(of=of, kept=_kept(plan, effect)),)
    order = f" of order {plan.order_number}" if plan.order_number else ""
    what, money = items_of(plan), given_to(plan.movements, plan.currency)
    match effect.outcome:
        case OutcomeKind.REFUND:
            return (f"We refund {what or 'the payment taken twice'}{order}: {money}.",)
        case OutcomeKind.PARTIAL_REFUND:
            return (f"We give you a part of what you paid{order} back, and you keep the items: {money}.",)
        case OutcomeKind.REPLACEMENT:
            number = f" The return number of the first is {rma}." if effect.goods is Goods.COME_BACK else ""
            sent = f"We send you a replacement for {what}{order}{_in_versions(plan)}.{number}"
            return (sent, f"What it costs less goes back: {money}.") if plan.movements else (sent,)
        case OutcomeKind.STORE_CREDIT if effect.instead_of is not None:
            return (f"We give you {money}, in place of the refund{order} that could not be sent.",)
        case OutcomeKind.STORE_CREDIT:
            return (f"We give you {money}, for the trouble.",)
        case OutcomeKind.RETURN_LABEL:
            return (f"You can send back {what}{order}. The return number is {rma}; then {money} goes back.",)
        case _:
            about = f" about order {plan.order_number}" if plan.order_number else ""
            return (f"We have looked into your claim{about}, and can't give anything back for it.",)


def _in_versions(plan: Plan) -> str:
    """Which versions are sent, where they are not the same again."""
    others = [line.becomes for line in plan.lines if line.becomes and line.becomes != SAME_AGAIN]
    return f", as {listed(others)}" if others else ""


def items_of(plan: Plan) -> str:
    return listed([f"{line.quantity} x {line.name}" for line in plan.lines])
