from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.builders import line
from tests.tools.commerce.changes.paid_shop import CARD, PaidShop
from tests.tools.commerce.changes.returns_builders import of_category, parts, policy_with, wish
from tools.change_cards import Need, Needed, ProposalCard
from tools.commerce.changes.receiving import receive
from tools.commerce.changes.requests import ReturnRequest
from tools.commerce.database import Database
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    LedgerEntry,
    Order,
    OrderProof,
    Payment,
    Return,
    ReturnReason,
    ReturnStatus,
    Role,
)
from tools.principal import Principal

SLOW = {"returns.instant_refund_max": 0}
"""Nothing is given back before the parcel is here."""
CREDIT = RefundMethod.STORE_CREDIT
STAFF = Principal(role=Role.AGENT, staff_email="sam@example.com")


@pytest.fixture
def shop(database: Database) -> PaidShop:
    return PaidShop(database, policy=policy_with(SLOW))


def test_a_return_is_approved_and_money_waits_for_the_parcel(shop: PaidShop) -> None:
    shop.delivered()
    card = shop.proposed(wish((1, 1)))
    assert parts(card) == {"Items": 1500, "Return label": -695}
    assert [(one.to, one.when) for one in card.payouts] == [(CARD, "after_inspection")]
    assert shop.decide(card.id).status == "accepted"
    (opened,) = shop.all(Return)
    assert (opened.rma, opened.status, opened.proposal_id) == ("RMA-A-1-1", ReturnStatus.APPROVED, card.id)
    assert shop.all(LedgerEntry) == []


def test_what_only_the_shopper_knows_is_asked_one_thing_at_a_time(shop: PaidShop) -> None:
    shop.delivered()
    why = shop.needed(wish((1, 1), reason=None, to=None))
    assert why.what is Need.REASON
    assert {choice.value for choice in why.choices} == set(ReturnReason)
    where = shop.needed(wish((1, 1), to=None))
    assert (where.what, [choice.value for choice in where.choices]) == (
        Need.REFUND_TO,
        ["original", "store_credit"],
    )


def test_the_label_is_free_by_reason_or_for_store_credit_and_follows_the_policy(shop: PaidShop) -> None:
    shop.delivered()
    assert parts(shop.proposed(wish((1, 1), reason=ReturnReason.DEFECTIVE))) == {"Items": 1500}
    credit = shop.proposed(wish((1, 1), to=CREDIT))
    assert parts(credit) == {"Items": 1500, "Store credit bonus": 75}
    assert [one.amount.amount for one in credit.payouts] == [1575], (
        "one sum, though two entries of the ledger"
    )
    shop.policy = policy_with(
        {
            **SLOW,
            "returns.free_label_outcomes": (),
            "returns.label_fee": 300,
            "returns.free_label_reasons": (),
        }
    )
    assert parts(shop.proposed(wish((1, 1), to=CREDIT)))["Return label"] == -300
    assert parts(shop.proposed(wish((1, 1), reason=ReturnReason.DEFECTIVE)))["Return label"] == -300


def test_freight_is_picked_up_for_a_fee_of_its_own(shop: PaidShop) -> None:
    shop.delivered(items=[of_category(shop, None, weight_grams=40_000)])
    assert parts(shop.proposed(wish()))["Freight pickup"] == -4900
    shop.policy = policy_with({**SLOW, "delivery.freight_over_pounds": 200})
    assert parts(shop.proposed(wish()))["Return label"] == -695


def test_restocking_is_taken_off_unless_it_is_our_fault(shop: PaidShop) -> None:
    shop.delivered(items=[of_category(shop, "Furniture")])
    assert parts(shop.proposed(wish()))["Restocking"] == -1000
    assert "Restocking" not in parts(shop.proposed(wish(reason=ReturnReason.DEFECTIVE)))
    shop.policy = policy_with({**SLOW, "returns.restocking_percent_by_category": {}})
    assert "Restocking" not in parts(shop.proposed(wish()))


def test_the_delivery_fee_goes_back_when_all_comes_back_for_our_fault(shop: PaidShop) -> None:
    shop.delivered()
    assert parts(shop.proposed(wish(reason=ReturnReason.DEFECTIVE)))["Shipping"] == 500
    assert "Shipping" not in parts(shop.proposed(wish((2, 1), reason=ReturnReason.DEFECTIVE)))
    assert "Shipping" not in parts(shop.proposed(wish()))
    shop.policy = policy_with({**SLOW, "refunds.original_shipping_reasons": ()})
    assert "Shipping" not in parts(shop.proposed(wish(reason=ReturnReason.DEFECTIVE)))


