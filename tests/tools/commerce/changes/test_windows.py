from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.tools.builders import POLICY, days, line, parcel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import of_category, policy_with, wish
from tools.change_cards import Need, ProposalCard
from tools.commerce.changes.windows import Window, exchange_window, return_window
from tools.commerce.database import Database
from tools.commerce.days import LocalTime
from tools.commerce.policy import Policy
from tools.commerce.schema import (
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ReturnReason,
    ShipmentLine,
    ShipmentStatus,
)

ZONE = ZoneInfo("America/New_York")
SPRING = datetime(2026, 6, 1, 12, tzinfo=UTC)


def window(
    reason: ReturnReason = ReturnReason.CHANGED_MIND,
    *,
    category: str | None = None,
    placed: datetime = SPRING - timedelta(days=4),
    delivered: datetime = SPRING,
    policy: Policy = POLICY,
) -> Window:
    bought = OrderLine(product=Product(name="Thing", category=category))
    return return_window(policy, bought, reason, Order(placed_at=placed), delivered, LocalTime(SPRING, ZONE))


def test_the_general_window_runs_from_the_delivery() -> None:
    assert window() == Window(date(2026, 7, 1), "returns.window_days")
    assert window(policy=policy_with({"returns.window_days": 10})).until == date(2026, 6, 11)


def test_a_category_and_a_reason_can_only_make_it_longer() -> None:
    assert window(category="Furniture") == Window(date(2026, 7, 16), "returns.window_days_by_category")
    assert window(ReturnReason.WRONG_ITEM, category="Furniture").rule == "returns.window_days_by_reason"
    shorter = policy_with({"returns.window_days_by_category": {"Furniture": 5}})
    assert window(category="Furniture", policy=shorter) == Window(date(2026, 7, 1), "returns.window_days")


def test_damage_has_a_time_of_its_own_to_be_told_in() -> None:
    policy = policy_with({"damage.report_within_days": 7})
    assert window(ReturnReason.DAMAGED, policy=policy) == Window(
        date(2026, 6, 8), "damage.report_within_days"
    )


@pytest.mark.parametrize(
    ("placed", "is_in_season"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=ZONE), False),
        (datetime(2026, 11, 1, 0, 0, tzinfo=ZONE), True),
        (datetime(2026, 12, 24, 23, 59, tzinfo=ZONE), True),
        (datetime(2026, 12, 25, 0, 0, tzinfo=ZONE), False),
    ],
)
def test_an_order_of_the_season_can_come_back_in_the_next_year(placed: datetime, is_in_season: bool) -> None:
    found = window(placed=placed, delivered=datetime(2026, 11, 5, 12, tzinfo=ZONE))
    assert (found.rule == "returns.holiday") is is_in_season
    assert (found.until == date(2027, 1, 31)) is is_in_season
    assert window(placed=placed, policy=policy_with({"returns.holiday": None})).rule == "returns.window_days"


def test_the_season_never_shortens_a_window() -> None:
    found = window(
        placed=datetime(2026, 12, 20, tzinfo=ZONE), delivered=datetime(2027, 1, 10, 12, tzinfo=ZONE)
    )
    assert found == Window(date(2027, 2, 9), "returns.window_days")


def test_exchanges_have_at_least_the_window_of_returns() -> None:
    bought, order, when = OrderLine(), Order(placed_at=SPRING), LocalTime(SPRING, ZONE)
    reason = ReturnReason.WRONG_SIZE
    assert exchange_window(POLICY, bought, reason, order, SPRING, when).rule == "exchanges.window_days"
    shorter = policy_with({"exchanges.window_days": 3})
    assert exchange_window(shorter, bought, reason, order, SPRING, when).rule == "returns.window_days"


@pytest.mark.parametrize(
    "delivered",
    [
        datetime(2026, 2, 20, 23, 30, tzinfo=ZONE),  # clocks go forward before the window ends
        datetime(2026, 10, 10, 0, 1, tzinfo=ZONE),  # and back
    ],
)
def test_the_last_minute_counts_and_the_next_is_too_late(database: Database, delivered: datetime) -> None:
    shop = PaidShop(database, now=delivered)
    shop.delivered(ago=0)
    last = delivered.date() + timedelta(days=30)
    shop.now = datetime(last.year, last.month, last.day, 23, 59, tzinfo=ZONE)
    assert isinstance(shop.propose(wish()), ProposalCard)
    shop.now = shop.now.astimezone(UTC) + timedelta(minutes=1)
    refused = shop.refused(wish())
    assert (refused.code, refused.rule) == ("window_over", "returns.window_days")
    assert refused.instead


def test_no_reason_is_asked_for_where_none_would_help(database: Database) -> None:
    shop = PaidShop(database)
    shop.delivered(ago=31)
    shop.policy = policy_with({"returns.window_days_by_reason": {ReturnReason.DEFECTIVE: 60}})
    assert shop.needed(wish(reason=None)).what is Need.REASON
    shop.policy = policy_with({"returns.window_days_by_reason": {}})
    assert shop.refused(wish(reason=None)).code == "window_over"


def test_what_is_confirmed_after_the_last_day_is_not_done(database: Database) -> None:
    shop = PaidShop(database)
    delivered = datetime(2026, 2, 8, 12, tzinfo=ZONE)
    shop.now = delivered
    shop.delivered(ago=0)
    shop.now = datetime(2026, 3, 10, 23, 59, tzinfo=ZONE)
    card = shop.proposed(wish())
    shop.now += timedelta(minutes=2)
    assert shop.decide(card.id).status == "failed"


def test_each_parcel_has_its_own_window(database: Database) -> None:
    shop = PaidShop(database)
    first, second = line("Lamp", price=4000), of_category(shop, None)
    order_id = shop.paid(items=[first, second], status=OrderStatus.DELIVERED, placed_at=shop.now - days(60))
    for row, ago in zip(shop.all(OrderLine), (40, 3), strict=True):
        came = shop.now - days(ago)
        box = parcel(ShipmentStatus.DELIVERED, delivered_at=came)
        box.order_id = order_id
        box.lines = [ShipmentLine(order_line_id=row.id, quantity=1)]
        shop.add(box)
    assert shop.refused(wish((1, 1))).code == "window_over"
    assert shop.proposed(wish((2, 1))).lines[0].name == "Thing"
    refused = shop.refused(wish((1, 1), (2, 1)))
    assert "Lamp" in refused.message


def test_what_has_not_arrived_is_cancelled_instead_or_refused_at_the_door(database: Database) -> None:
    shop = PaidShop(database)
    shop.paid("A-1")
    shop.paid("A-2", status=OrderStatus.SHIPPED, parcels=[parcel(ShipmentStatus.IN_TRANSIT)])
    packed = shop.refused(wish())
    assert packed.code == "not_delivered"
    assert packed.instead
    assert "cancel" in packed.instead
    sent = shop.refused(wish(number="A-2"))
    assert sent.code == "not_delivered"
    assert sent.instead
    assert "refuse the parcel" in sent.instead
