"""What staff ask about the shop's figures, and the readings that are right (`figure_questions.yaml`)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import DAY, Calendar, Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.schema import Channel, Device, PaymentMethodKind, ReturnReason

FILE = Path(__file__).with_suffix(".yaml")
OPEN = "open"
"""Instead of the days of a period: none is named."""
UNASKED_DAYS = timedelta(days=30)

Names = Annotated[tuple[str, ...], Field(min_length=1)]
Members = Mapping[Dimension, Names]


class Compared(StrEnum):
    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"
    TARGET = "target"


class Kept(StrEnum):
    """What stays: figures that are watched, or sent regularly."""

    WATCHES = "watches"
    DIGESTS = "digests"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Reading(_Strict):
    @property
    def of_metrics(self) -> tuple[str, ...]:
        """The names of the metrics that it speaks of."""
        return ()


class _Filtered(_Reading):
    only: Members = Field(default_factory=dict)
    without: Members = Field(default_factory=dict)

    def has_same_filters(self, found: "_Filtered") -> bool:
        return _plain(self.only) == _plain(found.only) and _plain(self.without) == _plain(found.without)


class _Dated(_Filtered):
    days: tuple[date, date] | None = None
    by: tuple[Dimension, ...] = ()
    compare: Compared | None = None

    @property
    def period(self) -> Period | None:
        return Period(*self.days) if self.days else None


class Kpis(_Dated):
    """A call of `query_kpis`."""

    metrics: Names
    grain: Grain | None = None
    top: int | None = None
    ascending: bool = False
    """The smallest first, and kept by `top`."""
    shares: bool = False

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return self.metrics

    def allows(self, found: "Reading") -> bool:
        """Whether `found` is this, but for a comparison, or a grain of an undivided figure, that nobody asked for."""
        return (
            isinstance(found, Kpis)
            and set(self.metrics) == set(found.metrics)
            and (self.metrics[0] == found.metrics[0] or not self.top)
            and self.days == found.days
            and self.by == found.by
            and self.has_same_filters(found)
            and self.compare in (None, found.compare)
            and (self.grain == found.grain or (self.grain is None and not self.by))
            and (self.top, self.ascending, self.shares) == (found.top, found.ascending, found.shares)
        )


class Why(_Dated):
    """A call of `explain_change`."""

    why: str
    compare: Compared = Compared.PREVIOUS

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return (self.why,)

    def allows(self, found: "Reading") -> bool:
        return (
            isinstance(found, Why)
            and (self.why, self.days, self.compare) == (found.why, found.days, found.compare)
            and set(self.by) == set(found.by)
            and self.has_same_filters(found)
        )


class Watch(_Filtered):
    """A threshold in the figure's own unit: minor units of money, 0 to 1 of a share."""

    watch: str
    above: Decimal | None = None
    below: Decimal | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("either above or below")
        return self

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return (self.watch,)


class Digest(_Filtered):
    digest: Names
    every: Literal["day", "week", "month"]
    weekday: Weekday | None = None
    at: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] | None = None
    by: tuple[Dimension, ...] = ()

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return self.digest


class Listing(_Reading):
    listing: Kept


class Stopping(_Reading):
    stopping: Kept


class Definition(_Reading):
    define: str

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return (self.define,)


class Catalog(_Reading):
    catalog: Literal["metrics", "dimensions"]


class Asks(_Reading):
    """One of these, metrics or dimensions, must be chosen first."""

    asks: Annotated[tuple[str, ...], Field(min_length=2)]


class Unknown(_Reading):
    """There is no such figure or cut; `nearest` are metrics, one of which should be named."""

    unknown: str
    nearest: tuple[str, ...]

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return self.nearest


class Missing(_Reading):
    """A name or a time that the shop has not; `near` are names that it has."""

    missing: str
    near: tuple[str, ...] = ()


class Beyond(_Reading):
    """No question about figures, so none is given."""

    beyond: Literal["policy", "stock", "order", "product", "small_talk"]


class Personal(_Reading):
    """The answer would be a customer's personal data: refused."""

    personal: Literal[True]


Reading = (
    Kpis
    | Why
    | Watch
    | Digest
    | Listing
    | Stopping
    | Definition
    | Catalog
    | Asks
    | Unknown
    | Missing
    | Beyond
    | Personal
)


class Question(_Strict):
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
        return any(
            one.allows(found) if isinstance(one, Kpis | Why) else one == found for one in self.readings
        )


class Ware(_Strict):
    name: str
    category: str
    brand: str
    price: Decimal
    skus: Names


class ShopNames(_Strict):
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


class Shop(_Strict):
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
    def all_questions(self) -> tuple[Question, ...]:
        """Those that stand alone, then those of the chains."""
        alone = (one for asked in self.questions.values() for one in asked)
        return (*alone, *(one for chain in self.chains for one in chain))


class FigureQuestions(_Strict):
    """`coming` are names of metrics that are not defined yet."""

    coming: tuple[str, ...] = ()
    shops: tuple[Shop, ...]


def figure_questions() -> FigureQuestions:
    return FigureQuestions.model_validate(yaml.safe_load(FILE.read_text("utf-8")))


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


def _plain(members: Members) -> dict[Dimension, frozenset[str]]:
    return {dimension: frozenset(name.casefold() for name in names) for dimension, names in members.items()}
