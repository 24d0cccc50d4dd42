"""Where parcels are, and how honest their estimates are. Today is March 10 in the shop's zone."""

from datetime import UTC, date, datetime

import pytest

from tests.tools.builders import NOW, Shop, ask, days, event, line, parcel
from tools.cards import ParcelFacts, TrackingCard
from tools.commerce.schema import OrderStatus, Shipment, ShipmentLine, ShipmentStatus
from tools.orders import track_parcel

pytestmark = pytest.mark.anyio


async def track(shop: Shop, parcels: list[Shipment], **order: object) -> TrackingCard:
    ada = shop.customer("ada@example.com")
    shop.order("A-1001", customer_id=ada, parcels=parcels, **{"status": OrderStatus.SHIPPED, **order})  # type: ignore[arg-type] # columns of an order
    found = await ask(track_parcel, shop.context(shop.conversation(customer_id=ada)), order_number="A-1001")
    assert isinstance(found, TrackingCard)
    return found


async def only_parcel(shop: Shop, one: Shipment, **order: object) -> ParcelFacts:
    (facts,) = (await track(shop, [one], **order)).parcels
    return facts


def delivered_before(shop: Shop, transit_days: list[float], carrier: str, service: str | None = None) -> None:
    """Parcels of other orders that arrived lately after so many days on the way."""
    for number, taken in enumerate(transit_days):
        arrived = NOW - days(1 + number % 30)
        shop.order(
            f"Z-{carrier}-{service}-{number}",
            status=OrderStatus.DELIVERED,
            parcels=[
                parcel(
                    ShipmentStatus.DELIVERED,
                    carrier=carrier,
                    service=service,
                    shipped_at=arrived - days(taken),
                    delivered_at=arrived,
                )
            ],
        )


async def test_a_parcel_on_its_way_shows_the_carriers_events_and_estimate(shop: Shop) -> None:
    one = parcel(
        carrier="UPS",
        tracking_number="1Z999",
        shipped_at=NOW - days(2),
        promised_at=NOW + days(3),
        estimated_at=NOW + days(1),
        events=[
            event(NOW - days(2), "Picked up", "Burlington, VT"),
            event(datetime(2026, 3, 10, 3, 0, tzinfo=UTC), "Arrived at hub", "Albany, NY"),
        ],
    )

    facts = await only_parcel(shop, one, items=[line("Mug", quantity=2)])

    assert (facts.carrier, facts.tracking_number) == ("UPS", "1Z999")
    assert [happened.description for happened in facts.events] == ["Arrived at hub", "Picked up"]
    assert facts.events[0].at.isoformat() == "2026-03-09T23:00:00-04:00"
    assert (facts.expected_on, facts.expected_from) == (date(2026, 3, 11), "the carrier's latest estimate")
    assert facts.days_late == 0
    assert facts.contents == ("2 x Mug",)


async def test_without_a_carriers_word_the_promise_holds_while_it_can(shop: Shop) -> None:
    facts = await only_parcel(
        shop, parcel(shipped_at=NOW - days(1), promised_at=NOW, estimated_at=NOW - days(1))
    )

    assert (facts.expected_on, facts.expected_from) == (date(2026, 3, 10), "the date promised with the order")
    assert facts.days_late == 0


async def test_a_late_parcel_is_estimated_from_what_the_same_service_took_lately(shop: Shop) -> None:
    delivered_before(shop, [4, 5, 5, 5, 5, 6, 6, 6, 6, 9, 9, 9], "UPS", "Ground")
    delivered_before(shop, [1] * 12, "UPS", "Air")
    one = parcel(carrier="UPS", service="Ground", shipped_at=NOW - days(5), promised_at=NOW - days(2))

    facts = await only_parcel(shop, one)

    assert facts.days_late == 2
    assert (facts.expected_on, facts.expected_by) == (date(2026, 3, 11), date(2026, 3, 14))
    assert facts.expected_from == "how long parcels with UPS usually take"


async def test_a_service_with_few_parcels_is_estimated_from_all_of_the_carrier(shop: Shop) -> None:
    delivered_before(shop, [7] * 12, "UPS", "Ground")
    one = parcel(carrier="UPS", service="Rare", shipped_at=NOW - days(5), promised_at=NOW - days(2))

    assert (await only_parcel(shop, one)).expected_on == date(2026, 3, 12)


async def test_a_range_that_has_begun_starts_today(shop: Shop) -> None:
    delivered_before(shop, [4, 4, 4, 4, 4, 4, 4, 4, 8, 8, 8, 8], "UPS")
    one = parcel(carrier="UPS", shipped_at=NOW - days(6), promised_at=NOW - days(2))

    facts = await only_parcel(shop, one)

    assert (facts.expected_on, facts.expected_by) == (date(2026, 3, 10), date(2026, 3, 12))


