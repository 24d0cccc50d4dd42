"""A scenario: who is asking for what, and what must be true when they are done. `docs/evaluating.md` describes it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from knowledge.shop_profile import Part, Text
from tools.commerce.schema import Base, Customer, Order, ProposalKind

Confirms = Literal["expected", "anything", "nothing"]
Fact = Literal[
    "order_number",
    "email",
    "postcode",
    "code",
    "item",
    "quantity",
    "option",
    "reason",
    "cause",
    "change",
    "address",
    "payment_method",
    "refund_to",
    "name",
    "phone",
    "newsletter",
]
"""What a shopper may be asked for."""

Cell = str | int | bool | None


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _column_of(model: type[Base]) -> Callable[[str], str]:
    def checked(name: str) -> str:
        if name not in model.__table__.columns:
            raise ValueError(f"is no column of {model.__tablename__}")
        return name

    return checked


OrderColumn = Annotated[str, AfterValidator(_column_of(Order))]
CustomerColumn = Annotated[str, AfterValidator(_column_of(Customer))]

Wordings = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
"""One text, or several ways of saying the same: each trial takes the next."""


class Replies(Part):
    """What must be true of replies. A text of alternatives, `Thursday|March 12`, is there if one of them is."""

    says: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    never_says: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    cites: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    """Parts of an article's address: `returns#window`."""
    shows: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    """Kinds of cards."""
    contact: bool = False
    """A person is offered: the shop's contact details, or a hand-over."""
    proposes: ProposalKind | None = None


class Step(Part):
    """One turn of a fixed list: a text, or a button of the open proposal. `{code}` is the newest one-time code."""

    say: Wordings | None = None
    press: Literal["confirm", "decline"] | None = None
    after_minutes: Annotated[int, Field(ge=0)] = 0
    """How long they wait before it."""
    expect: Replies = Replies()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.say is None) == (self.press is None):
            raise ValueError("a turn either says something or presses a button")
        return self


class Shopper(Part):
    """Whom to play: what they want, know, and will not accept."""

    wish: Wordings
    then: tuple[Wordings, ...] = ()
    """What they want after that, one thing at a time."""
    knows: Mapping[Fact, Wordings] = Field(default_factory=dict)
    confirms: Confirms = "expected"
    """Which proposals they say yes to: those that `expect.changes` lists, whatever is proposed, or none."""
    refuses: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    """Words, such as `store credit`: an answer or a proposal with them is turned down."""
    pays_at_most: Decimal | None = None
    objects: Text | None = None
    """Said to a proposal that is not what they want. Without it, they say what they want once more."""
    patience: Annotated[int, Field(ge=1, le=40)] = 10
    """Turns before they give up."""


class Change(Part):
    """A change that has been confirmed. What is left out may be anything."""

    kind: ProposalKind
    order: Text | None = None
    lines: Mapping[int, int] | None = None
    """Line number to quantity, all of them."""
    becomes: Mapping[int, Text] = Field(default_factory=dict)
    """Line number to words of what it turns into."""
    amount: Decimal | None = None
    """To the shopper, in major units; below zero from the shopper."""
    to: Text | None = None
    """Words of where the money goes, or comes from."""
    status: Literal["accepted", "needs_approval"] = "accepted"


class Expected(Part):
    """The end state. What was changed is `changes` and nothing else, in any order."""

    changes: tuple[Change, ...] = ()
    orders: Mapping[str, Mapping[OrderColumn, Cell]] = Field(default_factory=dict)
    """Order number to columns and values of its row."""
    customers: Mapping[str, Mapping[CustomerColumn, Cell]] = Field(default_factory=dict)
    """E-mail to columns and values."""
    replies: Replies = Replies()


class Scenario(Part):
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    hard: bool = False
    who: Annotated[str, Field(pattern=r"^(anonymous|analyst|(shopper|agent|manager):[^\s@]+@[^\s@]+)$")] = (
        "anonymous"
    )
    turns: tuple[Step, ...] = ()
    shopper: Shopper | None = None
    expect: Expected = Expected()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.turns) == (self.shopper is not None):
            raise ValueError("a scenario has either turns or a shopper")
        return self
