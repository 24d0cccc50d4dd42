"""The port to whoever moves the shop's money: a provider, or the embedded book."""

from dataclasses import dataclass
from typing import Protocol

from tools.commerce.schema import LedgerKind


@dataclass(frozen=True)
class Instruction:
    """One movement. The same `key` is sent with every try, and moves the money at most once."""

    key: str
    kind: LedgerKind
    amount_minor: int
    currency: str
    payment_ref: str | None
    """The provider's own name of the payment that is refunded or released."""
    method_ref: str | None
    """The provider's own name of the payment method that is charged."""
    is_repeat: bool = False
    """Whether it may have been sent before."""
    resent: int = 0
    """How often somebody had it sent once more after it was refused: a refusal from before says nothing then."""


class GatewayRefused(Exception):
    """A final no: trying again would not help. `code` is stable and holds nothing personal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class GatewayUnreachable(Exception):
    """Nobody knows yet whether it was done: try again with the same key. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PaymentGateway(Protocol):
    """`send` is synchronous and ends within ten seconds."""

    def send(self, instruction: Instruction) -> str:
        """Carry it out, and return the provider's own name of what was done.

        Raises GatewayRefused or GatewayUnreachable.
        """
        ...
