"""What came back of an order, and when its money arrives. Today is Tuesday, March 10."""

from datetime import date

import pytest

from tests.tools.builders import NOW, POLICY, Shop, ask, days, line
from tools.cards import ReturnsCard
from tools.commerce.days import working_days_after
from tools.commerce.schema import (
    PaymentMethodKind,
    Refund,
    RefundStatus,
    Return,
    ReturnKind,
    ReturnLine,
    ReturnStatus,
)
from tools.returns import get_return_and_refund_status

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 10)


async def status_of(shop: Shop, *refunds: Refund) -> ReturnsCard:
    ada = shop.customer("ada@example.com")
    order_id = shop.order("A-1001", customer_id=ada)
    for number, refund in enumerate(refunds):
        refund.order_id, refund.ref, refund.currency = order_id, f"r{number}", "USD"
    shop.add(*refunds)
    found = await ask(
        get_return_and_refund_status, shop.context(shop.conversation(customer_id=ada)), order_number="A-1001"
    )
    assert isinstance(found, ReturnsCard)
    return found


async def test_a_return_has_its_items_and_its_stages(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    mugs = line("Mug", quantity=3, options="Color: Blue")
    order_id = shop.order("A-1001", customer_id=ada, items=[mugs])
    given_back = Return(
        rma="RMA-1",
        order_id=order_id,
        kind=ReturnKind.EXCHANGE,
        status=ReturnStatus.RECEIVED,
        requested_at=NOW - days(6),
        received_at=NOW - days(1),
    )
    given_back.lines = [ReturnLine(order_line_id=mugs.id, quantity=2)]
    shop.add(given_back)

    found = await ask(
        get_return_and_refund_status, shop.context(shop.conversation(customer_id=ada)), order_number="A-1001"
    )

    (told,) = found.returns
    assert (told.rma, told.return_kind, told.status) == ("RMA-1", ReturnKind.EXCHANGE, ReturnStatus.RECEIVED)
    assert told.items == ("2 x Mug (Color: Blue)",)
    assert (told.requested_on, told.received_on, told.closed_on) == (date(2026, 3, 4), date(2026, 3, 9), None)


async def test_a_refund_says_where_the_money_goes_and_when_the_policy_lets_it_show(shop: Shop) -> None:
    issued = Refund(
        kind=PaymentMethodKind.CARD,
        label="Visa ending in 4242",
        status=RefundStatus.ISSUED,
        amount_minor=1500,
        created_at=NOW - days(2),
        completed_at=NOW - days(1),
    )
    pending = Refund(
        kind=PaymentMethodKind.PAYPAL, status=RefundStatus.PENDING, amount_minor=700, created_at=NOW
    )

    first, second = (await status_of(shop, issued, pending)).refunds

    rules = POLICY.refunds
    card, paypal = (rules.days_to_appear[kind].max for kind in (issued.kind, pending.kind))
    assert (first.to, first.amount.text) == ("Visa ending in 4242", "$15.00")
    assert first.expected_by == working_days_after(date(2026, 3, 9), card)
    assert second.to == "Paypal"
    assert second.expected_by == working_days_after(TODAY, rules.issue_within_days + paypal)


async def test_a_refund_that_should_have_shown_or_failed_promises_no_day(shop: Shop) -> None:
    long_ago = Refund(
        kind=PaymentMethodKind.CARD,
        status=RefundStatus.ISSUED,
        amount_minor=1500,
        completed_at=NOW - days(60),
    )
    failed = Refund(kind=PaymentMethodKind.CARD, status=RefundStatus.FAILED, amount_minor=1, created_at=NOW)
    unruled = Refund(
        kind=PaymentMethodKind.OTHER, status=RefundStatus.ISSUED, amount_minor=1, completed_at=NOW
    )

    found = await status_of(shop, long_ago, failed, unruled)

    assert [refund.expected_by for refund in found.refunds] == [None, None, None]


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
        (date(2026, 3, 13), 1, date(2026, 3, 16)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 3, 10), 7, date(2026, 3, 19)),
    ],
)
def test_weekends_are_no_working_days(start: date, count: int, day: date) -> None:
    assert working_days_after(start, count) == day
