"""How an agent settles a dispute: money back, a new item, goodwill, a free way back, or no.

What binds shoppers (a window, a final sale) an agent may pass over, and then the trail names it. That no more goes
back than was paid holds for everybody. Of a bank's chargeback the bank decides, and the shop notes what it does.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

from tools.cards import Refusal
from tools.commerce.changes.dispute_applying import apply
from tools.commerce.changes.dispute_bank import (
    BANK_DECIDES,
    NOT_OF_BANK,
    OF_BANK,
    goods_of,
    ruling_of,
)
from tools.commerce.changes.dispute_money import (
    Back,
    cheaper_by,
    goodwill,
    instead_of_refused,
    paid_back,
    part_back,
    refund_of,
)
from tools.commerce.changes.dispute_terms import (
    Case,
    approval_of,
    effect_line,
    overridden,
    replacements_of,
    shown_line,
)
from tools.commerce.changes.dispute_wording import next_steps_of, summary_of
from tools.commerce.changes.effects import DisputeOutcomeEffect, Goods, RulingEffect
from tools.commerce.changes.given_before import equal_refund
from tools.commerce.changes.lines import Chosen, choose, paid_for
from tools.commerce.changes.permission import NOT_FOR_ROLE
from tools.commerce.changes.plan import Change, Outcome, Plan, Planning
from tools.commerce.changes.replacements import Replacement
from tools.commerce.changes.requests import Correction, DisputeOutcomeRequest
from tools.commerce.changes.ruling_correction import correction_of
from tools.commerce.changes.windows import LOADED
from tools.commerce.orders import visible_orders
from tools.commerce.schema import (
    Dispute,
    DisputeState,
    Order,
    OutcomeKind,
    ProposalKind,
)

log = logging.getLogger(__name__)


def plan(planning: Planning, request: DisputeOutcomeRequest) -> Outcome:
    if not planning.principal.sees_every_order:
        log.warning("denied: role=%s would settle a dispute", planning.principal.role)
        return NOT_FOR_ROLE
    dispute = planning.session.get(Dispute, request.dispute_id)
    if dispute is None:
        return Refusal(code="unknown_dispute", message="There is no such dispute.")
    case = Case(planning, dispute, _order(planning, dispute), request)
    if request.correction is not None:
        return _corrected(case, request.correction)
    if dispute.state is not DisputeState.OPEN:
        return Refusal(code="decided_before", message=f"This dispute was {dispute.state} before.")
    if dispute.network is not None:
        return _of_bank(case) if request.outcome in OF_BANK else BANK_DECIDES
    if request.outcome in OF_BANK - {OutcomeKind.REFUND}:
        return NOT_OF_BANK
    return _of_shop(case)


def _of_shop(case: Case) -> Outcome:
    if case.request.outcome is OutcomeKind.REFUSAL:
        return _refusal(case)
    if case.request.outcome is OutcomeKind.STORE_CREDIT:
        return _store_credit(case)
    if case.request.outcome not in _OF_AN_ORDER:
        return Refusal(code="not_an_outcome", message="That does not settle a dispute.")
    if case.order is None:
        return Refusal(code="order_needed", message="Say first which order it is about.")
    return _OF_AN_ORDER[case.request.outcome](case, case.order)


CHANGE: Change[DisputeOutcomeRequest, DisputeOutcomeEffect] = Change(plan=plan, apply=apply)


def _order(planning: Planning, dispute: Dispute) -> Order | None:
    if dispute.order_id is None:
        return None
    query = visible_orders(planning.principal).where(Order.id == dispute.order_id).options(*LOADED)
    return planning.session.scalars(query).one_or_none()


def _of_bank(case: Case) -> Outcome:
    ruling = ruling_of(case)
    if isinstance(ruling, Refusal):
        return ruling
    goods, chosen = goods_of(case, ruling)
    return _planned(case, goods, chosen, ruling=ruling)


def _corrected(case: Case, correction: Correction) -> Outcome:
    found = correction_of(case, correction)
    if isinstance(found, Refusal):
        return found
    return _planned(case, found.goods, found.chosen, ruling=found.ruling, takes_back=found.takes_back)


def _refund(case: Case, order: Order) -> Outcome:
    chosen = _chosen(case, order)
    if isinstance(chosen, Refusal):
        return chosen
    money = refund_of(case, order, chosen)
    if isinstance(money, Refusal):
        return money
    lines = () if case.goods is Goods.UNTOUCHED else chosen
    return _planned(case, case.goods, lines, money, ("refunds.methods",))


def _store_credit(case: Case) -> Outcome:
    entry_id = case.request.instead_of
    credit = goodwill(case) if entry_id is None else instead_of_refused(case, entry_id)
    rules = ("store_credit.expires_after_months",)
    return credit if isinstance(credit, Refusal) else _planned(case, money=credit, rules=rules)


def _partial_refund(case: Case, order: Order) -> Outcome:
    money = part_back(case, order)
    return money if isinstance(money, Refusal) else _planned(case, money=money, rules=("refunds.methods",))


def _return_label(case: Case, order: Order) -> Outcome:
    chosen = _chosen(case, order)
    if isinstance(chosen, Refusal):
        return chosen
    money = paid_back(case, order, chosen, later=True)
    if isinstance(money, Refusal):
        return money
    return _planned(case, Goods.COME_BACK, chosen, money, ("returns.free_label_reasons", "refunds.methods"))


def _replacement(case: Case, order: Order) -> Outcome:
    chosen = _chosen(case, order)
    if isinstance(chosen, Refusal):
        return chosen
    swaps = replacements_of(case, order, chosen)
    if isinstance(swaps, Refusal):
        return swaps
    money = cheaper_by(case, order, swaps)
    if isinstance(money, Refusal):
        return money
    goods = Goods.COME_BACK if case.request.goods_come_back else Goods.KEPT
    rules: tuple[str, ...] = ("damage.replacement_within_days",)
    if any(one.difference for one in swaps):
        rules += ("exchanges.price_difference",)
    return _planned(case, goods, chosen, money, rules, {one.chosen.line.id: one for one in swaps})


def _refusal(case: Case) -> Outcome:
    reasons, rules = case.request.reasons, case.request.rules
    if not reasons:
        return Refusal(code="reasons_needed", message="Say why: the shopper is told the reasons.")
    return _planned(case, rules=tuple(dict.fromkeys(rules))).model_copy(update={"next_steps": reasons})


_OF_AN_ORDER: Mapping[OutcomeKind, Callable[[Case, Order], Outcome]] = {
    OutcomeKind.REFUND: _refund,
    OutcomeKind.PARTIAL_REFUND: _partial_refund,
    OutcomeKind.REPLACEMENT: _replacement,
    OutcomeKind.RETURN_LABEL: _return_label,
}


def _chosen(case: Case, order: Order) -> tuple[Chosen, ...] | Refusal:
    """The items that are named, else those of the claim, else all that are left."""
    found = choose(order, case.request.items or case.claimed() or None)
    return found if isinstance(found, tuple) else Refusal(code="lines_needed", message=found.message)


def _planned(
    case: Case,
    goods: Goods = Goods.UNTOUCHED,
    chosen: Sequence[Chosen] = (),
    money: Back | None = None,
    rules: tuple[str, ...] = (),
    swaps: Mapping[int, Replacement] | None = None,
    ruling: RulingEffect | None = None,
    takes_back: str | None = None,
) -> Plan:
    order, money, swaps = case.order, money or Back(), swaps or {}
    effect = DisputeOutcomeEffect(
        dispute_id=case.dispute.id,
        outcome=case.request.outcome,
        goods=goods,
        lines=tuple(effect_line(one, swaps.get(one.line.id)) for one in chosen),
        reason=case.reason,
        overrides=overridden(case, order, chosen) if order and chosen and not ruling else (),
        instead_of=case.request.instead_of if case.request.outcome is OutcomeKind.STORE_CREDIT else None,
        ruling=ruling,
        corrects=case.request.correction.of if case.request.correction else None,
        takes_back=takes_back,
    )
    made = Plan(
        kind=ProposalKind.DISPUTE_OUTCOME,
        order_id=order.id if order else None,
        order_number=order.number if order else None,
        customer_id=case.customer_id,
        currency=case.currency,
        summary="",
        lines=tuple(shown_line(order, one, swaps.get(one.line.id)) for one in chosen) if order else (),
        parts=money.parts,
        movements=money.movements,
        notice=equal_refund(case.session, order, money.minor) if order and money.minor else None,
        effect=effect,
    )
    kept = swaps and goods is not Goods.COME_BACK
    worth = sum(paid_for(order, one.line, one.quantity) for one in chosen) if order and kept else 0
    dearer = sum(max(0, one.difference) for one in swaps.values())
    approval = approval_of(case, made, worth, dearer)
    return made.model_copy(
        update={
            "summary": summary_of(made, effect, order),
            "next_steps": next_steps_of(made, effect, case.planning.policy),
            "rules": (*rules, *([approval.rule] if approval else ())),
            "approval": approval.why if approval else None,
        }
    )
