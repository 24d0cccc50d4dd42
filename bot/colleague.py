"""Somebody of the shop's people who answers shoppers."""

from dataclasses import dataclass

from tools.commerce.schema import Role


@dataclass(frozen=True)
class Colleague:
    """Who it is comes from the session, never from what somebody typed. Shoppers read the name."""

    email: str
    name: str
    role: Role = Role.AGENT
