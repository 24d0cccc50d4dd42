import pytest

from tests.tools.builders import days
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tools.commerce.changes.limits import approval_needed
from tools.commerce.changes.plan import Planning
from tools.commerce.database import Database
from tools.commerce.schema import Order, PaymentMethodKind, Refund, RefundStatus
from tools.principal import Principal


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def why(shop: PaidShop, order_id: int, unreturned: int, credit: int = 0) -> str | None:
    with shop.database.reading() as session:
        planning = Planning(session, Principal(customer_id=shop.ada), shop.book.when, shop.policy, "USD")
        approval = approval_needed(planning, session.get_one(Order, order_id), unreturned, credit)
        return approval.why if approval else None


def refund(shop: PaidShop, order_id: int, amount: int, *, ago: float = 1, ref: str = "r1") -> None:
    """One that a person made."""
    shop.add(
        Refund(
            ref=ref,
            order_id=order_id,
            kind=PaymentMethodKind.CARD,
            status=RefundStatus.ISSUED,
            amount_minor=amount,
            currency="USD",
            created_at=shop.now - days(ago),
        )
    )


def test_up_to_each_limit_nobody_is_asked_and_above_it_a_person_is(shop: PaidShop) -> None:
    order_id = shop.delivered()
    assert why(shop, order_id, 15000, 5000) is None
    assert "more than $150.00" in (why(shop, order_id, 15001) or "")
    assert "Credit of more than $50.00" in (why(shop, order_id, 6000, 5001) or "")
    shop.policy = policy_with({"limits.refund_max": 20000})
    assert why(shop, order_id, 15001) is None


def test_nothing_that_leaves_needs_no_approval(shop: PaidShop) -> None:
    assert why(shop, shop.delivered(), 0) is None


def test_small_parts_of_one_order_add_up(shop: PaidShop) -> None:
    order_id, other = shop.delivered(), shop.delivered("A-2")
    refund(shop, order_id, 20000)
    assert why(shop, order_id, 10000) is None
    assert "$300.00 for one order" in (why(shop, order_id, 10001) or "")
    assert why(shop, other, 10001) is None
    shop.policy = policy_with({"limits.order_refund_max": 40000})
    assert why(shop, order_id, 10001) is None


def test_small_parts_over_several_orders_add_up_in_the_period(shop: PaidShop) -> None:
    first, second = shop.delivered(), shop.delivered("A-2")
    refund(shop, first, 30000, ago=89)
    assert why(shop, second, 10000) is None
    assert "$400.00 in 90 days" in (why(shop, second, 10001) or "")
    shop.policy = policy_with({"limits.refunds_period_days": 88})
    assert why(shop, second, 10001) is None


def test_how_often_is_counted_too(shop: PaidShop) -> None:
    order_id = shop.delivered()
    for number in range(2):
        refund(shop, order_id, 100, ref=f"r{number}")
    assert why(shop, order_id, 100) is None
    refund(shop, order_id, 100, ref="r3")
    assert why(shop, order_id, 100) == "After 3 refunds in 90 days, a person approves the next one."
    shop.policy = policy_with({"limits.refunds_per_customer": 4})
    assert why(shop, order_id, 100) is None


def test_what_a_proposal_gave_is_counted_once(shop: PaidShop) -> None:
    order_id = shop.delivered()
    shop.done(wish((1, 1)))
    shop.policy = policy_with({"limits.order_refund_max": 1000})
    assert why(shop, order_id, 195) is None
    assert why(shop, order_id, 196) is not None


def test_a_guest_is_known_by_the_e_mail_on_the_orders(shop: PaidShop) -> None:
    first = shop.delivered("A-1", customer_id=None, email="guest@example.com")
    second = shop.delivered("A-2", customer_id=None, email="guest@example.com")
    other = shop.delivered("A-3", customer_id=None, email="other@example.com")
    refund(shop, first, 30000)
    assert why(shop, second, 10001) is not None
    assert why(shop, other, 10001) is None


def test_another_currency_is_left_to_a_person(shop: PaidShop) -> None:
    order_id = shop.delivered()
    with shop.database.writing() as session:
        session.get_one(Order, order_id).currency = "CAD"
    assert "another currency" in (why(shop, order_id, 1) or "")
