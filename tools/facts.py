"""What every fact that a tool tells is made of."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from tools.commerce.money import format_money


class Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Facts):
    amount: int
    currency: str
    text: str

    @classmethod
    def of(cls, minor: int, currency: str) -> Self:
        return cls(amount=minor, currency=currency, text=format_money(minor, currency))
