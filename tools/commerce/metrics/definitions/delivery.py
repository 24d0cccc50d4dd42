"""How long parcels take, and whether they keep what was promised."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import InstrumentedAttribute

from tools.commerce.metrics import facts
from tools.commerce.metrics.facts import Fact
from tools.commerce.metrics.metric import Better, Metric, Quantile, Ratio, Unit, rows
from tools.commerce.metrics.sql import seconds_between
from tools.commerce.schema import Order, Shipment

HOUR, DAY = 3600, 86_400

_promised = func.coalesce(Shipment.promised_at, Order.promised_at)
_has_promise = _promised.is_not(None)


@dataclass(frozen=True)
class _Share:
    name: str
    said: str
    meaning: str
    percent: int


_HALF = _Share("median", "median", "half of them took no longer", 50)
_NINE_IN_TEN = _Share("p90", "90th percentile", "nine in ten took no longer", 90)


def _since_order(fact: Fact, moment: InstrumentedAttribute[datetime | None], share: _Share) -> Quantile:
    took = seconds_between(Order.placed_at, moment)
    return Quantile(fact, took, Order.placed_at.is_not(None), share.percent)


METRICS: tuple[Metric, ...] = (
    Metric(
        name="on_time_delivery",
        title="On-time delivery",
        definition="Parcels that arrived by the time that was promised, divided by all that arrived and had a promise.",
        time_basis="by the day the parcel arrived",
        unit=Unit.SHARE,
        better=Better.UP,
        formula=Ratio(
            rows(facts.PARCELS_DELIVERED, Shipment.delivered_at <= _promised),
            rows(facts.PARCELS_DELIVERED, _has_promise),
        ),
        synonyms=("on time rate", "punctuality", "on-time rate", "delivered on time"),
    ),
    *(
        Metric(
            name=f"fulfilment_time_{share.name}",
            title=f"Fulfilment time ({share.said})",
            definition=f"Hours from the order to the hand-over of the parcel to the carrier: {share.meaning}.",
            time_basis="by the day the parcel left",
            unit=Unit.HOURS,
            better=Better.DOWN,
            formula=_since_order(facts.PARCELS_SENT, Shipment.shipped_at, share),
            synonyms=synonyms,
            scale=HOUR,
        )
        for share, synonyms in (
            (_HALF, ("fulfilment time", "time to ship", "time to dispatch")),
            (_NINE_IN_TEN, ("slow fulfilment", "p90 fulfilment time")),
        )
    ),
    *(
        Metric(
            name=f"delivery_time_{share.name}",
            title=f"Delivery time ({share.said})",
            definition=f"Days from the order to the arrival of the parcel: {share.meaning}.",
            time_basis="by the day the parcel arrived",
            unit=Unit.DAYS,
            better=Better.DOWN,
            formula=_since_order(facts.PARCELS_DELIVERED, Shipment.delivered_at, share),
            synonyms=synonyms,
            scale=DAY,
        )
        for share, synonyms in (
            (_HALF, ("delivery time", "shipping time", "time to deliver")),
            (_NINE_IN_TEN, ("slow deliveries", "p90 delivery time")),
        )
    ),
)