async def test_a_parcel_that_took_longer_than_usual_gets_no_invented_date(shop: Shop) -> None:
    delivered_before(shop, [3] * 12, "UPS")
    one = parcel(carrier="UPS", shipped_at=NOW - days(9), promised_at=NOW - days(5))

    facts = await only_parcel(shop, one)

    assert (facts.expected_on, facts.expected_by, facts.days_late) == (None, None, 5)
    assert facts.expected_from == "it has taken longer than parcels with UPS usually do"


async def test_deliveries_of_last_year_and_of_other_carriers_say_nothing(shop: Shop) -> None:
    delivered_before(shop, [7] * 12, "DHL")
    old = NOW - days(200)
    for number in range(12):
        shipped = parcel(ShipmentStatus.DELIVERED, carrier="UPS", shipped_at=old, delivered_at=old + days(7))
        shop.order(f"Y-{number}", status=OrderStatus.DELIVERED, parcels=[shipped])
    one = parcel(carrier="UPS", shipped_at=NOW - days(5), promised_at=NOW - days(2))

    facts = await only_parcel(shop, one)

    assert (facts.expected_on, facts.expected_from) == (None, "there is no newer estimate from the carrier")


async def test_what_is_out_for_delivery_today_is_expected_today(shop: Shop) -> None:
    one = parcel(
        ShipmentStatus.OUT_FOR_DELIVERY,
        shipped_at=NOW - days(4),
        promised_at=NOW - days(1),
        events=[event(NOW, "Out for delivery")],
    )

    facts = await only_parcel(shop, one)

    assert (facts.expected_on, facts.expected_from) == (
        date(2026, 3, 10),
        "the carrier has it out for delivery",
    )
    assert facts.days_late == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (ShipmentStatus.LOST, "the carrier reports the parcel as lost"),
        (
            ShipmentStatus.EXCEPTION,
            "the carrier reports a problem with the parcel and gives no new date",
        ),
    ],
)
async def test_a_lost_or_stuck_parcel_is_said_to_be_so(
    shop: Shop, status: ShipmentStatus, reason: str
) -> None:
    facts = await only_parcel(shop, parcel(status, shipped_at=NOW - days(9), promised_at=NOW - days(3)))

    assert (facts.status, facts.expected_on, facts.expected_from) == (status, None, reason)
    assert facts.days_late == 3


async def test_a_delivered_parcel_has_its_day_and_how_late_it_came(shop: Shop) -> None:
    one = parcel(ShipmentStatus.DELIVERED, promised_at=NOW - days(3), delivered_at=NOW - days(1))

    facts = await only_parcel(shop, one, status=OrderStatus.DELIVERED)

    assert (facts.delivered_on, facts.expected_on, facts.days_late) == (date(2026, 3, 9), None, 2)


@pytest.mark.parametrize("status", [OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.UNAVAILABLE])
async def test_nothing_of_a_closed_order_is_late_now(shop: Shop, status: OrderStatus) -> None:
    facts = await only_parcel(
        shop, parcel(shipped_at=NOW - days(3000), promised_at=NOW - days(2990)), status=status
    )

    assert (facts.days_late, facts.expected_on, facts.expected_from) == (0, None, None)


async def test_a_replacement_for_an_order_that_arrived_is_still_on_its_way(shop: Shop) -> None:
    one = parcel(shipped_at=NOW - days(2), promised_at=NOW + days(2))
    delivered = {"status": OrderStatus.DELIVERED, "delivered_at": NOW - days(9), "promised_at": NOW - days(8)}

    facts = await only_parcel(shop, one, **delivered)

    assert (facts.expected_on, facts.days_late) == (date(2026, 3, 12), 0)


async def test_years_without_word_are_not_counted_in_days(shop: Shop) -> None:
    facts = await only_parcel(shop, parcel(shipped_at=NOW - days(3000), promised_at=NOW - days(2990)))

    assert (facts.days_late, facts.expected_on) == (0, None)
    assert facts.expected_from == "there has been no word of its delivery for a long time"


async def test_an_order_without_parcels_has_its_promise_and_how_late_that_is(shop: Shop) -> None:
    waiting = await track(shop, [], status=OrderStatus.PROCESSING, promised_at=NOW - days(2))

    assert (waiting.parcels, waiting.promised_on, waiting.days_late) == ((), date(2026, 3, 8), 2)


async def test_each_of_several_parcels_says_what_is_in_it(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")
    mugs, tent = line("Mug", quantity=2), line("Tent")
    first, second = parcel(shipped_at=NOW - days(1)), parcel(ShipmentStatus.PREPARING)
    shop.order("A-1001", customer_id=ada, items=[mugs, tent], parcels=[first, second])
    shop.add(
        ShipmentLine(shipment_id=first.id, order_line_id=mugs.id, quantity=1),
        ShipmentLine(shipment_id=second.id, order_line_id=mugs.id, quantity=1),
        ShipmentLine(shipment_id=second.id, order_line_id=tent.id, quantity=1),
    )

    card = await ask(track_parcel, shop.context(shop.conversation(customer_id=ada)), order_number="A-1001")

    assert [one.contents for one in card.parcels] == [("1 x Mug",), ("1 x Mug", "1 x Tent")]
