"""A small tea and music shop whose records look like nobody else's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from tools.commerce.importing.records import (
    AddressRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    PaymentRecord,
    ProductRecord,
    Record,
    ShipmentRecord,
    StockRecord,
    VariantRecord,
    WarehouseRecord,
)
from tools.commerce.schema import OrderStatus, PaymentMethodKind, ShipmentStatus

HEX = "9f86d081884c7d659a2feaa0c55ad015"
NUMBERS = ("10023", HEX, "#W1234567")
EMAIL = "noor@tea.example"
POSTCODE = "60614"


def records(now: datetime) -> Iterator[Record]:
    yield ProductRecord(
        id="tea",
        name="Assam Breakfast Tea",
        description="A malty black tea, picked in the second flush.",
        category="Tea",
        attributes={"Caffeine": "high", "Steep time": "4 minutes"},
        variants=tuple(
            _variant(f"TEA-{grind[:2]}-{pack}", {"Leaf": grind, "Pack": pack}, on_hand)
            for grind, pack, on_hand in (("Whole", "250g", 12), ("Whole", "1kg", 0), ("Broken", "250g", 3))
        ),
    )
    yield ProductRecord(
        id="strings",
        name="Cello Strings",
        description="Steel strings with a warm tone.",
        category="Music",
        variants=(_variant("STR-4", {"Tension": "Medium"}, 7),),
    )
    yield CustomerRecord(id="c1", email=EMAIL, name="Noor Haddad")
    for place, number in enumerate(NUMBERS):
        yield _order(number, now - timedelta(days=20 - 6 * place), now)


def _variant(sku: str, options: dict[str, str], on_hand: int) -> VariantRecord:
    stock = StockRecord(warehouse=WarehouseRecord(id="main", name="Main store"), on_hand=on_hand)
    return VariantRecord(sku=sku, options=options, price=Decimal("18.50"), stock=(stock,))


def _order(number: str, placed: datetime, now: datetime) -> OrderRecord:
    return OrderRecord(
        number=number,
        customer="c1",
        email=EMAIL,
        status=OrderStatus.SHIPPED,
        placed_at=placed,
        paid_at=placed,
        shipping=Decimal("4.00"),
        promo_code="STEEP10" if number == HEX else None,
        discount=Decimal("1.85") if number == HEX else Decimal(0),
        address=AddressRecord(
            recipient="Noor Haddad", line1="9 Canal Road", city="Chicago", postcode=POSTCODE
        ),
        lines=(LineRecord(sku="TEA-Wh-250g", product="tea", unit_price=Decimal("18.50")),),
        payments=(
            PaymentRecord(method=PaymentMethodKind.CARD, label="Visa ending in 1111", amount=Decimal(20)),
        ),
        shipments=(
            ShipmentRecord(
                id=f"p-{number}",
                status=ShipmentStatus.IN_TRANSIT,
                carrier="Courier One",
                tracking_number=f"CO{len(number)}",
                shipped_at=placed + timedelta(days=1),
                estimated_at=now + timedelta(days=2),
            ),
        ),
    )
