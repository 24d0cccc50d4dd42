"""A change as far as the person has told it; kept with each answer until it is settled."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from tools.cards import LineFacts
from tools.change_cards import Choice, Need
from tools.commerce.schema import ProposalKind


class _Noted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Line(_Noted):
    """A line of the order, as much of it as words can mean."""

    line: int
    name: str
    options: str | None = None
    quantity: int = 1

    @classmethod
    def of(cls, facts: LineFacts) -> "Line":
        return cls(line=facts.line, name=facts.name, options=facts.options, quantity=facts.quantity)

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
        return self.model_copy(update=other.model_dump(exclude_none=True))


class Draft(_Noted):
    change: ProposalKind
    order: str | None = None
    lines: tuple[Line, ...] = ()
    """Those of the order, to find what is meant by later words."""
    items: tuple[Item, ...] = ()
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
    said: tuple[str, ...] = ()
    """The words that the person spent on it, oldest first."""
    asked: Need | None = None
    about: int | None = None
    """The line that the open question is about."""
    choices: tuple[Choice, ...] = ()
    """The answers that the open question came with."""
    missed: int = 0
    """How often in a row the open question was not answered."""
    offered: bool = False
    """Whether it stands as an offer that the person may accept."""
    reminded: int = 0

    def line(self, number: int | None) -> Line | None:
        return next((line for line in self.lines if line.line == number), None)

    def chosen(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if any(item.line == line.line for item in self.items))

    def with_items(self, items: Sequence[Item]) -> "Draft":
        return self.model_copy(update={"items": tuple(items), "whole": False})

    def but(self, **known: object) -> "Draft":
        return self.model_copy(update=known)

    def waiting(self, need: Need, choices: Sequence[Choice] = (), about: int | None = None) -> "Draft":
        """With its open question; the same question again counts as not answered."""
        again = self.asked is need and self.about == about
        return self.but(
            asked=need,
            choices=tuple(choices),
            about=about,
            missed=self.missed + 1 if again else 0,
            offered=False,
        )
