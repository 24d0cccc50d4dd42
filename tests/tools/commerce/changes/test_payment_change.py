import pytest

from tests.tools.commerce.changes.change_builders import (
    ScriptedGateway,
    claim,
    entries,
    order_seen,
    pay_by,
    payments,
    refunds_seen,
    sums,
)
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with
from tools.change_cards import Need
from tools.commerce.database import Database
from tools.commerce.schema import (
    OrderStatus,
    Payment,
    PaymentMethod,
    PaymentMethodKind,
    PaymentStatus,
    RefundCause,
)

OTHER = "Mastercard ending in 1881"


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database)


def gift_card(shop: PaidShop, balance: int, currency: str = "USD") -> int:
    return shop.method(PaymentMethodKind.GIFT_CARD, balance_minor=balance, currency=currency)


def test_the_new_card_is_charged_and_the_old_one_paid_back(shop: PaidShop) -> None:
    shop.paid()
    card = shop.proposed(pay_by("1881"))
    assert [(one.direction, one.to) for one in card.payouts] == [("pay", OTHER), ("back", CARD)]
    assert sums(card) == {}
    shop.done(pay_by("1881"))
    assert entries(shop) == [("charge", 7500, "settled"), ("refund", 7500, "settled")]
    assert payments(shop) == [(7500, 7500, "captured"), (7500, 0, "captured")]
    assert [(one.method, one.amount.amount) for one in order_seen(shop).payments] == [
        (CARD, 7500),
        (OTHER, 7500),
    ]
    assert refunds_seen(shop) == [(7500, CARD, "issued")]


def test_a_hold_is_let_go_once_the_new_card_has_paid(shop: PaidShop) -> None:
    shop.paid(payment_status=PaymentStatus.AUTHORIZED)
    shop.done(pay_by("1881"))
    assert payments(shop) == [(7500, 7500, "voided"), (7500, 0, "captured")]


def test_what_is_not_paid_yet_is_asked_for_elsewhere(shop: PaidShop) -> None:
    shop.paid(status=OrderStatus.PENDING, payment_status=PaymentStatus.PENDING)
    shop.done(pay_by("Mastercard"))
    (payment,) = shop.all(Payment)
    assert (payment.payment_method_id, payment.label, payment.status) == (shop.other_card, OTHER, "pending")
    assert entries(shop) == []


def test_several_payments_become_one(shop: PaidShop) -> None:
    gift = gift_card(shop, 0)
    shop.paid(paid_by=[(gift, 2500), (shop.card, 5000)])
    shop.done(pay_by("1881"))
    assert payments(shop) == [(2500, 2500, "captured"), (5000, 5000, "captured"), (7500, 0, "captured")]
    assert shop.one(PaymentMethod, gift).balance_minor == 2500


def test_a_gift_card_pays_if_it_holds_enough(shop: PaidShop) -> None:
    shop.paid()
    gift = gift_card(shop, 7499)
    refused = shop.refused(pay_by("gift card"))
    assert (refused.code, refused.rule) == ("balance_too_low", "payments.methods")
    assert "$74.99" in refused.message
    with shop.database.writing() as session:
        session.get_one(PaymentMethod, gift).balance_minor = 7500
    shop.done(pay_by("gift card"))
    assert shop.one(PaymentMethod, gift).balance_minor == 0
    assert payments(shop) == [(7500, 7500, "captured"), (7500, 0, "captured")]


def test_a_gift_card_that_is_spent_before_the_yes_pays_nothing(shop: PaidShop) -> None:
    shop.paid()
    gift = gift_card(shop, 7500)
    card = shop.proposed(pay_by("gift card"))
    with shop.database.writing() as session:
        session.get_one(PaymentMethod, gift).balance_minor = 7000
    assert shop.decide(card.id).status == "failed"
    assert (shop.one(PaymentMethod, gift).balance_minor, entries(shop)) == (7000, [])


def test_which_one_is_asked_where_it_is_not_said(shop: PaidShop) -> None:
    shop.paid()
    gift_card(shop, 100)
    which = shop.needed(pay_by(None))
    assert (which.what, [one.label for one in which.choices]) == (Need.PAYMENT_METHOD, [OTHER])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("4242", "same_method"), ("Amex", "payment_method_unknown"), ("store credit", "balance_too_low")],
)
def test_what_cannot_pay_is_refused(shop: PaidShop, wanted: str, code: str) -> None:
    shop.paid()
    assert shop.refused(pay_by(wanted)).code == code


def test_an_expired_card_or_one_in_another_currency_cannot_pay(shop: PaidShop) -> None:
    shop.paid()
    gift_card(shop, 9000, "CAD")
    assert shop.refused(pay_by("gift card")).code == "balance_too_low"
    with shop.database.writing() as session:
        session.get_one(PaymentMethod, shop.other_card).expires_on = shop.now.date().replace(day=1)
    assert shop.refused(pay_by("1881")).code == "payment_method_unknown"


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled"])
def test_later_it_is_refused(shop: PaidShop, status: str) -> None:
    shop.paid(status=OrderStatus(status))
    refused = shop.refused(pay_by("1881"))
    assert (refused.code, refused.rule) == (f"order_{status}", "changes.payment_statuses")


def test_it_is_done_as_often_as_the_policy_says(shop: PaidShop) -> None:
    shop.paid()
    shop.done(pay_by("1881"))
    refused = shop.refused(pay_by("4242"))
    assert (refused.code, refused.rule) == ("changed_before", "changes.payment_times")
    shop.policy = policy_with({"changes.payment_times": 2})
    shop.done(pay_by("4242"))
    assert payments(shop)[2] == (7500, 0, "captured")


def test_an_order_that_is_paid_in_part_is_left_to_a_person(shop: PaidShop) -> None:
    order_id = shop.paid(paid_by=[(shop.card, 5000)])
    shop.pay(order_id, shop.card, 2500, sequence=2, status=PaymentStatus.PENDING)
    assert shop.refused(pay_by("1881")).code == "partly_paid"


def test_an_order_that_was_paid_twice_is_not_charged_twice_again(shop: PaidShop) -> None:
    order_id = shop.paid()
    shop.pay(order_id, shop.card, 7500, sequence=2)
    assert shop.refused(pay_by("1881")).code == "paid_twice"
    shop.done(claim(RefundCause.DOUBLE_CHARGE))
    shop.done(pay_by("1881"))
    assert payments(shop)[2] == (7500, 0, "captured")


def test_a_refused_charge_gives_nothing_back(shop: PaidShop) -> None:
    shop.paid()
    shop.gateway = ScriptedGateway(refuses=True)
    card = shop.proposed(pay_by("1881"))
    shop.decide(card.id)
    shop.settle(card.id)
    assert payments(shop) == [(7500, 0, "captured")]
    assert entries(shop) == [("charge", 7500, "failed"), ("refund", 7500, "cancelled")]
    assert shop.gateway.moved == {}
    assert refunds_seen(shop) == [(7500, CARD, "failed")]
    shop.gateway = ScriptedGateway()
    shop.done(pay_by("1881"))


def test_nothing_is_given_back_before_the_new_card_has_paid(shop: PaidShop) -> None:
    shop.paid()
    shop.gateway = ScriptedGateway(is_down=True)
    card = shop.proposed(pay_by("1881"))
    shop.decide(card.id)
    shop.settle(card.id)
    assert entries(shop) == [("charge", 7500, "pending"), ("refund", 7500, "pending")]
