"""What may still come back of somebody's orders, and what that would give back. Nothing is proposed."""

from collections.abc import Collection, Sequence

from tools.cards import Refusal
from tools.change_cards import AmountPart
from tools.commerce.changes.lines import Chosen, paid_for, remaining
from tools.commerce.changes.plan import Planning
from tools.commerce.changes.return_pricing import return_sums
from tools.commerce.changes.return_terms import here, not_here_yet, refusal_for, window_of
from tools.commerce.changes.rulebook import Rulebook
from tools.commerce.changes.windows import LOADED
from tools.commerce.database import ReadSession
from tools.commerce.orders import IDENTITY_NEEDED, find_order, visible_orders
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import Order, OrderLine, OrderStatus, ProposalKind, ReturnReason
from tools.facts import Money
from tools.principal import IdentityLevel, Principal
from tools.returnable_card import ReturnableCard, ReturnableLine

NEWEST_LOOKED_AT = 10
REASON = ReturnReason.OTHER
"""No special reason: such as somebody who only asks has none yet."""


def returnable(
    session: ReadSession, principal: Principal, number: str | None, lines: Collection[int], book: Rulebook
) -> ReturnableCard | Refusal:
    """Of one order, or of the newest that were delivered; `lines` are those of one order, none for all of them."""
    planning = Planning(session, principal, book.when, book.policy, book.currency)
    if number is None:
        if principal.level is IdentityLevel.ANONYMOUS:
            return IDENTITY_NEEDED
        delivered = visible_orders(principal).where(Order.status == OrderStatus.DELIVERED)
        newest = delivered.order_by(Order.placed_at.desc().nulls_last(), Order.id.desc())
        orders = session.scalars(newest.limit(NEWEST_LOOKED_AT).options(*LOADED)).all()
        return _card(planning, orders, ())
    order = find_order(session, principal, number, *LOADED)
    if isinstance(order, Refusal):
        return order
    return _card(planning, [order], lines)


def _card(planning: Planning, orders: Sequence[Order], lines: Collection[int]) -> ReturnableCard:
    told: list[ReturnableLine] = []
    items: list[int] = []
    backs: list[int] = []
    fees: dict[str, int] = {}
    for order in orders:
        there = here(order)
        chosen = []
        for line in order.lines:
            if lines and line.line_no not in lines:
                continue
            one = _line(planning, order, line, there.get(line.line_no, 0))
            told.append(one)
            if one.refusal is None:
                chosen.append(Chosen(line, one.quantity))
        if chosen:
            sums = return_sums(planning, order, chosen, REASON, RefundMethod.ORIGINAL)
            items.append(sums.items)
            backs.append(sums.back)
            for fee in sums.fees:
                fees[fee.name] = fees.get(fee.name, 0) + fee.minor
    currencies = {order.currency for order in orders}
    if not items or len(currencies) != 1:
        return ReturnableCard(lines=tuple(told))
    (currency,) = currencies
    if fees and currency != planning.currency:
        return ReturnableCard(lines=tuple(told), items=Money.of(sum(items), currency))
    parts = (("Items", sum(items)), *((name, -minor) for name, minor in fees.items()))
    return ReturnableCard(
        lines=tuple(told),
        items=Money.of(sum(items), currency),
        parts=tuple(AmountPart(label=label, amount=Money.of(minor, currency)) for label, minor in parts),
        back=Money.of(sum(backs), currency),
    )


def _line(planning: Planning, order: Order, line: OrderLine, there: int) -> ReturnableLine:
    refused = _refusal(planning, order, line, there)
    window = None if refused or not there else window_of(planning, order, line, REASON, ProposalKind.RETURN)
    return ReturnableLine(
        order=order.number,
        line=line.line_no,
        name=line.name,
        options=line.options,
        quantity=there,
        until=window.until if window else None,
        always=window is not None and window.until is None,
        paid=Money.of(paid_for(order, line, there or remaining(order)[line.line_no]), order.currency),
        refusal=refused,
    )


def _refusal(planning: Planning, order: Order, line: OrderLine, there: int) -> str | None:
    if there:
        refused = refusal_for(planning, order, [Chosen(line, there)], REASON, ProposalKind.RETURN)
    elif remaining(order)[line.line_no]:
        refused = not_here_yet(order, planning.policy)
    else:
        return f"Nothing is left of {line.name} to send back."
    return f"{refused.message} {refused.instead or ''}".strip() if refused else None