def test_final_sale_comes_back_only_for_the_reasons_of_the_policy(shop: PaidShop) -> None:
    shop.delivered(items=[of_category(shop, None, final_sale=True)])
    refused = shop.refused(wish())
    assert (refused.code, refused.rule) == ("final_sale", "returns.final_sale_reasons")
    assert shop.proposed(wish(reason=ReturnReason.DEFECTIVE))
    shop.policy = policy_with({**SLOW, "returns.final_sale_reasons": (ReturnReason.CHANGED_MIND,)})
    assert shop.proposed(wish())
    assert shop.refused(wish(reason=ReturnReason.DEFECTIVE)).code == "final_sale"


def test_an_excluded_category_does_not_come_back(shop: PaidShop) -> None:
    shop.delivered(items=[of_category(shop, "Gift Cards")])
    refused = shop.refused(wish())
    assert (refused.code, refused.rule) == ("excluded_category", "returns.excluded_categories")
    shop.policy = policy_with({**SLOW, "returns.excluded_categories": ()})
    assert shop.proposed(wish())


def test_one_line_that_cannot_come_back_is_named_before_anything_is_proposed(shop: PaidShop) -> None:
    shop.delivered(items=[line("Lamp", price=4000), of_category(shop, None, final_sale=True)])
    refused = shop.refused(wish())
    assert "Thing" in refused.message
    assert refused.instead
    assert shop.proposed(wish((1, 1)))


def test_a_sealed_category_has_to_be_unopened(shop: PaidShop) -> None:
    shop.delivered(items=[of_category(shop, "Bedding")])
    assert "seal" in (shop.proposed(wish()).notice or "")
    assert shop.proposed(wish(reason=ReturnReason.DEFECTIVE)).notice is None
    shop.policy = policy_with({**SLOW, "returns.sealed_categories": ()})
    assert shop.proposed(wish()).notice is None


def test_damage_waits_for_a_person_to_look_at_photos(shop: PaidShop) -> None:
    shop.delivered()
    damaged = wish((1, 1), reason=ReturnReason.DAMAGED)
    card = shop.proposed(damaged)
    assert "2 photos" in (card.approval or "")
    assert shop.decide(card.id).status == "needs_approval"
    assert shop.all(Return) == []
    assert shop.all(LedgerEntry) == []
    assert "2 photos" in (shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED)).approval or "")


def test_what_is_worth_little_and_damaged_is_kept(shop: PaidShop) -> None:
    shop.policy = policy_with({**SLOW, "damage.photos": 0})
    shop.delivered()
    shop.done(wish((1, 1), reason=ReturnReason.DAMAGED))
    assert shop.all(Return)[0].status is ReturnStatus.COMPLETED
    assert shop.all(Payment)[0].refunded_minor == 1500
    shop.policy = policy_with({"damage.photos": 0, "damage.keep_item_under": 1500})
    card = shop.proposed(wish((1, 1), reason=ReturnReason.DAMAGED))
    assert card.payouts[0].when == "after_inspection"


def test_a_small_refund_to_an_account_is_made_at_once(shop: PaidShop) -> None:
    order_id = shop.delivered()
    shop.policy = policy_with({"returns.instant_refund_max": 805})
    assert shop.proposed(wish((1, 1))).payouts[0].when == "now"
    guest = shop.talk(signed_in=False)
    shop.add(OrderProof(conversation_id=guest, order_id=order_id, proved_at=shop.now))
    assert shop.proposed(wish((1, 1)), guest).payouts[0].when == "after_inspection"
    shop.policy = policy_with({"returns.instant_refund_max": 804})
    assert shop.proposed(wish((1, 1))).payouts[0].when == "after_inspection"
    shop.policy = policy_with({"returns.instant_refund_max": 805, "limits.refunds_per_customer": 0})
    assert shop.proposed(wish((1, 1))).payouts[0].when == "after_inspection"


def test_fees_that_eat_everything_are_told(shop: PaidShop) -> None:
    shop.delivered(items=[line("Spoon", price=500)])
    refused = shop.refused(wish())
    assert (refused.code, refused.rule) == ("nothing_to_give_back", "returns.label_fee")


