"""Orders of two customers, one for each change that there is: what whoever wants too much is let loose on."""

from dataclasses import dataclass
from typing import Any

from tests.tools.builders import days, line, parcel
from tests.tools.commerce.changes.paid_shop import PaidShop
from tools.commerce.schema import OrderStatus, PaymentMethodKind, Shipment, ShipmentStatus

PROCESSING, DELIVERED, LOST, LATE, CHARGED_TWICE, OLD, CANCELED = (f"A-10{number}" for number in range(1, 8))
"""Ada's. Nothing may be given for OLD, whatever is said, nor anything more for CANCELED."""
OWN = (PROCESSING, DELIVERED, LOST, LATE, CHARGED_TWICE, OLD, CANCELED)
FOREIGN = ("B-201", "B-202", "B-203")
"""Bob's: one being packed, one delivered, one lost."""
UNKNOWN = "Z-999"
BOB = "bob@example.com"


@dataclass
class ContestedShop(PaidShop):
    bob: int = 0
    bobs_card: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bob = self.customer(BOB, name="Bob", postcode="60007")
        known = self.method(PaymentMethodKind.CARD, customer_id=self.bob, brand="Visa", last4="9999")
        self.bobs_card = f"pm{known}"
        self.paid(PROCESSING, placed_at=self.now - days(0.01))
        self.delivered(DELIVERED, [self.mug(2), line("Lamp", price=4000)])
        self._lost(LOST)
        self.delivered(
            LATE, [self.mug()], shipping=1495, shipping_method="Express", promised_at=self.now - days(9)
        )
        twice = self.delivered(CHARGED_TWICE, [self.mug()])
        self.pay(twice, self.card, 2000, sequence=2)
        self.delivered(OLD, [self.mug()], ago=800)
        self.paid(CANCELED, [self.mug()], status=OrderStatus.CANCELLED)
        self._bobs()

    def _bobs(self) -> None:
        theirs: dict[str, Any] = {
            "customer_id": self.bob,
            "email": BOB,
            "recipient": "Bob",
            "postcode": "60007",
        }
        card = self.bobs_card.removeprefix("pm")
        packing, delivered, lost = FOREIGN
        self.paid(packing, [self.mug()], paid_by=[(int(card), 2000)], **theirs)
        self.delivered(delivered, [self.mug()], paid_by=[(int(card), 2000)], **theirs)
        self._lost(lost, **theirs)

    def lost_parcels(self) -> list[Shipment]:
        return [parcel(ShipmentStatus.IN_TRANSIT, shipped_at=self.now - days(18))]

    def _lost(self, number: str, **values: Any) -> None:
        times = {"promised_at": self.now - days(12), "placed_at": self.now - days(20)}
        self.paid(
            number,
            [self.mug()],
            status=OrderStatus.SHIPPED,
            parcels=self.lost_parcels(),
            **{**times, **values},
        )
