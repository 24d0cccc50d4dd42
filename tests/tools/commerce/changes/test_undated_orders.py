"""Orders of shops that write down no dates: a window that ends is left to a person, one that never ends is not."""

import pytest

from tests.tools.builders import line
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import policy_with, wish
from tools.change_cards import ProposalCard
from tools.commerce.changes.requests import ChangeRequest, ExchangeRequest, ItemChangeRequest, SwapWish
from tools.commerce.database import Database
from tools.commerce.schema import OrderStatus, ReturnReason

BLUE_TO_RED = (SwapWish(line=1, sku="MUG-R"),)
UNLIMITED = policy_with(
    {"returns.window_days": None, "exchanges.window_days": None, "changes.window_minutes": None}
)


@pytest.fixture
def shop(database: Database) -> PaidShop:
    shop = PaidShop(database)
    lines = [shop.mug(), line("Lamp", price=4000)]
    shop.paid("A-1", lines, status=OrderStatus.DELIVERED, placed_at=None)
    shop.paid("A-2", [shop.mug()], placed_at=None)
    return shop


@pytest.mark.parametrize(
    ("request_", "looks_at"),
    [
        (wish((2, 1)), "Lamp was delivered"),
        (ExchangeRequest(order_number="A-1", items=BLUE_TO_RED), "Mug was delivered"),
        (ItemChangeRequest(order_number="A-2", items=BLUE_TO_RED), "order A-2 was placed"),
    ],
)
def test_a_person_checks_the_date_that_nobody_wrote_down(
    shop: PaidShop, request_: ChangeRequest, looks_at: str
) -> None:
    card = shop.proposed(request_)
    assert card.approval
    assert looks_at in card.approval
    assert shop.decide(card.id).status == "needs_approval"


@pytest.mark.parametrize(
    "request_",
    [
        wish((2, 1)),
        ExchangeRequest(order_number="A-1", items=BLUE_TO_RED),
        ItemChangeRequest(order_number="A-2", items=BLUE_TO_RED),
    ],
)
def test_without_an_end_no_date_is_needed(shop: PaidShop, request_: ChangeRequest) -> None:
    shop.policy = UNLIMITED
    card = shop.proposed(request_)
    assert card.approval is None
    assert shop.decide(card.id).status == "accepted"


def test_damage_is_told_in_time_even_where_returns_never_end(shop: PaidShop) -> None:
    shop.policy = UNLIMITED
    card = shop.proposed(wish((2, 1), reason=ReturnReason.DAMAGED))
    assert card.approval


def test_without_an_end_it_is_never_too_late(database: Database) -> None:
    shop = PaidShop(database)
    shop.delivered(ago=2000)
    assert shop.refused(wish()).code == "window_over"
    shop.policy = UNLIMITED
    assert isinstance(shop.propose(wish()), ProposalCard)
