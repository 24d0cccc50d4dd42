"""What the demo shop's records add up to: repeatable, private, and believable."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from tools.commerce.demo import fewest_orders, generate
from tools.commerce.demo.catalog import load_catalog
from tools.commerce.demo.numbers import OrderNumbers
from tools.commerce.importing.records import (
    CustomerRecord,
    OrderRecord,
    ProductRecord,
    Record,
    ReviewRecord,
    SessionRecord,
)
from tools.commerce.schema import CartStatus, Channel, OrderStatus

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ORDERS = 1500
ZONE = ZoneInfo("America/New_York")

R = TypeVar("R")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(generate(7, TODAY, ORDERS, now=NOW))


@pytest.fixture(scope="module")
def orders(records: list[Record]) -> list[OrderRecord]:
    return only(OrderRecord, records)


def only(kind: type[R], records: Iterable[Record]) -> list[R]:
    return [record for record in records if isinstance(record, kind)]


def comes_to(order: OrderRecord) -> Decimal:
    lines = sum(line.unit_price * line.quantity - line.discount + line.tax for line in order.lines)
    return lines + order.shipping - order.discount + order.tax


def share(part: Iterable[object], whole: Iterable[object]) -> float:
    return len(list(part)) / len(list(whole))


def test_the_same_seed_and_moment_give_the_same_shop() -> None:
    first, again = (list(generate(7, TODAY, 100, now=NOW)) for _ in range(2))
    assert first == again


def test_another_seed_gives_another_shop() -> None:
    first, other = (only(OrderRecord, generate(seed, TODAY, 100, now=NOW)) for seed in (7, 8))
    assert {order.number for order in first} != {order.number for order in other}
    assert [order.lines for order in first[-50:]] != [order.lines for order in other[-50:]]


def test_there_are_exactly_as_many_orders_as_asked_for(orders: list[OrderRecord]) -> None:
    assert len(orders) == ORDERS
    assert len({order.number for order in orders}) == ORDERS


def test_too_few_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        generate(7, TODAY, fewest_orders() - 1)


def test_a_moment_of_another_day_is_refused() -> None:
    with pytest.raises(ValueError, match="on the day given"):
        generate(7, TODAY, 100, now=NOW + timedelta(days=1))


def test_what_others_refer_to_comes_first(records: list[Record]) -> None:
    known: set[str | None] = {None}
    for record in records:
        match record:
            case CustomerRecord() | ProductRecord():
                known.add(record.id)
            case OrderRecord():
                assert record.customer in known
                known.add(record.number)
            case ReviewRecord():
                assert {record.product, record.order} <= known
            case SessionRecord():
                assert {record.customer, record.order} <= known


def test_every_record_would_pass_as_a_line_of_an_import(records: list[Record]) -> None:
    for record in islice(records, 0, None, 50):
        assert type(record).model_validate_json(record.model_dump_json()) == record


def test_no_email_or_phone_number_can_reach_anybody(records: list[Record]) -> None:
    customers = only(CustomerRecord, records)
    assert customers
    for customer in customers:
        assert customer.email is not None
        assert re.search(r"@(example\.com|[a-z]+\.example)$", customer.email)
        assert customer.phone is not None
        assert re.fullmatch(r"\+1 \d{3}-555-01\d\d", customer.phone)
    emails = {customer.email for customer in customers}
    assert len(emails) == len(customers)
    assert {order.email for order in only(OrderRecord, records)} <= emails


def test_nothing_has_happened_in_the_future(records: list[Record]) -> None:
    for customer in only(CustomerRecord, records):
        assert customer.created_at is not None
        assert customer.created_at <= NOW
    for visit in only(SessionRecord, records):
        assert visit.started_at <= NOW
    for review in only(ReviewRecord, records):
        assert review.created_at is not None
        assert review.created_at <= NOW
    for order in only(OrderRecord, records):
        told = [order.placed_at, order.paid_at, order.delivered_at, order.cancelled_at]
        told += [payment.occurred_at for payment in order.payments]
        for parcel in order.shipments:
            told += [parcel.shipped_at, parcel.delivered_at, *(event.at for event in parcel.events)]
        for back in order.returns:
            told += [back.requested_at, back.received_at, back.closed_at]
        for refund in order.refunds:
            told += [refund.created_at, refund.completed_at]
        assert all(moment <= NOW for moment in told if moment)


def test_money_adds_up(orders: list[OrderRecord]) -> None:
    for order in orders:
        assert sum(payment.amount for payment in order.payments) == comes_to(order)
        back: Counter[int | None] = Counter()
        for refund in order.refunds:
            back[refund.payment] += refund.amount  # type: ignore[assignment] # a Counter of amounts
        for n, payment in enumerate(order.payments, start=1):
            assert back[n] <= payment.amount


def test_an_orders_status_agrees_with_its_dates_and_parcels(orders: list[OrderRecord]) -> None:
    for order in orders:
        assert (order.status is OrderStatus.DELIVERED) == (order.delivered_at is not None)
        assert (order.status in {OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE}) == bool(order.cancelled_at)
        if order.status is OrderStatus.SHIPPED:
            assert order.shipments
            assert all(parcel.shipped_at for parcel in order.shipments)
        if order.status is OrderStatus.PENDING:
            assert order.paid_at is None
        for parcel in order.shipments:
            times = [event.at for event in parcel.events]
            assert times == sorted(times)
            assert order.placed_at is not None
            assert order.placed_at < times[0]


def test_a_few_parcels_are_late(orders: list[OrderRecord]) -> None:
    delivered = [order for order in orders if order.delivered_at and order.promised_at]
    late = [order for order in delivered if order.delivered_at > order.promised_at]  # type: ignore[operator] # both set
    assert 0.04 < share(late, delivered) < 0.09


def test_about_one_delivered_order_in_eleven_comes_back_clothes_most_often(
    orders: list[OrderRecord],
) -> None:
    delivered = [order for order in orders if order.delivered_at]
    returned = [order for order in delivered if order.returns]
    assert 0.06 < share(returned, delivered) < 0.12
    by_sku = load_catalog().by_sku
    sold = Counter(by_sku[line.sku or ""].category.category for order in delivered for line in order.lines)
    back = Counter(
        by_sku[order.lines[line.line - 1].sku or ""].category.category
        for order in returned
        for item in order.returns
        for line in item.lines
    )
    rates = {category: back[category] / sold[category] for category in sold}
    assert max(rates, key=lambda category: rates[category]) == "Outdoor Clothing"


def test_gardens_are_bought_in_spring_and_tents_in_summer(orders: list[OrderRecord]) -> None:
    by_sku = load_catalog().by_sku
    sold: Counter[tuple[str, int]] = Counter()
    for order in orders:
        assert order.placed_at is not None
        for line in order.lines:
            sold[by_sku[line.sku or ""].category.category, order.placed_at.month] += 1
    spring, summer, winter = (3, 4, 5), (6, 7, 8), (11, 12, 1)
    garden = [sum(sold["Garden", month] for month in season) for season in (spring, winter)]
    camping = [sum(sold["Camping", month] for month in season) for season in (summer, winter)]
    assert garden[0] > 1.3 * garden[1]
    assert camping[0] > 1.3 * camping[1]


def test_the_holidays_are_the_peak_and_the_shop_grows(orders: list[OrderRecord]) -> None:
    placed = Counter(order.placed_at.strftime("%Y-%m") for order in orders if order.placed_at)
    full_months = [month for month in placed if "2025-06" <= month <= "2026-10"]
    first_year = [month for month in full_months if month < "2026-03"]
    assert max(first_year, key=lambda month: placed[month]) in {"2025-11", "2025-12"}
    assert placed["2026-07"] > placed["2025-07"]


def test_late_parcels_get_worse_reviews(records: list[Record], orders: list[OrderRecord]) -> None:
    by_number = {order.number: order for order in orders}
    scores: dict[bool, list[int]] = {True: [], False: []}
    for review in only(ReviewRecord, records):
        order = by_number[review.order or ""]
        assert order.delivered_at is not None
        assert order.promised_at is not None
        scores[order.delivered_at > order.promised_at].append(review.score)
    late, in_time = (sum(scores[key]) / len(scores[key]) for key in (True, False))
    assert in_time - late > 0.8


def test_most_filled_carts_are_abandoned_and_the_newest_still_open(records: list[Record]) -> None:
    carts = Counter(visit.cart.status for visit in only(SessionRecord, records) if visit.cart)
    assert 0.6 < carts[CartStatus.ABANDONED] / carts.total() < 0.8
    assert carts[CartStatus.OPEN] > 0


def test_a_large_shop_keeps_the_visits_of_its_last_days_in_full() -> None:
    visits: Counter[date] = Counter()
    online: Counter[date] = Counter()
    for record in generate(7, TODAY, 2800, now=NOW):
        if isinstance(record, SessionRecord):
            visits[record.started_at.astimezone(ZONE).date()] += 1
        elif isinstance(record, OrderRecord) and record.channel in {Channel.WEB, Channel.APP}:
            assert record.placed_at is not None
            online[record.placed_at.astimezone(ZONE).date()] += 1
    assert visits.total() < 75_000
    assert min(visits) > min(online)
    kept = {day: count for day, count in online.items() if day >= min(visits)}
    assert all(25 * count < visits[day] < 40 * count for day, count in kept.items())


def test_order_numbers_cannot_be_told_from_one_another() -> None:
    numbers = OrderNumbers(7, 5000, taken=["FW-104233"])
    found = [numbers.number(k) for k in range(5000)]
    assert len(set(found)) == 5000
    assert "FW-104233" not in found
    steps = Counter(int(b[3:]) - int(a[3:]) for a, b in pairwise(found))
    assert max(steps.values()) < 20


def test_a_taken_number_is_passed_over() -> None:
    free = OrderNumbers(7, 3)
    taken = free.number(1)
    numbers = [OrderNumbers(7, 3, taken=[taken]).number(k) for k in range(3)]
    assert taken not in numbers
    assert len(set(numbers)) == 3
