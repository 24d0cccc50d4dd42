"""How long parcels take, and whether they keep what was promised."""

from sqlalchemy import and_, func

from tools.commerce.metrics import facts
from tools.commerce.metrics.metric import Better, Metric, Quantile, Ratio, Unit, rows
from tools.commerce.metrics.sql import seconds_between
from tools.commerce.schema import Order, Shipment

HOUR, DAY = 3600, 86_400

_promised = func.coalesce(Shipment.promised_at, Order.promised_at)
_has_promise = _promised.is_not(None)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="on_time_delivery",
        title="On-time delivery",
        definition="Parcels that arrived by the time that was promised, divided by all that arrived and had a promise.",
        time_basis="by the day the parcel arrived",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(facts.PARCELS_DELIVERED, and_(_has_promise, Shipment.delivered_at <= _promised)),
            rows(facts.PARCELS_DELIVERED, _has_promise),
        ),
        synonyms=("on time rate", "punctuality", "on-time rate", "delivered on time"),
    ),
    *(
        Metric(
            name=f"fulfilment_time_{name}",
            title=f"Fulfilment time ({said})",
            definition=f"Hours from the order to the hand-over of the parcel to the carrier: {meaning}.",
            time_basis="by the day the parcel left",
            unit=Unit.HOURS,
            better=Better.DOWN,
            formula=Quantile(
                facts.PARCELS_SENT,
                seconds_between(Order.placed_at, Shipment.shipped_at),
                Order.placed_at.is_not(None),
                percent,
            ),
            synonyms=synonyms,
            scale=HOUR,
        )
        for name, said, meaning, percent, synonyms in (
            (
                "median",
                "median",
                "half of them took no longer",
                50,
                ("fulfilment time", "time to ship", "handling time"),
            ),
            (
                "p90",
                "90th percentile",
                "nine in ten took no longer",
                90,
                ("slow fulfilment", "p90 fulfilment time"),
            ),
        )
    ),
    *(
        Metric(
            name=f"delivery_time_{name}",
            title=f"Delivery time ({said})",
            definition=f"Days from the order to the arrival of the parcel: {meaning}.",
            time_basis="by the day the parcel arrived",
            unit=Unit.DAYS,
            better=Better.DOWN,
            formula=Quantile(
                facts.PARCELS_DELIVERED,
                seconds_between(Order.placed_at, Shipment.delivered_at),
                Order.placed_at.is_not(None),
                percent,
            ),
            synonyms=synonyms,
            scale=DAY,
        )
        for name, said, meaning, percent, synonyms in (
            (
                "median",
                "median",
                "half of them took no longer",
                50,
                ("delivery time", "shipping time", "time to deliver"),
            ),
            (
                "p90",
                "90th percentile",
                "nine in ten took no longer",
                90,
                ("slow deliveries", "p90 delivery time"),
            ),
        )
    ),
)
