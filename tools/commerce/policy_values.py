"""The kinds of value that the shop's rules are made of."""

from datetime import date
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from knowledge.currency import to_minor
from knowledge.shop_profile import Part, Text


class MonthDay(NamedTuple):
    """A day of any year."""

    month: int
    day: int

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


def _minor(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str):
        raise ValueError('an amount is written as a decimal string such as "5.95"')
    currency: str = (info.context or {})["currency"]
    minor = to_minor(value, currency)
    if minor < 0:
        raise ValueError("an amount cannot be negative")
    return minor


def _month_day(value: object) -> MonthDay:
    try:
        # A leap year, so that February 29 can be written.
        day = date.fromisoformat(f"2024-{value}")
    except ValueError:
        raise ValueError('a day of the year is written as "MM-DD"') from None
    return MonthDay(day.month, day.day)


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        raise ValueError("a value stands twice")
    return values


Amount = Annotated[int, BeforeValidator(_minor)]
"""Minor units of the shop's currency."""
Count = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, ge=1)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Day = Annotated[MonthDay, BeforeValidator(_month_day)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Names = Annotated[tuple[Text, ...], AfterValidator(distinct)]


class Range(Part):
    min: Count
    max: Count

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is greater than max")
        return self
