import pytest

from tests.tools.builders import line
from tests.tools.commerce.changes.change_builders import (
    entries,
    order_seen,
    payments,
    refunds_seen,
    returns_seen,
    sums,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tests.tools.commerce.changes.test_receiving import received
from tools.change_cards import Need
from tools.commerce.changes.requests import ReturnRequest
from tools.commerce.database import Database
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    Order,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    ReturnReason,
)

# Returns for a reason that is the shop's own fault: no fee is taken off, and the money goes back at once.
FREE = {
    "returns.instant_refund_max": 100_000,
    "limits.refund_max": 100_000,
    "limits.order_refund_max": 100_000,
}
CREDIT, GIFT = RefundMethod.STORE_CREDIT, RefundMethod.GIFT_CARD
OFFERS_ALL = {**FREE, "refunds.methods": tuple(RefundMethod)}


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database, policy=policy_with(FREE))


def faulty(*lines: tuple[int, int | None], to: RefundMethod | None = RefundMethod.ORIGINAL) -> ReturnRequest:
    return wish(*lines, reason=ReturnReason.NOT_AS_DESCRIBED, to=to)


def balance(shop: PaidShop, method_id: int) -> int | None:
    found: int | None = shop.one(PaymentMethod, method_id).balance_minor
    return found


@pytest.mark.parametrize(
    ("price", "bonus_percent", "bonus"),
    [(1000, 5, 50), (1010, 5, 51), (1009, 5, 50), (1000, 0, 0), (10, 5, 1), (9, 5, 0)],
)
def test_store_credit_has_the_bonus_with_half_a_cent_as_a_whole_one(
    shop: PaidShop, price: int, bonus_percent: int, bonus: int
) -> None:
    shop.policy = policy_with({**FREE, "refunds.store_credit_bonus_percent": bonus_percent})
    shop.delivered(items=[line("Lamp", price=price), line("Vase", price=5000)], shipping=0)
    parts = {"Items": price, "Store credit bonus": bonus} if bonus else {"Items": price}
    assert sums(shop.proposed(faulty((1, 1), to=CREDIT))) == parts
    shop.done(faulty((1, 1), to=CREDIT))
    assert balance(shop, shop.credit) == price + bonus
    assert payments(shop) == [(price + 5000, price, "captured")]
    assert refunds_seen(shop) == [(price, "store credit", "issued")]


def test_store_credit_is_opened_for_who_has_none(shop: PaidShop) -> None:
    shop.delivered(email="bob@example.com")
    bob = shop.customer("bob@example.com")
    with shop.database.writing() as session:
        session.get_one(Order, shop.all(Order)[0].id).customer_id = bob
    card = shop.proposed(faulty((2, 1), to=CREDIT), shop.conversation(customer_id=bob))
    shop.decide(card.id)
    (opened,) = [one for one in shop.all(PaymentMethod) if one.customer_id == bob]
    assert (opened.kind, opened.balance_minor, opened.currency) == ("store_credit", 4200, "USD")


def test_only_what_a_card_paid_becomes_store_credit(shop: PaidShop) -> None:
    gift = shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=0, currency="USD")
    shop.delivered(paid_by=[(gift, 3000), (shop.card, 4500)])
    shop.done(faulty(to=CREDIT))
    assert [refunded for _, refunded, _ in payments(shop)] == [3000, 4500]
    assert (balance(shop, gift), balance(shop, shop.credit)) == (3000, 4725)


def test_a_gift_card_takes_a_refund_where_the_shop_offers_that(shop: PaidShop) -> None:
    shop.delivered()
    assert shop.refused(faulty((2, 1), to=GIFT)).code == "refund_method_not_offered"
    shop.policy = policy_with(OFFERS_ALL)
    assert shop.refused(faulty((2, 1), to=GIFT)).code == "refund_method_not_offered"
    gift = shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=100, currency="USD")
    where = shop.needed(faulty((2, 1), to=None))
    assert (where.what, [one.value for one in where.choices]) == (
        Need.REFUND_TO,
        ["original", "store_credit", "gift_card"],
    )
    shop.done(faulty((2, 1), to=GIFT))
    # The label is free, and there is no bonus on gift cards.
    assert balance(shop, gift) == 4100


def test_what_the_shop_holds_has_only_one_way_back(shop: PaidShop) -> None:
    shop.delivered(paid_by=[(shop.credit, 7500)])
    shop.done(faulty(to=None))
    assert balance(shop, shop.credit) == 7500


def test_a_hold_is_let_go_and_never_becomes_credit(shop: PaidShop) -> None:
    order_id = shop.delivered(paid_by=[(shop.card, 3500)])
    shop.pay(order_id, shop.other_card, 4000, sequence=2, status=PaymentStatus.AUTHORIZED)
    shop.done(faulty(to=CREDIT))
    assert payments(shop) == [(3500, 3500, "captured"), (4000, 4000, "voided")]
    assert balance(shop, shop.credit) == 3500 + 175
    assert entries(shop) == [
        ("refund", 3500, "settled"),
        ("release", 4000, "settled"),
        ("credit", 175, "settled"),
    ]


def test_what_returns_under_way_will_give_back_is_not_given_by_another(shop: PaidShop) -> None:
    shop.policy = policy_with({"returns.instant_refund_max": 0})
    shop.delivered(paid_by=[(shop.card, 4000), (shop.other_card, 3500)])
    first = shop.proposed(faulty((2, 1)))
    shop.decide(first.id)
    assert [one.to for one in first.payouts] == [CARD]
    second = shop.proposed(faulty((1, 2)))
    assert [(one.to, one.amount.amount) for one in second.payouts] == [("Mastercard ending in 1881", 3500)]


def test_a_full_return_is_seen_from_its_approval_to_its_money(shop: PaidShop) -> None:
    shop.policy = policy_with({"returns.instant_refund_max": 0})
    shop.delivered()
    proposal = shop.done(faulty())
    (opened,) = returns_seen(shop).returns
    assert (opened.status, opened.received_on, refunds_seen(shop)) == ("approved", None, [])
    received(shop)
    (closed,) = returns_seen(shop).returns
    assert (closed.status, closed.received_on) == ("completed", shop.book.when.today)
    assert refunds_seen(shop) == [(7500, CARD, "pending")]
    shop.settle(proposal.id)
    assert refunds_seen(shop) == [(7500, CARD, "issued")]
    seen = order_seen(shop)
    assert seen.status == "delivered"
    assert seen.refunded is not None
    assert seen.refunded.amount == 7500