def test_fees_in_another_currency_are_left_to_a_person(shop: PaidShop) -> None:
    order_id = shop.delivered()
    with shop.database.writing() as session:
        session.get_one(Order, order_id).currency = "CAD"
    assert shop.refused(wish()).code == "other_currency"


def test_an_equal_refund_is_pointed_out(shop: PaidShop) -> None:
    shop.delivered()
    shop.policy = policy_with({"returns.instant_refund_max": 2500})
    shop.done(wish((1, 1)))
    assert "already; this one is in addition" in (shop.proposed(wish((1, 1))).notice or "")


def test_another_customers_order_is_as_unknown_as_none(shop: PaidShop) -> None:
    shop.delivered()
    stranger = shop.conversation(customer_id=shop.customer("eve@example.com"))
    foreign, unknown = shop.refused(wish(), stranger), shop.refused(wish(number="A-9"), stranger)
    assert foreign.code == unknown.code


def test_a_policy_that_changed_after_the_card_stops_it(shop: PaidShop) -> None:
    shop.delivered()
    card = shop.proposed(wish((1, 1)))
    shop.policy = policy_with({**SLOW, "returns.label_fee": 900})
    assert shop.decide(card.id).status == "failed"
    assert shop.all(Return) == []


def test_a_line_is_returned_once(shop: PaidShop) -> None:
    shop.delivered()
    shop.done(wish((2, 1)))
    assert shop.refused(wish((2, 1))).code == "nothing_left"
    assert shop.refused(wish((1, 3))).code == "quantity_invalid"
    assert shop.refused(wish((1, -1))).code == "quantity_invalid"


def test_two_conversations_that_confirm_at_once_return_it_once(shop: PaidShop) -> None:
    shop.delivered()
    cards = [shop.proposed(wish((2, 1)), shop.talk()) for _ in range(2)]
    together = Barrier(2)

    def confirm(card: ProposalCard) -> str:
        together.wait()
        return shop.decide(card.id).status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, cards)) == ["accepted", "failed"]
    assert len(shop.all(Return)) == 1


@pytest.fixture(scope="module")
def template(sqlite_template: Path) -> bytes:
    return sqlite_template.read_bytes()


QUANTITIES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9999)), min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from([ReturnReason.CHANGED_MIND, ReturnReason.DEFECTIVE, ReturnReason.DAMAGED]),
        st.sampled_from([RefundMethod.ORIGINAL, CREDIT]),
        st.booleans(),
    ),
    max_size=6,
)


@given(
    items=QUANTITIES,
    off=st.integers(0, 60),
    shipping=st.integers(0, 900),
    fee=st.integers(0, 800),
    instant=st.sampled_from([0, 2500]),
    steps=STEPS,
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_steps_ever_give_back_more_than_was_paid(
    template: bytes,
    items: list[tuple[int, int]],
    off: int,
    shipping: int,
    fee: int,
    instant: int,
    steps: list[tuple[int, int, ReturnReason, RefundMethod, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        path.write_bytes(template)
        database = Database(f"sqlite:///{path}")
        values = {"returns.label_fee": fee, "returns.instant_refund_max": instant, "damage.photos": 0}
        shop = PaidShop(database, policy=policy_with(values))
        bought = [
            line("Thing", quantity=quantity, price=price, discount_minor=price * quantity * off // 100)
            for quantity, price in items
        ]
        shop.delivered(items=bought, shipping=shipping)
        for number, quantity, reason, to, comes_back in steps:
            _step(shop, wish((number, quantity), reason=reason, to=to), comes_back=comes_back)
        database.close()


def _step(shop: PaidShop, request: ReturnRequest, *, comes_back: bool) -> None:
    card = shop.propose(request)
    if not isinstance(card, ProposalCard):
        assert not isinstance(card, Needed)
        return
    assert card.money is not None
    assert card.money.amount == sum(part.amount.amount for part in card.parts) > 0
    assert card.money.amount == sum(one.amount.amount for one in card.payouts)
    shop.decide(card.id)
    waiting = [one for one in shop.all(Return) if one.status is ReturnStatus.APPROVED]
    if waiting and comes_back:
        with shop.database.writing() as session:
            receive(session, waiting[0].rma, STAFF, shop.book)
