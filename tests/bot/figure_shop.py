"""The shops that questions about figures are asked of, each name of theirs in their data."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.bot.figure_questions import Shop, ShopNames, Ware
from tools.commerce.database import Database
from tools.commerce.demo import create_demo_shop
from tools.commerce.importing import ShopDefaults, load
from tools.commerce.importing.records import (
    AddressRecord,
    CartRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    PaymentRecord,
    ProductRecord,
    Record,
    RefundRecord,
    ReturnLineRecord,
    ReturnRecord,
    ReviewRecord,
    SellerRecord,
    SessionRecord,
    ShipmentRecord,
    StockRecord,
    VariantRecord,
    WarehouseRecord,
)
from tools.commerce.schema import (
    CartStatus,
    Channel,
    OrderStatus,
    ReturnReason,
    ReturnStatus,
    ShipmentStatus,
)

DAYS_APART = 3
CUSTOMERS = 40
RETURNED = 6
"""Of so many orders one comes back."""


def build(shop: Shop, database: Database) -> None:
    """Fill the empty `database` with the shop as it is when it is asked."""
    now = shop.asked_at
    if shop.catalog is None:
        assert shop.seed is not None
        create_demo_shop(database, orders=shop.orders, seed=shop.seed, now=now)
        return
    with database.writing() as session:
        load(session, _records(shop, shop.catalog, now), ShopDefaults(shop.currency, ZoneInfo(shop.zone)))


def _records(shop: Shop, names: ShopNames, now: datetime) -> Iterator[Record]:
    dice = Random(shop.orders)
    for seller in names.sellers:
        yield SellerRecord(id=seller, name=seller)
    for place in range(CUSTOMERS):
        yield CustomerRecord(id=f"c{place}", email=f"c{place}@{shop.name}.example", name=f"Customer {place}")
    for place, ware in enumerate(names.wares):
        yield _product(
            ware, names.sellers[place // 3 % len(names.sellers)] if place % 3 == 0 else None, names
        )
    orders = [_order(place, names, now, dice) for place in range(shop.orders)]
    yield from orders
    for place, order in enumerate(orders[::4]):
        yield ReviewRecord(
            id=f"v{place}",
            product=order.lines[0].product,
            order=order.number,
            score=dice.randint(3, 5),
            created_at=order.delivered_at,
        )
    for place, order in enumerate(orders):
        yield _visit(f"b{place}", order, names, dice, bought=True)
        yield _visit(f"l{place}", order, names, dice, bought=False)


def _product(ware: Ware, seller: str | None, names: ShopNames) -> ProductRecord:
    def variant(place: int, sku: str) -> VariantRecord:
        stock = tuple(
            StockRecord(warehouse=WarehouseRecord(id=name, name=name), on_hand=(place + number) % 3 * 5)
            for number, name in enumerate(names.warehouses)
        )
        return VariantRecord(
            sku=sku, options={"Model": sku}, price=ware.price, cost=ware.price / 2, stock=stock
        )

    return ProductRecord(
        id=ware.name,
        name=ware.name,
        category=ware.category,
        brand=ware.brand,
        seller=seller,
        variants=tuple(variant(place, sku) for place, sku in enumerate(ware.skus)),
    )


def _order(place: int, names: ShopNames, now: datetime, dice: Random) -> OrderRecord:
    """The newest has the place 0."""
    placed = now - timedelta(days=1 + place * DAYS_APART, hours=dice.randrange(24))
    arrived = placed + timedelta(days=dice.randint(1, 6))
    delivered = arrived if arrived < now else None
    country = dice.choice(tuple(names.regions))
    ware = dice.choice(names.wares)
    line = LineRecord(
        sku=dice.choice(ware.skus), product=ware.name, quantity=dice.randint(1, 3), unit_price=ware.price
    )
    came_back = delivered is not None and place % RETURNED == 0
    return OrderRecord(
        number=f"C-{1000 + place}",
        customer=f"c{dice.randrange(CUSTOMERS)}",
        status=OrderStatus.DELIVERED if delivered else OrderStatus.SHIPPED,
        channel=dice.choice(names.channels),
        device=dice.choice(names.devices),
        placed_at=placed,
        promised_at=placed + timedelta(days=4),
        delivered_at=delivered,
        address=AddressRecord(
            line1="1 Ring Road", region=dice.choice(names.regions[country]), country=country
        ),
        lines=(line,),
        payments=(
            PaymentRecord(method=dice.choice(names.payment_methods), amount=ware.price * line.quantity),
        ),
        shipments=(
            ShipmentRecord(
                status=ShipmentStatus.DELIVERED if delivered else ShipmentStatus.IN_TRANSIT,
                warehouse=dice.choice(names.warehouses),
                carrier=dice.choice(names.carriers),
                shipped_at=placed + timedelta(hours=dice.randint(4, 20)),
                delivered_at=delivered,
            ),
        ),
        returns=(_return(place, arrived, dice.choice(names.reasons)),) if came_back else (),
        refunds=(RefundRecord(amount=ware.price, return_id=f"R-{place}", created_at=arrived),)
        if came_back
        else (),
    )


def _return(place: int, opened: datetime, reason: ReturnReason) -> ReturnRecord:
    return ReturnRecord(
        id=f"R-{place}",
        status=ReturnStatus.COMPLETED,
        requested_at=opened,
        lines=(ReturnLineRecord(line=1, reason=reason),),
    )


def _visit(ref: str, order: OrderRecord, names: ShopNames, dice: Random, *, bought: bool) -> SessionRecord:
    assert order.placed_at
    (line,) = order.lines
    return SessionRecord(
        id=ref,
        started_at=order.placed_at - timedelta(minutes=9 if bought else 90),
        channel=Channel.WEB,
        device=order.device,
        source=dice.choice(names.sources),
        order=order.number if bought else None,
        cart=CartRecord(
            items=line.quantity,
            value=line.unit_price * line.quantity,
            status=CartStatus.ORDERED if bought else CartStatus.ABANDONED,
        ),
    )
