"""What people ask a shop, in the shares that the load benchmarks use, no two messages quite the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tools.commerce.demo import NamedCustomer, named_customers
from tools.commerce.schema import Role


class Kind(StrEnum):
    ORDERS = "orders"
    POLICIES = "policies"
    CHANGES = "changes"
    STOCK = "stock"
    FIGURES = "figures"


SHARES = {Kind.ORDERS: 40, Kind.POLICIES: 25, Kind.CHANGES: 15, Kind.STOCK: 10, Kind.FIGURES: 10}
"""In a hundred messages."""

ASKED = {
    Kind.ORDERS: (
        "where is order {order}?",
        "what did I order last?",
        "show me my orders",
        "when will {order} arrive?",
        "has {order} been sent yet?",
    ),
    Kind.POLICIES: (
        "how long can I return things?",
        "what does delivery cost?",
        "do you ship abroad?",
        "can I pay with a gift card?",
        "how do I get a warranty repair?",
    ),
    Kind.CHANGES: (
        "cancel order {order}",
        "I'd like to send back what is in {order}, it doesn't fit",
        "please change the address of {order} to 12 Oak Street, Portland, OR 97201",
    ),
    Kind.STOCK: (
        "is the floor lamp in stock?",
        "do you have tents under ${amount}?",
        "which mugs do you have?",
    ),
    Kind.FIGURES: (
        "how many orders did we get last month?",
        "what was our revenue by channel this year?",
        "average order value in the last {amount} days",
    ),
}
BEFORE = (
    "",
    "Hi, ",
    "Hello! ",
    "Good morning, ",
    "Hey, ",
    "Quick question: ",
    "Sorry to bother you, ",
    "Hi there, ",
)
AFTER = (
    "",
    " Thanks!",
    " Thank you.",
    " Please let me know.",
    " I need it for a trip.",
    " It's for my sister.",
)


@dataclass(frozen=True)
class Asker:
    """Somebody in a conversation of their own: a shopper, or an analyst where `customer` is None."""

    customer: NamedCustomer | None

    @property
    def role(self) -> Role:
        return Role.SHOPPER if self.customer else Role.ANALYST

    @property
    def email(self) -> str:
        return self.customer.email if self.customer else "analyst@shop.example"


def conversation(dice: random.Random, turns: int) -> tuple[Asker, list[str]]:
    """Whose it is, and its messages. Figures are asked by staff, so their share is one of conversations."""
    if dice.randrange(100) < SHARES[Kind.FIGURES]:
        return Asker(None), [message(dice, Kind.FIGURES, None) for _ in range(turns)]
    customer = dice.choice(named_customers())
    kinds = [kind for kind in Kind if kind is not Kind.FIGURES]
    drawn = dice.choices(kinds, [SHARES[kind] for kind in kinds], k=turns)
    return Asker(customer), [message(dice, kind, customer) for kind in drawn]


def message(dice: random.Random, kind: Kind, customer: NamedCustomer | None) -> str:
    asked = dice.choice(ASKED[kind]).format(
        order=dice.choice(customer.order_numbers) if customer else "", amount=dice.randrange(20, 400)
    )
    return f"{dice.choice(BEFORE)}{asked}{dice.choice(AFTER)}"


def messages(dice: random.Random, customer: NamedCustomer) -> Iterator[str]:
    """What one shopper goes on to ask, without an end."""
    kinds = [kind for kind in Kind if kind is not Kind.FIGURES]
    while True:
        yield message(dice, dice.choices(kinds, [SHARES[kind] for kind in kinds])[0], customer)
