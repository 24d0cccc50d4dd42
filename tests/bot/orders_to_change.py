"""Orders of two shops in every state that a change can meet: just placed, under way, arrived, late, lost, too old."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tools.commerce.importing.records import (
    AddressRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    PaymentMethodRecord,
    PaymentRecord,
    ProductRecord,
    Record,
    ShipmentRecord,
    StockRecord,
    TrackingEventRecord,
    VariantRecord,
    WarehouseRecord,
)
from tools.commerce.schema import OrderStatus, PaymentMethodKind, ShipmentStatus

HOME = AddressRecord(
    label="Home", line1="12 Alder Street", city="Portland", region="OR", postcode="97202", country="US"
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

Lines = Sequence[LineRecord]


def of_demo_shop(now: datetime) -> Iterator[Record]:
    """For the demo shop, beside its own customers."""
    robin = _person("robin", "robin.hale@fernway.example", "Robin Hale", "2001", paypal=True, gift_card=500)
    jules = _person("jules", "jules.moreau@fernway.example", "Jules Moreau", "2002")
    yield from (robin, jules)
    yield _waiting(
        "FW-501220",
        robin,
        now - 20 * MINUTE,
        [
            _line("MLBMUG-SAND", "48.00", 3),
            _line("HRBLMP-SAGE", "89.00"),
            _line("LDGFLC-OAT-M", "89.00"),
        ],
    )
    yield _arrived(
        "FW-502310",
        jules,
        now - 4 * DAY,
        [
            _line("MLBMUG-SAND", "48.00", 2),
            _line("HRBLMP-SAGE", "89.00"),
            _line("LDGFLC-OAT-M", "89.00"),
            _line("CNTBTL-MOSS-32OZ", "34.00"),
        ],
    )
    yield _waiting("FW-503777", None, now - 30 * MINUTE, [_line("LINTWL-SAGE", "24.00", 2)])
    yield _arrived("FW-503888", None, now - 6 * DAY, [_line("CNTBTL-MOSS-32OZ", "34.00")])


def of_other_shop(now: datetime) -> Iterator[Record]:
    """For the tea shop, which sells cups, shoes, fans and coats as well."""
    yield _product("cup", "Stoneware Cup", "Ware", "18.00", [{"Glaze": g} for g in ("Cobalt", "Ash", "Moss")])
    yield _product(
        "shoes",
        "Trail Shoes",
        "Footwear",
        "95.00",
        [{"Size": size, "Shade": shade} for size in ("8", "9", "10") for shade in ("Red", "Black")],
    )
    yield _product("fan", "Desk Fan", "Appliances", "40.00", [{}])
    yield _product("coat", "Rain Coat", "Outlet", "60.00", [{"Size": "M"}, {"Size": "L"}], final_sale=True)
    ines = _person("ines", "ines@tea.example", "Ines Duarte", "7001", paypal=True)
    olu = _person("olu", "olu@tea.example", "Olu Adeyemi", "7002")
    petra = _person("petra", "petra@tea.example", "Petra Novak", "7003")
    quinn = _person("quinn", "quinn@tea.example", "Quinn Sato", "7004")
    vera = _person("vera", "vera@tea.example", "Vera Lindt", "7005")
    wim = _person("wim", "wim@tea.example", "Wim de Boer", "7006")
    yield from (ines, olu, petra, quinn, vera, wim)
    yield _waiting(
        "PX/2024-77",
        ines,
        now - 20 * MINUTE,
        [_line("CUP-Cobalt", "18.00", 3), _line("SHOES-8-Black", "95.00"), _line("FAN", "40.00")],
    )
    yield _arrived(
        "31337",
        ines,
        now - 5 * DAY,
        [
            _line("CUP-Cobalt", "18.00", 2),
            _line("CUP-Ash", "18.00"),
            _line("SHOES-9-Red", "95.00"),
            _line("FAN", "40.00"),
        ],
    )
    yield _under_way("40404", olu, now - 2 * DAY, [_line("FAN", "40.00")])
    yield _arrived("80808", olu, now - 90 * DAY, [_line("SHOES-10-Black", "95.00")])
    yield _arrived("L-9001", petra, now - 3 * DAY, [_line("COAT-M", "60.00")])
    yield _arrived(
        "L-9002",
        petra,
        now - 2 * DAY,
        [_line("SHOES-8-Red", "95.00")],
        promised=now - 6 * DAY,
        method="Express",
        shipping="14.95",
    )
    yield _under_way("Q-LOST", quinn, now - 12 * DAY, [_line("FAN", "40.00")])
    yield _waiting("Q-TWICE-5", quinn, now - 300 * MINUTE, [_line("SHOES-8-Red", "95.00")], times_paid=2)
    yield _arrived("V-100", vera, now - 5 * DAY, [_line("FAN", "40.00", 6)])
    yield _arrived("W-300", wim, now - 60 * DAY, [_line("FAN", "40.00")])
    yield _under_way("W-301", wim, now - 2 * DAY, [_line("SHOES-8-Red", "95.00")])
    yield _waiting("W-302", wim, now - 30 * MINUTE, [_line("FAN", "40.00")])
    yield _waiting("G-5501", None, now - 30 * MINUTE, [_line("CUP-Moss", "18.00", 2)])
    yield _arrived("G-5502", None, now - 6 * DAY, [_line("SHOES-9-Black", "95.00")])


def _product(
    key: str,
    name: str,
    category: str,
    price: str,
    options: Sequence[dict[str, str]],
    *,
    final_sale: bool = False,
) -> ProductRecord:
    stock = StockRecord(warehouse=WarehouseRecord(id="main", name="Main store"), on_hand=40, reserved=10)
    return ProductRecord(
        id=key,
        name=name,
        category=category,
        final_sale=final_sale,
        variants=tuple(
            VariantRecord(
                sku="-".join([key.upper(), *values.values()]),
                options=values,
                price=Decimal(price),
                stock=(stock,),
            )
            for values in options
        ),
    )


def _person(
    key: str, email: str, name: str, last4: str, *, paypal: bool = False, gift_card: int = 0
) -> CustomerRecord:
    methods = [
        PaymentMethodRecord(id=f"{key}-card", kind=PaymentMethodKind.CARD, brand="Visa", last4=last4),
    ]
    if paypal:
        methods.append(PaymentMethodRecord(id=f"{key}-paypal", kind=PaymentMethodKind.PAYPAL))
    if gift_card:
        methods.append(
            PaymentMethodRecord(
                id=f"{key}-gift",
                kind=PaymentMethodKind.GIFT_CARD,
                last4="7788",
                balance=Decimal(gift_card),
                currency="USD",
            )
        )
    address = HOME.model_copy(update={"recipient": name, "is_default": True})
    return CustomerRecord(
        id=key,
        email=email,
        name=name,
        phone="+1 503 555 0100",
        newsletter=True,
        addresses=(address,),
        payment_methods=tuple(methods),
    )


def _line(sku: str, price: str, quantity: int = 1) -> LineRecord:
    return LineRecord(sku=sku, quantity=quantity, unit_price=Decimal(price))


def _order(
    number: str,
    who: CustomerRecord | None,
    placed: datetime,
    lines: Lines,
    *,
    status: OrderStatus,
    shipping: str = "5.95",
    method: str = "Standard",
    promised: datetime | None = None,
    delivered: datetime | None = None,
    shipments: Sequence[ShipmentRecord] = (),
    times_paid: int = 1,
) -> OrderRecord:
    total = sum((line.unit_price * line.quantity for line in lines), Decimal(shipping))
    card = who.payment_methods[0] if who else None
    payment = PaymentRecord(
        method=PaymentMethodKind.CARD,
        payment_method=card.id if card else None,
        label=f"Visa ending in {card.last4}" if card else "Visa ending in 6006",
        amount=total,
        occurred_at=placed,
    )
    return OrderRecord(
        number=number,
        customer=who.id if who else None,
        email=who.email if who else "guest@mail.example",
        status=status,
        placed_at=placed,
        paid_at=placed,
        promised_at=promised,
        delivered_at=delivered,
        shipping=Decimal(shipping),
        shipping_method=method,
        address=HOME.model_copy(update={"recipient": who.name if who else "Gale Guest"}),
        lines=tuple(lines),
        payments=(payment,) * times_paid,
        shipments=tuple(shipments),
    )


def _waiting(
    number: str, who: CustomerRecord | None, placed: datetime, lines: Lines, *, times_paid: int = 1
) -> OrderRecord:
    return _order(number, who, placed, lines, status=OrderStatus.PROCESSING, times_paid=times_paid)


def _under_way(number: str, who: CustomerRecord, left: datetime, lines: Lines) -> OrderRecord:
    """Not scanned since it left."""
    parcel = ShipmentRecord(
        status=ShipmentStatus.IN_TRANSIT,
        carrier="Courier One",
        tracking_number=f"CO-{number}",
        shipped_at=left,
        events=(TrackingEventRecord(at=left, description="Picked up", status=ShipmentStatus.IN_TRANSIT),),
    )
    return _order(
        number,
        who,
        left - DAY,
        lines,
        status=OrderStatus.SHIPPED,
        promised=left + 4 * DAY,
        shipments=[parcel],
    )


def _arrived(
    number: str,
    who: CustomerRecord | None,
    came: datetime,
    lines: Lines,
    *,
    promised: datetime | None = None,
    method: str = "Standard",
    shipping: str = "5.95",
) -> OrderRecord:
    parcel = ShipmentRecord(
        status=ShipmentStatus.DELIVERED,
        carrier="Courier One",
        tracking_number=f"CO-{number}",
        shipped_at=came - 3 * DAY,
        delivered_at=came,
    )
    return _order(
        number,
        who,
        came - 5 * DAY,
        lines,
        status=OrderStatus.DELIVERED,
        promised=promised or came,
        delivered=came,
        method=method,
        shipping=shipping,
        shipments=[parcel],
    )
