"""What a message about the shop's figures can mean: a tool to be called, or something to be said."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.shop_profile import Weekday
from tools.commerce.metrics.calendar import Calendar, Grain, Period
from tools.commerce.metrics.facts import Dimension
from tools.commerce.metrics.query import Comparison, Filter, KpiQuery, Side

Names = Annotated[tuple[str, ...], Field(min_length=1)]
Members = Mapping[Dimension, Names]


class Kept(StrEnum):
    """What stays: figures that are watched, or sent regularly."""

    WATCHES = "watches"
    DIGESTS = "digests"


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Reading(Strict):
    def allows(self, found: "_Reading") -> bool:
        """Whether somebody who means this is served by `found`."""
        return self == found

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
    compare: Comparison | None = None
    against: tuple[date, date] | None = None
    """The days of another period to compare with, in place of `compare`."""

    @property
    def comparison(self) -> Comparison | Period | None:
        return Period(*self.against) if self.against else self.compare

    def in_terms_of(self, calendar: Calendar) -> Self:
        """The same, with the period before and the year before called so, however their days were given."""
        if not (self.days and self.against):
            return self
        period, other = Period(*self.days), Period(*self.against)
        for compare, days in (
            (Comparison.PREVIOUS, calendar.before(period)),
            (Comparison.YEAR_BEFORE, calendar.year_before(period)),
        ):
            if other == days:
                return self.model_copy(update={"compare": compare, "against": None})
        return self

    @property
    def query(self) -> KpiQuery:
        """What is read. Raises ValidationError."""
        return KpiQuery(
            metrics=self.of_metrics,
            period=Period(*self.days) if self.days else None,
            dimensions=self.by,
            filters=(
                *(Filter(dimension=one, members=names) for one, names in self.only.items()),
                *(
                    Filter(dimension=one, members=names, is_exclusion=True)
                    for one, names in self.without.items()
                ),
            ),
            comparison=self.comparison,
        )


class Kpis(_Dated):
    """A call of `query_kpis`."""

    metrics: Names
    grain: Grain | None = None
    size: tuple[Side, str] | None = None
    """Of the members that are told, as the tool takes it: `[above, 8%]`."""
    top: int | None = None
    ascending: bool = False
    """The smallest first, and kept by `top`."""
    shares: bool = False
    running: bool = False

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return self.metrics

    @property
    def query(self) -> KpiQuery:
        own = {"grain", "top", "ascending", "shares", "running"}
        return super().query.model_copy(update=self.model_dump(include=own))

    def allows(self, found: _Reading) -> bool:
        """Whether `found` is this, but for a comparison, or a grain of an undivided figure, that nobody asked for."""
        return (
            isinstance(found, Kpis)
            and set(self.metrics) == set(found.metrics)
            and (self.metrics[0] == found.metrics[0] or not self.top)
            and self.days == found.days
            and set(self.by) == set(found.by)
            and self.has_same_filters(found)
            and self.comparison in (None, found.comparison)
            and (self.grain == found.grain or (self.grain is None and not self.by))
            and (self.size, self.top, self.ascending) == (found.size, found.top, found.ascending)
            and (self.shares, self.running) == (found.shares, found.running)
        )


class Why(_Dated):
    """A call of `explain_change`."""

    why: str
    compare: Comparison | None = Comparison.PREVIOUS

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return (self.why,)

    def allows(self, found: _Reading) -> bool:
        return (
            isinstance(found, Why)
            and (self.why, self.days, self.comparison) == (found.why, found.days, found.comparison)
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

    def allows(self, found: _Reading) -> bool:
        return isinstance(found, Asks) and len(set(self.asks) & set(found.asks)) >= 2


class Unknown(_Reading):
    """There is no such figure or cut; `nearest` are metrics, one of which should be named."""

    unknown: str
    nearest: tuple[str, ...]

    def allows(self, found: _Reading) -> bool:
        has_near = not self.nearest or bool(set(self.nearest) & set(found.of_metrics))
        return isinstance(found, Unknown) and has_near

    @property
    def of_metrics(self) -> tuple[str, ...]:
        return self.nearest


class Missing(_Reading):
    """A name or a time that the shop has not; `near` are names that it has."""

    missing: str
    near: tuple[str, ...] = ()

    def allows(self, found: _Reading) -> bool:
        return isinstance(found, Missing)


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


def _plain(members: Members) -> dict[Dimension, frozenset[str]]:
    return {dimension: frozenset(name.casefold() for name in names) for dimension, names in members.items()}
