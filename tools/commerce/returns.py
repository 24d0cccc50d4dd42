"""What came back of an order, and what money went back."""

from datetime import date

from sqlalchemy.orm import selectinload

from tools.cards import Money, RefundFacts, Refusal, ReturnFacts, ReturnsCard
from tools.commerce.database import ReadSession
from tools.commerce.days import LocalTime, working_days_after
from tools.commerce.orders import find_order, item, spoken_kind
from tools.commerce.policy import Refunds
from tools.commerce.schema import Order, OrderLine, Refund, RefundStatus, Return
from tools.principal import Principal


def return_and_refund_status(
    session: ReadSession, principal: Principal, number: str, when: LocalTime, rules: Refunds
) -> ReturnsCard | Refusal:
    order = find_order(
        session,
        principal,
        number,
        selectinload(Order.lines),
        selectinload(Order.returns).selectinload(Return.lines),
        selectinload(Order.refunds),
    )
    if isinstance(order, Refusal):
        return order
    lines = {line.id: line for line in order.lines}
    return ReturnsCard(
        number=order.number,
        returns=tuple(_return(given_back, lines, when) for given_back in order.returns),
        refunds=tuple(_refund(refund, when, rules) for refund in order.refunds),
    )


def _return(given_back: Return, lines: dict[int, OrderLine], when: LocalTime) -> ReturnFacts:
    return ReturnFacts(
        rma=given_back.rma,
        return_kind=given_back.kind,
        status=given_back.status,
        items=tuple(item(lines[part.order_line_id], part.quantity) for part in given_back.lines),
        requested_on=when.day(given_back.requested_at),
        received_on=when.day(given_back.received_at),
        closed_on=when.day(given_back.closed_at),
    )


def _refund(refund: Refund, when: LocalTime, rules: Refunds) -> RefundFacts:
    expected = _expected_by(refund, when, rules)
    return RefundFacts(
        amount=Money.of(refund.amount_minor, refund.currency),
        to=refund.label or spoken_kind(refund.kind),
        status=refund.status,
        reason=refund.reason,
        created_on=when.day(refund.created_at),
        completed_on=when.day(refund.completed_at),
        expected_by=expected if expected and expected >= when.today else None,
    )


def _expected_by(refund: Refund, when: LocalTime, rules: Refunds) -> date | None:
    """The last working day on which it should show; None where the policy or the dates say nothing."""
    appears = rules.days_to_appear.get(refund.kind)
    if appears is None or refund.status is RefundStatus.FAILED:
        return None
    issued = when.day(refund.completed_at)
    if issued is not None:
        return working_days_after(issued, appears.max)
    created = when.day(refund.created_at)
    if created is None:
        return None
    to_issue = rules.issue_within_days if refund.status is RefundStatus.PENDING else 0
    return working_days_after(created, to_issue + appears.max)
