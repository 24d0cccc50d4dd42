"""Between a proposal and its yes the world may change: it is checked again, and done as it was shown or not at all.

Each case says what changes in between, and with which code nothing is done.
"""

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import update

from tests.tools.commerce.changes.returns_builders import policy_with
from tests.tools.contested_shop import DELIVERED, LOST, PROCESSING, ContestedShop
from tests.tools.table_contents import PROPOSALS, contents
from tools.commerce.changes.requests import (
    CancellationRequest,
    ChangeRequest,
    ExchangeRequest,
    ItemChangeRequest,
    LineWish,
    PaymentChangeRequest,
    RefundRequest,
    ReturnRequest,
    SwapWish,
)
from tools.commerce.database import Database
from tools.commerce.policy import RefundMethod
from tools.commerce.schema import (
    CancellationReason,
    Conversation,
    Order,
    OrderProof,
    OrderStatus,
    PaymentMethod,
    ProposalStatus,
    RefundCause,
    ReturnReason,
    Stock,
)

CANCEL = CancellationRequest(order_number=PROCESSING, reason=CancellationReason.OTHER)
RED = (SwapWish(line=1, sku="MUG-R"),)
CHANGE_ITEMS = ItemChangeRequest(order_number=PROCESSING, items=RED)
PAY = PaymentChangeRequest(order_number=PROCESSING, payment_method="pm2")
RETURN = ReturnRequest(
    order_number=DELIVERED,
    items=(LineWish(line=1, quantity=1),),
    reason=ReturnReason.CHANGED_MIND,
    refund_to=RefundMethod.ORIGINAL,
)
EXCHANGE = ExchangeRequest(order_number=DELIVERED, items=RED, reason=ReturnReason.CHANGED_MIND)
REFUND = RefundRequest(order_number=LOST, cause=RefundCause.LOST_PARCEL, refund_to=RefundMethod.ORIGINAL)

POLICIES: Mapping[str, tuple[ChangeRequest, Mapping[str, object], str]] = {
    "cancelling ends earlier": (
        CANCEL,
        {"cancellation.statuses": (OrderStatus.PENDING,)},
        "order_processing",
    ),
    "a reason falls away": (
        CANCEL,
        {"cancellation.reasons": (CancellationReason.CHANGED_MIND,)},
        "terms_changed",
    ),
    "the window closes": (RETURN, {"returns.window_days": 1}, "window_over"),
    "the label gets dearer": (RETURN, {"returns.label_fee": 995}, "terms_changed"),
    "the label gets cheaper": (RETURN, {"returns.label_fee": 100}, "terms_changed"),
    "a way of refunding falls away": (
        RETURN,
        {"refunds.methods": (RefundMethod.STORE_CREDIT,)},
        "refund_method_not_offered",
    ),
    "exchanging ends": (EXCHANGE, {"exchanges.window_days": 1, "returns.window_days": 1}, "window_over"),
    "items may change no more": (CHANGE_ITEMS, {"changes.window_minutes": 1}, "window_over"),
    "payments may change no more": (PAY, {"changes.payment_statuses": ()}, "order_processing"),
    "parcels count as lost later": (REFUND, {"late_parcels.lost_after_days": 60}, "not_lost"),
    "the chat may do nothing any more": (
        REFUND,
        {"permissions.account": (), "permissions.order": ()},
        "not_offered",
    ),
}


@pytest.fixture
def shop(database: Database) -> ContestedShop:
    return ContestedShop(database)


@pytest.mark.parametrize("name", POLICIES)
def test_the_policy_at_the_yes_is_what_counts(shop: ContestedShop, name: str) -> None:
    request, values, code = POLICIES[name]
    proposal = shop.proposed(request)
    before = contents(shop.database, besides=PROPOSALS)
    shop.policy = policy_with(values, shop.policy)

    decided = shop.decide(proposal.id)

    assert (decided.status, decided.closed_because) == (ProposalStatus.FAILED, code)
    assert contents(shop.database, besides=PROPOSALS) == before


def test_a_limit_that_sank_in_between_asks_for_an_agent(shop: ContestedShop) -> None:
    proposal = shop.proposed(REFUND)
    assert proposal.approval is None
    before = contents(shop.database, besides=PROPOSALS)
    shop.policy = policy_with({"limits.refund_max": 100}, shop.policy)

    assert shop.decide(proposal.id).status is ProposalStatus.NEEDS_APPROVAL

    assert contents(shop.database, besides=PROPOSALS) == before


def _sell_out(shop: ContestedShop) -> None:
    with shop.database.writing() as session:
        session.execute(update(Stock).where(Stock.variant_id == shop.red.id).values(reserved=Stock.on_hand))


def _give_the_order_away(shop: ContestedShop) -> None:
    with shop.database.writing() as session:
        session.execute(
            update(Order).where(Order.number.in_((PROCESSING, DELIVERED, LOST))).values(customer_id=shop.bob)
        )


def _take_the_method_away(shop: ContestedShop) -> None:
    with shop.database.writing() as session:
        session.execute(
            update(PaymentMethod).where(PaymentMethod.id == shop.other_card).values(customer_id=shop.bob)
        )


def _sign_out(shop: ContestedShop) -> None:
    with shop.database.writing() as session:
        session.execute(update(Conversation).values(customer_id=None))


WORLDS: Mapping[str, tuple[ChangeRequest, Callable[[ContestedShop], None], str]] = {
    "the last one was sold (items)": (CHANGE_ITEMS, _sell_out, "out_of_stock"),
    "the last one was sold (exchange)": (EXCHANGE, _sell_out, "out_of_stock"),
    "the order is somebody else's": (CANCEL, _give_the_order_away, "order_not_found"),
    "the card is somebody else's": (PAY, _take_the_method_away, "payment_method_unknown"),
    "nobody is signed in any more": (REFUND, _sign_out, "identity_needed"),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_world_at_the_yes_is_what_counts(shop: ContestedShop, name: str) -> None:
    request, change, code = WORLDS[name]
    proposal = shop.proposed(request)
    change(shop)
    before = contents(shop.database, besides=PROPOSALS)

    decided = shop.decide(proposal.id)

    assert (decided.status, decided.closed_because) == (ProposalStatus.FAILED, code)
    assert contents(shop.database, besides=PROPOSALS) == before


def test_a_proof_that_was_withdrawn_no_longer_counts(shop: ContestedShop) -> None:
    talk = shop.conversation()
    own = next(order for order in shop.all(Order) if order.number == LOST)
    shop.add(OrderProof(conversation_id=talk, order_id=own.id, proved_at=shop.now))
    proposal = shop.proposed(REFUND, talk)
    with shop.database.writing() as session:
        session.query(OrderProof).delete()

    assert shop.decide(proposal.id).closed_because == "identity_needed"
