"""How Fernway trades: the typed form of `data/trade.yaml`."""

from functools import cache, cached_property
from typing import Annotated

from pydantic import Field

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, Text
from tools.commerce.demo.catalog import DATA, Slug
from tools.commerce.demo.weighted import Weighted
from tools.commerce.policy_values import Country, Day
from tools.commerce.schema import Channel, Device, PaymentMethodKind

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0)]


class TradeSeller(Part):
    id: Slug
    name: Text
    city: Text
    region: Text
    country: Country


class TradeWarehouse(TradeSeller):
    """`hub` is where its carriers sort what leaves it."""

    hub: Text


class Promotion(Part):
    """A code that takes `percent` off; `share` of the orders use it, and demand is `demand` times the usual."""

    code: Text
    percent: Annotated[int, Field(gt=0, lt=100)]
    start: Annotated[Day, Field(alias="from")]
    until: Day
    share: Share
    demand: Weight


class Shares(Part):
    """Fractions of 1, of what is said beside each in the file."""

    new_customer: Annotated[float, Field(gt=0, le=1)]
    newsletter: Share
    debit: Share
    gift_card: Share
    pay_by_gift_card: Share
    cancelled: Share
    unavailable: Share
    late: Share
    lost: Share
    two_parcels: Share
    exchange: Share
    return_rejected: Share
    return_cancelled: Share
    review: Share
    conversion: Annotated[float, Field(gt=0, le=1)]
    cart: Share


class Trade(Part):
    sellers: tuple[TradeSeller, ...]
    warehouses: tuple[TradeWarehouse, ...]
    out_of_stock: dict[str, Annotated[int, Field(gt=0)] | None]
    growth: Weight
    weekday_demand: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
    hour_demand: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
    promotions: tuple[Promotion, ...]
    sales_tax_percent: dict[str, Annotated[str, Field(pattern=r"^\d{1,2}(\.\d{1,2})?$")]]
    channels: dict[Channel, Weight]
    devices: dict[Device, Weight]
    sources: dict[str, Weight]
    lines_per_order: dict[int, Weight]
    quantities: dict[int, Weight]
    delivery: dict[str, Weight]
    carriers: dict[str, Weight]
    payments: dict[PaymentMethodKind, Weight]
    card_brands: dict[str, Weight]
    cancel_reasons: dict[str, Weight]
    shares: Shares
    delays: tuple[Text, ...]

    @cached_property
    def tax_basis_points(self) -> dict[str, int]:
        return {state: round(float(percent) * 100) for state, percent in self.sales_tax_percent.items()}

    @cached_property
    def draws(self) -> "Draws":
        return Draws(self)


class Draws:
    """The weighted choices of `trade.yaml`, ready to draw from."""

    def __init__(self, trade: Trade) -> None:
        self.hour = Weighted(enumerate(trade.hour_demand))
        self.channel = Weighted(trade.channels.items())
        self.device = Weighted(trade.devices.items())
        self.source = Weighted(trade.sources.items())
        self.lines = Weighted(trade.lines_per_order.items())
        self.quantity = Weighted(trade.quantities.items())
        self.delivery = Weighted(trade.delivery.items())
        self.carrier = Weighted(trade.carriers.items())
        self.payment = Weighted(trade.payments.items())
        self.card_brand = Weighted(trade.card_brands.items())
        self.cancel_reason = Weighted(trade.cancel_reasons.items())


@cache
def load_trade() -> Trade:
    """Raises ShopFileError, naming the line, when the file is wrong."""
    return read_yaml(DATA / "trade.yaml").validated(Trade)
