"""Who is asking, and what they have proved."""

from dataclasses import dataclass
from enum import StrEnum

from tools.commerce.schema import Role


class IdentityLevel(StrEnum):
    ANONYMOUS = "anonymous"
    ORDER = "order"
    """Showed the e-mail or postcode on some orders: sees those orders alone."""
    ACCOUNT = "account"
    """Showed the shop's token or a one-time code: sees everything of that customer."""
    STAFF = "staff"


@dataclass(frozen=True)
class Principal:
    """Comes from the session, never from a model. Every query of orders starts from it."""

    role: Role = Role.SHOPPER
    customer_id: int | None = None
    proved_orders: frozenset[int] = frozenset()
    staff_email: str | None = None

    @property
    def level(self) -> IdentityLevel:
        if self.role is not Role.SHOPPER:
            return IdentityLevel.STAFF
        if self.customer_id is not None:
            return IdentityLevel.ACCOUNT
        return IdentityLevel.ORDER if self.proved_orders else IdentityLevel.ANONYMOUS

    @property
    def sees_every_order(self) -> bool:
        return self.role in {Role.AGENT, Role.MANAGER}

    @property
    def sees_figures(self) -> bool:
        return self.role in {Role.ANALYST, Role.MANAGER}


ANONYMOUS = Principal()
