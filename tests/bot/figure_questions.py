"""What staff ask about the shop's figures, and the readings that are right (`figure_questions.yaml`)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from knowledge.plain_yaml import plain_values
from knowledge.shop_profile import DEMO_SHOP, ShopProfile, Target, Weekday
from tests.bot.figure_calls import called
from tests.bot.figure_readings import Kpis, Names, Reading, Strict, Why
from tools.commerce.metrics.calendar import DAY, Calendar
from tools.commerce.schema import Channel, Device, PaymentMethodKind, ReturnReason

FILE = Path(__file__).with_suffix(".yaml")
OPEN = "open"
"""Instead of the days of a period: none is named."""
UNASKED_DAYS = timedelta(days=30)


class Question(Strict):
    say: Annotated[str, Field(min_length=1)]
    right: Reading
    accept: tuple[Reading, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """In the file the right reading's fields stand beside `say`."""
        reading = {key: value for key, value in values.items() if key not in ("say", "accept")}
        return {"say": values["say"], "right": reading, "accept": values.get("accept", ())}

    @property
    def readings(self) -> tuple[Reading, ...]:
        return (self.right, *self.accept)

    def is_answered_by(self, found: Reading) -> bool:
        return any(one.allows(found) for one in self.readings)


class Ware(Strict):
    name: str
    category: str
    brand: str
    price: Decimal
    skus: Names


class ShopNames(Strict):
    """Of a shop that is made for these questions."""

    regions: Mapping[str, Names]
    carriers: Names
    warehouses: Names
    sellers: Names
    channels: tuple[Channel, ...]
    devices: tuple[Device, ...]
    payment_methods: tuple[PaymentMethodKind, ...]
    reasons: tuple[ReturnReason, ...]
    sources: Names
    wares: tuple[Ware, ...]


class Shop(Strict):
    """A shop that is asked on the day `today`; `questions` are by kind, each chain is one conversation.

    Its data are the demo shop's with `orders` orders and `seed`, or are made from its `catalog`."""

    name: str
    today: date
    zone: str
    locale: str
    currency: str
    week_starts_on: Weekday
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)]
    orders: int
    seed: int | None = None
    targets: tuple[Target, ...]
    catalog: ShopNames | None = None
    questions: Mapping[str, tuple[Question, ...]]
    chains: tuple[Annotated[tuple[Question, ...], Field(min_length=2, max_length=4)], ...]

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, values: dict[str, Any]) -> dict[str, Any]:
        today = values["today"]
        questions = {
            kind: [_spelled_out(one, today) for one in asked] for kind, asked in values["questions"].items()
        }
        chains = [[_spelled_out(one, today) for one in chain] for chain in values["chains"]]
        return {**values, "questions": questions, "chains": chains}

    @model_validator(mode="after")
    def _made_one_way(self) -> Self:
        if (self.seed is None) == (self.catalog is None):
            raise ValueError(f"{self.name}: either a seed or a catalog")
        return self

    @property
    def calendar(self) -> Calendar:
        return Calendar(ZoneInfo(self.zone), self.week_starts_on, self.fiscal_year_starts)

    @property
    def profile(self) -> ShopProfile:
        own = ("currency", "locale", "week_starts_on", "fiscal_year_starts", "targets")
        update = {name: getattr(self, name) for name in own} | {"time_zone": self.zone}
        return ShopProfile.load(DEMO_SHOP).model_copy(update=update)

    @property
    def asked_at(self) -> datetime:
        """11 a.m. of its today."""
        return datetime.combine(self.today, time(11), ZoneInfo(self.zone)).astimezone(UTC)

    def reading_of(self, tool: str, arguments: Mapping[str, Any]) -> Kpis | Why | None:
        """What a call of a tool shows; None of one that reads no figures. Raises ValidationError."""
        found = called(tool, arguments)
        return found and found.in_terms_of(self.calendar)

    @property
    def all_questions(self) -> tuple[Question, ...]:
        """Those that stand alone, then those of the chains."""
        alone = (one for asked in self.questions.values() for one in asked)
        return (*alone, *(one for chain in self.chains for one in chain))


class FigureQuestions(Strict):
    """`coming` are names of metrics that are not defined yet."""

    coming: tuple[str, ...] = ()
    shops: tuple[Shop, ...]

    def shop(self, name: str) -> Shop:
        return next(one for one in self.shops if one.name == name)


def figure_questions() -> FigureQuestions:
    return FigureQuestions.model_validate(plain_values(FILE.read_text("utf-8")))


def _spelled_out(question: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Where no period is named, the thirty days before today are right, and the month to date is accepted."""
    readings = [
        {key: value for key, value in question.items() if key not in ("say", "accept")},
        *question.get("accept", ()),
    ]
    spelled: list[Mapping[str, Any]] = []
    for one in readings:
        if one.get("days") != OPEN:
            spelled.append(one)
            continue
        spelled.append({**one, "days": (today - UNASKED_DAYS, today - DAY)})
        spelled.append({**one, "days": (today.replace(day=1), today)})
    return {"say": question["say"], **spelled[0], "accept": spelled[1:]}
