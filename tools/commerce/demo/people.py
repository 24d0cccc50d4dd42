"""Fernway's customers. The customer with a given index is always the same person, so none is kept in memory."""

from functools import cache
from hashlib import blake2b
from struct import Struct
from typing import Annotated, NamedTuple

from pydantic import Field

from knowledge.shop_files import read_yaml
from knowledge.shop_profile import Part, Text
from tools.commerce.demo.catalog import DATA
from tools.commerce.demo.trade import Trade
from tools.commerce.demo.weighted import Weighted
from tools.commerce.schema import PaymentMethodKind

Names = Annotated[tuple[Text, ...], Field(min_length=10)]


class Place(NamedTuple):
    city: str
    region: str
    postcode: str
    area_code: str
    weight: int
    warehouse: str


class PeopleFile(Part):
    first_names: Names
    last_names: Names
    streets: Names
    places: Annotated[tuple[Place, ...], Field(min_length=10)]

    def place(self, city: str) -> Place:
        """The place written `Portland, OR`. Raises KeyError."""
        return {f"{place.city}, {place.region}": place for place in self.places}[city]


class Card(NamedTuple):
    kind: PaymentMethodKind
    brand: str
    last4: str

    @property
    def label(self) -> str:
        return f"{self.brand} ending in {self.last4}"


class Person(NamedTuple):
    """`gift_card` is the balance in cents of the card that they still hold, if any."""

    ref: str
    name: str
    email: str
    phone: str
    line1: str
    line2: str | None
    place: Place
    card: Card
    newsletter: bool
    has_paypal: bool
    gift_card: int | None

    @property
    def address(self) -> dict[str, object]:
        return {
            "recipient": self.name,
            "line1": self.line1,
            "line2": self.line2,
            "city": self.place.city,
            "region": self.place.region,
            "postcode": self.place.postcode,
            "country": "US",
        }


class People:
    """`person(i)` for any i from 0. E-mail domains are reserved ones, phone numbers fictional ones (555-01xx)."""

    def __init__(self, seed: int, trade: Trade) -> None:
        file = load_people()
        self._file = file
        self._places = Weighted((place, place.weight) for place in file.places)
        self._brands = trade.draws.card_brand
        self._shares = trade.shares
        self._key = seed.to_bytes(16, "big", signed=True)

    def person(self, index: int) -> Person:
        file, shares = self._file, self._shares
        traits = _Traits(*_NUMBERS.unpack(self._digest(index)))
        first = file.first_names[traits.first % len(file.first_names)]
        last = file.last_names[traits.last % len(file.last_names)]
        place = self._places.at(traits.place / 65_536)
        debit = traits.debit / 65_536 < shares.debit
        gift = traits.gift / 65_536
        return Person(
            ref=self.ref(index),
            name=f"{first} {last}",
            email=f"{first}.{last}.{index + 1}@example.com".lower(),
            phone=f"+1 {place.area_code}-555-01{traits.phone % 100:02}",
            line1=f"{traits.house % 2400 + 1} {file.streets[traits.street % len(file.streets)]}",
            line2=f"Apt {traits.apartment % 40 + 1}" if traits.apartment % 4 == 0 else None,
            place=place,
            card=Card(
                kind=PaymentMethodKind.DEBIT_CARD if debit else PaymentMethodKind.CARD,
                # The first brands of the list issue debit cards too.
                brand=self._brands.at(traits.brand / 65_536 * (0.8 if debit else 1)),
                last4=f"{traits.last4 % 10_000:04}",
            ),
            newsletter=traits.newsletter / 65_536 < shares.newsletter,
            has_paypal=traits.paypal % 5 < 2,
            gift_card=500 * (traits.gift % 21) if gift < shares.gift_card else None,
        )

    @staticmethod
    def ref(index: int) -> str:
        return f"C-{100_000 + index}"

    def _digest(self, index: int) -> bytes:
        return blake2b(index.to_bytes(8, "big"), key=self._key, digest_size=_NUMBERS.size).digest()


class _Traits(NamedTuple):
    """A number from 0 to 65,535 for each, fixed by the seed and the person's index."""

    first: int
    last: int
    place: int
    house: int
    street: int
    apartment: int
    debit: int
    brand: int
    last4: int
    phone: int
    newsletter: int
    paypal: int
    gift: int


_NUMBERS = Struct(f">{len(_Traits._fields)}H")


@cache
def load_people() -> PeopleFile:
    """Raises ShopFileError, naming the line, when the file is wrong."""
    return read_yaml(DATA / "people.yaml").validated(PeopleFile)
