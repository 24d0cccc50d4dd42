"""Why a figure changed: parts that make up the whole change, exactly."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from knowledge.shop_profile import DEMO_SHOP, ShopProfile
from tests.tools.builders import Shop, line
from tools.commerce.database import Database
from tools.commerce.metrics.calendar import Period
from tools.commerce.metrics.explaining import Driver, Explanation, explain
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.figures import Figure
from tools.commerce.metrics.query import Comparison, Filter, QueryError
from tools.commerce.metrics.reporting import Reporting
from tools.commerce.schema import (
    Channel,
    Device,
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
)

PROFILE = ShopProfile.load(DEMO_SHOP)
FEBRUARY, MARCH = datetime(2026, 2, 10, 12, tzinfo=UTC), datetime(2026, 3, 10, 12, tzinfo=UTC)
REPORTING = Reporting.of(PROFILE, datetime(2026, 4, 1, 12, tzinfo=UTC))
IN_MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@dataclass
class Sales:
    shop: Shop
    sold: int = field(default=0)

    def sell(
        self, when: datetime, channel: Channel, *, count: int = 1, price: int = 1000, **values: Any
    ) -> None:
        for _ in range(count):
            self.sold += 1
            self.shop.order(
                f"A-{self.sold}",
                placed_at=when + timedelta(minutes=self.sold),
                channel=channel,
                items=[line("Mug", price=price)],
                **values,
            )

    def why(
        self, metric: str, *, dimensions: tuple[Dimension, ...] = (), filters: tuple[Filter, ...] = ()
    ) -> Explanation:
        with self.shop.database.reading() as session:
            return explain(
                session,
                metric,
                IN_MARCH,
                Comparison.PREVIOUS,
                REPORTING,
                dimensions=dimensions,
                filters=filters,
            )


@pytest.fixture
def sales(database: Database) -> Sales:
    return Sales(Shop(database))


def parts(driver: Driver) -> dict[str | None, Decimal]:
    return {one.member: one.total for one in driver.contributions}


def test_what_each_channel_added_to_the_sales(sales: Sales) -> None:
    sales.sell(FEBRUARY, Channel.WEB, count=4)
    sales.sell(FEBRUARY, Channel.APP, count=2)
    sales.sell(MARCH, Channel.WEB, count=3)
    sales.sell(MARCH, Channel.APP, count=6)

    found = sales.why("net_sales", dimensions=(Dimension.CHANNEL,))

    assert found.figure == Figure(Decimal(9000), Decimal(6000))
    assert found.compared_to == Period(date(2026, 2, 1), date(2026, 2, 28))
    (driver,) = found.drivers
    assert parts(driver) == {"app": 4000, "web": -1000}
    assert driver.others == 0


def test_a_rate_that_rose_only_because_of_who_bought_is_called_mix(sales: Sales) -> None:
    """In each channel as many orders are cancelled as before, but more are placed where many are."""
    for when, web, phone in ((FEBRUARY, 8, 2), (MARCH, 2, 8)):
        sales.sell(when, Channel.WEB, count=web)
        sales.sell(when, Channel.PHONE, count=phone // 2)
        sales.sell(when, Channel.PHONE, count=phone // 2, status=OrderStatus.CANCELLED)

    (driver,) = sales.why("cancellation_rate", dimensions=(Dimension.CHANNEL,)).drivers

    assert all(one.rate == 0 for one in driver.contributions)
    assert sum(one.mix for one in driver.contributions) == Decimal("0.3")


def test_a_total_that_rises_while_every_part_falls_is_credited_to_the_mix(sales: Sales) -> None:
    """Simpson's paradox: fewer are cancelled in each channel, and more in all."""
    for when, web, phone in ((FEBRUARY, (16, 4), (2, 2)), (MARCH, (5, 1), (11, 9))):
        for channel, (kept, lost) in ((Channel.WEB, web), (Channel.PHONE, phone)):
            sales.sell(when, channel, count=kept)
            sales.sell(when, channel, count=lost, status=OrderStatus.CANCELLED)

    found = sales.why("cancellation_rate", dimensions=(Dimension.CHANNEL,))

    (driver,) = found.drivers
    assert found.change is not None
    assert found.change > 0
    assert all(one.rate < 0 for one in driver.contributions)
    assert sum(one.mix for one in driver.contributions) > found.change


