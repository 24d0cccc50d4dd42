"""What has happened before a rule is tried: orders that came, that are late, or that have not left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.tools.builders import days, event, parcel
from tests.tools.commerce.changes.change_builders import claim, exchange, to_sku
from tests.tools.commerce.changes.paid_shop import PaidShop
from tests.tools.commerce.changes.returns_builders import of_category, wish
from tests.tools.commerce.changes.rule_case import CitingShop
from tools.commerce.changes.requests import ChangeRequest, ExchangeRequest, RefundRequest, ReturnRequest
from tools.commerce.schema import OrderStatus, RefundCause, ShipmentStatus


def returned(
    request: ReturnRequest, *, ago: float = 5, country: str = "US"
) -> Callable[[CitingShop], ChangeRequest]:
    """Two mugs and a lamp came some days ago."""

    def asks(shop: CitingShop) -> ChangeRequest:
        shop.delivered(ago=ago, country=country)
        return request

    return asks


def returned_of(
    category: str | None, request: ReturnRequest, *, ago: float = 5, **product: Any
) -> Callable[[CitingShop], ChangeRequest]:
    """One piece of a product with rules of its own came some days ago."""

    def asks(shop: CitingShop) -> ChangeRequest:
        shop.delivered(items=[of_category(shop, category, **product)], ago=ago)
        return request

    return asks


def from_the_season(shop: CitingShop) -> ChangeRequest:
    shop.delivered(ago=74, placed_at=datetime(2025, 12, 20, 12, tzinfo=UTC))
    return wish()


def exchanged(
    request: ExchangeRequest, *, ago: float = 5, before: ExchangeRequest | None = None
) -> Callable[[CitingShop], ChangeRequest]:
    def asks(shop: CitingShop) -> ChangeRequest:
        shop.delivered(ago=ago)
        if before:
            shop.done(before)
        return request

    return asks


def for_another_product(shop: CitingShop) -> ChangeRequest:
    shop.delivered(items=[shop.mug(1), of_category(shop, "Decor", price=1500)])
    (other,) = [one for one in shop.skus() if not one.startswith("MUG")]
    return exchange(to_sku(1, other))


def not_shipped(
    request: ChangeRequest, *, before: ChangeRequest | None = None, minutes: int = 5
) -> Callable[[CitingShop], ChangeRequest]:
    """An order of some minutes ago that is being processed."""

    def asks(shop: CitingShop) -> ChangeRequest:
        shop.paid(placed_at=shop.now - timedelta(minutes=minutes), country="US", shipping_method="Standard")
        if before:
            shop.done(before)
        return request

    return asks


def as_guest(request: ChangeRequest) -> Callable[[CitingShop], ChangeRequest]:
    def asks(shop: CitingShop) -> ChangeRequest:
        shop.as_guest(shop.paid(country="US"))
        return request

    return asks


def late(shop: PaidShop) -> ChangeRequest:
    """A next-day delivery, its fee $5.00, that came a day after the promise."""
    shop.delivered(promised_at=shop.now - days(6), shipping_method="Next Day")
    return claim(RefundCause.LATE_DELIVERY)


def late_after(*, own: int = 0, other: int = 0, ago: float = 1) -> Callable[[CitingShop], ChangeRequest]:
    """The same, after refunds by a person, for this order and for another."""

    def asks(shop: CitingShop) -> ChangeRequest:
        request = late(shop)
        (order_id,) = shop.order_ids()
        if own:
            shop.refunded(order_id, own, ago=ago)
        if other:
            shop.refunded(shop.delivered("A-2"), other, ago=ago)
        return request

    return asks


def silent(
    silent_days: float = 8,
    *,
    promised: float = 2,
    country: str = "US",
    request: RefundRequest | None = None,
) -> Callable[[CitingShop], ChangeRequest]:
    """A parcel that nobody has scanned for so many days, promised for some days ago."""

    def asks(shop: CitingShop) -> ChangeRequest:
        seen = event(shop.now - days(silent_days), "In transit")
        way = parcel(ShipmentStatus.IN_TRANSIT, shipped_at=seen.occurred_at, events=[seen])
        shop.paid(
            status=OrderStatus.SHIPPED,
            parcels=[way],
            promised_at=shop.now - days(promised),
            country=country,
        )
        return request or claim(RefundCause.LOST_PARCEL)

    return asks


def marked_delivered(shop: CitingShop) -> ChangeRequest:
    shop.delivered()
    return claim(RefundCause.LOST_PARCEL)
