"""What a shop that is made from a catalog has, as people say it and as its data have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.places import COUNTRY_NAMES
from tests.bot.figure_questions import ShopNames
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.metric import Metric, Unit

BOUNDS = {
    Unit.COUNT: ("{}", "{}", (3, 5, 10, 25)),
    Unit.MONEY: ("${}", "{}", (50, 200, 1000)),
    Unit.SHARE: ("{}%", "{}%", (2, 5, 8, 40)),
    Unit.PER: ("{}", "{}", (2, 3)),
    Unit.DAYS: ("{} days", "{}", (2, 3, 5)),
    Unit.HOURS: ("{} hours", "{}", (10, 24)),
    Unit.SCORE: ("{}", "{}", (3, 4)),
}
"""How a size is said of each unit, how the tool takes it, and some."""


@dataclass(frozen=True)
class Member:
    words: str
    name: str


def is_told(dimension: Dimension, metric: Metric) -> bool:
    """Reasons of handoffs and disputes are others than those of returns."""
    return dimension is not Dimension.REASON or metric.name == "returns"


def members(names: ShopNames) -> Mapping[Dimension, Sequence[Member]]:
    plain: Mapping[Dimension, Sequence[str]] = {
        Dimension.CHANNEL: names.channels,
        Dimension.DEVICE: names.devices,
        Dimension.CATEGORY: sorted({one.category for one in names.wares}),
        Dimension.BRAND: sorted({one.brand for one in names.wares}),
        Dimension.PRODUCT: [one.name for one in names.wares],
        Dimension.VARIANT: [sku for one in names.wares for sku in one.skus],
        Dimension.REGION: [one for regions in names.regions.values() for one in regions],
        Dimension.CARRIER: names.carriers,
        Dimension.WAREHOUSE: names.warehouses,
        Dimension.SELLER: names.sellers,
        Dimension.PAYMENT_METHOD: names.payment_methods,
        Dimension.REASON: names.reasons,
        Dimension.SOURCE: names.sources,
    }
    told = {one: [Member(name.replace("_", " "), name) for name in known] for one, known in plain.items()}
    told[Dimension.COUNTRY] = [
        Member(next(words for words, it in COUNTRY_NAMES.items() if it == code).title(), code)
        for code in names.regions
    ]
    told[Dimension.CUSTOMER_KIND] = [Member(f"{kind} customers", kind) for kind in ("new", "returning")]
    return told