def test_the_dimension_in_which_something_happened_comes_first(sales: Sales) -> None:
    for device in (Device.DESKTOP, Device.MOBILE):
        for channel in (Channel.WEB, Channel.APP):
            sales.sell(FEBRUARY, channel, count=2, device=device)
    for device in (Device.DESKTOP, Device.MOBILE):
        sales.sell(MARCH, Channel.WEB, count=2, device=device)
        sales.sell(MARCH, Channel.APP, count=5, device=device)

    drivers = sales.why("orders", dimensions=(Dimension.DEVICE, Dimension.CHANNEL)).drivers

    assert [driver.dimension for driver in drivers] == [Dimension.CHANNEL, Dimension.DEVICE]
    assert parts(drivers[0]) == {"app": 6, "web": 0}
    assert drivers[1].surprise == 0, "both devices moved alike"


def test_what_is_filtered_by_is_no_reason(sales: Sales) -> None:
    sales.sell(FEBRUARY, Channel.WEB, device=Device.MOBILE)
    sales.sell(MARCH, Channel.WEB, count=3, device=Device.DESKTOP)
    sales.sell(MARCH, Channel.APP, count=9, device=Device.MOBILE)

    found = sales.why("orders", filters=(Filter(dimension=Dimension.CHANNEL, members=("Web",)),))

    assert found.figure.value == 3
    assert Dimension.CHANNEL not in {driver.dimension for driver in found.drivers}
    assert parts(next(d for d in found.drivers if d.dimension is Dimension.DEVICE)) == {
        "desktop": 3,
        "mobile": -1,
    }


@pytest.mark.parametrize("metric", ["customers", "delivery_time_median"])
def test_where_parts_do_not_add_up_nobody_gets_the_credit(sales: Sales, metric: str) -> None:
    with pytest.raises(QueryError, match="do not add up"):
        sales.why(metric)


def give_back(sales: Sales, number: str, reason: ReturnReason) -> None:
    with sales.shop.database.writing() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        bought = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).one()
        back = Return(
            rma=f"R-{number}", order_id=order.id, status=ReturnStatus.COMPLETED, requested_at=order.placed_at
        )
        back.lines = [ReturnLine(order_line_id=bought, quantity=1, reason=reason)]
        session.add(back)


def test_a_rate_of_returns_is_explained_by_why_things_came_back(sales: Sales) -> None:
    sales.sell(FEBRUARY, Channel.WEB, count=10)
    sales.sell(MARCH, Channel.WEB, count=20)
    give_back(sales, "A-1", ReturnReason.WRONG_SIZE)
    for number in range(11, 16):
        give_back(sales, f"A-{number}", ReturnReason.DAMAGED)
    give_back(sales, "A-16", ReturnReason.WRONG_SIZE)

    found = sales.why("return_rate", dimensions=(Dimension.REASON,))

    assert found.change == Decimal("0.2")
    (driver,) = found.drivers
    assert parts(driver) == {"damaged": Decimal("0.25"), "wrong_size": Decimal("-0.05")}
    assert driver.contributions[0].figure == Figure(Decimal("0.25"), Decimal(0))


def test_what_came_back_of_what_was_not_sold_has_its_part_too(sales: Sales) -> None:
    """All that was sold through one channel was cancelled later, and something of it was sent back all the same."""
    sales.sell(FEBRUARY, Channel.WEB, count=4)
    sales.sell(MARCH, Channel.WEB, count=4)
    sales.sell(MARCH, Channel.APP)
    give_back(sales, "A-9", ReturnReason.OTHER)
    with sales.shop.database.writing() as session:
        session.execute(update(OrderLine).where(OrderLine.order_id == 9).values(cancelled_quantity=1))

    (driver,) = sales.why("return_rate", dimensions=(Dimension.CHANNEL,)).drivers

    assert parts(driver) == {"app": Decimal("0.25"), "web": 0}
    assert driver.others == 0


