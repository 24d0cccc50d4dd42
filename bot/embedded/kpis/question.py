"""A question about the shop's figures, as it is understood: what the tools are asked."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from tools.commerce.metrics.calendar import Grain, Period
from tools.commerce.metrics.definitions import BY_NAME
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, Side


class Act(StrEnum):
    SHOW = "show"
    EXPLAIN = "explain"
    DEFINE = "define"


class Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    def but(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


class Only(Asked):
    """Members of a dimension that alone count, or that are left out."""

    dimension: Dimension
    members: tuple[str, ...]
    exclude: bool = False


class Days(Asked):
    first: str
    last: str

    @classmethod
    def of(cls, period: Period) -> Self:
        return cls(first=period.first.isoformat(), last=period.last.isoformat())

    @property
    def period(self) -> Period:
        return Period(date.fromisoformat(self.first), date.fromisoformat(self.last))


class Size(Asked):
    """How large or small a figure is to be, in its own unit, as the tool takes it: `8%`, `1000`."""

    side: Side
    value: str


class Question(Asked):
    act: Act = Act.SHOW
    metrics: tuple[str, ...] = ()
    period: Days | None = None
    grain: Grain | None = None
    dimensions: tuple[Dimension, ...] = ()
    filters: tuple[Only, ...] = ()
    compare: Comparison | None = None
    against: Days | None = None
    """Another period that it is compared to, in place of `compare`."""
    size: Size | None = None
    """Of the members that are told."""
    top: int | None = None
    ascending: bool = False
    shares: bool = False
    running: bool = False

    @property
    def has_history(self) -> bool:
        return any(BY_NAME[name].has_history for name in self.metrics)

    def query(self) -> dict[str, JsonValue]:
        """The arguments of `query_kpis`; only what differs from what the tool assumes."""
        told: dict[str, JsonValue] = {"metrics": list(self.metrics), **self._of_when_and_what()}
        if self.dimensions:
            told["dimensions"] = [one.value for one in self.dimensions]
        if self.grain:
            told["grain"] = self.grain.value
        if self.compare and not self.against:
            told["compare"] = self.compare.value
        if self.size:
            told["bound"] = self.size.model_dump(mode="json")
        if self.top:
            told["top"] = self.top
        return told | {name: True for name in ("ascending", "shares", "running") if getattr(self, name)}

    def explanation(self) -> dict[str, JsonValue]:
        """The arguments of `explain_change`."""
        told: dict[str, JsonValue] = {"metric": self.metrics[0], **self._of_when_and_what()}
        if self.dimensions:
            told["dimensions"] = [one.value for one in self.dimensions]
        if self.compare and not self.against:
            told["compare"] = self.compare.value
        return told

    def _of_when_and_what(self) -> dict[str, JsonValue]:
        told: dict[str, JsonValue] = {}
        if self.period:
            told |= {"first_day": self.period.first, "last_day": self.period.last}
        if self.against:
            told |= {"against_first_day": self.against.first, "against_last_day": self.against.last}
        if self.filters:
            told["filters"] = [one.model_dump(mode="json", exclude_defaults=True) for one in self.filters]
        return told


class Offered(Asked):
    """An answer to a question of ours: what can be said, and what it leads to; None where it says so itself."""

    label: str
    question: Question | None = None


class Telling(Asked):
    """An alert or a digest that was just proposed: the tool, and what it was asked."""

    tool: Literal["watch_metric", "propose_digest"]
    args: Mapping[str, JsonValue]


class Figures(Asked):
    """What is remembered of figures: the last question as far as it was understood, the one before it, an alert or a
    digest that was proposed last, and the answers to a question of ours."""

    last: Question | None = None
    earlier: Question | None = None
    telling: Telling | None = None
    offered: tuple[Offered, ...] = ()
