"""The facts that a wish depended on, in words, and what follows from them."""

from collections.abc import Sequence
from datetime import date

from bot.embedded.wording.phrases import on_day
from knowledge.wording import listed
from tools.cards import OrderCard
from tools.commerce.schema import OrderStatus

BACK = "You would get back"
COSTS = "It would cost"

_STATUS = {
    OrderStatus.PENDING: "hasn't shipped yet",
    OrderStatus.PROCESSING: "hasn't shipped yet",
    OrderStatus.SHIPPED: "has shipped and is on its way",
    OrderStatus.DELIVERED: "has been delivered",
    OrderStatus.CANCELLED: "is canceled already",
    OrderStatus.UNAVAILABLE: "can't be delivered",
}


def status(card: OrderCard) -> str:
    return f"Your order {card.number} {_STATUS[card.status]}"


def order_cost(number: str) -> str:
    return f"Your order {number} came to"


def items_cost(names: Sequence[str]) -> str:
    return f"{listed(names)} came to"


def goes_to(to: Sequence[str]) -> str:
    return f"The money would go to {listed(to)}" if to else "No money would go back"


def cost(amount: str | None) -> str:
    return f"{COSTS} {amount}" if amount else "It costs nothing"


def arrival(expected: date, today: date) -> str:
    came = "It came" if expected < today else "It should arrive"
    return f"{came} {on_day(expected, today)}"


def so(why: str, follows: str) -> str:
    """`follows` names what is gone on with."""
    return f"{why}, so we go on with {follows}."


def shall_i(about: str) -> str:
    return f"Shall I go on with {about}?"


def left(why: str) -> str:
    return f"{why}, so I've left everything as it is."


def not_as_wanted(why: str, instead: str | None) -> str:
    """Before a proposal that is not what they made it depend on; `instead` names what they would rather have then."""
    other = f"go on with {instead}" if instead else "leave it"
    return f"{why}, which isn't what you asked for. If you'd rather {other}, just say no."


def cannot_tell(said: str) -> str:
    return f"I can't tell from here whether “{said}” is so; you decide that."