def test_from_nothing_everything_is_new(sales: Sales) -> None:
    sales.sell(FEBRUARY, Channel.WEB, status=OrderStatus.CANCELLED)
    sales.sell(MARCH, Channel.WEB, count=2)
    sales.sell(MARCH, Channel.APP, count=1)

    found = sales.why("orders", dimensions=(Dimension.CHANNEL,))

    assert found.figure == Figure(Decimal(3), Decimal(0))
    assert parts(found.drivers[0]) == {"web": 2, "app": 1}


def test_before_the_shops_first_order_there_is_nothing_to_explain(sales: Sales) -> None:
    sales.sell(MARCH, Channel.WEB, count=2)

    found = sales.why("orders")

    assert (found.figure, found.change, found.drivers) == (Figure(Decimal(2), None), None, ())


def test_how_orders_stand_today_is_no_reason(sales: Sales) -> None:
    sales.sell(FEBRUARY, Channel.WEB, count=2, status=OrderStatus.DELIVERED)
    sales.sell(MARCH, Channel.WEB, count=3, status=OrderStatus.PROCESSING)

    found = sales.why("orders")

    assert Dimension.STATUS not in {driver.dimension for driver in found.drivers}


def test_a_dimension_that_it_has_not_is_refused(sales: Sales) -> None:
    with pytest.raises(QueryError, match="cannot be split by carrier"):
        sales.why("orders", dimensions=(Dimension.CARRIER,))


def by_hand(counts: dict[Channel, tuple[int, ...]]) -> Iterator[tuple[Channel, tuple[Fraction, Fraction]]]:
    """What each channel's own rate of cancellation, and its share of the orders, added; in fractions."""
    placed = {channel: (a + b, c + d) for channel, (a, b, c, d) in counts.items()}
    lost = {channel: (b, d) for channel, (_, b, _, d) in counts.items()}
    all_placed = [sum(one[when] for one in placed.values()) for when in (0, 1)]
    whole = [Fraction(sum(one[when] for one in lost.values()), all_placed[when]) for when in (0, 1)]
    for channel, of_channel in placed.items():
        shares = [Fraction(of_channel[when], all_placed[when]) for when in (0, 1)]
        there = [when for when in (0, 1) if of_channel[when]]
        rates = [Fraction(lost[channel][when], of_channel[when]) for when in there]
        before, now = (rates * 2)[:2]  # who was there once has no other rate
        mix = (shares[1] - shares[0]) * (before + now - whole[0] - whole[1]) / 2
        yield channel, ((shares[0] + shares[1]) / 2 * (now - before), mix)


counts = st.fixed_dictionaries(
    {channel: st.tuples(*[st.integers(0, 3)] * 4) for channel in list(Channel)[:3]}
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=counts)
def test_the_parts_make_the_whole_change(sales: Sales, counts: dict[Channel, tuple[int, ...]]) -> None:
    with sales.shop.database.writing() as session:
        session.execute(delete(OrderLine))
        session.execute(delete(Order))
    for channel, (before, lost_before, after, lost_after) in counts.items():
        sales.sell(FEBRUARY, channel, count=before)
        sales.sell(FEBRUARY, channel, count=lost_before, status=OrderStatus.CANCELLED)
        sales.sell(MARCH, channel, count=after)
        sales.sell(MARCH, channel, count=lost_after, status=OrderStatus.CANCELLED)

    (rates,) = sales.why("cancellation_rate", dimensions=(Dimension.CHANNEL,)).drivers or (None,)
    if rates is not None:
        for channel, of_two in by_hand(
            {channel: places for channel, places in counts.items() if any(places)}
        ):
            one = next(it for it in rates.contributions if it.member == channel)
            for own, right in zip((one.rate, one.mix), of_two, strict=True):
                assert abs(Fraction(own) - right) < Fraction(1, 10**20)
    for metric in ("net_sales", "cancellation_rate"):
        found = sales.why(metric, dimensions=(Dimension.CHANNEL,))
        for driver in found.drivers:
            assert found.figure.value is not None
            assert found.figure.before is not None
            whole = sum(parts(driver).values()) + driver.others
            assert abs(whole - (found.figure.value - found.figure.before)) < Decimal("1e-20")
            assert abs(driver.others) < Decimal("1e-20")


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """What is read on both databases is pinned elsewhere; here it is the arithmetic."""
    with closing(Database(sqlite_url)) as database:
        yield database
