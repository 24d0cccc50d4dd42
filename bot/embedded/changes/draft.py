"""A change as far as the person has told it; kept with each answer until it is settled."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.embedded.intents import Intent
from bot.embedded.reading.conditions import Condition
from tools.cards import LineFacts
from tools.change_cards import Choice, VersionFacts
from tools.commerce.schema import ProposalKind

MISSES = 2
"""After so many in a row a person is offered, and the question is let go of."""


class _Noted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Question(StrEnum):
    """What an open question asks for: what a tool needs, or what has to be known before one is asked."""

    LINES = "lines"
    REASON = "reason"
    VARIANT = "variant"
    ADDRESS = "address"
    PAYMENT_METHOD = "payment_method"
    REFUND_TO = "refund_to"
    CAUSE = "cause"
    DETAILS = "details"
    NUMBER = "number"
    """How many of the one line that is meant."""
    CHANGE = "change"
    """Which kind of change they want."""
    OFFER = "offer"
    """Whether they want what is possible instead."""


class Line(_Noted):
    """A line of the order, as much of it as words can mean."""

    line: int
    name: str
    options: str | None = None
    quantity: int = 1
    price: int | None = None
    """Of one, in minor units."""
    category: str | None = None
    comes_in: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The options of its product, with their values."""

    @classmethod
    def of(cls, facts: LineFacts) -> "Line":
        return cls(
            line=facts.line,
            name=facts.name,
            options=facts.options,
            quantity=facts.quantity,
            price=facts.unit_price.amount,
            category=facts.category,
            comes_in=facts.comes_in,
        )

    def __hash__(self) -> int:
        """By less than makes two lines equal: a dictionary has none."""
        return hash((self.line, self.name, self.options, self.quantity, self.price))

    @property
    def label(self) -> str:
        shown = f"{self.name} ({self.options})" if self.options else self.name
        return f"{self.quantity} x {shown}" if self.quantity > 1 else shown


class Item(_Noted):
    """A line that the change is about; all of it where `quantity` is None."""

    line: int
    quantity: int | None = None
    sku: str | None = None


class Address(_Noted):
    """Of a postal address, what was said; it goes to a tool once it is whole."""

    recipient: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        needed = {
            "the street and number": self.line1,
            "the city": self.city,
            "the postcode": self.postcode,
            "the country": self.country,
        }
        return tuple(name for name, value in needed.items() if not value)

    def completed_by(self, other: "Address") -> "Address":
        """Another street has another flat, or none."""
        flat = {"line2": None} if other.line1 else {}
        return self.model_copy(update=flat | other.model_dump(exclude_none=True))


class Later(_Noted):
    """Another change that the person asked for; it waits until the one before it is settled."""

    intent: Intent
    text: str
    instead: bool = False
    """Whether it is wanted only if the one before it is not."""


class Draft(_Noted):
    change: ProposalKind
    order: str | None = None
    lines: tuple[Line, ...] = ()
    """Those of the order, to find what is meant by later words."""
    paid_by: tuple[str, ...] = ()
    """How the order was paid, as people read it."""
    country: str | None = None
    """Where the order goes, as two letters."""
    goes_to: Address | None = None
    """The address on the order, where it can be read."""
    items: tuple[Item, ...] = ()
    among: tuple[int, ...] = ()
    """Lines of which some are meant, and nobody has said yet which or how many."""
    whole: bool = False
    """Whether they mean everything that is left of the order."""
    reason: str | None = None
    refund_to: str | None = None
    payment_method: str | None = None
    cause: str | None = None
    address: Address | None = None
    name: str | None = None
    phone: str | None = None
    newsletter: bool | None = None
    condition: Condition | None = None
    """What the wish depends on, until that is judged."""
    otherwise: Later | None = None
    """What is wanted if it doesn't hold."""
    said: tuple[str, ...] = ()
    """The words that the person spent on it, oldest first."""
    asked: Question | None = None
    question: str = ""
    """The open question in full."""
    about: int | None = None
    """The line that the open question is about."""
    choices: tuple[Choice, ...] = ()
    """The answers that the open question came with."""
    versions: tuple[VersionFacts, ...] = ()
    """All versions of the product of the line `about`, as the tool last told them."""
    missed: int = 0
    """How often in a row the open question was not answered."""
    proposed: bool = False
    """Whether it was proposed as it stands, and the person is to say yes or no."""
    supposed: bool = False
    """Whether they have only asked what it would come to."""
    idle: int = 0
    """For how many turns they have spoken of something else since."""

    def line(self, number: int | None) -> Line | None:
        return next((line for line in self.lines if line.line == number), None)

    @property
    def chosen(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if any(item.line == line.line for item in self.items))

    def but(self, **known: object) -> "Draft":
        return self.model_copy(update=known)

    def told_as_much_as(self, other: "Draft") -> bool:
        """Whether nothing that a proposal is made of differs."""
        return all(getattr(self, name) == getattr(other, name) for name in _TOLD)


_TOLD = "change items among whole reason refund_to payment_method cause address name phone newsletter".split()
