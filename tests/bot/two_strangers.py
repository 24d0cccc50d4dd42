"""Three customers: one who asks, and two strangers whose data carries signs that nobody else may ever see."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from tools.commerce.importing.records import (
    AddressRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    PaymentRecord,
    Record,
    RefundRecord,
    ReturnLineRecord,
    ReturnRecord,
    ShipmentRecord,
    TrackingEventRecord,
)
from tools.commerce.schema import OrderStatus, PaymentMethodKind, ReturnStatus, ShipmentStatus

OWN_NUMBER, OWN_EMAIL, OWN_POSTCODE = "FW-500001", "ada@shop.example", "05401"
KNOWN_NUMBER = "FW-500002"
"""Of the first stranger: the number has got about, the e-mail and the postcode have not."""
KNOWN_EMAIL = "bruno@shop.example"
"""Of the second stranger: the e-mail has got about, the number of the order has not."""
SIGNS = ("qzx", "77 Heron Lane", "60007", "FW-500003", "hidden@shop.example")
"""What no message of the one who asks ever holds, and every text of the strangers' does."""


def records(now: datetime) -> Iterator[Record]:
    yield CustomerRecord(id="own", email=OWN_EMAIL, name="Ada Park")
    yield CustomerRecord(id="first", email="hidden@shop.example", name="Qzx First", phone="+1 555 qzx")
    yield CustomerRecord(id="second", email=KNOWN_EMAIL, name="Qzx Second")
    yield _order("own", OWN_NUMBER, OWN_EMAIL, OWN_POSTCODE, "Enamel mug", now)
    yield _order("first", KNOWN_NUMBER, "hidden@shop.example", "60007", "Qzx lantern", now)
    yield _order("second", "FW-500003", KNOWN_EMAIL, "60007", "Qzx blanket", now)


def _order(customer: str, number: str, email: str, postcode: str, item: str, now: datetime) -> OrderRecord:
    sign = "" if customer == "own" else "qzx"
    shipped = now - timedelta(days=2)
    return OrderRecord(
        number=number,
        customer=customer,
        email=email,
        status=OrderStatus.SHIPPED,
        placed_at=now - timedelta(days=3),
        note=f"{sign} leave it with the neighbor",
        promo_code=f"{sign}SAVE",
        address=AddressRecord(
            recipient=f"{sign} Somebody",
            line1="77 Heron Lane" if sign else "1 Oak Street",
            city=f"{sign} Town",
            postcode=postcode,
        ),
        lines=(LineRecord(name=item, unit_price=Decimal(20)),),
        payments=(PaymentRecord(method=PaymentMethodKind.CARD, label=f"{sign} Visa", amount=Decimal(20)),),
        shipments=(
            ShipmentRecord(
                id=f"parcel-{number}",
                status=ShipmentStatus.IN_TRANSIT,
                carrier=f"{sign} Carrier",
                tracking_number=f"{sign}-1Z999",
                shipped_at=shipped,
                events=(TrackingEventRecord(at=shipped, description=f"{sign} Picked up"),),
            ),
        ),
        returns=(
            ReturnRecord(
                id=f"RMA-{sign}{customer}", status=ReturnStatus.REQUESTED, lines=(ReturnLineRecord(line=1),)
            ),
        ),
        refunds=(RefundRecord(id=f"refund-{customer}", amount=Decimal(5), label=f"{sign} Visa"),),
    )
