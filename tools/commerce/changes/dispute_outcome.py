"""How an agent settles a dispute: money back, a new item, goodwill, a free way back, or no.

What binds shoppers (a window, a final sale) an agent may pass over, and then the trail names it. That no more goes
back than was paid holds for everybody. Of a bank's chargeback the bank decides, and the shop notes what it does.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

from tools.cards import Refusal
from tools.change_cards import ProposalLine
from tools.commerce.changes import stock_moves
from tools.commerce.changes.dispute_bank import (
    BANK_DECIDES,
    NOT_OF_BANK,
    OF_BANK,
    goods_of,
    row_of,
    ruling_of,
)
from tools.commerce.changes.dispute_money import (
    Back,
    goodwill,
    instead_of_refused,
    paid_back,
    part_back,
    refund_of,
)
from tools.commerce.changes.dispute_terms import Case, approval_of, overridden, replacements_of
from tools.commerce.changes.dispute_wording import done_of, next_steps_of, summary_of
from tools.commerce.changes.effects import DisputeOutcomeEffect, ExchangeLine, Goods, RulingEffect
from tools.commerce.changes.given_before import equal_refund
from tools.commerce.changes.ledger import call_off
from tools.commerce.changes.lines import Chosen, choose, paid_for
from tools.commerce.changes.permission import NOT_FOR_ROLE
from tools.commerce.changes.plan import Applied, Applying, CannotApply, Change, Outcome, Plan, Planning
from tools.commerce.changes.refused_refunds import find_refused
from tools.commerce.changes.replacements import Replacement, becomes
from tools.commerce.changes.requests import DisputeOutcomeRequest
from tools.commerce.changes.rma import open_return
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import WriteSession
from tools.commerce.disputes import lifecycle
from tools.commerce.disputes.lifecycle import DisputeError
from tools.commerce.orders import visible_orders
from tools.commerce.schema import (
    Dispute,
    DisputeState,
    Order,
    OrderLine,
    OutcomeKind,
    ProposalKind,
    Return,
    ReturnKind,
    ReturnStatus,
)
from tools.facts import Money

log = logging.getLogger(__name__)


def plan(planning: Planning, request: DisputeOutcomeRequest) -> Outcome:
    if not planning.principal.sees_every_order:
        log.warning("denied: role=%s would settle a dispute", planning.principal.role)
        return NOT_FOR_ROLE
    dispute = planning.session.get(Dispute, request.dispute_id)
    if dispute is None:
        return Refusal(code="unknown_dispute", message="There is no such dispute.")
    if dispute.state is not DisputeState.OPEN:
        return Refusal(code="decided_before", message=f"This dispute was {dispute.state} before.")
    case = Case(planning, dispute, _order(planning, dispute), request)
    if dispute.network is not None:
        return _of_bank(case) if request.outcome in OF_BANK else BANK_DECIDES
    if request.outcome in OF_BANK - {OutcomeKind.REFUND}:
        return NOT_OF_BANK
    if request.outcome is OutcomeKind.REFUSAL:
        return _refusal(case)
    if request.outcome is OutcomeKind.STORE_CREDIT:
        entry_id = request.instead_of
        credit = goodwill(case) if entry_id is None else instead_of_refused(case, entry_id)
        rules = ("store_credit.expires_after_months",)
        return credit if isinstance(credit, Refusal) else _planned(case, money=credit, rules=rules)
    if request.outcome not in _OF_AN_ORDER:
        return Refusal(code="not_an_outcome", message="That does not settle a dispute.")
    if case.order is None:
        return Refusal(code="order_needed", message="Say first which order it is about.")
    return _OF_AN_ORDER[request.outcome](case, case.order)


def apply(applying: Applying, effect: DisputeOutcomeEffect) -> Applied:
    session = applying.session
    try:
        dispute = lifecycle.locked_open(session, effect.dispute_id)
    except DisputeError as error:
        raise CannotApply(error.code, error.message) from error
    opened = _record_goods(applying, effect)
    if effect.instead_of is not None:
        _call_off(session, effect.instead_of)
    if effect.outcome is OutcomeKind.REPLACEMENT:
        for line in sorted(effect.lines, key=lambda line: line.to_variant_id):
            stock_moves.reserve(session, line.to_variant_id, line.quantity)
    now, proposal_id = applying.when.now, applying.proposal.id
    if effect.outcome is OutcomeKind.CONTEST:
        lifecycle.contest(session, dispute, proposal_id, applying.actor, now)
    else:
        lifecycle.decide(session, dispute, effect.outcome, proposal_id, applying.actor, now)
    facts = [("dispute", dispute.id), ("outcome", effect.outcome.value)]
    if ruling := effect.ruling:
        session.add(row_of(dispute.id, ruling))
        facts += [("ruling", ruling.ruling.value), ("kept", f"{ruling.kept_minor} {dispute.currency}")]
    if effect.overrides:
        facts.append(("overrides", ", ".join(effect.overrides)))
    if opened is not None:
        facts.append(("rma", opened.rma))
    if effect.instead_of is not None:
        facts.append(("instead_of", f"ledger entry {effect.instead_of}"))
    return Applied(
        done=done_of(applying.plan, effect, opened.rma if opened else None),
        facts=tuple(facts),
        return_id=opened.id if opened else None,
    )


def _call_off(session: WriteSession, entry_id: int) -> None:
    """What it marked is free again, for what is given in its place. Raises CannotApply."""
    entry = find_refused(session, entry_id)
    if isinstance(entry, Refusal):
        raise CannotApply(entry.code, entry.message)
    call_off(session, entry)


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


def _refund(case: Case, order: Order) -> Outcome:
    chosen = _chosen(case, order)
    if isinstance(chosen, Refusal):
        return chosen
    money = refund_of(case, order, chosen)
    if isinstance(money, Refusal):
        return money
    lines = () if case.goods is Goods.UNTOUCHED else chosen
    return _planned(case, case.goods, lines, money, ("refunds.methods",))


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
    goods = Goods.COME_BACK if case.request.goods_come_back else Goods.KEPT
    rules = ("damage.replacement_within_days",)
    return _planned(case, goods, chosen, rules=rules, swaps={one.chosen.line.id: one for one in swaps})


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
) -> Plan:
    order, money, swaps = case.order, money or Back(), swaps or {}
    effect = DisputeOutcomeEffect(
        dispute_id=case.dispute.id,
        outcome=case.request.outcome,
        goods=goods,
        lines=tuple(_line(one, swaps.get(one.line.id)) for one in chosen),
        reason=case.reason,
        overrides=overridden(case, order, chosen) if order and chosen and not ruling else (),
        instead_of=case.request.instead_of if case.request.outcome is OutcomeKind.STORE_CREDIT else None,
        ruling=ruling,
    )
    made = Plan(
        kind=ProposalKind.DISPUTE_OUTCOME,
        order_id=order.id if order else None,
        order_number=order.number if order else None,
        customer_id=case.customer_id,
        currency=case.currency,
        summary="",
        lines=tuple(_shown(order, one, swaps.get(one.line.id)) for one in chosen) if order else (),
        parts=money.parts,
        movements=money.movements,
        notice=equal_refund(case.session, order, money.minor) if order and money.minor else None,
        effect=effect,
    )
    kept = swaps and goods is not Goods.COME_BACK
    worth = sum(paid_for(order, one.line, one.quantity) for one in chosen) if order and kept else 0
    approval = approval_of(case, made, worth)
    return made.model_copy(
        update={
            "summary": summary_of(made, effect, order),
            "next_steps": next_steps_of(made, effect, case.planning.policy),
            "rules": (*rules, *([approval.rule] if approval else ())),
            "approval": approval.why if approval else None,
        }
    )


def _line(one: Chosen, swap: Replacement | None) -> ExchangeLine:
    own = one.line.variant_id
    return ExchangeLine(
        order_line_id=one.line.id,
        variant_id=own,
        quantity=one.quantity,
        to_variant_id=swap.variant.id if swap else own or 0,
    )


def _shown(order: Order, one: Chosen, swap: Replacement | None) -> ProposalLine:
    return ProposalLine(
        line=one.line.line_no,
        name=one.line.name,
        options=one.line.options,
        quantity=one.quantity,
        amount=None if swap else Money.of(paid_for(order, one.line, one.quantity), order.currency),
        becomes=becomes(swap) if swap else None,
    )


def _record_goods(applying: Applying, effect: DisputeOutcomeEffect) -> Return | None:
    """What nobody has any more, or gets back, cannot be given back a second time."""
    is_replaced = effect.outcome is OutcomeKind.REPLACEMENT
    if effect.goods is Goods.NEVER_CAME and not is_replaced:
        for part in sorted(effect.lines, key=lambda part: part.order_line_id):
            line = applying.session.get_one(
                OrderLine, part.order_line_id, with_for_update=True, populate_existing=True
            )
            if line.cancelled_quantity + part.quantity > line.quantity:
                raise CannotApply("nothing_left", "What it is about is settled already.")
            line.cancelled_quantity += part.quantity
    if not effect.lines or effect.goods not in {Goods.KEPT, Goods.COME_BACK}:
        return None
    kind = ReturnKind.EXCHANGE if is_replaced else ReturnKind.REFUND
    opened = open_return(applying, kind, effect.lines, effect.reason)
    if effect.goods is Goods.KEPT:
        opened.status, opened.closed_at = ReturnStatus.COMPLETED, applying.when.now
    return opened
